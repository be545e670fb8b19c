"""What a command prints: lines of at most 100 columns for people, one JSON object a line for programs.

Columns are counted as a terminal that isn't told otherwise draws them (UAX #11): wide and full-width characters take
two, ambiguous ones (○, ①) one; so the latter stand last in their line, where a terminal that draws them wide does no
harm. What could steer a terminal is never printed, whoever typed it or whatever device reported it.
"""

import argparse
import json
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, is_dataclass
from datetime import date, datetime
from enum import Enum
from typing import TYPE_CHECKING, Any, Final

from media_station.model.instant import parse_wall
from media_station.texts.era import JST, iso
from media_station.texts.nouns import COLUMNS, of
from media_station.texts.prompts import prompt
from media_station.texts.width import fitted, shown, width, wrapped

if TYPE_CHECKING:  # all of the model stands behind the views: half of the time in which a command starts
    from media_station.model.views import Greeting

__all__ = ["fitted", "shown", "width", "wrapped"]

WIDE: Final = 100
EXIT_CODES: Final = """終了コード / exit codes:
  0 済 done          2 指定の誤り asked wrongly   3 拒否 refused
  4 媒体 medium      5 完全性 integrity           6 相手 the other end"""
_GAP: Final = "  "
# JSON leaves these as they are, and a terminal obeys them: DEL and the C1 controls.
_STEERING: Final = re.compile("[\x7f-\x9f\u2028\u2029]")


def explain(parser: argparse.ArgumentParser, about: str, *, examples: Sequence[str]) -> None:
    """Help that stands alone. `about` in both languages, a line each."""
    parser.formatter_class = argparse.RawTextHelpFormatter
    parser.description = about
    parser.epilog = "\n".join(("例 / examples:", *(f"  media-station {each}" for each in examples), "", EXIT_CODES))


def arrange_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--json",
        action="store_true",
        help="一行に一つのJSON（時刻はUTC）で出力\none JSON object a line; times are UTC, as recorded",
    )


def arrange_language(parser: argparse._ActionsContainer) -> None:
    parser.add_argument(
        "--lang",
        choices=("ja", "en"),
        default=_language(),
        help="表示の言語（ロケールが英語なら英語、ほかは日本語）\n"
        "language of what people read; English if the locale is an English one,\nor else Japanese",
    )


def _language() -> str:
    """By the first that is set, as setlocale(3) looks for them."""
    locale = next(filter(None, (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    return "en" if locale.startswith("en") else "ja"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """As wide as what is in it, `most` at most; a number stands at the right."""

    heading: str
    most: int = WIDE
    right: bool = False


def table(columns: Sequence[Column], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """A line of headings, a line for each row; the last column is cut where the line ends."""
    lines = [[each.heading for each in columns], *([shown(cell) for cell in row] for row in rows)]
    widths = [min(column.most, max(width(line[number]) for line in lines)) for number, column in enumerate(columns)]
    widths[-1] = max(0, min(widths[-1], WIDE - sum(widths[:-1]) - len(_GAP) * (len(widths) - 1)))
    for line in lines:
        cells = zip(columns, widths, line, strict=True)
        yield _GAP.join(fitted(cell, wide, right=column.right) for column, wide, cell in cells).rstrip()


def listing(columns: Sequence[Column], rows: Sequence[Sequence[str]], language: str) -> Iterator[str]:
    """A table, or the word that there is nothing to list."""
    if rows:
        yield from table(columns, rows)
    else:
        yield prompt("none", language)


def column(name: str, language: str, **of_column: Any) -> Column:
    return Column(heading=of(COLUMNS, name, language), **of_column)


def heading(greeting: "Greeting", language: str) -> str:
    """Which station said it, and at which of its moments."""
    rehearsal = f" {prompt('rehearsal', language)}" if greeting.rehearsal else ""
    return prompt(
        "heading",
        language,
        identity=greeting.identity + rehearsal,
        now=iso(parse_wall(greeting.now.wall)),
        records=greeting.records,
    )


def moment(wall: str) -> str:
    """A recorded UTC time as the office's clock shows it: 2026-11-23 14:05. The heading says the offset."""
    return f"{_local(wall):%Y-%m-%d %H:%M}"


def second(wall: str) -> str:
    """The same to the second: 2026-11-23 14:05:09."""
    return f"{_local(wall):%Y-%m-%d %H:%M:%S}"


def day(wall: str) -> date:
    """A recorded UTC time's day by the municipality's calendar."""
    return _local(wall).date()


def _local(wall: str) -> datetime:
    return parse_wall(wall).astimezone(JST)


def json_line(row: Any) -> str:
    """A view or a mapping, with the fields' own names; nothing in it steers a terminal."""
    line = json.dumps(_plain(row), ensure_ascii=False)
    return _STEERING.sub(_escaped, line)


def print_line(line: str) -> None:
    """A line of JSON as it is, byte for byte; at a terminal what would steer it is escaped, as JSON can."""
    if sys.stdout.isatty():
        line = _STEERING.sub(_escaped, line)
    sys.stdout.flush()
    sys.stdout.buffer.write(line.encode() + b"\n")


def _escaped(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"


def print_json(rows: Iterable[Any]) -> None:
    for row in rows:
        print(json_line(row))


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return _plain(asdict(value))
    if isinstance(value, Mapping):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value
