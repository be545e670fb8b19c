"""What people did at the door: factors that were right or wrong, sessions and their ends."""

from dataclasses import dataclass
from enum import Enum

from media_station.model.event import Event, Outcome
from media_station.model.order import Action


class Factor(Enum):
    """Which factor failed: for the administrator's journal, never for the answer at the door.

    NONE: none was looked at, because the throttle refused before. REPLAYED: a code that would be right, had it not
    been used. POST: both were right, but the person has no post on this day.
    """

    NONE = "none"
    NAME = "name"
    PASSWORD = "password"  # noqa: S105 - a factor's name
    CODE = "code"
    REPLAYED = "replayed"
    POST = "post"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInAccepted(Event):
    name = "sign_in.accepted"
    requirements = ("S6",)
    operator: str
    vault_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInRefused(Event):
    """`left_out` is how many refusals before this one were not recorded, so that a flood doesn't fill the journal.

    `offset_seconds` is not 0 if the code was that of another time, this far from the station's (never accepted).
    """

    name = "sign_in.refused"
    requirements = ("S6",)
    operator: str
    factor: Factor
    code: str
    left_out: int
    offset_seconds: int

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
    """As sign_in.refused; `operator` is the one whose factor was wrong, first or second person."""

    name = "step_up.refused"
    requirements = ("S6",)
    operator: str
    action: str
    factor: Factor
    code: str
    left_out: int
    offset_seconds: int

    @property
    def outcome(self) -> Outcome:
        return Outcome.FAILURE


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryCodeUsed(Event):
    """In place of one code of the token; `left` are still good."""

    name = "recovery_code.used"
    requirements = ("S6",)
    operator: str
    left: int
    vault_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PermitGranted(Event):
    """The codes accepted just before stand for one order for each of these media, within `seconds`, in this session."""

    name = "permit.granted"
    requirements = ("S6",)
    operator: str
    second: str
    action: Action
    transfer: str
    media: tuple[str, ...]
    seconds: int


class SessionEnd(Enum):
    """`PROCESS`: the process at the other end has gone. `OPERATOR`: suspended, locked, or without a post."""

    SIGNED_OUT = "signed_out"
    IDLE = "idle"
    TOO_LONG = "too_long"
    PROCESS = "process"
    OPERATOR = "operator"
    CROWDED = "crowded"


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionEnded(Event):
    """Sessions that the desk's own end took have no such record: the next one is station.started."""

    name = "session.ended"
    requirements = ("S6",)
    operator: str
    reason: SessionEnd
