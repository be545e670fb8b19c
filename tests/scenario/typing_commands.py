"""Typing commands at a rehearsed station: through a script's pipes, at a terminal, and what could be seen meanwhile."""

import asyncio
import json
import os
import subprocess
import sys
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pexpect

from media_station.rehearsal.people import PERIOD_SECONDS, Person
from media_station.rehearsal.walk import Walk

SECONDS = 60  # against a hang
MEDIA_STATION = ("-m", "media_station.cli.main")
# A command that asks for more than a sign-in, as one of the station's will: a new code and a second person.
OF_TWO = """
import argparse, asyncio
from media_station.cli import session
from media_station.model.asks import AddCourier
parser = argparse.ArgumentParser()
session.arrange(parser)
async def run(asked):
    async with session.signed_in(asked) as at:
        ask = AddCourier(consignment=at.asking.name("consignment"), handler="tobiiri", person="飛入 六郎", employer="")
        print((await at.do(ask, second=True)).action)
asyncio.run(run(parser.parse_args()))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()

    @property
    def rows(self) -> list[dict]:
        return [json.loads(line) for line in self.lines]


@dataclass(frozen=True, slots=True, kw_only=True)
class Typing:
    """Types commands at a walk's station, each with codes that nobody used before."""

    walk: Walk

    @property
    def door(self) -> Path:
        return self.walk.house.run / "people.sock"

    async def piped(
        self, *command: str, by: Person | None = None, password: str = "", then: str = "", stdout: int = subprocess.PIPE
    ) -> Done:
        """Answers through standard input; `then` is typed after the sign-in."""
        who = by or self.walk.staff.auditor
        code = who.code(await self.walk.counter._fresh(who))
        answers = "\n".join([who.operator, password or who.password, code, then])
        arguments = [*MEDIA_STATION, *command, "--door", str(self.door), "--secrets-from-stdin"]
        return await self._run(arguments, answers, stdout)

    async def of_two(self, *arguments: str, by: Person, second: Person, between: Sequence[str] = ()) -> Done:
        """Three codes of two people, none of them used before, in one run: the new one is of the step after the first.

        `between` is asked for after the sign-in.
        """
        now = await self.walk.counter._fresh(by, second)
        first = by.code(now)
        # A code of the next step is good already, since a token's clock may be fast.
        soon = datetime.fromtimestamp(now.timestamp() + PERIOD_SECONDS, now.tzinfo)
        answers = [by.password, first, *between, second.operator, second.password, by.code(soon), second.code(soon), ""]
        entering = ["--as", by.operator, "--door", str(self.door), "--secrets-from-stdin"]
        return await self._run([*arguments, *entering], "\n".join(answers))

    async def fresh(self, *command: str, by: Person) -> Done:
        """Two codes of one person in one run: the sign-in's, then one of the step after it."""
        now = await self.walk.counter._fresh(by)
        first = by.code(now)
        soon = datetime.fromtimestamp(now.timestamp() + PERIOD_SECONDS, now.tzinfo)
        answers = [by.password, first, by.code(soon), ""]
        entering = ["--as", by.operator, "--door", str(self.door), "--secrets-from-stdin"]
        done = await self._run([*MEDIA_STATION, *command, *entering], "\n".join(answers))
        await self.walk.counter.advance(PERIOD_SECONDS)  # the next code is one that nobody used
        return done

    async def bare(self, *command: str, door: Path | None = None) -> Done:
        """Without a terminal and without answers."""
        return await self._run([*MEDIA_STATION, *command, "--door", str(door or self.door)], "")

    async def unread(self, *command: str) -> Done:
        """Into a pipe whose reader has gone."""
        reader, writer = os.pipe()
        os.close(reader)
        try:
            return await self.piped(*command, stdout=writer)
        finally:
            os.close(writer)

    async def _run(self, arguments: list[str], answers: str, stdout: int = subprocess.PIPE) -> Done:
        def run() -> Done:
            done = subprocess.run(
                [sys.executable, *arguments],
                input=answers,
                stdout=stdout,
                stderr=subprocess.PIPE,
                encoding="utf-8",
                timeout=SECONDS,
                start_new_session=True,
                check=False,
            )
            return Done(code=done.returncode, out=done.stdout or "", err=done.stderr)

        return await asyncio.to_thread(run)

    async def at_a_terminal(self, session) -> None:
        """Runs `session(child, person, code)` beside `due` at a pty."""
        who = self.walk.staff.auditor
        code = who.code(await self.walk.counter._fresh(who))
        await asyncio.to_thread(self._terminal, session, who, code)

    def _terminal(self, session, who: Person, code: str) -> None:
        with warnings.catch_warnings():
            # Python 3.12 warns of forkpty() beside threads; pexpect's child does nothing before its exec.
            warnings.simplefilter("ignore", DeprecationWarning)
            child = pexpect.spawn(
                sys.executable,
                [*MEDIA_STATION, "due", "--door", str(self.door), "--lang", "ja"],
                encoding="utf-8",
                timeout=SECONDS,
                dimensions=(30, 100),
            )
        try:
            session(child, who, code)
        finally:
            child.close(force=True)


@dataclass(slots=True)
class Seen:
    """What the terminal showed, and what others could see of the process meanwhile."""

    shown: str = ""
    echoing: bool = True
    visible: str = ""
    secrets: tuple[str, ...] = ()
    code: int | None = None


def signing_in(seen: Seen):
    def session(child, who: Person, code: str) -> None:
        child.expect("操作者名: ")
        seen.shown += child.before + child.after
        child.sendline(who.operator)
        child.expect("表示されません）: ")
        seen.shown += child.before + child.after
        seen.echoing = child.getecho()
        child.sendline(who.password)
        child.expect(r"残り\d+秒）: ")
        seen.shown += child.before + child.after
        process = Path("/proc") / str(child.pid)
        seen.visible = (process / "cmdline").read_text() + (process / "environ").read_text(errors="replace")
        child.sendline(code)
        child.expect(pexpect.EOF)
        seen.shown += child.before
        child.close()
        seen.secrets, seen.code = (who.password, code), child.exitstatus

    return session


def interrupting(seen: Seen):
    def session(child, who: Person, code: str) -> None:
        child.expect("操作者名: ")
        child.sendline(who.operator)
        child.expect("表示されません）: ")
        child.sendintr()
        child.expect(pexpect.EOF)
        child.close()
        seen.shown, seen.code, seen.echoing = child.before, child.exitstatus, False

    return session


async def type_of_two(typing: Typing) -> Done:
    walk = typing.walk
    return await typing.of_two(
        "-c", OF_TWO, by=walk.staff.operator, second=walk.staff.approver, between=[walk.terms.consignment]
    )
