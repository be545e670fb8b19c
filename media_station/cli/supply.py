"""media-station supply: virus patterns from a medium, and how two administrators have them installed."""

import argparse
import asyncio
from pathlib import Path
from typing import Final

from asyncvarlink import FileDescriptor

from media_station.cli import output, session
from media_station.model.asks import InstallPatterns
from media_station.model.errors import Refused
from media_station.model.views import Answer
from media_station.texts.prompts import prompt

_ABOUT = """発行元が署名した配布物（ウイルスパターン、更新）を受け入れ、パターンを入れ替えます（S5）。
What a publisher signed for stations is taken in, and virus patterns are installed."""
_PAGES: Final = {
    "take": (
        "媒体のファイルから受け入れる / from a medium",
        """連携元サーバを通さずに届いた配布物のファイルを受け入れます（管理者）。まだ何も入れ替わりません。
Takes in a supply that came as a file, not at the gate (administrators). Nothing is installed yet.""",
        ("supply take /mnt/patterns-7.supply --as kanri-jiro",),
    ),
    "install": (
        "ウイルスパターンを入れ替える / the patterns that came in",
        """最後に受け入れたウイルスパターンを、管理者二人で入れ替えます。署名と、試験ファイル（EICAR）が
見つかることを確かめてから入れ替えます。今のものより古いものは入りません。
Two administrators have the patterns installed that came in last. They are verified, and tried with
the test file (EICAR), before they take the others' place; older ones never do.""",
        ("supply install patterns-7 --as kanri-jiro",),
    ),
}


def arrange(parser: argparse.ArgumentParser) -> None:
    output.explain(parser, _ABOUT, examples=("supply take FILE", "supply install patterns-7"))
    what = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
    for name, (summary, about, examples) in _PAGES.items():
        page = what.add_parser(name, help=summary)
        output.explain(page, about, examples=examples)
        if name == "take":
            page.add_argument("file", type=Path, metavar="FILE", help="配布物のファイル\nthe supply")
        else:
            page.add_argument("supply", metavar="SUPPLY", help="種類と番号（patterns-7）\nits kind and number")
        session.arrange(page)


def run(asked: argparse.Namespace) -> int:
    """Refused SUP-001 for a file that can't be read, else what the station says."""
    return asyncio.run(_take(asked) if asked.what == "take" else _install(asked))


async def _take(asked: argparse.Namespace) -> int:
    try:
        file = asked.file.open("rb")
    except OSError as error:
        raise Refused("SUP-001") from error
    with file:
        async with session.signed_in(asked) as at:
            answer: Answer = await at.see("TakeSupply", supply=FileDescriptor(file))
    print(prompt("supply_taken", asked.lang, record=answer.record, **answer.facts))
    return 0


async def _install(asked: argparse.Namespace) -> int:
    async with session.signed_in(asked) as at:
        answer = await at.do(InstallPatterns(supply=asked.supply), second=True)
    print(prompt("patterns_installed", asked.lang, record=answer.record, **answer.facts))
    return 0
