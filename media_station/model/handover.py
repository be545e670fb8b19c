"""Hand to hand: medium, notice and enclosures as rows of their own; O5: notice and medium on different occasions."""

from dataclasses import dataclass
from enum import Enum

from media_station.model.errors import Refused
from media_station.model.event import Event
from media_station.model.machine import Machine
from media_station.model.payload import ImageSealed


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """A visit by one carrier on one day of the municipality's calendar (JST, ISO date)."""

    day: str
    carrier: str


def check_separate(medium: Occasion, notice: Occasion) -> None:
    """O5: not on the same day, whoever carries; Refused HND-001."""
    if medium.day == notice.day:
        raise Refused("HND-001", day=medium.day)


@dataclass(frozen=True, slots=True, kw_only=True)
class MediumHandedOver(Event):
    """`slip` is the number of the 確認記録票; `clerk` an operator, `handler` a registered person of the contractor."""

    name = "medium.handed_over"
    requirements = ("F2", "O5", "O6", "O7")
    medium: str
    transfer: str
    slip: str
    clerk: str
    handler: str
    bag: str
    day: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EnclosuresHandedOver(Event):
    name = "enclosures.handed_over"
    requirements = ("F2", "O7")
    transfer: str
    sheets: int
    clerk: str
    handler: str
    bag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EnclosuresAccounted(Event):
    """Of the sheets handed over: enclosed, spoiled (損紙), returned."""

    name = "enclosures.accounted"
    requirements = ("F5", "O9")
    transfer: str
    enclosed: int
    spoiled: int
    returned: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MediumReturned(Event):
    """Received by its number at the counter; the drive matches it later."""

    name = "medium.returned"
    requirements = ("F6", "O9")
    medium: str
    transfer: str
    slip: str
    clerk: str
    handler: str
    bag: str
    day: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticePrinted(Event):
    """The one printing of a medium's password."""

    name = "notice.printed"
    requirements = ("O5",)
    notice: str
    medium: str
    transfer: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeHandedOver(Event):
    name = "notice.handed_over"
    requirements = ("O5", "O7")
    notice: str
    medium: str
    transfer: str
    clerk: str
    handler: str
    bag: str
    day: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeReturned(Event):
    name = "notice.returned"
    requirements = ("O5", "O9")
    notice: str
    medium: str
    transfer: str
    clerk: str
    handler: str
    bag: str
    day: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordDestroyed(Event):
    """Struck from the vault; additional to erasure, never a method of it."""

    name = "password.destroyed"
    requirements = ("O9",)
    medium: str
    transfer: str
    vault_sha256: str


class NoticeState(Enum):
    """A medium's password, and the paper that carries it."""

    KEPT = "kept"
    PRINTED = "printed"
    OUT = "out"
    BACK = "back"
    DESTROYED = "destroyed"


NOTICE = Machine(
    noun="notice",
    key="medium",
    states=NoticeState,
    table={
        (None, ImageSealed): NoticeState.KEPT,
        (NoticeState.KEPT, NoticePrinted): NoticeState.PRINTED,
        (NoticeState.PRINTED, NoticeHandedOver): NoticeState.OUT,
        (NoticeState.OUT, NoticeReturned): NoticeState.BACK,
        (NoticeState.BACK, PasswordDestroyed): NoticeState.DESTROYED,
        # A spoiled medium's password never left the vault.
        (NoticeState.KEPT, PasswordDestroyed): NoticeState.DESTROYED,
    },
)
