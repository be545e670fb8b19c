"""The way into the people door for every command: who this station is, who asks, what they may, and out again.

async with signed_in(asked) as at:
    rows = await at.all("Due")
    answer = await at.do(ask, fresh=True, second=True)
"""

import argparse
import os
import sys
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager, suppress
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from media_station.cli import output
from media_station.cli.asking import Asking, Script, Terminal
from media_station.doors.people import People, whole
from media_station.doors.socket import Caller, connect
from media_station.model.account_asks import ACCOUNT_ASKS
from media_station.model.asks import Ask, InstallPatterns, InstallUpdate, RotateKey
from media_station.model.errors import PeerFault, Refused, StationError
from media_station.model.instant import parse_wall
from media_station.model.views import Answer, Greeting, OpenFindings, SecondPerson
from media_station.texts.era import iso
from media_station.texts.prompts import prompt

DOOR: Final = Path("/run/media-station/people.sock")
DOOR_VARIABLE: Final = "MEDIA_STATION_DOOR"
PERIOD_SECONDS: Final = 30
_READINGS: Final = 10


def arrange(parser: argparse.ArgumentParser) -> None:
    """The options of every command that goes through the people door."""
    entering = parser.add_argument_group(
        "だれが / who",
        "操作者名、パスワード、認証コードは端末から入力します。\n"
        "コマンド行や環境変数では渡せません。\n"
        "Operator name, password and one-time code are asked for at the terminal;\n"
        "they are never taken from the command line or the environment.",
    )
    entering.add_argument("--as", dest="operator", metavar="NAME", default="", help="操作者名\nthe operator's name")
    entering.add_argument(
        "--secrets-from-stdin",
        action="store_true",
        help="スクリプト用：操作者名（--as がないとき）、パスワード、認証コードを、\n"
        "標準入力から一行ずつ、この順に読みます。\n"
        "for scripts: standard input has the answers, a line each, in the order of\n"
        "the questions: operator (unless --as), password, code; if the action asks\n"
        "for more: second person's name and password, a new code, the second\n"
        "person's code. Each line is read when it is needed.",
    )
    _arrange_door(entering)


def arrange_door(parser: argparse.ArgumentParser) -> None:
    """The options of a command for which nobody signs in."""
    _arrange_door(parser.add_argument_group("どこで / where"))


def _arrange_door(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--door",
        type=Path,
        metavar="PATH",
        default=Path(os.environ.get(DOOR_VARIABLE) or DOOR),
        help=f"端末のソケット\nthe station's people door; ${DOOR_VARIABLE}, or else\n{DOOR}",
    )
    output.arrange_language(group)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """One operator at the door, until the command ends. `greeting` is from before the sign-in.

    `asking` is for what a command asks for beyond that.
    """

    operator: str
    greeting: Greeting
    asking: Asking
    language: str
    session: str = field(repr=False)
    caller: Caller

    async def greet(self) -> Greeting:
        """How the station and its journal stand now."""
        greeting: Greeting = await self.caller.call("Greet")
        return greeting

    async def see(self, method: str, **parameters: Any) -> Any:
        """A view."""
        return await self.caller.call(method, session=self.session, **parameters)

    def follow(self, method: str, **parameters: Any) -> AbstractAsyncContextManager[AsyncIterator[Any]]:
        """A view that goes on until the session ends, or who follows it goes."""
        return aclosing(self.caller.stream(method, session=self.session, **parameters))

    async def all(self, method: str, **parameters: Any) -> list[Any]:
        """A view that comes in pages, whole."""
        return await whole(lambda start: self.see(method, start=start, **parameters))

    async def all_of_one_moment(self, method: str, **parameters: Any) -> tuple[Greeting, list[Any]]:
        """A view whole, with the moment that all its pages are of; Refused CLI-003 if others' work never lets it be."""
        for _ in range(_READINGS):
            before = await self.greet()
            rows = await self.all(method, **parameters)
            after = await self.greet()
            if (before.records, before.root) == (after.records, after.root):
                return after, rows
        raise Refused("CLI-003")

    async def do(self, ask: Ask, *, fresh: bool = False, second: bool = False) -> Answer:
        """One request. `fresh` asks for a new code; `second` for one and for the second person's factors."""
        beside, password = self._beside(ask) if second else ("", "")
        code = await self._fresh_code(self.operator) if fresh or second else None
        person = None
        if second:
            person = SecondPerson(operator=beside, password=password, code=await self._fresh_code(beside))
        parameters = {each.name: getattr(ask, each.name) for each in fields(ask)}
        answer: Answer = await self.caller.call(
            type(ask).__name__, session=self.session, code=code, second=person, **parameters
        )
        return answer

    def _beside(self, ask: Ask) -> tuple[str, str]:
        """The second person's name and password; before both codes, which don't last."""
        who = "second_for_accounts" if isinstance(ask, ACCOUNT_ASKS) else "second"
        who = "another_administrator" if isinstance(ask, InstallPatterns | InstallUpdate | RotateKey) else who
        operator = self.asking.name(prompt(who, self.language))
        return operator, self.asking.secret(prompt("password", self.language, operator=operator))

    async def _fresh_code(self, operator: str) -> str:
        seconds = seconds_left(await self.greet())
        return self.asking.secret(prompt("fresh_code", self.language, operator=operator, seconds=seconds))


