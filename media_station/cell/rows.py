"""The approved columns as rules for one line: what its values may look like (D), and what is wrong in a bad one.

Good lines are told by one pattern; only a line that it doesn't fit is taken apart. No good value holds a line break,
so a good record is always one line.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from media_station.cell.individual_number import has_individual_number
from media_station.model.errors import Refused
from media_station.model.item import Item, ItemType

# None of these can stand on a letter: control characters, those without a shape that break lines, turn the direction
# of writing or hide, what CP932's four unassigned bytes (A0, FD to FF) are decoded to, and the mark of a character that
# was lost on the way (U+FFFD). Variation selectors may: they choose the form of a name's character.
_CONTROL = (
    r"\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\uf8f0-\uf8f3\ufeff\ufff0-\uffff"
    r"\U000e0000-\U000e007f"
)
_PERIOD_DIGITS = "0-9０-９元"
_PERIOD_WORDS = r"令和平成年度月分第期随時過現前後上下半特別徴収納\u3000 RH()（）・、.．/／~～〜\-－"
_VALUES = {
    ItemType.POSTAL_CODE: r"(?:[0-9]{7}|[0-9]{3}-[0-9]{4})",
    ItemType.TEXT: r"(?=[ \u3000]{0,399}[^ \u3000])" + rf"[^{_CONTROL}]{{1,400}}",
    ItemType.DESIGNATED_NUMBER: r"[0-9]{1,13}",
    ItemType.PERIOD: rf"(?=[{_PERIOD_WORDS}]{{0,39}}[{_PERIOD_DIGITS}])[{_PERIOD_WORDS}{_PERIOD_DIGITS}]{{1,40}}",
    ItemType.YEN: r"(?:[0-9]{1,11}|[0-9]{1,3}(?:,[0-9]{3}){1,2}|[0-9]{1,2}(?:,[0-9]{3}){3})",
}
_CODES = {
    ItemType.POSTAL_CODE: "INS-030",
    ItemType.TEXT: "INS-031",
    ItemType.DESIGNATED_NUMBER: "INS-032",
    ItemType.PERIOD: "INS-033",
    ItemType.YEN: "INS-034",
}
# What a spreadsheet would carry out (CWE-1236), in either width: it begins with =, or calls a program (DDE). A name may
# well begin with one of the others.
_FIRST = r"=+\-@＝＋－＠"
_FORMULA = re.compile(r"[ \u3000]*(?:[=＝]|[+\-@＋－＠][^|]*\|)")
# The same without what only a quoted field may hold; a stricter pattern only sends more lines to the slow way.
_PLAIN = _VALUES | {
    ItemType.TEXT: r"[ \u3000]{0,99}" + rf'[^ \u3000,"{_FIRST}{_CONTROL}][^,"{_CONTROL}]{{0,299}}',
    ItemType.YEN: r"[0-9]{1,11}",
}
_QUOTED = _VALUES | {ItemType.TEXT: r"[ \u3000]{0,99}" + rf'[^ \u3000"{_FIRST}{_CONTROL}][^"{_CONTROL}]{{0,299}}'}
_FIELD = re.compile(r'(?:"([^"]*(?:""[^"]*)*)"|([^",]*))(?=,|\Z)')
_OPEN = re.compile(r'"[^"]*(?:""[^"]*)*\Z')
_ENDS_IN_CR = re.compile(r'"[^"]*(?:""[^"]*)*"\r')
_HAS_CONTROL = re.compile(f"[{_CONTROL}]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What is wrong in a line: a code, the column from 1 or 0, an approved heading or nothing. Never a value."""

    code: str
    column: int = 0
    item: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """The fields of a line as far as they can be told apart (RFC 4180 section 2)."""

    fields: list[str]
    fault: Fault | None


def parse_line(untrusted_line: str) -> Line:
    """Splits a line at its commas; a quote that isn't closed, or stands where none may, is a fault."""
    if '"' not in untrusted_line:
        return Line(fields=untrusted_line.split(","), fault=None)
    fields: list[str] = []
    at = 0
    while True:
        found = _FIELD.match(untrusted_line, at)
        if found is None:
            return Line(fields=fields, fault=_quote_fault(untrusted_line, at, len(fields) + 1))
        quoted, plain = found.groups()
        fields.append(plain if quoted is None else quoted.replace('""', '"'))
        if found.end() == len(untrusted_line):
            return Line(fields=fields, fault=None)
        at = found.end() + 1


