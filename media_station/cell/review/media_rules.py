"""Rules about media, notices and letters: what was erased, read back, handed over, counted, and what is late."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from media_station.cell.review.rule import Calendar, Matched, OnOneDay, Rule, Seen, detection
from media_station.model.consignment import ConsignmentAmended, ConsignmentProposed, HandlerRegistered, Separation
from media_station.model.erasure import ErasureEnded, ErasureInterrupted
from media_station.model.event import Event, Outcome
from media_station.model.finding import FindingKind
from media_station.model.handover import (
    Correctable,
    Handed,
    HandoverCorrected,
    LettersDelivered,
    LettersHandedOver,
    MediumHandedOver,
    MediumReturned,
    NoticeHandedOver,
    NoticeReturned,
    Occasion,
)
from media_station.model.incident import MediumLost, NoticeLost
from media_station.model.medium import MediumIdentified, MediumSpoiled, StockCounted
from media_station.model.order import Verdict
from media_station.model.payload import ImageSealed
from media_station.model.review import Detection, Thresholds
from media_station.model.station import RequestRefused
from media_station.model.transfer import (
    Count,
    CountCorrected,
    CountReported,
    LettersInspected,
    TransferClosed,
    TransferOpened,
    differences,
)

_PRINTED_ALREADY: Final = "PAP-011"
_NOT_REGISTERED: Final = "HND-002"


def media_rules(thresholds: Thresholds, calendar: Calendar) -> tuple[Rule, ...]:
    return (
        ErasureFailed(thresholds),
        ErasureUnknown(thresholds),
        ReadBackMismatch(thresholds),
        Reprint(thresholds),
        ExpiredHandler(thresholds),
        SameOccasion(),
        Overdue(thresholds, calendar),
        CountMismatch(thresholds),
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


class Reprint(OnOneDay):
    """A sheet that is printed already was asked for again."""

    kinds = (FindingKind.REPRINT,)
    thresholds = ("reprints",)

    def __init__(self, thresholds: Thresholds) -> None:
        super().__init__(FindingKind.REPRINT, thresholds.reprints, _again)


def _again(seen: Seen) -> Matched | None:
    if isinstance(seen.event, RequestRefused) and seen.event.code == _PRINTED_ALREADY:
        return Matched(seen.event.request)
    return None


class ExpiredHandler(OnOneDay):
    """Someone of the contractor's who wasn't registered on the day: he carried, or it was tried."""

    kinds = (FindingKind.EXPIRED_HANDLER,)
    thresholds = ("expired_handlers",)
    carries = (HandlerRegistered, TransferOpened, TransferClosed)

    def __init__(self, thresholds: Thresholds) -> None:
        super().__init__(FindingKind.EXPIRED_HANDLER, thresholds.expired_handlers, self._unregistered)
        self._registered: dict[tuple[str, str], HandlerRegistered] = {}
        self._consignments: dict[str, str] = {}

    def _unregistered(self, seen: Seen) -> Matched | None:
        match seen.event:
            case HandlerRegistered(consignment=consignment, handler=handler):
                self._registered[consignment, handler] = seen.event
            case TransferOpened(transfer=transfer, consignment=consignment):
                self._consignments[transfer] = consignment
            case TransferClosed(transfer=transfer):
                self._consignments.pop(transfer, None)
            case RequestRefused(code=code, request=request) if code == _NOT_REGISTERED:
                return Matched(request)
            case Handed(transfer=transfer, handler=handler, day=day):
                known = self._registered.get((self._consignments.get(transfer, ""), handler))
                if known is None or not known.starts <= day <= known.ends:
                    return Matched(handler)
        return None


class SameOccasion(Rule):
    """Medium and notice passed the counter on one occasion (O5), out or back; an exception makes it no other fact."""

    kinds = (FindingKind.SAME_OCCASION,)
    carries = (
        *(ConsignmentProposed, ConsignmentAmended, TransferOpened, TransferClosed, ImageSealed),
        *(MediumHandedOver, NoticeHandedOver, MediumReturned, NoticeReturned),
    )

    def __init__(self) -> None:
        self._separation: dict[str, Separation] = {}
        self._consignments: dict[str, str] = {}
        self._passed: dict[str, dict[type[Event], tuple[Occasion, int]]] = {}

    def see(self, seen: Seen) -> Iterator[Detection]:
        event = seen.event
        match event:
            case ConsignmentProposed(consignment=consignment) | ConsignmentAmended(consignment=consignment):
                self._separation[consignment] = event.terms.separation
            case TransferOpened(transfer=transfer, consignment=consignment):
                self._consignments[transfer] = consignment
            case TransferClosed(transfer=transfer):
                self._consignments.pop(transfer, None)
            case ImageSealed(medium=medium):
                self._passed[medium] = {}
            case MediumHandedOver() | NoticeHandedOver() | MediumReturned() | NoticeReturned():
                passed = self._passed.setdefault(event.medium, {})
                passed[type(event)] = (event.occasion, seen.number)
                other = passed.get(_BESIDE[type(event)])
                if other is not None and self._is_one(event, other[0]):
                    yield detection(FindingKind.SAME_OCCASION, other[1], seen, (event.clerk,))

    def _is_one(self, event: Handed, other: Occasion) -> bool:
        by_day = self._separation.get(self._consignments.get(event.transfer, "")) is not Separation.VISIT
        return event.day == other.day and (by_day or event.visit == other.visit)


_BESIDE: Final[dict[type[Event], type[Event]]] = {
    MediumHandedOver: NoticeHandedOver,
    NoticeHandedOver: MediumHandedOver,
    MediumReturned: NoticeReturned,
    NoticeReturned: MediumReturned,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Expected:
    """Something that is to be done by a day: since which record, of which transfer, `from_day` on (letters: by it)."""

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


@dataclass(slots=True, kw_only=True)
class _Counted:
    """What is known of a transfer's counts in this round; what was told of is not told again."""

    opened: int
    records: int
    words: dict[Count, CountReported | CountCorrected] = field(default_factory=dict)
    delivered: int | None = None
    slip: str = ""
    passed: int | None = None
    told: set[Count] = field(default_factory=set)


