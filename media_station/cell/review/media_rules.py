"""Rules about media: what was erased and read back, and what is late."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from media_station.cell.review.rule import Calendar, Matched, OnOneDay, Rule, Seen
from media_station.model.consignment import ConsignmentAmended, ConsignmentProposed
from media_station.model.erasure import ErasureEnded, ErasureInterrupted
from media_station.model.finding import FindingKind
from media_station.model.handover import (
    LettersHandedOver,
    MediumHandedOver,
    MediumReturned,
    NoticeHandedOver,
    NoticeReturned,
)
from media_station.model.incident import MediumLost, NoticeLost
from media_station.model.medium import MediumIdentified, MediumSpoiled
from media_station.model.order import Verdict
from media_station.model.review import Detection, Thresholds
from media_station.model.transfer import TransferClosed, TransferOpened


def media_rules(thresholds: Thresholds, calendar: Calendar) -> tuple[Rule, ...]:
    return (
        ErasureFailed(thresholds),
        ErasureUnknown(thresholds),
        ReadBackMismatch(thresholds),
        Overdue(thresholds, calendar),
    )


class ErasureFailed(OnOneDay):
    """An erasure ended as FAIL."""

    kinds = (FindingKind.ERASURE_FAILED,)
    thresholds = ("erasures_failed",)

    def __init__(self, thresholds: Thresholds) -> None:
        super().__init__(FindingKind.ERASURE_FAILED, thresholds.erasures_failed, _failed)


def _failed(seen: Seen) -> Matched | None:
    match seen.event:
        case ErasureEnded(verdict=Verdict.FAIL, medium=medium):
            return Matched(medium)
    return None


class ErasureUnknown(OnOneDay):
    """An erasure ended as UNKNOWN, or broke off."""

    kinds = (FindingKind.ERASURE_UNKNOWN,)
    thresholds = ("erasures_unknown",)

    def __init__(self, thresholds: Thresholds) -> None:
        super().__init__(FindingKind.ERASURE_UNKNOWN, thresholds.erasures_unknown, _unknown)


def _unknown(seen: Seen) -> Matched | None:
    match seen.event:
        case ErasureEnded(verdict=Verdict.UNKNOWN, medium=medium) | ErasureInterrupted(medium=medium):
            return Matched(medium)
    return None


class ReadBackMismatch(OnOneDay):
    """What was written did not read back, or what came back is not what left."""

    kinds = (FindingKind.READ_BACK_MISMATCH,)
    thresholds = ("read_back_mismatches",)

    def __init__(self, thresholds: Thresholds) -> None:
        super().__init__(FindingKind.READ_BACK_MISMATCH, thresholds.read_back_mismatches, _mismatched)


def _mismatched(seen: Seen) -> Matched | None:
    match seen.event:
        case MediumSpoiled(medium=medium):
            return Matched(medium)
        case MediumIdentified(medium=medium, verdict=verdict) if verdict is not Verdict.PASS:
            return Matched(medium)
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Expected:
    """What is waited for since that record: letters by the day, medium and notice the terms' days after it."""

    record: int
    transfer: str
    day: date
    letters: bool


class Overdue(Rule):
    """Medium or notice not back, letters not posted, so many days after the last day for it. Looked at once a day."""

    kinds = (FindingKind.OVERDUE,)
    thresholds = ("overdue_days",)
    carries = (
        *(ConsignmentProposed, ConsignmentAmended, TransferOpened, TransferClosed, LettersHandedOver),
        *(MediumHandedOver, MediumReturned, MediumLost, NoticeHandedOver, NoticeReturned, NoticeLost),
    )

    def __init__(self, thresholds: Thresholds, calendar: Calendar) -> None:
        self._late = timedelta(days=thresholds.overdue_days)
        self._calendar = calendar
        self._return_days: dict[str, int] = {}
        self._consignments: dict[str, str] = {}
        self._waiting: dict[str, _Expected] = {}
        self._looked = date.min

    def see(self, seen: Seen) -> Iterator[Detection]:
        yield from self.end(seen.day)
        event = seen.event
        match event:
            case ConsignmentProposed(consignment=consignment) | ConsignmentAmended(consignment=consignment):
                self._return_days[consignment] = event.terms.return_days
            case TransferOpened(transfer=transfer, consignment=consignment):
                self._consignments[transfer] = consignment
                self._wait(f"letters {transfer}", transfer, seen, event.post_by, letters=True)
            case MediumHandedOver():
                self._wait(f"medium {event.medium}", event.transfer, seen, event.day)
            case NoticeHandedOver():
                # A notice is due when its medium is.
                medium = self._waiting.get(f"medium {event.medium}")
                day = event.day if medium is None else medium.day.isoformat()
                self._wait(f"notice {event.medium}", event.transfer, seen, day)
            case MediumReturned() | MediumLost():
                self._waiting.pop(f"medium {event.medium}", None)
            case NoticeReturned() | NoticeLost():
                self._waiting.pop(f"notice {event.medium}", None)
            case LettersHandedOver(transfer=transfer) | TransferClosed(transfer=transfer):
                self._waiting.pop(f"letters {transfer}", None)
                if isinstance(event, TransferClosed):
                    self._consignments.pop(transfer, None)

    def end(self, day: date) -> Iterator[Detection]:
        if day <= self._looked:
            return
        self._looked = day
        for what, expected in list(self._waiting.items()):
            late_on = self._due(expected) + self._late
            if late_on <= day:
                del self._waiting[what]
                yield Detection(
                    kind=FindingKind.OVERDUE,
                    first=expected.record,
                    last=expected.record,
                    day=late_on.isoformat(),
                    concerned=[],
                )

    def _wait(self, what: str, transfer: str, seen: Seen, day: str, *, letters: bool = False) -> None:
        self._waiting[what] = _Expected(
            record=seen.number, transfer=transfer, day=date.fromisoformat(day), letters=letters
        )

    def _due(self, expected: _Expected) -> date:
        if expected.letters:
            return expected.day
        days = self._return_days.get(self._consignments.get(expected.transfer, ""), 0)
        return self._calendar.working_day(expected.day + timedelta(days=days))