@asynccontextmanager
async def signed_in(asked: argparse.Namespace) -> AsyncIterator[SignedIn]:
    """Through the door with both factors, and signed out at the end. Whoever comes in is told what waits (S8).

    PeerFault DOR-001 if nobody is in, Refused ACC-002 for wrong factors, CLI-001, CLI-002 if they can't be asked for.
    """
    async with at_setup(asked) as at:
        operator = asked.operator or at.asking.name(prompt("operator", at.language))
        password = at.asking.secret(prompt("password", at.language, operator=operator))
        seconds = seconds_left(await at.greet())
        code = at.asking.secret(prompt("code", at.language, seconds=seconds))
        session = await at.caller.call("SignIn", operator=operator, password=password, code=code)
        try:
            entered = replace(at, operator=operator, session=session)
            waiting: OpenFindings = await entered.see("OpenFindings")
            if waiting.count:
                at.asking.tell(prompt("findings_open", at.language, count=waiting.count, oldest=waiting.oldest))
            yield entered
        finally:
            # A desk that has gone has forgotten the session too.
            with suppress(StationError):
                await at.caller.call("SignOut", session=session)


@asynccontextmanager
async def once_more(asked: argparse.Namespace, at: SignedIn) -> AsyncIterator[SignedIn]:
    """Another connection of the same session."""
    async with connect(asked.door, People, uids=holders(asked.door)) as caller:
        yield replace(at, caller=caller)


@asynccontextmanager
async def at_setup(asked: argparse.Namespace) -> AsyncIterator[SignedIn]:
    """Through the door as nobody: for the first two administrators, whom the station enrols without a session."""
    async with connect(asked.door, People, uids=holders(asked.door)) as caller:
        # A terminal is asked as one, so that it doesn't show what is typed.
        asking: Asking = Script() if asked.secrets_from_stdin and not sys.stdin.isatty() else Terminal()
        greeting: Greeting = await caller.call("Greet")
        for line in introduction(greeting, asked.lang):
            asking.tell(line)
        yield SignedIn(operator="", session="", greeting=greeting, asking=asking, language=asked.lang, caller=caller)


def introduction(greeting: Greeting, language: str) -> list[str]:
    """Which station this is, its time, its last record: a person sees here if it is another, or was set back."""
    station = prompt("station", language, identity=greeting.identity)
    if greeting.rehearsal:
        station += f" {prompt('rehearsal', language)}"
    last = prompt("no_record", language)
    if greeting.records:
        at = iso(parse_wall(greeting.last_record_at))
        last = prompt("last", language, record=greeting.records - 1, at=at)
    lines = [station, prompt("time", language, now=iso(parse_wall(greeting.now.wall))), last]
    if greeting.witnessed:
        at = iso(parse_wall(greeting.witnessed_at))
        lines.append(prompt("witnessed", language, record=greeting.witnessed - 1, at=at))
    if greeting.witness_late:
        lines.append(prompt("witness_late", language))
    if greeting.behind_seconds:
        lines.append(prompt("behind", language, seconds=greeting.behind_seconds))
    if greeting.clock_off:
        lines.append(prompt("clock_off", language, off=greeting.clock_off))
    return lines


def seconds_left(greeting: Greeting) -> int:
    """Of the period that a token with a new code every 30 seconds shows now, by the station's time."""
    return seconds_left_at(parse_wall(greeting.now.wall))


def seconds_left_at(now: datetime) -> int:
    return PERIOD_SECONDS - int(now.timestamp()) % PERIOD_SECONDS


def holders(door: Path) -> frozenset[int]:
    """Who may be at the door's other end: root, and whose directory it is, since he alone puts a door there."""
    try:
        return frozenset({0, door.parent.stat().st_uid})
    except OSError as error:
        raise PeerFault("DOR-001", door=door.name) from error
