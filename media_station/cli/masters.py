"""media-station masters: handlers, places, reasons and the others, as CSV files; proposed, and adopted by another."""

import argparse
import asyncio
from pathlib import Path
from typing import Final

from media_station.cli import output, session
from media_station.cli.table_file import read_table
from media_station.model.asks import AdoptMasters, Ask, ProposeMasters
from media_station.model.ids import parse_masters
from media_station.model.masters import MasterKind
from media_station.texts.words import event_words

_ABOUT = """マスタ（取扱者、休日、保管場所、破壊機器、破壊事業者、理由、兼務）をCSVで取り込みます。
提案した人とは別の承認者が採用します。見本は *.sample.csv。
Masters as a CSV are proposed by one person, and adopted by an approver other than the proposer:
handlers, holidays, places, shredders, firms, reasons, who may have which two duties."""
PAGES: Final = {
    "propose": (
        "CSVから提案 / proposed from a CSV",
        """CSV（CP932・UTF-8）の全行を、その表の新しい内容として提案します（操作者・管理者）。
Proposes the CSV's rows as all that the table says (operators and administrators).""",
        ("masters propose handlers handlers.csv --as sousa-hanako",),
    ),
    "adopt": (
        "採用 / adopted",
        """提案された表を採用します（提案した人とは別の承認者）。
Adopts what was proposed: by an approver other than the proposer.""",
        ("masters adopt R1-M-00001 --as shonin-ichiro",),
    ),
}


def arrange(parser: argparse.ArgumentParser) -> None:
    output.explain(parser, _ABOUT, examples=("masters propose handlers handlers.csv", "masters adopt R1-M-00001"))
    what = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
    for name, (summary, about, examples) in PAGES.items():
        page = what.add_parser(name, help=summary)
        output.explain(page, about, examples=examples)
        if name == "propose":
            kinds = [each.value for each in MasterKind]
            page.add_argument("kind", metavar="KIND", choices=kinds, help=f"表の種類\nwhich: {', '.join(kinds)}")
            page.add_argument("file", type=Path, metavar="FILE", help="CSV（CP932・UTF-8）\na CSV, CP932 or UTF-8")
        else:
            page.add_argument("number", metavar="NUMBER", help="提案の番号\nthe proposal's number")
        session.arrange(page)


def run(asked: argparse.Namespace) -> int:
    """Refused CLI-010, CLI-011 for the file, IDS-001 for what is no number, else what the station says."""
    if asked.what == "adopt":
        return asyncio.run(_do(asked, AdoptMasters(masters=parse_masters(asked.number))))
    lines, sha256 = read_table(asked.file)
    return asyncio.run(_do(asked, ProposeMasters(kind=MasterKind(asked.kind), lines=lines, sha256=sha256)))


async def _do(asked: argparse.Namespace, ask: Ask) -> int:
    async with session.signed_in(asked) as at:
        answer = await at.do(ask)
    number = answer.facts["masters"] if isinstance(ask, ProposeMasters) else asked.number
    print(f"{number}: {event_words(answer.action, asked.lang)}")
    return 0
