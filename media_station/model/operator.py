"""Operators: named, never shared; their roles; what they did at the door."""

from dataclasses import dataclass
from enum import Enum

from media_station.model.event import Event, Outcome
from media_station.model.machine import Machine


class Role(Enum):
    """操作者, 承認者, 管理者, 監査者."""

    OPERATOR = "operator"
    APPROVER = "approver"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorEnrolled(Event):
    """`vault_sha256` is the vault that now holds the account: an older vault put back is refused."""

    name = "operator.enrolled"
    requirements = ("S6",)
    operator: str
    person: str
    roles: tuple[str, ...]
    vault_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorSuspended(Event):
    """異動: nobody signs in with this account any more; the name stays for the papers."""

    name = "operator.suspended"
    requirements = ("S6",)
    operator: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInAccepted(Event):
    name = "sign_in.accepted"
    requirements = ("S6",)
    operator: str
    vault_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInRefused(Event):
    """`factor` is for the administrator; the answer at the door doesn't say it."""

    name = "sign_in.refused"
    requirements = ("S6",)
    operator: str
    factor: str
    code: str

    @property
    def outcome(self) -> Outcome:
        return Outcome.FAILURE


@dataclass(frozen=True, slots=True, kw_only=True)
class StepUpAccepted(Event):
    """A fresh code for one action; `second` is the second person where policy asks for one, else empty."""

    name = "step_up.accepted"
    requirements = ("S6",)
    operator: str
    second: str
    action: str
    vault_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StepUpRefused(Event):
    name = "step_up.refused"
    requirements = ("S6",)
    operator: str
    action: str
    factor: str
    code: str

    @property
    def outcome(self) -> Outcome:
        return Outcome.FAILURE


class OperatorState(Enum):
    ENROLLED = "enrolled"
    SUSPENDED = "suspended"


OPERATOR = Machine(
    noun="operator",
    key="operator",
    states=OperatorState,
    table={
        (None, OperatorEnrolled): OperatorState.ENROLLED,
        (OperatorState.ENROLLED, OperatorSuspended): OperatorState.SUSPENDED,
        (OperatorState.ENROLLED, SignInAccepted): OperatorState.ENROLLED,
        (OperatorState.ENROLLED, StepUpAccepted): OperatorState.ENROLLED,
    },
)
