"""What a form is made of: a choice from a list, marks on a list, a typed or scanned text. Pure: keys in, lines out.

A scanner types like a person, and ends with Enter; on a list what it types finds its entry.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from media_station.texts.console import word

Line = tuple[tuple[str, str], ...]  # pieces of text, each with its style

LONGEST: Final = 1024
_SHOWN: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """`value` goes into the request; `key` is what a scanner reads of it. `label`: a text, or one in each language."""

    value: Any
    label: str | Callable[[str], str]
    key: str = ""

    def text(self, language: str) -> str:
        return self.label if isinstance(self.label, str) else self.label(language)


class Wrong(Exception):
    """What was typed won't do: a word of the console, with its parameters, of which `field` is a word itself."""

    def __init__(self, said: str, **of: str) -> None:
        super().__init__(said)
        self.said, self.of = said, of


@dataclass(slots=True, kw_only=True)
class Row:
    """`name` is the request's field, and the console's word for it."""

    name: str = ""

    @property
    def value(self) -> Any:
        raise NotImplementedError

    @property
    def is_filled(self) -> bool:
        """Whether nobody has to type here."""
        return True

    def take(self, key: str, character: str | None) -> bool:
        raise NotImplementedError

    def leave(self) -> None:
        """Enter was pressed. Wrong, if what is there won't do."""

    def clear(self) -> None:
        """What must not stay after a refusal."""

    def brief(self, language: str) -> str:
        """Its value on one line."""
        raise NotImplementedError

    def below(self, language: str) -> list[Line]:
        """More lines while it is the row at which one types."""
        del language
        return []


@dataclass(slots=True, kw_only=True)
class _Listed(Row):
    options: Sequence[Option]
    at: int = 0
    typed: str = field(default="", repr=False)

    def take(self, key: str, character: str | None) -> bool:
        if key in {"up", "down"} and self.options:
            self.typed = ""
            self.at = (self.at + (1 if key == "down" else -1)) % len(self.options)
            self.choose(self.at)
        elif key == "backspace":
            self.typed = self.typed[:-1]
        elif character is not None and character.isprintable() and character != " ":
            self.typed = (self.typed + character)[:LONGEST]
        else:
            return False
        return True

    def choose(self, at: int) -> None:
        """The cursor is here."""

    def mark(self, at: int) -> None:
        """Meant by its number, or scanned."""

    def clear(self) -> None:
        self.typed = ""

    def leave(self) -> None:
        """What was typed is an entry's key; if it is none's, an entry's number on the list."""
        typed, self.typed = self.typed, ""
        if typed:
            found = [
                at for at, each in enumerate(self.options) if (each.key or str(each.value)).lower() == typed.lower()
            ]
            if not found and typed.isdecimal() and 1 <= int(typed) <= len(self.options):
                found = [int(typed) - 1]
            if not found:
                raise Wrong("not_listed", typed=typed)
            self.at = found[0]
            self.mark(self.at)

    def sign(self, at: int) -> str:
        raise NotImplementedError

    def below(self, language: str) -> list[Line]:
        first = max(0, min(self.at - _SHOWN // 2, len(self.options) - _SHOWN))
        lines: list[Line] = []
        for at, each in enumerate(self.options[first : first + _SHOWN], start=first):
            style = "here" if at == self.at else ""
            lines.append((("    ", ""), (f"{self.sign(at)} {at + 1:>2}  {each.text(language)}", style)))
        if self.typed:
            lines.append((("    ", ""), (self.typed, "strong")))
        return lines


@dataclass(slots=True, kw_only=True)
class Pick(_Listed):
    """One of a list; the first, until another is chosen, unless `open`: then nobody has chosen yet."""

    open: bool = False

    @property
    def value(self) -> Any:
        return self.options[self.at].value

    @property
    def is_filled(self) -> bool:
        return bool(self.options) and not self.open

    def choose(self, at: int) -> None:
        self.at, self.open = at, False

    def mark(self, at: int) -> None:
        self.choose(at)

    def leave(self) -> None:
        super(Pick, self).leave()
        if not self.options:
            raise Wrong("empty_list", field=self.name)
        if self.open:
            raise Wrong("missing", field=self.name)

    def take(self, key: str, character: str | None) -> bool:
        if self.open and self.options and key in {"up", "down"}:
            self.typed = ""
            self.choose(self.at)
            return True
        return super(Pick, self).take(key, character)

    def sign(self, at: int) -> str:
        return ">" if at == self.at and not self.open else " "

    def brief(self, language: str) -> str:
        return word("none_chosen", language) if not self.is_filled else self.options[self.at].text(language)


def choice(options: Sequence[Option], *, name: str = "") -> Pick:
    """Nobody has chosen yet, unless there is but one."""
    return Pick(name=name, options=options, open=len(options) > 1)


@dataclass(slots=True, kw_only=True)
class Marks(_Listed):
    """Any of a list; Space marks and goes on to the next. `marked` are places in it."""

    marked: set[int] = field(default_factory=set)

    @property
    def value(self) -> list[Any]:
        return [each.value for at, each in enumerate(self.options) if at in self.marked]

    @property
    def is_filled(self) -> bool:
        return bool(self.marked)

    def take(self, key: str, character: str | None) -> bool:
        if key == "space" and self.options:
            if self.typed:
                self.leave()
            else:
                self.mark(self.at)
                self.at = min(self.at + 1, len(self.options) - 1)
            return True
        return super(Marks, self).take(key, character)

    def mark(self, at: int) -> None:
        self.marked ^= {at}

    def leave(self) -> None:
        """A scan marks, and stays for the next one."""
        scanned = bool(self.typed)
        super(Marks, self).leave()
        if scanned:
            raise Wrong("marked", count=str(len(self.marked)))

    def sign(self, at: int) -> str:
        return "[x]" if at in self.marked else "[ ]"

    def brief(self, language: str) -> str:
        labels = [each.text(language) for at, each in enumerate(self.options) if at in self.marked]
        return f"{word('marked', language, count=len(labels))}  {', '.join(labels)}"


@dataclass(slots=True, kw_only=True)
class Typed(Row):
    """`ends`: the Enter that ends it ends the form. `lines`: what a scanner types into it has several, and ends when
    nothing more comes.
    """

    text: str = field(default="", repr=False)
    may_be_empty: bool = False
    number: bool = False
    secret: bool = False
    ends: bool = False
    lines: bool = False

    @property
    def value(self) -> Any:
        return int(self.text.replace(",", "")) if self.number else self.text.strip() if not self.secret else self.text

    @property
    def is_filled(self) -> bool:
        return bool(self.text) or self.may_be_empty

    def take(self, key: str, character: str | None) -> bool:
        if key == "backspace":
            self.text = self.text[:-1]
        elif key == "delete":
            self.text = ""
        elif character is not None and character.isprintable():
            self.text = (self.text + character)[:LONGEST]
        else:
            return False
        return True

    def leave(self) -> None:
        if not self.text and not self.may_be_empty:
            raise Wrong("missing", field=self.name)
        digits = self.text.replace(",", "")
        if self.number and not (digits.isascii() and digits.isdecimal()):
            self.text = ""
            raise Wrong("not_a_number", field=self.name)

    def clear(self) -> None:
        if self.secret or self.lines:
            self.text = ""

    def take_line(self) -> None:
        """An Enter within what a scanner types."""
        self.text = (self.text + "\n")[:LONGEST]

    def brief(self, language: str) -> str:
        del language
        if self.lines:
            return self.text.split("\n", 1)[0]
        return "*" * len(self.text) if self.secret else self.text
