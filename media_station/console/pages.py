"""The two kinds of pages: a list from which one thing is opened, a form that is filled in from top to bottom."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from media_station.console.rows import Line, Row, Typed, Wrong
from media_station.texts.console import word
from media_station.texts.width import fitted, width

_GAP: Final = 3


@dataclass(slots=True, kw_only=True)
class Page:
    """`title` says what it is, in a language. `keys`: the keys that are told at its foot."""

    title: Callable[[str], str]
    keys: tuple[str, ...]

    def lines(self, language: str, room: int, seconds: int) -> list[Line]:
        """At most `room` lines. `seconds` are left of the codes that tokens show now."""
        raise NotImplementedError

    async def take(self, key: str, character: str | None) -> None:
        """Wrong, for what a person has to put right before it goes on."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A line of a list. `open` is None for one that only says something; `name` is what it is, for the cursor to stay
    with it.
    """

    name: str
    text: Callable[[str], tuple[str, str]]  # a text, and its style
    open: Callable[[], Awaitable[None]] | None = None


@dataclass(slots=True, kw_only=True)
class ListPage(Page):
    """Read anew while it is shown: the cursor stays with its item, or goes to the one that has come in its place."""

    items: Sequence[Item] = ()
    read: Callable[[], Awaitable[Sequence[Item]]]
    at: int = 0

    async def read_anew(self) -> None:
        items = await self.read()
        here = self.items[self.at].name if self.items else ""
        names = [each.name for each in items]
        self.items = items
        self.at = names.index(here) if here in names else self.at
        self._rest()

    def _rest(self, step: int = 1) -> None:
        """On an item that can be opened; where there is none, at the top."""
        places = [at for at, each in enumerate(self.items) if each.open]
        if not places:
            self.at = 0
        elif self.at not in places:
            beyond = [at for at in places if (at > self.at) == (step > 0)]
            self.at = (beyond or places)[0 if step > 0 or not beyond else -1]

    async def take(self, key: str, character: str | None) -> None:
        del character
        opens = [at for at, each in enumerate(self.items) if each.open]
        if not opens:
            return
        if key in {"up", "down"}:
            near = opens.index(self.at) if self.at in opens else 0
            self.at = opens[(near + (1 if key == "down" else -1)) % len(opens)]
        elif key == "home":
            self.at = opens[0]
        elif key == "end":
            self.at = opens[-1]
        elif key == "enter":
            opened = self.items[self.at].open
            if opened is not None:
                await opened()

    def lines(self, language: str, room: int, seconds: int) -> list[Line]:
        del seconds
        first = max(0, min(self.at - room // 2, len(self.items) - room))
        lines: list[Line] = []
        for at, each in enumerate(self.items[first : first + room], start=first):
            text, style = each.text(language)
            here = at == self.at and each.open is not None
            lines.append(((" > " if here else "   ", "strong"), (text, "here" if here else style)))
        return lines


@dataclass(slots=True, kw_only=True)
class FormPage(Page):
    """`act` gets the values by name, when Enter is pressed below the last row, or in it if it `ends`."""

    rows: Sequence[Row]
    act: Callable[[dict[str, Any]], Awaitable[None]]
    about: Sequence[Callable[[str], str]] = ()
    at: int = field(default=-1)

    def __post_init__(self) -> None:
        self.at = self._first()

    def _first(self) -> int:
        """Where somebody has to type."""
        return next((at for at, each in enumerate(self.rows) if not each.is_filled), len(self.rows))

    @property
    def _row(self) -> Row | None:
        return self.rows[self.at] if self.at < len(self.rows) else None

    @property
    def is_scanned(self) -> bool:
        """Whether it is at the end of a scan, if nothing more comes."""
        row = self._row
        return isinstance(row, Typed) and row.lines and row.text.endswith("\n")

    async def silence(self) -> None:
        """Nothing more has come."""
        if self.is_scanned:
            await self._enter(self._row)

    def begin_anew(self, at: int | None = None) -> None:
        """After a refusal: what was right stays."""
        for each in self.rows:
            each.clear()
        self.at = self._first() if at is None else at

    async def take(self, key: str, character: str | None) -> None:
        row = self._row
        if key == "enter" and isinstance(row, Typed) and row.lines:
            row.take_line()
        elif key == "enter":
            await self._enter(row)
        elif key == "tab" or (key == "down" and isinstance(row, Typed)):
            self.at = min(self.at + 1, len(self.rows))
        elif key == "shift+tab" or (key == "up" and (row is None or isinstance(row, Typed))):
            self.at = max(self.at - 1, 0)
        elif row is not None:
            row.take(key, character)

    async def _enter(self, row: Row | None) -> None:
        if row is not None:
            row.leave()
            self.at += 1
            if self.at < len(self.rows) or not (isinstance(row, Typed) and row.ends):
                return
        for at, each in enumerate(self.rows):
            try:
                each.leave()
            except Wrong:
                self.at = at
                raise
        await self.act({each.name: each.value for each in self.rows})

    def lines(self, language: str, room: int, seconds: int) -> list[Line]:
        lines: list[Line] = [((f"   {each(language)}", "dim"),) for each in self.about]
        lines.append(())
        here = len(lines)
        labels = [word(row.name, language, seconds=f"{seconds:>2}") for row in self.rows]
        wide = max((width(each) for each in labels), default=0) + _GAP
        for at, row in enumerate(self.rows):
            is_here = at == self.at
            here = len(lines) if is_here else here
            label = fitted(labels[at], wide)
            cursor = "_" if is_here and isinstance(row, Typed) else ""
            mark = " > " if is_here else "   "
            lines.append(((mark, "strong"), (label, "strong" if is_here else ""), (row.brief(language) + cursor, "")))
            if is_here:
                lines += row.below(language)
        is_here = self.at == len(self.rows)
        here = len(lines) + 1 if is_here else here
        mark = " > " if is_here else "   "
        lines += [(), ((mark, "strong"), (f"[ {word('do_it', language)} ]", "here" if is_here else ""))]
        return lines[max(0, min(here - 2, len(lines) - room)) :][:room]
