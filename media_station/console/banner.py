"""On every page: which station this is, its time, its last record, who is signed in, whether all is well."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from media_station.console.rows import Line
from media_station.model.instant import parse_wall
from media_station.model.views import Greeting, OpenFindings
from media_station.texts.console import word
from media_station.texts.era import JST
from media_station.texts.nouns import FINDINGS, of
from media_station.texts.width import fitted, width

_PERIOD_SECONDS = 30


@dataclass(slots=True, kw_only=True)
class Banner:
    """`seen` is the moment of the greeting, by a clock that only goes on."""

    greeting: Greeting | None = None
    seen: float = 0.0
    reached: bool = False
    operator: str = ""
    findings: OpenFindings | None = None

    def now(self, moment: float) -> datetime | None:
        """The station's time."""
        if self.greeting is None:
            return None
        return parse_wall(self.greeting.now.wall) + timedelta(seconds=moment - self.seen)

    def today(self, moment: float) -> str:
        now = self.now(moment)
        return "" if now is None else now.astimezone(JST).date().isoformat()

    def seconds_left(self, moment: float) -> int:
        """Of the code that a token with a period of 30 seconds shows now."""
        now = self.now(moment)
        return 0 if now is None else _PERIOD_SECONDS - int(now.timestamp()) % _PERIOD_SECONDS

    def lines(self, language: str, columns: int, moment: float) -> list[Line]:
        return [self._first(language, columns, moment), self._second(language, columns)]

    def _first(self, language: str, columns: int, moment: float) -> Line:
        greeting, now = self.greeting, self.now(moment)
        if greeting is None or now is None:
            return ((" ", "head"), (fitted(word("station", language, identity="-"), columns - 1), "head"))
        station = word("station", language, identity=greeting.identity)
        void = f" {word('rehearsal', language)}" if greeting.rehearsal else ""
        record = (
            word("last_record", language, record=greeting.records - 1)
            if greeting.records
            else word("no_record", language)
        )
        right = f"{now.astimezone(JST):%Y-%m-%d %H:%M:%S}  {record} "
        left = fitted(f" {station}{void}", columns - width(right))
        return ((left, "head"), (right, "head"))

    def _second(self, language: str, columns: int) -> Line:
        alarms = self._alarms(language)
        health = "  ".join(alarms) if alarms else word("healthy", language)
        who = f" {self.operator or word('nobody', language)}  "
        return ((who, "strong"), (fitted(health, columns - width(who)), "alarm" if alarms else "done"))

    def _alarms(self, language: str) -> list[str]:
        if not self.reached or self.greeting is None:
            return [word("unreachable", language)]
        alarms = []
        if self.greeting.behind_seconds:
            alarms.append(word("behind", language, seconds=self.greeting.behind_seconds))
        if self.greeting.clock_off:
            alarms.append(word("clock_off", language, off=self.greeting.clock_off))
        if self.greeting.witness_late:
            alarms.append(word("witness_late", language))
        if self.findings is not None and self.findings.worst:
            alarms.append(f"!! {of(FINDINGS, self.findings.worst, language)}")
        if self.findings is not None and self.findings.count:
            alarms.append(word("findings_wait", language, count=self.findings.count, oldest=self.findings.oldest))
        return alarms
