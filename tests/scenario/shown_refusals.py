"""How the console shows a refusal: drawn by its own page, on the smallest screen that it has."""

import asyncio
from pathlib import Path

from media_station.console.app import Console
from media_station.console.drawing import plain
from media_station.model.errors import StationError
from media_station.texts.texts import LANGUAGES, say

COLUMNS, ROWS = 100, 30


def screen(error: StationError, language: str) -> str:
    console = Console(Path("none"), language=language)
    console._pages = [console._sign_in_page()]
    asyncio.run(console._refused(error))
    return console._draw(COLUMNS, ROWS).plain


def lacking(error: StationError) -> list[str]:
    """What of its texts can't be read there, filled in, in each language."""
    texts = []
    for language in LANGUAGES:
        shown = _unwrapped(screen(error, language))
        text = say(error, language)
        wanted = (f"{error.code}{text.title}", text.body, text.action)
        texts += [each for each in wanted if _unwrapped(plain(each)) not in shown or "{" in each]
    return texts


def _unwrapped(text: str) -> str:
    return "".join(text.split())
