"""What a detection is: a rule looks at each record once, in order, and says which records it speaks of."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import ClassVar, NamedTuple

from media_station.model.calendar import is_closed, working_day
from media_station.model.event import Event
from media_station.model.finding import FindingKind
from media_station.model.masters import MasterKind, MastersAdopted, MastersProposed, as_fields
from media_station.model.operator import RESERVED
from media_station.model.review import CONCERNED_MOST, Detection
from media_station.proof.record import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A record, when it was by Japan's clock, and whether the office was closed on that day."""

    record: Record
    at: datetime
    day: date
    closed: bool

    @property
    def event(self) -> Event | None:
        return self.record.event

    @property
    def number(self) -> int:
        return self.record.sequence


class Rule(ABC):
    """`kinds` are what it may find, `thresholds` the names of the settings that it reads.

    `carries` are the kinds of events from before the period without which it would judge wrongly; of the two days
    before the period it sees all records, and of those before them the last one.
    """

    kinds: ClassVar[tuple[FindingKind, ...]]
    thresholds: ClassVar[tuple[str, ...]] = ()
    carries: ClassVar[tuple[type[Event], ...]] = ()

    @abstractmethod
    def see(self, seen: Seen) -> Iterator[Detection]:
        """What this record completes."""

    def end(self, day: date) -> Iterator[Detection]:
        """What has become true by the period's last day without a record."""
        del day
        return iter(())


def detection(kind: FindingKind, first: int, seen: Seen, concerned: Iterable[str] = ()) -> Detection:
    """The record that is seen is its last. Names that are nobody's concern nobody."""
    people = sorted(set(concerned) - RESERVED - {""})[:CONCERNED_MOST]
    return Detection(kind=kind, first=first, last=seen.number, day=seen.day.isoformat(), concerned=people)


class Matched(NamedTuple):
    """What a record is counted under, and whom it concerns."""

    subject: str
    concerned: tuple[str, ...] = ()


class OnOneDay(Rule):
    """From `least` records on that match under one subject on one day; once for each subject and day."""

    def __init__(self, kind: FindingKind, least: int, match: Callable[[Seen], Matched | None]) -> None:
        self._kind = kind
        self._least = least
        self._match = match
        self._day = date.min
        self._counts: dict[str, tuple[int, int]] = {}

    def see(self, seen: Seen) -> Iterator[Detection]:
        matched = self._match(seen)
        if matched is None:
            return
        if seen.day != self._day:
            self._day = seen.day
            self._counts.clear()
        first, count = self._counts.get(matched.subject, (seen.number, 0))
        self._counts[matched.subject] = (first, count + 1)
        if count + 1 == self._least:
            yield detection(self._kind, first, seen, matched.concerned)


class Calendar:
    """The office's days as the masters said at the time, and its hours."""

    carries: ClassVar[tuple[type[Event], ...]] = (MastersProposed, MastersAdopted)

    def __init__(self, opens: str, closes: str) -> None:
        self._opens, self._closes = time.fromisoformat(opens), time.fromisoformat(closes)
        self._proposed: dict[str, frozenset[str]] = {}
        self._holidays: frozenset[str] = frozenset()

    def see(self, event: Event | None) -> None:
        match event:
            case MastersProposed(kind=MasterKind.HOLIDAYS):
                days = frozenset(as_fields(event.kind, row)["day"] for row in event.rows)
                self._proposed[event.masters] = days
            case MastersAdopted(kind=MasterKind.HOLIDAYS):
                self._holidays = self._proposed.pop(event.masters, self._holidays)

    def is_closed(self, day: date) -> bool:
        return is_closed(day, self._holidays)

    def working_day(self, day: date) -> date:
        """The day, or the next one on which the office is open."""
        return date.fromisoformat(working_day(day, self._holidays))

    def is_out_of_hours(self, at: datetime) -> bool:
        return not self._opens <= at.time() < self._closes
