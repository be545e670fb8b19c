"""A transfer: one payload on its way out and back, F1 to F8 as one table. What is not in the table is refused."""

from dataclasses import dataclass
from enum import Enum

from media_station.model.erasure import ErasureValidated, MediumDestroyed
from media_station.model.event import Event
from media_station.model.handover import (
    EnclosuresAccounted,
    EnclosuresHandedOver,
    MediumHandedOver,
    MediumReturned,
    NoticeHandedOver,
    NoticePrinted,
    NoticeReturned,
    PasswordDestroyed,
)
from media_station.model.machine import Machine
from media_station.model.order import Action, OrderIssued, Verdict
from media_station.model.payload import ImageSealed


class Count(Enum):
    """What is counted at which step."""

    ENVELOPES = "F3"
    PRINTED = "F4"
    ENCLOSED = "F5"
    POSTED = "F8"


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferOpened(Event):
    """`kinds` are the media that go out, by value of MediumKind; one medium each."""

    name = "transfer.opened"
    requirements = ("F1",)
    transfer: str
    payload: str
    consignment: str
    records: int
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CountReported(Event):
    """`note` explains a difference with a paper's number (別紙番号), or is empty."""

    name = "count.reported"
    requirements = ("F3", "F4", "F5", "F8")
    transfer: str
    count: Count
    value: int
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LettersDelivered(Event):
    name = "letters.delivered"
    requirements = ("F6",)
    transfer: str
    letters: int
    clerk: str
    handler: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LettersInspected(Event):
    """⑦. `pulled` letters were taken out (引抜) and don't go to the post."""

    name = "letters.inspected"
    requirements = ("F7",)
    transfer: str
    verdict: Verdict
    inspected: int
    pulled: int
    inspector: str

    @property
    def branch(self) -> Verdict:
        return self.verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class LettersHandedOver(Event):
    name = "letters.handed_over"
    requirements = ("F8", "O7")
    transfer: str
    letters: int
    clerk: str
    handler: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceFiled(Event):
    """A paper of the contractor's: its kind and the number in the binder."""

    name = "evidence.filed"
    requirements = ("O9",)
    transfer: str
    evidence: str
    binder: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferClosed(Event):
    name = "transfer.closed"
    requirements = ("O9",)
    transfer: str
    records: int
    posted: int


class TransferState(Enum):
    OPENED = "opened"
    OUT = "out"
    DELIVERED = "delivered"
    PASSED = "passed"
    POSTED = "posted"
    CLOSED = "closed"


S = TransferState

# While the data is with the contractor, and after: what may happen without a change of state.
_AWAY = (MediumReturned, NoticeReturned, CountReported, EvidenceFiled, EnclosuresAccounted)
# Only after ⑦ has passed: what ends the data.
_ENDING = (ErasureValidated, MediumDestroyed, PasswordDestroyed)

TRANSFER = Machine(
    noun="transfer",
    key="transfer",
    states=TransferState,
    table={
        (None, TransferOpened): S.OPENED,
        (S.OPENED, ImageSealed): S.OPENED,
        (S.OPENED, OrderIssued): {Action.WRITE: S.OPENED},
        (S.OPENED, MediumHandedOver): S.OUT,
        (S.OUT, ImageSealed): S.OUT,
        (S.OUT, OrderIssued): {Action.WRITE: S.OUT, Action.READ: S.OUT},
        (S.OUT, MediumHandedOver): S.OUT,
        (S.OUT, EnclosuresHandedOver): S.OUT,
        (S.OUT, NoticePrinted): S.OUT,
        (S.OUT, NoticeHandedOver): S.OUT,
        (S.OUT, LettersDelivered): S.DELIVERED,
        **{(S.OUT, event): S.OUT for event in _AWAY},
        (S.DELIVERED, OrderIssued): {Action.READ: S.DELIVERED},
        (S.DELIVERED, LettersInspected): {Verdict.PASS: S.PASSED, Verdict.FAIL: S.OUT},
        **{(S.DELIVERED, event): S.DELIVERED for event in _AWAY},
        (S.PASSED, OrderIssued): {Action.READ: S.PASSED, Action.ERASE: S.PASSED},
        (S.PASSED, LettersHandedOver): S.POSTED,
        **{(S.PASSED, event): S.PASSED for event in _AWAY + _ENDING},
        (S.POSTED, OrderIssued): {Action.READ: S.POSTED, Action.ERASE: S.POSTED},
        (S.POSTED, TransferClosed): S.CLOSED,
        **{(S.POSTED, event): S.POSTED for event in _AWAY + _ENDING},
    },
)
