"""Hand to hand: medium, notice, enclosures and letters as rows of their own; O5: notice and medium apart."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from media_station.model.errors import Refused
from media_station.model.event import Event, Outcome
from media_station.model.incident import NoticeLost
from media_station.model.machine import Machine
from media_station.model.payload import ImageSealed


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """A visit to the counter: day (JST, ISO date), its number on that day, and who carried."""

    day: str
    visit: int
    carrier: str


def check_separate(medium: Occasion, notice: Occasion, *, by_day: bool) -> None:
    """O5: not on the same day, or (by the consignment's terms) not in the same visit; Refused HND-001."""
    same_day = medium.day == notice.day
    if same_day and (by_day or medium.visit == notice.visit):
        raise Refused("HND-001", day=medium.day)


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed(Event):
    """One row of what passed the counter in one visit, out or back.

    `slip` is the number of the visit's 確認記録票; `clerk` an operator, `handler` a person of the contractor's;
    `bag` the locked bag's number (O6), `seal` the seal's, empty where the terms ask for none.
    """

    transfer: str
    slip: str
    clerk: str
    handler: str
    bag: str
    seal: str
    visit: int
    day: str

    @property
    def occasion(self) -> Occasion:
        return Occasion(day=self.day, visit=self.visit, carrier=self.handler)


@dataclass(frozen=True, slots=True, kw_only=True)
class MediumHandedOver(Handed):
    name = "medium.handed_over"
    requirements = ("F2", "O3", "O5", "O6", "O7")
    medium: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EnclosuresHandedOver(Handed):
    name = "enclosures.handed_over"
    requirements = ("F2", "O7")
    sheets: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeHandedOver(Handed):
    name = "notice.handed_over"
    requirements = ("O5", "O7")
    notice: str
    medium: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LettersHandedOver(Handed):
    """⑧: what passed ⑦ goes to the post."""

    name = "letters.handed_over"
    requirements = ("F8", "O7")
    letters: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MediumReturned(Handed):
    """Received by its number at the counter; the drive matches it later."""

    name = "medium.returned"
    requirements = ("F6", "O6", "O7", "O9")
    medium: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeReturned(Handed):
    name = "notice.returned"
    requirements = ("O5", "O9")
    notice: str
    medium: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LettersDelivered(Handed):
    """⑥: 納品数."""

    name = "letters.delivered"
    requirements = ("F6",)
    letters: int


OUT = (MediumHandedOver, EnclosuresHandedOver, NoticeHandedOver, LettersHandedOver)
BACK = (MediumReturned, NoticeReturned, LettersDelivered)
_APART = {
    (MediumHandedOver, NoticeHandedOver),
    (NoticeHandedOver, MediumHandedOver),
    (MediumReturned, NoticeReturned),
    (NoticeReturned, MediumReturned),
}


def check_apart(earlier: Sequence[Handed], now: Sequence[Handed], *, by_day: bool) -> None:
    """O5 of one transfer, on the way out and on the way back: Refused HND-001 for a medium and a notice together."""
    for row in now:
        for other in (*earlier, *now):
            if (type(row), type(other)) in _APART:
                check_separate(row.occasion, other.occasion, by_day=by_day)


class Correctable(Enum):
    """What of a slip can be put right by a 訂正票; numbers of things can't."""

    BAG = "bag"
    SEAL = "seal"
    HANDLER = "handler"
    SHEETS = "sheets"
    LETTERS = "letters"


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverCorrected(Event):
    """A correction is a row of its own; the slip stays. `correction` is the 訂正票's number, `binder` the reason's."""

    name = "handover.corrected"
    requirements = ("O7",)
    correction: str
    slip: str
    transfer: str
    field: Correctable
    was: str
    becomes: str
    binder: str


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
class NoticePrinted(Event):
    """The one printing of a medium's password. Comes before it: no sheet is out of which no record tells."""

    name = "notice.printed"
    requirements = ("O5",)
    notice: str
    medium: str
    transfer: str
    sha256: str
    qr_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeScanned(Event):
    """The sheet is out: its QR code was scanned from it. Before that it isn't handed over."""

    name = "notice.scanned"
    requirements = ("O5", "O7")
    notice: str
    medium: str
    transfer: str
    sha256: str


class Legible(Enum):
    """Whether a spoiled sheet shows enough of the password that somebody could have read it."""

    NO = "no"
    YES = "yes"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeSpoiled(Event):
    """書損: a jam, a stripe: the sheet never leaves, and its number isn't used again. Two persons looked at it.

    What could be read is a password no more: the medium comes back unopened, and another one goes in its place.
    """

    name = "notice.spoiled"
    requirements = ("O5", "O7")
    notice: str
    medium: str
    transfer: str
    legible: Legible
    reason: str
    approver: str

    @property
    def branch(self) -> Legible:
        return self.legible

    @property
    def outcome(self) -> Outcome:
        return Outcome.FAILURE


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
    SCANNED = "scanned"
    SPOILED = "spoiled"
    OUT = "out"
    BACK = "back"
    LOST = "lost"
    DESTROYED = "destroyed"


S = NoticeState

NOTICE = Machine(
    noun="notice",
    key="medium",
    states=NoticeState,
    table={
        (None, ImageSealed): S.KEPT,
        (S.KEPT, NoticePrinted): S.PRINTED,
        (S.PRINTED, NoticeScanned): S.SCANNED,
        **{(state, NoticeSpoiled): {Legible.NO: S.KEPT, Legible.YES: S.SPOILED} for state in (S.PRINTED, S.SCANNED)},
        (S.SCANNED, NoticeHandedOver): S.OUT,
        (S.OUT, NoticeReturned): S.BACK,
        (S.PRINTED, NoticeLost): S.LOST,
        (S.SCANNED, NoticeLost): S.LOST,
        (S.OUT, NoticeLost): S.LOST,
        (S.LOST, NoticeReturned): S.BACK,
        (S.BACK, PasswordDestroyed): S.DESTROYED,
        (S.LOST, PasswordDestroyed): S.DESTROYED,
        (S.SPOILED, PasswordDestroyed): S.DESTROYED,
        # A spoiled medium's password never left the house.
        (S.KEPT, PasswordDestroyed): S.DESTROYED,
        (S.PRINTED, PasswordDestroyed): S.DESTROYED,
        (S.SCANNED, PasswordDestroyed): S.DESTROYED,
        # An erased and certified medium is used again, with a new password.
        (S.DESTROYED, ImageSealed): S.KEPT,
        # A lost one that turns up when its password is gone already.
        (S.DESTROYED, NoticeReturned): S.DESTROYED,
    },
)
