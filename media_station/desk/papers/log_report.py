"""ログ分析報告書: a month's figures, what was found in it, and what became of that so far."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

from media_station.desk.desk import Desk
from media_station.desk.papers.sheet import Fields, Sheet, common, make_sheet, person
from media_station.model.finding import Disposition
from media_station.model.review import AGES_DAYS, HOURS, TOTALS, Figures, Thresholds
from media_station.model.views import FindingView
from media_station.proof.note import JSON
from media_station.proof.record import Record
from media_station.texts.era import reiwa_day
from media_station.texts.nouns import DISPOSITIONS, FINDINGS, of
from media_station.texts.words import event_words

_WEEKDAYS = "月火水木金土日"
_ERASURES = ("合格", "不合格", "不明", "中断")
_JAPANESE = "ja"


async def make_report(
    desk: Desk,
    number: str,
    *,
    about: Record,
    maker: str,
    since: date,
    until: date,
    records: int,
    figures: Figures,
    found: Sequence[FindingView],
) -> Sheet:
    """`about` is the record of the analysis of the journal's first `records` records."""
    fields: Fields = {
        **common(desk, number=number, transfer="", about=about),
        "month": reiwa_day(since).rsplit("月", 1)[0] + "月",
        "stated": [
            _stated("対象期間", f"{reiwa_day(since)}から{reiwa_day(until)}まで"),
            _stated("記録", f"期間内 {figures.records:,}件（ログの先頭から{records:,}件までを分析）"),
            _stated("しきい値", thresholds_told(desk.house.analysis)),
        ],
        "jobs": [_bar(str(day), count) for day, count in enumerate(figures.jobs, start=1)],
        "refusals": [
            {"label": name, "hours": list(figures.refusals[day * HOURS : (day + 1) * HOURS])}
            for day, name in enumerate(_WEEKDAYS)
        ],
        "away": [_bar(label, count) for label, count in zip(_ages(), figures.away, strict=True)],
        "erasures": [_bar(label, count) for label, count in zip(_ERASURES, figures.erasures, strict=True)],
        "totals": [
            _bar(event_words(action, _JAPANESE), count) for action, count in zip(TOTALS, figures.totals, strict=True)
        ],
        "became": [of(DISPOSITIONS, each.value, _JAPANESE) for each in Disposition],
        "findings": _findings(found),
        "maker": person(desk, maker),
    }
    return await make_sheet(desk, "log_report", fields)


def thresholds_told(of_analysis: Thresholds) -> str:
    """Those that are more than one record of a kind."""
    return "／".join(
        (
            f"認証の失敗 {of_analysis.failures_minutes}分に{of_analysis.failures}回",
            f"開庁時間 {of_analysis.opens}から{of_analysis.closes}まで",
            f"期限の超過 {of_analysis.overdue_days}日",
            f"時計の飛び {of_analysis.clock_step_seconds}秒",
            f"記録の途切れ {of_analysis.silent_hours}時間",
            f"起動 1日{of_analysis.starts}回",
        )
    )


def _ages() -> list[str]:
    starts = (0, *(most + 1 for most in AGES_DAYS))
    return [
        *(f"{start}～{most}日" for start, most in zip(starts, AGES_DAYS, strict=False)),
        f"{starts[-1]}日以上",
    ]


def _findings(found: Sequence[FindingView]) -> list[JSON]:
    """A row for each kind that there is, in the order of the kinds."""
    counts = Counter((each.kind.value, each.disposition) for each in found)
    rows: list[JSON] = []
    for kind in FINDINGS:
        waiting = counts[kind, ""]
        became = [counts[kind, each.value] for each in Disposition]
        if waiting or any(became):
            rows.append(
                {
                    "label": of(FINDINGS, kind, _JAPANESE),
                    "count": waiting + sum(became),
                    "waiting": waiting,
                    "became": list(became),
                }
            )
    return rows


def _bar(label: str, count: int) -> JSON:
    return {"label": label, "count": count}


def _stated(label: str, value: str) -> JSON:
    return {"label": label, "value": value}
