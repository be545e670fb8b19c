"""What a monthly report counts, of the records of its period."""

from collections import Counter
from datetime import date
from typing import ClassVar

from media_station.cell.review.rule import Seen
from media_station.model.erasure import ErasureEnded, ErasureInterrupted
from media_station.model.event import Event
from media_station.model.handover import MediumHandedOver, MediumReturned
from media_station.model.incident import MediumLost
from media_station.model.review import AGES_DAYS, ERASURES, HOURS, JOBS, TOTALS, WEEKDAYS, Figures, days_between
from media_station.model.station import RequestRefused


class Counting:
    """Fed with all that is carried, and with each record up to the period's end."""

    carries: ClassVar[tuple[type[Event], ...]] = (MediumHandedOver, MediumReturned, MediumLost)

    def __init__(self, since: date, until: date) -> None:
        self._since, self._until = since, until
        self._records = 0
        self._jobs = [0] * days_between(since, until)
        self._refusals = [0] * (WEEKDAYS * HOURS)
        self._erasures: Counter[str] = Counter()
        self._totals: Counter[str] = Counter()
        self._away: dict[str, date] = {}

    def see(self, seen: Seen) -> None:
        event = seen.event
        match event:
            case MediumHandedOver():
                self._away[event.medium] = date.fromisoformat(event.day)
            case MediumReturned() | MediumLost():
                self._away.pop(event.medium, None)
        if seen.day < self._since:
            return
        self._records += 1
        self._totals[seen.record.action] += 1
        if seen.record.action in JOBS:
            self._jobs[(seen.day - self._since).days] += 1
        match event:
            case RequestRefused(unrecorded=unrecorded):
                self._refusals[seen.day.weekday() * HOURS + seen.at.hour] += 1 + unrecorded
            case ErasureEnded(verdict=verdict):
                self._erasures[verdict.value] += 1
            case ErasureInterrupted():
                self._erasures["interrupted"] += 1

    def figures(self) -> Figures:
        ages = [0] * (len(AGES_DAYS) + 1)
        for day in self._away.values():
            age = (self._until - day).days
            ages[next((number for number, most in enumerate(AGES_DAYS) if age <= most), len(AGES_DAYS))] += 1
        return Figures(
            records=self._records,
            jobs=self._jobs,
            refusals=self._refusals,
            away=ages,
            erasures=[self._erasures[name] for name in ERASURES],
            totals=[self._totals[action] for action in TOTALS],
        )