class CountMismatch(Rule):
    """Two counts that should be one differ by so many, and no paper explains it; or the stock is not the ledger's."""

    kinds = (FindingKind.COUNT_MISMATCH,)
    thresholds = ("count_difference",)
    carries = (
        *(TransferOpened, TransferClosed, CountReported, CountCorrected),
        *(LettersDelivered, LettersInspected, HandoverCorrected),
    )

    def __init__(self, thresholds: Thresholds) -> None:
        self._least = thresholds.count_difference
        self._transfers: dict[str, _Counted] = {}

    def see(self, seen: Seen) -> Iterator[Detection]:
        event = seen.event
        match event:
            case TransferOpened(transfer=transfer, records=records):
                self._transfers[transfer] = _Counted(opened=seen.number, records=records)
            case TransferClosed(transfer=transfer):
                self._transfers.pop(transfer, None)
            case CountReported() | CountCorrected() | LettersDelivered() | LettersInspected() | HandoverCorrected():
                counted = self._transfers.get(event.transfer)
                if counted is not None:
                    _take(counted, event)
                    yield from self._look(counted, seen)
            case StockCounted() if event.outcome is Outcome.FAILURE:
                if len(set(event.expected) ^ set(event.found)) >= self._least:
                    yield detection(FindingKind.COUNT_MISMATCH, seen.number, seen)

    def _look(self, counted: _Counted, seen: Seen) -> Iterator[Detection]:
        found = differences(
            records=counted.records,
            counts={count: word.value for count, word in counted.words.items()},
            explained=frozenset(count for count, word in counted.words.items() if isinstance(word, CountCorrected)),
            delivered=counted.delivered,
            passed=counted.passed,
        )
        differing = {each.count for each in found if abs(each.expected - each.found) >= self._least}
        if differing - counted.told:
            yield detection(FindingKind.COUNT_MISMATCH, counted.opened, seen)
        counted.told = differing


def _take(counted: _Counted, event: Event) -> None:
    match event:
        case CountReported() | CountCorrected():
            counted.words[event.count] = event
        case LettersDelivered(letters=letters, slip=slip):
            counted.delivered, counted.slip = letters, slip
        case HandoverCorrected(slip=slip, field=Correctable.LETTERS, becomes=becomes) if slip == counted.slip:
            counted.delivered = int(becomes)
        case LettersInspected(verdict=Verdict.PASS, inspected=inspected, pulled=pulled):
            counted.passed = inspected - pulled
        case LettersInspected():
            # What was reported before a ⑦ that was not passed counts no more.
            counted.words, counted.delivered, counted.slip, counted.passed = {}, None, "", None
