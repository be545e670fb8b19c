"""media-station clock: what time the station thinks it is, and how two administrators set it."""

import argparse
import asyncio
import time
from datetime import datetime, timedelta
from typing import Final

from media_station.cli import output, session
from media_station.cli.asking import Asking
from media_station.doors.people import People
from media_station.doors.socket import connect
from media_station.model.asks import SetClock
from media_station.model.ids import parse_operator
from media_station.model.instant import wall_text
from media_station.model.views import Answer, Greeting, SecondPerson
from media_station.texts.era import JST, iso
from media_station.texts.prompts import prompt

_ABOUT = """端末の時計を見る、合わせる。
What time the station thinks it is; and how two administrators set it."""
_PAGES: Final = {
    "show": (
        "時計を見る / what time it is",
        """端末の時刻、起動からの時間、最後の記録、時計の遅れを表示します。サインインは要りません。
The station's time, how long it is up, its last record, and whether its clock is behind that; nobody
signs in.""",
        ("clock show", "clock show --json"),
    ),
    "set": (
        "時計を合わせる / to set it",
        """管理者二人で時計を合わせます。時計が狂うとサインインできないので、サインインなしで行います。
TIME は、Enterを押すときの正しい時刻（日本時間）です。その後の入力の時間は加算されます。
二人のパスワードと、その時刻のトークンのコードを確かめます（回復コードは使えません）。
Two administrators set the clock. Nobody signs in: while it is wrong, no token would let them.
TIME is the right time of Japan at the moment when you press Enter; what passes while you type on is
added. Both passwords are checked, and that both tokens' codes are of that time (no recovery codes).""",
        ("clock set '2026-04-01 08:30:00'", "clock set '2026-04-01 08:30' --as kanri-jiro"),
    ),
}


def arrange(parser: argparse.ArgumentParser) -> None:
    output.explain(parser, _ABOUT, examples=("clock show", "clock set '2026-04-01 08:30:00'"))
    what = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
    pages = {}
    for name, (summary, about, examples) in _PAGES.items():
        pages[name] = what.add_parser(name, help=summary)
        output.explain(pages[name], about, examples=examples)
    output.arrange_json(pages["show"])
    session.arrange_door(pages["show"])
    pages["set"].add_argument(
        "time",
        type=_japans,
        metavar="TIME",
        help="YYYY-MM-DD HH:MM[:SS]（日本時間）\nYYYY-MM-DD HH:MM[:SS], time of Japan",
    )
    session.arrange(pages["set"])


def _japans(typed: str) -> datetime:
    try:
        read = datetime.fromisoformat(typed)
    except ValueError:
        read = None
    if read is None or read.tzinfo is not None or len(typed) < len("YYYY-MM-DD HH:MM"):
        raise argparse.ArgumentTypeError(f"YYYY-MM-DD HH:MM[:SS]: {typed!r}")
    return read.replace(tzinfo=JST)


def run(asked: argparse.Namespace) -> int:
    """Refused with what the station says."""
    return asyncio.run(_show(asked) if asked.what == "show" else _set(asked, time.clock_gettime(time.CLOCK_BOOTTIME)))


async def _show(asked: argparse.Namespace) -> int:
    async with connect(asked.door, People, uids=session.holders(asked.door)) as caller:
        greeting: Greeting = await caller.call("Greet")
    if asked.json:
        output.print_json([greeting])
        return 0
    minutes = greeting.now.boottime_ms // 60_000
    print(*session.introduction(greeting, asked.lang), sep="\n")
    print(prompt("since_start", asked.lang, hours=minutes // 60, minutes=minutes % 60, boot=greeting.now.boot_id))
    return 0


async def _set(asked: argparse.Namespace, began: float) -> int:
    def now() -> datetime:
        """By the time that was typed and what has passed since."""
        proposed: datetime = asked.time + timedelta(seconds=time.clock_gettime(time.CLOCK_BOOTTIME) - began)
        return proposed

    async with session.at_setup(asked) as at:
        names = [asked.operator or at.asking.name(prompt("operator", at.language))]
        passwords = [at.asking.secret(prompt("password", at.language, operator=parse_operator(names[0])))]
        names.append(at.asking.name(prompt("another_administrator", at.language)))
        passwords.append(at.asking.secret(prompt("password", at.language, operator=parse_operator(names[1]))))
        codes = [_code(at.asking, name, now(), at.language) for name in names]
        answer: Answer = await at.caller.call(
            SetClock.__name__,
            session="",
            code=codes[0],
            second=SecondPerson(operator=names[1], password=passwords[1], code=codes[1]),
            operator=names[0],
            password=passwords[0],
            proposed=wall_text(now()),
        )
    print(prompt("clock_set", asked.lang, now=iso(now()), seconds=f"{int(answer.facts['seconds']):+d}"))
    return 0


def _code(asking: Asking, operator: str, now: datetime, language: str) -> str:
    seconds = session.seconds_left_at(now)
    return asking.secret(prompt("fresh_code", language, operator=operator, seconds=seconds))
