"""A console before a desk in this process, with somebody at its keys: the real app, door and desk, no terminal."""

import asyncio
import os
import tempfile
import unicodedata
from contextlib import asynccontextmanager
from pathlib import Path

from media_station.console.app import Console
from media_station.console.rows import Marks, Pick
from media_station.desk.serving.people import PeopleDoor, Room
from media_station.doors import socket
from media_station.doors.socket import listen

SIZES = ((100, 30), (128, 40))


@asynccontextmanager
async def people_door(station):
    """The door of a station in one process, on a path as a console finds it."""
    with tempfile.TemporaryDirectory(prefix="media-station-") as folder:
        path = Path(folder) / "people.sock"
        room = Room(station.desk, station.sessions, station.jobs, station.refusals)
        listening = listen(path, lambda peer: PeopleDoor(room, peer), uids=frozenset({os.getuid()}))
        try:
            yield path
        finally:
            asyncio.get_running_loop().remove_reader(listening)
            listening.close()
            served = set(socket._serving)
            for each in served:
                each.cancel()
            await asyncio.gather(*served, return_exceptions=True)


class Keys:
    """Somebody at a console. `pressed` counts keys; what a scanner types and a code are counted apart."""

    def __init__(self, console: Console, pilot, walk) -> None:
        self.console, self.pilot, self.walk = console, pilot, walk
        self.pressed = self.typed = 0

    @property
    def screen(self) -> str:
        """What is seen, line by line."""
        size = self.console.size
        return self.console._draw(size.width, size.height).plain

    def drawn(self) -> dict:
        """What would be seen in both languages and sizes, by those."""
        language, found = self.console.language, {}
        for each in ("ja", "en"):
            self.console.language = each
            found |= {(each, size): self.console._draw(*size).plain for size in SIZES}
        self.console.language = language
        return found

    async def press(self, *keys: str) -> None:
        """As the terminal's driver hands them in."""
        self.pressed += len(keys)
        for key in keys:
            await self.console.take(key, key if len(key) == 1 else None)
        await self.settled()

    async def type(self, text: str) -> None:
        """By hand, or by a scanner, without its Enter."""
        self.typed += len(text)
        for character in text:
            await self.console.take("enter" if character == "\n" else character, character)

    async def settled(self) -> None:
        while self.console._working:
            await asyncio.wait(set(self.console._working))

    async def fresh_code(self, person) -> str:
        return person.code(await self.walk.counter._fresh(person))

    async def sign_in(self, person) -> None:
        names = [each.value for each in self.console._pages[-1].rows[0].options]
        await self.press(*str(names.index(person.operator) + 1), "enter")
        await self.type(person.password)
        await self.press("enter")
        await self.type(await self.fresh_code(person))
        await self.press("enter")

    @property
    def page(self):
        return self.console._pages[-1]

    def offered(self) -> list[str]:
        """The names of what can be opened now."""
        return [each.name for each in self.page.items if each.open]

    async def open(self, name: str) -> None:
        """The first that begins so, with the arrows and Enter."""
        opens = [at for at, each in enumerate(self.page.items) if each.open]
        at = next(at for at in opens if self.page.items[at].name.startswith(name))
        away = opens.index(at) - opens.index(self.page.at)
        await self.press(*["down" if away > 0 else "up"] * abs(away), "enter")

    async def fill(self, by, second=None, **answers) -> None:
        """A form, from where it stands to its end: texts are typed, places on a list chosen by their number."""
        while True:
            row = self.page.rows[self.page.at] if self.page.at < len(self.page.rows) else None
            if row is None:
                await self.press("enter")
                return
            match row.name:
                case "own_code":
                    await self.type(await self.fresh_code(by))
                case "second_code":
                    await self.walk.counter._fresh(by, second)
                    await self.type(second.code(await self.walk.counter.now()))
                case "second_password":
                    await self.type(second.password)
                case "second":
                    at = [each.value for each in row.options].index(second.operator)
                    await self.press(*str(at + 1))
                case name if name in answers:
                    for each in answers[name] if isinstance(answers[name], list) else [answers[name]]:
                        if isinstance(row, Marks) and row.at == each - 1:
                            await self.press("space")
                            continue
                        await self.type(str(each)) if not isinstance(each, int) else await self.press(*str(each))
                        if isinstance(row, Marks):
                            await self.press("enter")
                case _ if isinstance(row, Marks) and row.name in {"media", "notices"} and not row.marked:
                    for each in row.options:
                        await self.type(f"{each.value}\n")
                case _ if isinstance(row, Pick) and row.open:
                    await self.press("1")
            last = row is self.page.rows[-1] and row.name in {"own_code", "scan"}
            if row.name == "scan":
                await self.console.silence()
                await self.settled()
            else:
                await self.press("enter")
            if last:
                return

    def shows(self, *texts: str) -> None:
        for text in texts:
            assert text in self.screen, f"{text}\n{self.screen}"


@asynccontextmanager
async def at_a_console(walk, *, size=SIZES[0], language="ja", **of_console):
    async with people_door(walk.house) as door:
        console = Console(door, language=language, **of_console)
        async with console.run_test(size=size) as pilot:
            yield Keys(console, pilot, walk)


def picture(console: Console, path: Path) -> None:
    """As an SVG, for a person to look at."""
    path.write_text(console.export_screenshot(), encoding="utf-8")


def ambiguous(text: str) -> set[str]:
    return {each for each in text if unicodedata.east_asian_width(each) == "A"}
