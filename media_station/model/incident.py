"""O11: an incident freezes a transfer until an approver lets it go on; the transfer may then end truthfully."""

from dataclasses import dataclass
from enum import Enum

from media_station.model.event import Event, Outcome
from media_station.model.machine import Machine


class IncidentKind(Enum):
    """What happened. `OTHER` is told by the paper alone."""

    LOST_MEDIUM = "lost_medium"
    LOST_NOTICE = "lost_notice"
    UNREADABLE_RETURN = "unreadable_return"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentOpened(Event):
    """`transfer`, `medium` are empty where none is concerned. `binder`: the 事故報告書's number in the binder."""

    name = "incident.opened"
    requirements = ("O11",)
    incident: str
    kind: IncidentKind
    transfer: str
    medium: str
    binder: str
    day: str

    @property
    def outcome(self) -> Outcome:
        return Outcome.FAILURE


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentClosed(Event):
    """`measures` is the number of the paper with the consultation and what was decided."""

    name = "incident.closed"
    requirements = ("O11",)
    incident: str
    transfer: str
    measures: str
    approver: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferFrozen(Event):
    """Nothing leaves, nothing is erased or destroyed; what comes back is still received."""

    name = "transfer.frozen"
    requirements = ("O11",)
    transfer: str
    incident: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferResumed(Event):
    name = "transfer.resumed"
    requirements = ("O11",)
    transfer: str
    incident: str
    approver: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MediumLost(Event):
    name = "medium.lost"
    requirements = ("O7", "O11")
    medium: str
    transfer: str
    incident: str

    @property
    def outcome(self) -> Outcome:
        return Outcome.FAILURE


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeLost(Event):
    name = "notice.lost"
    requirements = ("O5", "O11")
    medium: str
    transfer: str
    incident: str

    @property
    def outcome(self) -> Outcome:
        return Outcome.FAILURE


@dataclass(frozen=True, slots=True, kw_only=True)
class MediumAttested(Event):
    """It came back and can't be read: known by the number on its face, before a witness."""

    name = "medium.attested"
    requirements = ("F6", "O11")
    medium: str
    transfer: str
    incident: str
    performer: str
    witness: str


class IncidentState(Enum):
    OPEN = "open"
    CLOSED = "closed"


INCIDENT = Machine(
    noun="incident",
    key="incident",
    states=IncidentState,
    table={
        (None, IncidentOpened): IncidentState.OPEN,
        (IncidentState.OPEN, TransferFrozen): IncidentState.OPEN,
        (IncidentState.OPEN, TransferResumed): IncidentState.OPEN,
        (IncidentState.OPEN, MediumLost): IncidentState.OPEN,
        (IncidentState.OPEN, NoticeLost): IncidentState.OPEN,
        (IncidentState.OPEN, MediumAttested): IncidentState.OPEN,
        (IncidentState.OPEN, IncidentClosed): IncidentState.CLOSED,
    },
)