def _quote_fault(untrusted_line: str, at: int, column: int) -> Fault:
    """Of the field that begins there."""
    if _ENDS_IN_CR.match(untrusted_line, at):
        return Fault(code="INS-014")
    return Fault(code="INS-016" if _OPEN.match(untrusted_line, at) else "INS-015", column=column)


class Rules:
    """The approved items, compiled."""

    def __init__(self, items: Sequence[Item], *, individual_numbers_allowed: bool = False) -> None:
        self._items = tuple(items)
        self.look_for_numbers = not individual_numbers_allowed
        self._headings = [item.heading for item in items]
        if not items or len(set(self._headings)) != len(items):
            raise Refused("INS-003")
        self._values = [re.compile(_VALUES[item.type]) for item in items]
        self._yen = [number for number, item in enumerate(items) if item.type is ItemType.YEN]
        self.amount_headings = [self._headings[number] for number in self._yen]
        # Of an amount, its two ways of writing are groups.
        self.is_good = re.compile(",".join(map(_good, items))).fullmatch

    def amounts(self, good_line: str, found: re.Match[str] | None) -> Iterator[int]:
        """The amounts of a good line in yen, in the order of `amount_headings`; `found` as `is_good` found it."""
        if found is not None:
            groups = found.groups()
            for plain, quoted in zip(groups[::2], groups[1::2], strict=True):
                yield int(plain) if plain else int(quoted.replace(",", ""))
        else:
            fields = parse_line(good_line).fields
            yield from (int(fields[number].replace(",", "")) for number in self._yen)

    def sum_fault(self, number: int) -> Fault:
        """The sum of this one of `amount_headings` is more than a record can hold."""
        return Fault(code="INS-037", column=self._yen[number] + 1, item=self.amount_headings[number])

    def heading(self, column: int) -> str:
        """The approved heading of a column, counted from 1; nothing if there is none."""
        return self._headings[column - 1] if 0 < column <= len(self._headings) else ""

    def recognised(self, line: str) -> int:
        """How many of the approved headings stand in this line."""
        return len({*parse_line(line).fields} & {*self._headings})

    def heading_fault(self, line: str) -> Fault | None:
        """The headings must be the approved ones in their order."""
        parsed = parse_line(line)
        found = parsed.fields
        missing = [heading for heading in self._headings if heading not in found]
        if len(missing) == len(self._headings) and "\0" in line:  # UTF-16 and its like have one in every comma
            return Fault(code="INS-012", column=1)
        if parsed.fault or found == self._headings:
            return parsed.fault
        if len(missing) == len(self._headings):
            return Fault(code="INS-020")
        if "\r" in line:
            return Fault(code="INS-014")
        for number, heading in enumerate(found):
            if _HAS_CONTROL.search(heading):
                return Fault(code="INS-035", column=number + 1, item=self.heading(number + 1))
        if missing:
            return Fault(code="INS-021", column=self._headings.index(missing[0]) + 1, item=missing[0])
        for number, heading in enumerate(found):
            if heading not in self._headings or heading in found[:number]:
                return Fault(code="INS-022", column=number + 1, item=heading if heading in self._headings else "")
        pairs = zip(self._headings, found, strict=True)
        number, expected = next((at, due) for at, (due, came) in enumerate(pairs) if due != came)
        return Fault(code="INS-023", column=number + 1, item=expected)

    def fault(self, line: str) -> Fault | None:
        """The first thing wrong in a line of values, or None."""
        parsed = parse_line(line)
        if parsed.fault:
            return replace(parsed.fault, item=self.heading(parsed.fault.column))
        if len(parsed.fields) != len(self._items):
            return Fault(code="INS-014" if "\r" in line else "INS-017")
        for number, (item, value) in enumerate(zip(self._items, parsed.fields, strict=True)):
            if code := self._value_fault(number, item, value):
                return Fault(code=code, column=number + 1, item=item.heading)
        return None

    def _value_fault(self, number: int, item: Item, value: str) -> str:
        looked_for = self.look_for_numbers and item.type is not ItemType.DESIGNATED_NUMBER
        if looked_for and has_individual_number(value):
            return "INS-040"
        if _HAS_CONTROL.search(value):
            return "INS-035"
        if item.type is ItemType.TEXT and _FORMULA.match(value):
            return "INS-036"
        return "" if self._values[number].fullmatch(value) else _CODES[item.type]


def _good(item: Item) -> str:
    plain, quoted = _PLAIN[item.type], _QUOTED[item.type]
    return f'(?:({plain})|"({quoted})")' if item.type is ItemType.YEN else f'(?:{plain}|"{quoted}")'
