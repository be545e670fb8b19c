"""The lines of a payload under one encoding, until the first fault."""

import re
from array import array

from media_station.cell.individual_number import has_twelve_digits
from media_station.cell.rows import Fault, Rules, parse_line
from media_station.model.payload import Sum
from media_station.model.strict_json import LARGEST_INTEGER

MAX_RECORDS = 4_000_000
_BUCKETS = 256
_QUOTES = ("INS-015", "INS-016")
# A field of nothing but ASCII and UTF-8's kana, kanji and full-width letters, four at least: in CP932 that would be six
# kanji, each second one rare (茱崎町 is such a name, of three). No comma and no quotation mark is half of a character.
_ASCII = rb"[\x00-\x09\x0b-\x21\x23-\x2b\x2d-\x7f]*+"
_UTF8_FIELD = re.compile(rb'[\n",]' + _ASCII + rb"(?:[\xe3-\xe9\xef][\x80-\xbf]{2}" + _ASCII + rb'){4,}+(?=[\n",]|\Z)')


class Reading:
    """After a fault only the decoding goes on: a file's encoding is told by the whole of it.

    Rows are remembered as 64-bit hashes, eight bytes each, 32 MiB at most; two different rows that share one would be
    counted as duplicates, which only warn. The hash is the interpreter's own (SipHash), keyed anew in each process,
    and a process does one job: it says nothing of the row.
    """

    def __init__(self, encoding: str, rules: Rules) -> None:
        self.encoding = encoding
        self.undecodable = False
        self.fault: Fault | None = None
        self.fault_row = 0
        self._codec = encoding.removesuffix("-sig")
        self._rules = rules
        self._rows = 0
        self._end = ""
        self._sums = [0] * len(rules.amount_headings)
        self._seen = [array("q") for _ in range(_BUCKETS)]

    @property
    def records(self) -> int:
        """Good rows of values."""
        return max(self._rows - 1, 0)

    @property
    def duplicates(self) -> int:
        """Rows that are equal to an earlier one."""
        return sum(len(bucket) - len(set(bucket)) for bucket in self._seen)

    def sums(self) -> list[Sum]:
        """Of each column of amounts; none after a fault, for they would tell the values of the rows before it."""
        if self.fault:
            return []
        return [Sum(item=item, yen=yen) for item, yen in zip(self._rules.amount_headings, self._sums, strict=True)]

    def whole_lines(self, block: bytes) -> None:
        """Lines with their ends, the last 0x0A cut off."""
        text = self._decoded(block)
        if text is None or self.fault:
            return
        lines = text.split("\n")
        if not self._rows:
            self._headings(lines.pop(0), complete=True)
        self._values(lines, text)

    def last_line(self, rest: bytes) -> None:
        """What stands behind the last 0x0A."""
        line = self._decoded(rest)
        if line is None or self.fault:
            return
        if not self._rows:
            self._headings(line, complete=False)
        else:
            self._values([line + self._end], line)

    def finish(self) -> None:
        """An empty file, or headings alone, are faults too."""
        if not self._rows:
            self.stop(Fault(code="INS-010"))
        elif not self.records:
            self.stop(Fault(code="INS-011"))

    def stop(self, fault: Fault) -> None:
        """The first fault stands, at the row after the good ones."""
        if self.fault is None:
            self.fault, self.fault_row = fault, self._rows + 1

    def _decoded(self, block: bytes) -> str | None:
        if self.undecodable:
            return None
        code, position = "INS-012", len(block)
        try:
            text = block.decode(self._codec)
        except UnicodeDecodeError as error:
            text, position = None, error.start
        # The line break put before it takes the place of the delimiter that is matched: positions stay the block's own.
        if self._codec == "cp932" and (utf8 := _UTF8_FIELD.search(b"\n" + block)) and utf8.start() < position:
            code, text, position = "INS-018", None, utf8.start()
        if text is not None:
            return text
        start = block.rfind(b"\n", 0, position) + 1
        if start:
            self.whole_lines(block[: start - 1])
        self.undecodable = True
        parsed = parse_line(block[start:position].decode(self._codec))
        column = parsed.fault.column if parsed.fault else len(parsed.fields)
        self.stop(Fault(code=code, column=column, item=self._rules.heading(column) if self._rows else ""))
        return None

    def _headings(self, line: str, *, complete: bool) -> None:
        if complete and line.endswith("\r"):
            self._end = "\r"
        if fault := self._rules.heading_fault(line.removesuffix(self._end)):
            self.stop(fault)
        else:
            self._rows = 1

    def _values(self, lines: list[str], text: str) -> None:
        """`text` holds them all: whether any of them is worth looking closer is asked once."""
        look_closer = self._rules.look_for_numbers and has_twelve_digits(text)
        is_good, end, cut = self._rules.is_good, self._end, len(self._end)
        room = MAX_RECORDS - self.records
        for line in lines[:room]:
            if self.fault:
                return
            found = is_good(line, 0, len(line) - cut)
            if (not line.endswith(end) or not found or (look_closer and has_twelve_digits(line))) and (
                fault := self._line_fault(line)
            ):
                self.stop(fault)
            else:
                self._remember(line, found)
        if len(lines) > room:
            self.stop(Fault(code="INS-019"))

    def _remember(self, line: str, found: re.Match[str] | None) -> None:
        for column, amount in enumerate(self._rules.amounts(line.removesuffix("\r"), found)):
            self._sums[column] += amount
            if self._sums[column] > LARGEST_INTEGER:
                self.stop(self._rules.sum_fault(column))
                return
        self._rows += 1
        mark = hash(line)
        self._seen[mark % _BUCKETS].append(mark)

    def _line_fault(self, line: str) -> Fault | None:
        content = line.removesuffix("\r")
        fault = self._rules.fault(content)
        if fault and fault.code in _QUOTES:
            return fault
        ends_well = line.endswith("\r") == bool(self._end) and not content.endswith("\r")
        return fault if ends_well else Fault(code="INS-014")
