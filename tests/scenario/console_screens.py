"""The console's screens as text, in both languages and sizes: tests/scenario/console_screens/NAME.txt; and as pictures
those that the operators' guide shows: docs/ja/screens/NAME.svg.

`python tests/scenario/console_screens.py` writes them; test_console_screens.py holds them against the real console. What
is another each time (hashes) is masked.
"""

import re
import shutil
import tempfile
from pathlib import Path
from unittest import mock

from at_a_console import SIZES, at_a_console
from one_process import cheap
from screen_as_svg import svg
from test_at_the_console import MainJob
from walking_in_one import prepare

from media_station.model.errors import Refused
from media_station.model.kind import MediumKind

FOLDER = Path(__file__).with_name("console_screens")
GUIDE = Path(__file__).parents[2] / "docs" / "ja" / "operators_guide.md"
PICTURES = GUIDE.with_name("screens")
# One of digits or letters alone too: of the payload's first eight, one in forty is.
_HASH = re.compile(r"\b[0-9a-f]{8,64}\b")


def masked(screen: str) -> str:
    whole = _HASH.sub(lambda found: "#" * len(found[0]), screen)
    return "".join(f"|{line}".rstrip() + "\n" for line in whole.splitlines())


def in_the_guide(pictures: dict[str, str]) -> dict[str, str]:
    """Those that it shows; KeyError for one that there isn't."""
    return {
        name: pictures[name] for name in re.findall(r"\(screens/([\w-]+)\.svg\)", GUIDE.read_text(encoding="utf-8"))
    }


class Shown(MainJob):
    """Takes each screen down the first time."""

    def __init__(self, keys, walk) -> None:
        super().__init__(keys, walk)
        self.screens: dict[str, str] = {}
        self.pictures: dict[str, str] = {}

    def take(self, name: str) -> None:
        if name in self.screens:
            return
        console = self.keys.console
        with mock.patch("media_station.console.app.time.monotonic", return_value=console._banner.seen):
            drawn = self.keys.drawn()
            screen = console._draw(*SIZES[0])
        screen.plain = _HASH.sub(lambda found: "#" * len(found[0]), screen.plain)
        self.pictures[name] = svg(screen, SIZES[0][0])
        self.screens[name] = "\n".join(
            f"{language} {columns}x{rows}\n{masked(screen)}" for (language, (columns, rows)), screen in drawn.items()
        )

    def saw(self, name: str) -> None:
        super().saw(name)
        self.take(name)


async def all_screens(walk) -> Shown:
    """By their names: the main job's steps, what else each role may do, and how it refuses."""
    await walk.ready(MediumKind.USB)
    # It looks when it is told to, and no minute of refusals ends: else how many records it has seen is a matter of luck.
    with (
        mock.patch("media_station.console.app._LOOKED_EVERY", 1e6),
        mock.patch.object(walk.house.refusals, "_seconds", 1e6),
    ):
        return await _taken_down(walk)


async def _taken_down(walk) -> Shown:
    async with at_a_console(walk) as keys:
        shown = Shown(keys, walk)
        await keys.console._look()
        shown.take("sign_in")
        await shown.signed_in(walk.staff.operator)
        shown.take("today")
        await shown.whole()
        for person in (walk.staff.operator, walk.staff.approver, walk.staff.administrator, walk.staff.auditor):
            await shown.signed_in(person)
            await keys.press("f4")
            shown.take(f"others_{person.operator}")
            for name in keys.offered():
                await keys.open(name)
                shown.take(f"others_{name}")
                await keys.press("escape", "f4")
        await keys.console._refused(Refused("DRV-047", bay="usb0"))
        shown.take("refused")
        await keys.press("f12")
        shown.take("locked")
        return shown


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, cheap():
        walk = prepare(Path(folder) / "prepared").opened(Path(folder) / "house")
        shown = walk.house.run(all_screens(walk))
        walk.house.close()
    for folder, texts, end in ((FOLDER, shown.screens, "txt"), (PICTURES, in_the_guide(shown.pictures), "svg")):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        for name, text in texts.items():
            (folder / f"{name}.{end}").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
