"""Rules about the counter: what was printed, who carried, on which occasion, and what was counted."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from media_station.cell.review.rule import Matched, OnOneDay, Rule, Seen, detection
from media_station.model.consignment import ConsignmentAmended, ConsignmentProposed, HandlerRegistered, Separation
from media_station.model.event import Event, Outcome
from media_station.model.finding import FindingKind
from media_station.model.handover import (
    Correctable,
    Handed,
    HandoverCorrected,
    LettersDelivered,
    MediumHandedOver,
    MediumReturned,
    NoticeHandedOver,
    NoticeReturned,
    Occasion,
)
from media_station.model.medium import StockCounted
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


def counter_rules(thresholds: Thresholds) -> tuple[Rule, ...]:
    return (Reprint(thresholds), ExpiredHandler(thresholds), SameOccasion(), CountMismatch(thresholds))


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
