"""The analysis of the journal (S8): its thresholds, what it found, the figures of a period; its records."""

from dataclasses import dataclass, fields
from datetime import date, time
from enum import Enum
from typing import Final

from media_station.model.event import Event
from media_station.model.finding import FindingKind
from media_station.model.machine import Machine

# Of one answer.
DETECTIONS_AT_ONCE: Final = 64
CONCERNED_MOST: Final = 16
LONGEST_DAYS: Final = 366
_MINUTES_A_DAY: Final = 24 * 60

# What the report counts, in its order: records of these actions.
TOTALS: Final = (
    *("sign_in.accepted", "sign_in.refused", "step_up.accepted", "step_up.refused", "operator.locked"),
    *("request.refused", "order.issued", "order.refused", "exception.granted", "incident.opened"),
    *("paper.printed", "station.started"),
)
# Work on payloads and media.
JOBS: Final = frozenset(
    {
        *("payload.inspected", "payload.refused", "image.sealed", "medium.written", "medium.spoiled"),
        *("medium.identified", "erasure.ended", "erasure.interrupted", "medium.destroyed", "medium.entrusted"),
    }
)
# A medium that is out is so many days old at most; the last of its ages has no end.
AGES_DAYS: Final = (7, 14, 30, 60)
# In the order of the report: the three verdicts, then those that were broken off.
ERASURES: Final = ("PASS", "FAIL", "UNKNOWN", "interrupted")
WEEKDAYS: Final = 7
HOURS: Final = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """[analysis] of station.toml: from how many on a rule speaks; a day where nothing else is said.

    `opens` and `closes` are the office's hours (HH:MM); `failures` within `failures_minutes`; `clock_step_seconds`
    between two records' clocks; `silent_hours` between two records while the machine runs; `starts` a day.
    """

    opens: str = "08:00"
    closes: str = "19:00"
    failures: int = 5
    failures_minutes: int = 10
    replayed_codes: int = 1
    self_approvals: int = 1
    erasures_failed: int = 1
    erasures_unknown: int = 1
    read_back_mismatches: int = 1
    overdue_days: int = 1
    reprints: int = 1
    count_difference: int = 1
    expired_handlers: int = 1
    clock_step_seconds: int = 5
    silent_hours: int = 96
    starts: int = 3
    refused_peers: int = 1
    strange_devices: int = 1
    patterns_days: int = 7

    def problems(self) -> list[str]:
        """The names of those that make no sense."""
        wrong = [
            each.name
            for each in fields(self)
            if isinstance(value := getattr(self, each.name), int) and not 1 <= value <= _MINUTES_A_DAY
        ]
        hours = [time.fromisoformat(text) if _is_hour(text) else None for text in (self.opens, self.closes)]
        if None in hours or hours[0] >= hours[1]:  # type: ignore[operator]
            wrong.append("opens, closes")
        return wrong


def _is_hour(text: str) -> bool:
    try:
        return time.fromisoformat(text).strftime("%H:%M") == text
    except ValueError:
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Detection:
    """Records `first` to `last` are what it is about; `day` (JST, ISO) when it became true, the last record's day but
    for what is overdue. `concerned` are operators.
    """

    kind: FindingKind
    first: int
    last: int
    day: str
    concerned: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Of the records whose time lies in the period, by Japan's calendar.

    `jobs` of each day; `refusals` at the doors, with those that have no record of their own, of each hour of each
    weekday from Monday 0 h on; `away` media by AGES_DAYS at the period's end; `erasures` by ERASURES; `totals` by
    TOTALS.
    """

    records: int
    jobs: list[int]
    refusals: list[int]
    away: list[int]
    erasures: list[int]
    totals: list[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    """`detections` are some of `found` in the order of the journal; `kinds`: how many of each kind, in FindingKind's
    order.
    """

    found: int
    kinds: list[int]
    detections: list[Detection]
    figures: Figures


@dataclass(frozen=True, slots=True, kw_only=True)
class LogAnalysed(Event):
    """The first `records` records of the journal were analysed for these days (ISO, both included)."""

    name = "log.analysed"
    requirements = ("S8",)
    since: str
    until: str
    records: int
    detections: int
    raised: int


def days_between(since: date, until: date) -> int:
    """How many days, both included."""
    return (until - since).days + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportMade(Event):
    """ログ分析報告書 of a month (YYYY-MM), printed under its paper's number; `records` is the journal's size then."""

    name = "report.made"
    requirements = ("S8", "P")
    report: str
    month: str
    records: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportReviewed(Event):
    """Signed by someone who is no operator; `binder` is the sheet's number in the binder."""

    name = "report.reviewed"
    requirements = ("S8",)
    report: str
    reviewer: str
    binder: str


class ReportState(Enum):
    MADE = "made"
    REVIEWED = "reviewed"


REPORT = Machine(
    noun="report",
    key="report",
    states=ReportState,
    table={
        (None, ReportMade): ReportState.MADE,
        (ReportState.MADE, ReportReviewed): ReportState.REVIEWED,
    },
)
