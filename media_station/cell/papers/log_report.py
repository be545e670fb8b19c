"""ログ分析報告書: a month's figures as charts, what was found and what became of it, and the reviewer's box."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from media_station.cell.papers.fields import JSON, MAY_BE_EMPTY, Sheet, parse
from media_station.cell.papers.form import Stated
from media_station.model.errors import Refused

HOURS = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar of a chart, or one line of a list: what it is of, and its count."""

    label: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Weekday:
    """`hours` from 0 h to 23 h."""

    label: str
    hours: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A kind of finding: how many, how many wait for a reviewer, and what became of the others (see `became`)."""

    label: str
    count: int
    waiting: int
    became: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LogReport(Sheet):
    """`stated` is about the analysis; `became` are the dispositions in the order of each row of `findings`, which may
    be none; `maker` is who had it made.
    """

    month: str
    stated: tuple[Stated, ...]
    jobs: tuple[Bar, ...]
    refusals: tuple[Weekday, ...]
    away: tuple[Bar, ...]
    erasures: tuple[Bar, ...]
    totals: tuple[Bar, ...]
    became: tuple[str, ...]
    findings: tuple[Found, ...] = field(metadata=MAY_BE_EMPTY)
    maker: str


def parse_fields(untrusted: Mapping[str, JSON]) -> LogReport:
    """Refused PAP-003 also for a day that hasn't its hours, or a finding that hasn't its dispositions."""
    report = parse(LogReport, untrusted)
    for number, weekday in enumerate(report.refusals, start=1):
        if len(weekday.hours) != HOURS:
            raise Refused("PAP-003", field=f"refusals.{number}.hours")
    for number, found in enumerate(report.findings, start=1):
        if len(found.became) != len(report.became):
            raise Refused("PAP-003", field=f"findings.{number}.became")
    return report
