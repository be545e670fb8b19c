"""docs/operator_transcript.md: what a fresh reader of the help types at a new station, and what the terminal shows.

`python tests/scenario/operator_transcript.py` writes the page; test_operator_transcript.py holds it against the real
commands. What is another each time (times, numbers, keys, codes) is masked as it is taken down.
"""

import asyncio
import re
import shlex
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyotp
from at_a_terminal import (
    AtATerminal,
    by,
    key_on_the_screen,
    new_password,
    proof,
    signed,
    signed_by,
    token_of,
)
from masks import masked

from media_station.doors.people import People
from media_station.doors.socket import connect
from media_station.model.errors import Refused
from media_station.model.operator import Role
from media_station.rehearsal.house import House
from media_station.rehearsal.people import Counter, Person

PAGE = Path(__file__).parents[2] / "docs" / "operator_transcript.md"
WAIT_SECONDS = 300
_ABOUT = """# Accounts at a terminal, by the help alone

Taken down from a terminal of 100 columns at a new station in rehearsal, by `tests/scenario/operator_transcript.py`; a
test types it all again and holds this page against what it sees. `‹…›` is what was typed and not shown; times, record
numbers, keys, codes and the seconds left are masked.
"""
_MASKS = (
    (re.compile(r"[0-9A-Z]{5}(?:-[0-9A-Z]{5}){3}"), "•••••-•••••-•••••-•••••"),
    (re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d ?\+09:00"), "YYYY-MM-DD hh:mm:ss+09:00"),
    (re.compile(r"no\. \d+"), "no. N"),
    (re.compile(r"\(\d+ records\)"), "(N records)"),
)
# The part of the help that is the same on each page.
_SAME = re.compile(r"(?<=\n)だれが / who:\n.*?(?=\n例 / examples:)", re.DOTALL)


@dataclass(slots=True)
class Taken:
    """The page so far, at a house with its counter."""

    house: House
    counter: Counter
    parts: list[str] = field(default_factory=lambda: [_ABOUT])

    def says(self, text: str) -> None:
        self.parts.append(f"\n{text}\n")

    async def types(self, command: str, answers: Sequence = (), *, ends: int = 0) -> None:
        terminal = AtATerminal(self)
        code = await terminal.run(shlex.split(command), answers)
        asked = zip(terminal.pieces, terminal.typed, terminal.hidden, strict=False)
        shown = "".join(piece + (_hidden(pattern) if hidden else "") for piece, (pattern, _), hidden in asked)
        text = _masked(f"$ media-station {command}\n{shown}{terminal.pieces[-1]}")
        assert code == ends, text
        self.parts.append(f"\n```console\n{text.rstrip()}\n```\n")

    async def fails(self, person: Person, times: int) -> None:
        """Wrong passwords at the door, with the waits between."""
        async with connect(self.house.run / "people.sock", People, uids=self.house.uids) as door:
            for _ in range(times):
                await self.counter.advance(WAIT_SECONDS)
                try:
                    await door.call("SignIn", operator=person.operator, password="wrong " * 4, code="000000")
                except Refused:
                    pass
        await self.counter.advance(WAIT_SECONDS)


def _hidden(pattern: str) -> str:
    """What kind of thing was typed."""
    return "‹password›" if re.search("assword|Once more", pattern) else "‹secret›" if "secret" in pattern else "‹code›"


def _masked(text: str) -> str:
    text = masked(text.replace("\r\n", "\n").replace("\r", ""), _MASKS)
    text = _SAME.sub("[who, as above]\n", text) if "operator enrol --help" not in text else text
    return "\n".join(line.rstrip() for line in text.split("\n"))


async def first_day(at: Taken) -> None:
    """All that the page tells."""
    first = Person(operator="kanri-jiro", name="管理 次郎", roles=(Role.ADMINISTRATOR,))
    second = Person(operator="kanri-misaki", name="管理 美咲", roles=(Role.ADMINISTRATOR,))
    second.secret, second.period_seconds = pyotp.random_base32(), 60
    person = Person(operator="sousa-hanako", name="操作 花子", roles=(Role.OPERATOR,))
    written_down = [("Enter when .*: ", "")]

    at.says("## What there is")
    await at.types("operator --help")
    await at.types("operator enrol --help")
    at.says("## The first two administrators\n\nAt setup nobody signs. One has a phone, the other a hardware token.")
    await at.types(
        "operator enrol kanri-jiro --name '管理 次郎' --role administrator --setup",
        [*new_password(first.password), *proof(key_on_the_screen(at, first)), *written_down],
    )
    await at.types(
        "operator enrol kanri-misaki --name '管理 美咲' --role administrator --token 60 --setup",
        [
            *new_password(second.password),
            (r"The token's secret.*: ", second.secret),
            *proof(token_of(at, second)),
            *written_down,
        ],
    )
    at.says(
        "## An operator\n\nThe first password is too easily guessed, which is told before anyone's code is asked for."
    )
    await at.types(
        "operator enrol sousa-hanako --name '操作 花子' --role operator",
        [
            *by(at, first),
            *new_password("sousa-hanako-2026"),
            *proof(key_on_the_screen(at, person)),
            *new_password(person.password),
            *signed_by(at, first, second),
            *written_down,
        ],
    )
    await at.types("due", by(at, person))
    at.says("## Locked, and unlocked\n\nA wrong password; nine more follow, with the waits between, elsewhere.")
    wrong = [(r"Password of .*: ", "not her password"), (r"One-time code .*: ", token_of(at, person))]
    await at.types("due --as sousa-hanako", wrong, ends=3)
    await at.fails(person, 9)
    await at.types("due --as sousa-hanako", by(at, person)[1:], ends=3)
    await at.types("operator unlock --help")
    await at.types("operator list --as kanri-misaki", by(at, second)[1:])
    await at.types("operator unlock sousa-hanako --as kanri-misaki", [*by(at, second)[1:], *signed(at, second)])
    await at.types("due --as sousa-hanako", by(at, person)[1:])
    at.says("## The phone is lost\n\nShe gets a hardware token, and keeps her password by typing it again.")
    await at.types("operator recover --help")
    person.secret, person.period_seconds, person.used_step = pyotp.random_base32(), 60, 0
    await at.types(
        "operator recover sousa-hanako --token 60 --as kanri-jiro",
        [
            *by(at, first)[1:],
            *new_password(person.password),
            (r"The token's secret.*: ", person.secret),
            *proof(token_of(at, person)),
            *signed_by(at, first, second),
            *written_down,
        ],
    )
    await at.types("due --as sousa-hanako", by(at, person)[1:])
    at.says("## She leaves the section")
    await at.types("operator suspend --help")
    await at.types("operator suspend sousa-hanako --as kanri-jiro", [*by(at, first)[1:], *signed(at, first)])
    await at.types("due --as sousa-hanako", by(at, person)[1:], ends=3)
    await at.types("operator list --as kanri-jiro", by(at, first)[1:])


def taken_down(folder: Path) -> str:
    """The page, from a new station in this folder."""
    house = House(folder / "house")

    async def whole() -> str:
        house.set_up([])
        await house.start()
        counter = Counter(house.run / "people.sock", house.uids, house.revive)
        try:
            at = Taken(house, counter)
            await first_day(at)
            return "".join(at.parts)
        finally:
            await counter.close()
            house.stop()

    return asyncio.run(whole())


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        PAGE.write_text(taken_down(Path(folder)))
