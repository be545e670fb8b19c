"""media-station consignment: its terms, as a CSV that staff filled in; proposed by one person, opened by another."""

import argparse
import asyncio
from pathlib import Path
from typing import Final

from media_station.cli import output, session
from media_station.cli.table_file import read_table
from media_station.model.asks import AmendConsignment, Ask, EndConsignment, OpenConsignment, ProposeConsignment
from media_station.model.forms import read_terms
from media_station.model.ids import parse_consignment
from media_station.texts.words import event_words

_ABOUT = """委託業務：契約の条件のCSVから起案し、別の人（承認者）が開始します。
見本は consignment.sample.csv。
Consignments are proposed by the terms in a CSV (as consignment.sample.csv), and opened by an
approver other than the proposer."""
PAGES: Final = {
    "propose": (
        "CSVから起案 / proposed from a CSV",
        """条件のCSV（CP932・UTF-8）を取り込み、委託業務を起案します（操作者）。更新も同じです（年度更新）。
Proposes a consignment by the terms in the CSV; a renewal too. By an operator.""",
        ("consignment propose 2026-TAX-003.csv --as sousa-hanako",),
    ),
    "open": (
        "開始 / opened",
        """起案された委託業務を開始します（起案した人とは別の承認者）。
Opens what was proposed: by an approver other than the proposer.""",
        ("consignment open 2026-TAX-003 --as shonin-ichiro",),
    ),
    "amend": (
        "条件の変更 / amended",
        """協議のうえ、条件を変更します（操作者と、もう一人）。CSVには変わらない条件も書きます。
Other terms after a consultation, by an operator and a second person. The CSV states all of them.""",
        ("consignment amend 2026-TAX-003.csv --consultation 協議-4 --as sousa-hanako",),
    ),
    "end": (
        "終了 / ended",
        """委託業務を終了します（承認者）。新しいデータは受け取らなくなります。
Ends a consignment (approvers): nothing new leaves under it.""",
        ("consignment end 2026-TAX-003 --as shonin-ichiro",),
    ),
}


def arrange(parser: argparse.ArgumentParser) -> None:
    output.explain(parser, _ABOUT, examples=("consignment propose 2026-TAX-003.csv",))
    what = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
    for name, (summary, about, examples) in PAGES.items():
        page = what.add_parser(name, help=summary)
        output.explain(page, about, examples=examples)
        if name in {"propose", "amend"}:
            page.add_argument("file", type=Path, metavar="FILE", help="CSV（CP932・UTF-8）\na CSV, CP932 or UTF-8")
        else:
            page.add_argument("number", metavar="NUMBER", help="委託業務の番号\nthe consignment's number")
        if name == "amend":
            page.add_argument(
                "--consultation", metavar="NUMBER", required=True, help="協議記録の番号\nthe consultation's paper"
            )
        session.arrange(page)


def run(asked: argparse.Namespace) -> int:
    """Refused CLI-010, CLI-011, FRM-001, FRM-002 for the file, IDS-001 for what is no number, else by the station."""
    ask, number = _ask(asked)
    return asyncio.run(_do(asked, ask, number))


def _ask(asked: argparse.Namespace) -> tuple[Ask, str]:
    if asked.what in {"open", "end"}:
        number = parse_consignment(asked.number)
        kind = OpenConsignment if asked.what == "open" else EndConsignment
        return kind(consignment=number), number
    terms = read_terms(read_table(asked.file)[0])
    if asked.what == "amend":
        return AmendConsignment(terms=terms, consultation=asked.consultation), terms.consignment
    return ProposeConsignment(terms=terms), terms.consignment


async def _do(asked: argparse.Namespace, ask: Ask, number: str) -> int:
    async with session.signed_in(asked) as at:
        answer = await at.do(ask, second=asked.what == "amend")
    print(f"{number}: {event_words(answer.action, asked.lang)}")
    return 0
