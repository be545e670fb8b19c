"""Pictures of the real console: `python tests/scenario/console_pictures.py DIRECTORY` writes NAME.LANGUAGE.png.

cage and foot on a screen in memory, before the real processes of a rehearsal: the sign-in, the first form of each kind of
step of the main job, and what each role may do besides. As root.
"""

import asyncio
import sys
import tempfile
from pathlib import Path

from at_the_counter import at_the_counter
from on_a_screen import Screen, on_a_screen

from media_station.console.station import Station
from media_station.model.kind import MediumKind
from media_station.model.steps import StepKind

_BY_THE_APPROVER = {StepKind.VALIDATE, StepKind.CERTIFY, StepKind.CLOSE}


_LOOKED_SECONDS = 3.0  # it looks at the station every two


class Pictures:
    """Whoever sits at the screen, by the keys of a terminal."""

    def __init__(self, walk, screen: Screen, folder: Path) -> None:
        self.walk, self.screen, self.folder = walk, screen, folder
        self.here = None

    async def press(self, *keys: str) -> None:
        await asyncio.to_thread(self.screen.press, *keys)

    async def take(self, name: str) -> None:
        for language in ("ja", "en"):
            page = await asyncio.to_thread(self.screen.settled)
            self.screen.save(self.folder / f"{name}.{language}.png")
            await self.press("f2")
            await asyncio.to_thread(self.screen.turned, page)

    async def signed_in(self, person) -> None:
        if self.here is person:
            return
        names = await Station(self.walk.house.run / "people.sock").names()
        at = [each.operator for each in names].index(person.operator)
        code = person.code(await self.walk.counter._fresh(person))
        await self.press("f12")
        page = await asyncio.to_thread(self.screen.settled)
        await self.press(*["down"] * at, "enter", person.password, "enter", code, "enter")
        await asyncio.to_thread(self.screen.turned, page)
        self.here = person

    async def whole(self) -> None:
        staff, seen = self.walk.staff, set()
        await self.take("sign_in")
        while True:
            view = await self.walk._once()
            if view is None or not self.walk.transfer:
                continue
            view = await self.walk.counter.see("Transfer", staff.operator, transfer=self.walk.transfer)
            if view.state.startswith("closed"):
                return
            if view.steps and (kind := view.steps[0].kind) not in seen:
                seen.add(kind)
                await self.signed_in(staff.approver if kind in _BY_THE_APPROVER else staff.operator)
                await asyncio.sleep(_LOOKED_SECONDS)
                page = await asyncio.to_thread(self.screen.settled)
                await self.press("enter")
                await asyncio.to_thread(self.screen.turned, page)
                await self.take(kind.value)
                await self.press("escape")

    async def others(self) -> None:
        staff = self.walk.staff
        for name in ("operator", "approver", "administrator", "auditor"):
            await self.signed_in(getattr(staff, name))
            await self.press("f4")
            await self.take(f"others_{name}")
            await self.press("escape")


def main() -> None:
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)

    async def doing(walk):
        walk.kinds = (MediumKind.USB,)
        with on_a_screen(walk.house.station / "station.toml") as screen:
            pictures = Pictures(walk, screen, folder)
            await pictures.whole()
            await pictures.others()

    with tempfile.TemporaryDirectory(prefix="media-station-") as work:
        at_the_counter(Path(work), doing, stick_bytes=36 * 1024 * 1024, limit_seconds=None)


if __name__ == "__main__":
    main()
