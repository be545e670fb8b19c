"""media-station supply: what a publisher signed comes from a medium, and two administrators have it installed."""

import argparse
import asyncio
from pathlib import Path
from typing import Final

from asyncvarlink import FileDescriptor

from media_station.cli import output, session
from media_station.model.asks import InstallPatterns, InstallUpdate
from media_station.model.errors import Refused
from media_station.model.supply import FORMER, SupplyKind
from media_station.model.views import Answer
from media_station.texts.prompts import prompt

_ABOUT = """発行元が署名した配布物（ウイルスパターン、更新）を受け入れ、適用します（S4、S5）。
What a publisher signed for stations, virus patterns or an update, is taken in and installed."""
_PAGES: Final = {
    "take": (
        "媒体のファイルから受け入れる / from a medium",
        """連携元サーバを通さずに届いた配布物のファイルを受け入れます（管理者）。まだ何も入れ替わりません。
Takes in a supply that came as a file, not at the gate (administrators). Nothing is installed yet.""",
        ("supply take /mnt/patterns-7.supply --as kanri-jiro",),
    ),
    "install": (
        "受け入れたものを適用する / patterns or an update that came in",
        """最後に受け入れたウイルスパターンか更新を、管理者二人で適用します。署名を確かめ、パターンは試験
ファイル（EICAR）でも試します。今のものより古いものは入りません。更新では端末が止まり、新しい版で
起動します。
Two administrators have what came in last installed. It is verified, patterns are tried with the
test file (EICAR) too; older never takes the place of newer. An update stops the station, which
starts as the new version.""",
        ("supply install patterns-7 --as kanri-jiro", "supply install update-3 --as kanri-jiro"),
    ),
    "roll-back": (
        "更新の前の版に戻す / to the version before the update",
        """更新の前の版に、管理者二人で戻します。保管されているのは一つ前の版だけです。
Two administrators have the version before the last update installed again; one is kept.""",
        ("supply roll-back --as kanri-jiro",),
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
        if name == "install":
            page.add_argument(
                "supply", metavar="SUPPLY", help="種類と番号（patterns-7、update-3）\nits kind and number"
            )
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
    supply = FORMER if asked.what == "roll-back" else asked.supply
    patterns = supply.startswith(SupplyKind.PATTERNS.value)
    ask = InstallPatterns(supply=supply) if patterns else InstallUpdate(supply=supply)
    async with session.signed_in(asked) as at:
        answer = await at.do(ask, second=True)
    told = "patterns_installed" if patterns else "update_ordered"
    print(prompt(told, asked.lang, record=answer.record, **answer.facts))
    return 0
