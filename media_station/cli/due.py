"""media-station due: what has to be back, posted, erased, destroyed or renewed, the soonest first."""

import argparse
import asyncio
from collections.abc import Iterator, Sequence
from datetime import date

from media_station.cli import output, session
from media_station.model.views import DueRow
from media_station.texts.prompts import prompt
from media_station.texts.words import due_words

_ABOUT = """期日のあるもの：発送、媒体と通知書の返却、媒体の消去と破壊、契約や書類の期限。
過ぎたものには「!! 超過」と出ます。
What has to be posted, back, erased, destroyed or renewed, the soonest first; what is overdue
says so ("!!"). The exit code doesn't tell."""


def arrange(parser: argparse.ArgumentParser) -> None:
    output.explain(parser, _ABOUT, examples=("due", "due --json"))
    output.arrange_json(parser)
    session.arrange(parser)


def run(asked: argparse.Namespace) -> int:
    return asyncio.run(_run(asked))


async def _run(asked: argparse.Namespace) -> int:
    async with session.signed_in(asked) as at:
        rows = await at.all("Due")
        greeting = await at.greet()
    if asked.json:
        output.print_json(rows)
        return 0
    print(output.heading(greeting, asked.lang))
    print(*lines(rows, output.day(greeting.now.wall), asked.lang), sep="\n")
    return 0


def lines(rows: Sequence[DueRow], today: date, language: str) -> Iterator[str]:
    columns = [
        output.column("left", language),
        output.column("day", language),
        output.column("due", language),
        output.column("subject", language),
        output.column("consignment", language),
    ]
    cells = [
        (
            left(row.day, today, language),
            row.day,
            due_words(row.what, language),
            row.subject,
            row.consignment if row.consignment != row.subject else "",
        )
        for row in rows
    ]
    yield from output.listing(columns, cells, language)


def left(day: str, today: date, language: str) -> str:
    """How many days are left, today as one of them; or how many it is late, with a sign that needs no colour."""
    days = (date.fromisoformat(day) - today).days
    if days < 0:
        return prompt("overdue", language, days=-days)
    return prompt("days_left", language, days=days) if days else prompt("today", language)
