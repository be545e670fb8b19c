"""What a reviewer may ask of the desk (S8)."""

from dataclasses import dataclass

from media_station.model.asks import Ask, asks_in
from media_station.model.finding import Disposition


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalyseLog(Ask):
    """These days of the journal (ISO, both included) go through every rule; what is new becomes a finding."""

    since: str
    until: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DisposeFindings(Ask):
    """Looked into, by someone whom none of them concerns. `binder`: the paper that tells of it."""

    findings: list[str]
    disposition: Disposition
    binder: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeReport(Ask):
    """ログ分析報告書 of a month (YYYY-MM) that is over: analysed once more, and printed."""

    month: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewReport(Ask):
    """Signed and filed under this number, by someone who is no operator."""

    report: str
    binder: str


REVIEW_ASKS = asks_in(globals())
