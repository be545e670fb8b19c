"""How the console shows a refusal, or a work that failed: drawn by its own page, on the smallest screen that it has."""

import asyncio
import re
from pathlib import Path

from media_station.console.app import Console
from media_station.console.drawing import plain
from media_station.model.errors import StationError
from media_station.model.views import Answer
from media_station.texts.named import named
from media_station.texts.texts import LANGUAGES, say

COLUMNS, ROWS = 100, 30
# What a person would read in English in the middle of a Japanese sentence.
_NAMED = {"action", "count", "duty", "field", "kind", "left", "missing", "other", "what"}
# Numbers, a medium's kind and age's recipients are the same in both.
_JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龠]|^[0-9]+$|^(USB|DVD[-+][A-Z]+|X25519|scrypt)$")


def code_of(told: StationError | Answer) -> str:
    return told.code if isinstance(told, StationError) else told.facts["code"]


def screen(told: StationError | Answer, language: str) -> str:
    console = Console(Path("none"), language=language)
    console._pages = [console._sign_in_page()]
    if isinstance(told, StationError):
        asyncio.run(console._refused(told))
    else:
        console._done(told)
    return console._draw(COLUMNS, ROWS).plain


def lacking(told: StationError | Answer) -> list[str]:
    """What of its texts can't be read there, filled in, in each language."""
    error = told if isinstance(told, StationError) else StationError(code_of(told), **told.facts)
    texts = [
        each
        for each in _NAMED & error.parameters.keys()
        if not _JAPANESE.search(str(named(each, error.parameters[each], "ja")))
    ]
    for language in LANGUAGES:
        shown = _unwrapped(screen(told, language))
        text = say(error, language)
        wanted = (f"{error.code}{text.title}", text.body, text.action)
        texts += [each for each in wanted if _unwrapped(plain(each)) not in shown or "{" in each]
    return texts


def _unwrapped(text: str) -> str:
    return "".join(text.split())
