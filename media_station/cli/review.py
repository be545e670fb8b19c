"""media-station review: the journal is analysed, and what was found is looked into by a named reviewer (S8)."""

import argparse
import asyncio
from collections.abc import Iterator, Sequence
from typing import Final

from media_station.cli import output, session
from media_station.model.asks import Ask
from media_station.model.finding import Disposition
from media_station.model.ids import parse_finding
from media_station.model.review_asks import AnalyseLog, DisposeFindings, MakeReport, ReviewReport
from media_station.model.views import FindingView
from media_station.texts.named import detail
from media_station.texts.nouns import DISPOSITIONS, FINDINGS, of
from media_station.texts.prompts import prompt
from media_station.texts.words import event_words

_ABOUT = """アクセス記録の定期的な分析（S8）：検出、確認、月次の報告書。
The journal analysed, what was found looked into, and the month's report (S8)."""
_PAGES: Final = {
    "run": (
        "アクセス記録を分析 / analyse the journal",
        """期間内のアクセス記録を分析します（監査者・管理者）。新しい検出だけが記録されます。
しきい値は station.toml の [analysis] にあります。
Analyses the records of these days (auditors and administrators); what was found before is not
raised again. The thresholds are in station.toml, [analysis].""",
        ("review run --since 2026-04-01 --until 2026-04-30 --as kansa-saburo",),
    ),
    "findings": (
        "検出の一覧 / what was found",
        """確認を待っている検出を一覧にします（操作者以外）。--disposed は確認済みのものです。
Lists the findings that wait for a reviewer, for all but operators; --disposed: those that were
disposed of.""",
        ("review findings --as kansa-saburo", "review findings --disposed --json"),
    ),
    "dispose": (
        "検出を確認済みにする / dispose of findings",
        """調べた検出を、結果の区分と別紙番号で確認済みにします（監査者。自分に関わるものは不可）。
区分：explained 説明がついた、planned 予定の作業、measures 措置した、incident 事故扱い
Disposes of findings that were looked into, with what became of them and the paper's number
(auditors; nobody those that concern himself). measures and incident need a paper.""",
        ("review dispose R1-F-00001 R1-F-00002 --as-what explained --as kansa-saburo",),
    ),
    "report": (
        "ログ分析報告書を作成 / the month's report",
        """終わった月を分析し、ログ分析報告書を印刷します（監査者・管理者）。
Analyses a month that is over and prints its report (auditors and administrators).""",
        ("review report 2026-04 --as kansa-saburo",),
    ),
    "sign": (
        "報告書を確認済みにする / a report was reviewed",
        """報告書に押印し、綴ったことを記録します（操作者でない監査者）。
Records that the report was reviewed, signed and filed, by an auditor who is no operator.""",
        ("review sign REHEARSAL-R1-F-00001 --binder 綴り-9 --as kansa-saburo",),
    ),
}


def arrange(parser: argparse.ArgumentParser) -> None:
    output.explain(parser, _ABOUT, examples=("review run --since 2026-04-01 --until 2026-04-30", "review findings"))
    what = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
    pages = {}
    for name, (summary, about, examples) in _PAGES.items():
        pages[name] = what.add_parser(name, help=summary)
        output.explain(pages[name], about, examples=examples)
    pages["run"].add_argument("--since", metavar="DAY", required=True, help="最初の日\nthe first day")
    pages["run"].add_argument("--until", metavar="DAY", required=True, help="最後の日\nthe last day")
    pages["findings"].add_argument(
        "--disposed", action="store_true", help="確認済みのもの\nthose that were disposed of"
    )
    output.arrange_json(pages["findings"])
    pages["dispose"].add_argument("findings", metavar="NUMBER", nargs="+", help="検出の番号\nthe findings' numbers")
    pages["dispose"].add_argument(
        "--as-what", choices=[each.value for each in Disposition], required=True, help="結果の区分\nwhat became of them"
    )
    pages["dispose"].add_argument("--binder", metavar="PAPER", default="", help="別紙番号\nthe paper's number")
    pages["report"].add_argument("month", metavar="MONTH", help="年月（2026-04）\nthe month, as 2026-04")
    pages["sign"].add_argument("report", metavar="NUMBER", help="報告書番号\nthe report's number")
    pages["sign"].add_argument("--binder", metavar="PAPER", required=True, help="綴り番号\nits number in the binder")
    for page in pages.values():
        session.arrange(page)


def run(asked: argparse.Namespace) -> int:
    """Refused with what the station says."""
    match asked.what:
        case "run":
            return asyncio.run(_analyse(asked))
        case "dispose":
            for number in asked.findings:
                parse_finding(number)
            return asyncio.run(_dispose(asked))
        case "report":
            return asyncio.run(_said(asked, MakeReport(month=asked.month), fresh=False))
        case "sign":
            return asyncio.run(_said(asked, ReviewReport(report=asked.report, binder=asked.binder), fresh=True))
    return asyncio.run(_list(asked))


async def _analyse(asked: argparse.Namespace) -> int:
    async with session.signed_in(asked) as at:
        answer = await at.do(AnalyseLog(since=asked.since, until=asked.until))
    print(prompt("analysed", asked.lang, **answer.facts))
    return 0


async def _said(asked: argparse.Namespace, ask: Ask, *, fresh: bool) -> int:
    async with session.signed_in(asked) as at:
        answer = await at.do(ask, fresh=fresh)
    print(f"{answer.facts['report']}: {event_words(answer.action, asked.lang)}")
    return 0


async def _dispose(asked: argparse.Namespace) -> int:
    ask = DisposeFindings(findings=asked.findings, disposition=Disposition(asked.as_what), binder=asked.binder)
    async with session.signed_in(asked) as at:
        answer = await at.do(ask, fresh=True)
    print(prompt("disposed", asked.lang, **answer.facts))
    return 0


async def _list(asked: argparse.Namespace) -> int:
    async with session.signed_in(asked) as at:
        rows = await at.all("Findings", disposed=asked.disposed)
        greeting = await at.greet()
    if asked.json:
        output.print_json(rows)
        return 0
    print(output.heading(greeting, asked.lang))
    print(*lines(rows, asked.lang, disposed=asked.disposed), sep="\n")
    return 0


def lines(rows: Sequence[FindingView], language: str, *, disposed: bool) -> Iterator[str]:
    columns = [
        output.column("finding", language),
        output.column("day_of_record", language),
        output.column("found", language),
        output.column("record", language, right=True),
        output.column("operator", language, most=24),
    ]
    if disposed:
        columns += [output.column("disposition", language), output.column("reviewer", language, most=12)]
    cells = [
        (
            *(row.finding, row.day, of(FINDINGS, row.kind.value, language), _records(row, language), _people(row)),
            *((_became(row, language), row.reviewer_name) if disposed else ()),
        )
        for row in rows
    ]
    yield from output.listing(columns, cells, language)


def _records(row: FindingView, language: str) -> str:
    if row.first < 0:
        return detail(row.kind, row.detail, language)
    return str(row.last) if row.first == row.last else f"{row.first}-{row.last}"


def _people(row: FindingView) -> str:
    return " ".join(name or operator for operator, name in zip(row.concerned, row.concerned_names, strict=True))


def _became(row: FindingView, language: str) -> str:
    word = of(DISPOSITIONS, row.disposition, language)
    return f"{word} {row.binder}" if row.binder else word
