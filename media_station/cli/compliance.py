"""media-station compliance: the requirement map with its evidence, for both sides, at one moment of the journal."""

import argparse
import asyncio
import csv
import io
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from itertools import groupby
from typing import Final

from media_station.cli import output, session
from media_station.model.compliance import Side
from media_station.model.views import ComplianceRow, Greeting
from media_station.texts.nouns import COLUMNS, SIDES, of
from media_station.texts.prompts import prompt
from media_station.texts.requirements import requirement_title
from media_station.texts.words import event_words

_ABOUT = """安全管理措置の各項目（区・受託者）の適否、根拠、確認者、年月日。
○ 根拠あり　ー 該当なし　未 根拠なし又は期限切れ
ある一時点の記録によるものです。CSVとJSONの各行に、その時点の記録の件数とハッシュが付きます。

Each requirement for both sides: status, evidence, confirmer and day.
○ proved   ー does not apply   未 not proved, or expired
It is of one moment; each row of CSV and JSON carries the journal's size and root hash then."""
_FORMATS: Final = ("table", "csv", "json")
# What a spreadsheet would take for a formula (OWASP, CSV injection) is text here.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def arrange(parser: argparse.ArgumentParser) -> None:
    output.explain(
        parser,
        _ABOUT,
        examples=("compliance", "compliance --format csv > compliance.csv", "compliance --json"),
    )
    form = parser.add_mutually_exclusive_group()
    form.add_argument(
        "--format",
        choices=_FORMATS,
        default="table",
        help="表、表計算ソフト用のCSV（UTF-8 BOM付き）、JSON\n"
        "a table; CSV for a spreadsheet (UTF-8 with BOM; what looks like a formula\n"
        "gets an apostrophe); JSON",
    )
    form.add_argument(
        "--json",
        dest="format",
        action="store_const",
        const="json",
        help="--format json と同じ（一行に一つのJSON）\nthe same as --format json, one object a line",
    )
    session.arrange(parser)


def run(asked: argparse.Namespace) -> int:
    """Refused CLI-003 if the journal never stood still while it was read."""
    return asyncio.run(_run(asked))


async def _run(asked: argparse.Namespace) -> int:
    async with session.signed_in(asked) as at:
        greeting, rows = await at.all_of_one_moment("Compliance")
    if asked.format == "json":
        output.print_json({**_moment(greeting), **asdict(row)} for row in rows)
    elif asked.format == "csv":
        sys.stdout.buffer.write(spreadsheet(greeting, rows, asked.lang))
    else:
        print(output.heading(greeting, asked.lang))
        print(*lines(rows, asked.lang), sep="\n")
    return 0


def _moment(greeting: Greeting) -> dict[str, str | int | bool]:
    """Where in which journal it was read; in every row, so that a row tells it alone too."""
    return {
        "station": greeting.identity,
        "rehearsal": greeting.rehearsal,
        "read_at": greeting.now.wall,
        "journal_size": greeting.records,
        "journal_root": greeting.root,
    }


def lines(rows: Sequence[ComplianceRow], language: str) -> Iterator[str]:
    """Each requirement's title, and a line for each side; the mark, ambiguous in width, is the line's last."""
    blank = "    "
    cells = [
        (
            of(SIDES, row.side, language),
            row.day,
            row.confirmer_name or row.confirmer,
            "" if row.record < 0 else str(row.record),
            _evidence(row, language),
            row.status,
        )
        for row in rows
    ]
    columns = [
        output.column("side", language),
        output.column("day_of_record", language),
        output.column("confirmer", language, most=14),
        output.column("record", language, right=True),
        output.column("evidence", language, most=44),
        output.column("status", language),
    ]
    first, *whole = output.table(columns, cells)
    yield blank + first
    of_both = zip(rows, whole, strict=True)
    for requirement, sides in groupby(of_both, key=lambda each: each[0].requirement):
        yield f"{output.fitted(requirement, len(blank))}{requirement_title(requirement, language)}"
        for _, line in sides:
            yield blank + line
    yield ""
    for side in Side:
        marks = Counter(row.status for row in rows if row.side == side.value)
        named = of(SIDES, side.value, language)
        yield prompt("met", language, side=named, met=marks["○"], not_applicable=marks["ー"], not_met=marks["未"])


def _evidence(row: ComplianceRow, language: str) -> str:
    """What the station recorded, in words; or where in the binder the paper is."""
    return event_words(row.evidence, language)


def spreadsheet(greeting: Greeting, rows: Sequence[ComplianceRow], language: str) -> bytes:
    """RFC 4180 with a byte order mark, by which Excel knows that it is UTF-8."""
    names = (*_moment(greeting), "requirement", "title", "side", "status", "evidence", "record")
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(of(COLUMNS, name, language) for name in (*names, "confirmer", "day_of_record"))
    for row in rows:
        moment = {**_moment(greeting), "rehearsal": of(COLUMNS, "rehearsal", language) if greeting.rehearsal else ""}
        table.writerow(
            _text(str(cell))
            for cell in (
                *moment.values(),
                row.requirement,
                requirement_title(row.requirement, language),
                of(SIDES, row.side, language),
                row.status,
                _evidence(row, language),
                "" if row.record < 0 else row.record,
                row.confirmer_name or row.confirmer,
                row.day,
            )
        )
    return text.getvalue().encode("utf-8-sig")


def _text(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
