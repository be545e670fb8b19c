"""media-station ledger: the 管理簿, what passed the counter, out and back."""

import argparse
import asyncio
from collections.abc import Iterator, Sequence
from datetime import date

from media_station.cli import output, session
from media_station.model.ids import parse_medium, parse_transfer
from media_station.model.views import LedgerRow
from media_station.texts.nouns import COLUMNS, DIRECTIONS, ITEMS, of

_ABOUT = """管理簿：媒体・通知書・同封物・封書の引渡しと受領を、古い順に表示します。
The handover ledger: what passed the counter, out and back, oldest first.
A value that was corrected (訂正票) is shown corrected."""


def arrange(parser: argparse.ArgumentParser) -> None:
    output.explain(
        parser,
        _ABOUT,
        examples=("ledger --transfer R1-T-00001", "ledger --medium R1-U-00001 --json", "ledger --since 2026-04-01"),
    )
    parser.add_argument("--transfer", metavar="NUMBER", default="", help="この提供だけ\nonly this transfer")
    parser.add_argument(
        "--medium", metavar="NUMBER", default="", help="この媒体とその通知書だけ\nonly this medium and its notice"
    )
    parser.add_argument(
        "--since",
        metavar="DAY",
        type=date.fromisoformat,
        default=date.min,
        help="この日（YYYY-MM-DD、日本時間）から\nfrom this day on, Japanese time",
    )
    output.arrange_json(parser)
    session.arrange(parser)


def run(asked: argparse.Namespace) -> int:
    """Refused IDS-001 for what is no number."""
    if asked.transfer:
        parse_transfer(asked.transfer)
    if asked.medium:
        parse_medium(asked.medium)
    return asyncio.run(_run(asked))


async def _run(asked: argparse.Namespace) -> int:
    async with session.signed_in(asked) as at:
        rows = await at.all("Ledger")
        greeting = await at.greet()
    rows = [row for row in rows if _wanted(row, asked)]
    if asked.json:
        output.print_json(rows)
        return 0
    print(output.heading(greeting, asked.lang))
    print(*lines(rows, asked.lang), sep="\n")
    return 0


def _wanted(row: LedgerRow, asked: argparse.Namespace) -> bool:
    return (
        asked.transfer in ("", row.transfer) and asked.medium in ("", row.medium) and output.day(row.at) >= asked.since
    )


def lines(rows: Sequence[LedgerRow], language: str) -> Iterator[str]:
    """Two for each row: who gave what to whom, and by which papers it is proved."""
    columns = [
        output.column("record", language, right=True),
        output.column("time", language),
        output.column("direction", language),
        output.column("item", language),
        output.column("subject", language, most=26),
        output.column("quantity", language, right=True),
        output.column("clerk", language, most=14),
        output.column("handler", language),
    ]
    cells = [
        (
            str(row.record),
            output.moment(row.at),
            of(DIRECTIONS, row.direction, language),
            of(ITEMS, row.item, language),
            row.subject,
            f"{row.quantity:,}",
            row.clerk_name or row.clerk,
            row.handler_name or row.handler,
        )
        for row in rows
    ]
    first, *whole = output.listing(columns, cells, language)
    yield first
    for row, line in zip(rows, whole, strict=True):
        yield line
        yield output.fitted("        " + _papers(row, language), output.WIDE).rstrip()


def _papers(row: LedgerRow, language: str) -> str:
    named = {
        "transfer": row.transfer,
        "bag": row.bag,
        "seal": row.seal,
        "slip": row.slip,
        "corrected": ",".join(row.corrected),
        "binder": row.binder,
    }
    return "  ".join(f"{of(COLUMNS, name, language)} {output.shown(value)}" for name, value in named.items() if value)
