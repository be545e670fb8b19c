"""How many columns of a terminal a text takes, and what of it a terminal may be shown.

Columns are counted as a terminal that isn't told otherwise draws them (UAX #11): wide and full-width characters take
two, ambiguous ones (○, ①) one.
"""

import unicodedata
from collections.abc import Iterator
from typing import Final

_CUT: Final = ".."


def shown(text: str) -> str:
    """Without what a terminal would obey or not show. A name may hold a full-width blank."""
    return "".join(char if char.isprintable() or unicodedata.category(char) == "Zs" else "?" for char in text)


def width(text: str) -> int:
    """How many columns of a terminal it takes."""
    return sum(_width(char) for char in text)


def _width(char: str) -> int:
    if unicodedata.category(char) in {"Mn", "Me", "Cf"}:
        return 0  # joins the character before it; a variant of a kanji (IVS) is written so
    return 2 if unicodedata.east_asian_width(char) in {"W", "F"} else 1


def fitted(text: str, columns: int, *, right: bool = False) -> str:
    """Exactly so many columns: filled with blanks, or cut with two dots."""
    missing = columns - width(text)
    if missing < 0:
        kept = ""
        for char in text:
            if width(kept) + _width(char) > columns - len(_CUT):
                break
            kept += char
        text = kept + _CUT
        missing = columns - width(text)
    return " " * missing + text if right else text + " " * missing


def wrapped(text: str, columns: int) -> Iterator[str]:
    """Lines of at most so many columns, broken anywhere: not all languages have blanks."""
    line, taken = "", 0
    for char in text:
        if taken + _width(char) > columns:
            yield line
            line, taken = "", 0
        line, taken = line + char, taken + _width(char)
    yield line
