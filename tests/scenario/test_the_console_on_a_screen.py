"""The console as its people see it: in cage and foot, with the shipped font."""

import asyncio
import os

import pytest
from at_the_counter import at_the_counter
from on_a_screen import CELL, TITLE, on_a_screen

from media_station.texts.console import word
from media_station.texts.width import width

pytestmark = pytest.mark.skipif(os.getuid() != 0, reason="only root types at another's terminal")


def glyphs(picture, text: str) -> dict[str, set[bytes]]:
    """What each character of the title looks like, wherever it stands in it."""
    row, column = TITLE
    seen: dict[str, set[bytes]] = {}
    for each in text:
        seen.setdefault(each, set()).add(picture.cells(row, column, width(each)))
        column += width(each)
    return seen


def test_each_glyph_is_drawn_in_its_cells_and_none_is_a_box(tmp_path):
    """The same character looks the same wherever it stands, another one otherwise, in both languages."""

    async def doing(walk):
        with on_a_screen(walk.house.station / "station.toml") as screen:
            for language in ("ja", "en"):
                picture = await asyncio.to_thread(screen.settled)
                assert (picture.width // CELL[0], picture.height // CELL[1]) == (128, 30)
                title = word("sign_in", language)
                drawn = glyphs(picture, title)
                looks = [look for each in drawn.values() for look in each]
                assert len(looks) == len(set(looks)) == len(set(title)), title
                assert {each for each, seen in drawn.items() if len(set(*seen)) < 3} <= {" "}
                await asyncio.to_thread(screen.press, "f2")
                await asyncio.to_thread(screen.turned, picture)

    at_the_counter(tmp_path, doing)
