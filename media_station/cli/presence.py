"""media-station presence: who was in the room (S10), and whether who signed in was there."""

import argparse
import asyncio
from pathlib import Path
from typing import Final

from media_station.cli import output, session
from media_station.cli.table_file import read_table
from media_station.model.account_asks import ComparePresence, ImportPresence, RecordPresence
from media_station.model.ids import parse_operator
from media_station.texts.prompts import prompt
from media_station.texts.words import event_words

_ABOUT = """入退室の記録と、サインインとの照合（S10）。
Who was in the room, and whether those who signed in were there."""
_PAGES: Final = {
    "enter": (
        "入室を記録 / someone enters",
        """今、入室したことを記録します。
Records that someone has entered the room, now.""",
        ("presence enter sousa-hanako --as sousa-hanako",),
    ),
    "leave": (
        "退室を記録 / someone leaves",
        """今、退室したことを記録します。
Records that someone has left the room, now.""",
        ("presence leave sousa-hanako --as sousa-hanako",),
    ),
    "import": (
        "入退室管理システムのCSVを取込み / the door system's file",
        """入退室管理システムのCSVを取り込みます（管理者・監査者）。操作者でない人の行は取り込みません。
見出し：日時,操作者番号,入退室　日時は 2026-04-01 08:30:00、入退室は 入室・退室
Takes in the door system's file (administrators and auditors): time of Japan, operator, and 入室
(in) or 退室 (out). Rows of people who are no operators are left out.""",
        ("presence import door-2026-04.csv --as kansa-saburo",),
    ),
    "compare": (
        "サインインと照合 / against the sign-ins",
        """期間内のサインインを入退室の記録と照合し、室内にいなかった人のサインインを検出として記録します。
Holds the sign-ins of these days against the room's records; a sign-in of someone who was not in
the room is recorded as a finding.""",
        ("presence compare --since 2026-04-01 --until 2026-04-30 --as kansa-saburo",),
    ),
}


def arrange(parser: argparse.ArgumentParser) -> None:
    output.explain(parser, _ABOUT, examples=("presence enter sousa-hanako --as sousa-hanako",))
    what = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
    pages = {}
    for name, (summary, about, examples) in _PAGES.items():
        pages[name] = what.add_parser(name, help=summary)
        output.explain(pages[name], about, examples=examples)
    for name in ("enter", "leave"):
        pages[name].add_argument("person", metavar="OPERATOR", help="操作者名\nthe operator's name")
    pages["import"].add_argument("file", type=Path, metavar="FILE", help="CSV（CP932・UTF-8）\na CSV, CP932 or UTF-8")
    pages["compare"].add_argument("--since", metavar="DAY", required=True, help="最初の日\nthe first day")
    pages["compare"].add_argument("--until", metavar="DAY", required=True, help="最後の日\nthe last day")
    for page in pages.values():
        session.arrange(page)


def run(asked: argparse.Namespace) -> int:
    """Refused with what the station says."""
    if asked.what in {"enter", "leave"}:
        parse_operator(asked.person)
    return asyncio.run(_run(asked))


async def _run(asked: argparse.Namespace) -> int:
    lines = read_table(asked.file)[0] if asked.what == "import" else []
    async with session.signed_in(asked) as at:
        match asked.what:
            case "import":
                answer = await at.do(ImportPresence(lines=lines))
                said = prompt("presence_imported", asked.lang, **answer.facts)
            case "compare":
                answer = await at.do(ComparePresence(since=asked.since, until=asked.until))
                said = prompt("presence_compared", asked.lang, **answer.facts)
            case _:
                answer = await at.do(RecordPresence(operator=asked.person, entered=asked.what == "enter"))
                said = f"{asked.person}: {event_words(answer.action, asked.lang)}"
    print(said)
    return 0
