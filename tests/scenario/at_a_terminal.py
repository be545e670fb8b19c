"""`media-station …` at a pty, its questions answered as people answer them."""

import asyncio
import re
import sys
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import pexpect

from media_station.rehearsal.house import House
from media_station.rehearsal.people import Counter, Person

SECONDS = 90  # against a hang


class Place(Protocol):
    """A house with its counter: a Walk is one."""

    house: House
    counter: Counter


@dataclass(slots=True)
class AtATerminal:
    """`shown` is all that was on it, in pieces: before and with each question, and after the last."""

    walk: Place
    columns: int = 100
    pieces: list[str] = field(default_factory=list)
    typed: list[tuple[str, str]] = field(default_factory=list)
    hidden: list[bool] = field(default_factory=list)

    @property
    def shown(self) -> str:
        return "".join(self.pieces)

    async def run(self, command: Sequence[str], answers: Sequence[tuple[str, str | Callable]]) -> int:
        """`answers` are pairs of a pattern and what is typed then: a text, or a coroutine function that gives it."""
        loop = asyncio.get_running_loop()

        def at_the_pty() -> int:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)  # forkpty() beside threads, Python 3.12
                child = pexpect.spawn(
                    sys.executable,
                    ["-m", "media_station.cli.main", *command],
                    encoding="utf-8",
                    timeout=SECONDS,
                    dimensions=(40, self.columns),
                    env={
                        "LANG": "en_US.UTF-8",
                        "PATH": "/usr/bin:/bin",
                        "PYTHONPATH": "",
                        "MEDIA_STATION_DOOR": str(self.walk.house.run / "people.sock"),
                    },
                )
            try:
                for pattern, answer in answers:
                    child.expect(pattern)
                    self.pieces.append(child.before + child.after)
                    text = answer
                    if callable(answer):
                        text = asyncio.run_coroutine_threadsafe(answer(self), loop).result(SECONDS)
                    self.typed.append((pattern, text))
                    self.hidden.append(not child.getecho())
                    child.sendline(text)
                child.expect(pexpect.EOF)
                self.pieces.append(child.before)
            finally:
                child.close(force=True)
            return child.exitstatus

        return await asyncio.to_thread(at_the_pty)


def token_of(walk: Place, person: Person, *beside: Person):
    """A code that nobody used before; from then on those beside have one, too, without waiting."""

    async def code(_):
        return person.code(await walk.counter._fresh(person, *beside))

    return code


def by(walk: Place, person: Person):
    return [
        (r"Operator: ", person.operator),
        (r"Password of .*\(not shown\): ", person.password),
        (r"One-time code .*: ", token_of(walk, person)),
    ]


def signed(walk: Place, person: Person, *beside: Person):
    return [(rf"A new one-time code of {person.operator} .*: ", token_of(walk, person, *beside))]


def signed_by(walk: Place, first: Person, second: Person):
    return [
        (r"Second person .*: ", second.operator),
        (r"Password of .*\(not shown\): ", second.password),
        *signed(walk, first, second),
        *signed(walk, second),
    ]


def new_password(password: str):
    return [(r"a new password.*: ", password), (r"Once more.*: ", password)]


def key_on_the_screen(walk: Place, person: Person):
    """What a phone would have scanned: here read from the line below the QR code."""

    async def code(terminal: AtATerminal):
        person.secret = re.findall(r"((?:[A-Z2-7]{4} ){7}[A-Z2-7]{4})", terminal.shown)[-1].replace(" ", "")
        return person.code(await walk.counter.now())

    return code


def proof(code):
    return [(r"The code that .* shows now.*: ", code)]
