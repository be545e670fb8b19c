"""A payload as a stream against the approved items (D): counts, hash and the first fault, never a value.

Which encoding? A byte order mark says UTF-8. Without one the headings tell: it is that under which more of the approved
ones stand in row 1. If that decides nothing (ASCII headings), the file is read as UTF-8 and as CP932 side by side, and
the reading that stays as approved for longest is the right one; UTF-8 if both do (pure ASCII is both). Neither encoding
has 0x0A inside a character, so the bytes are cut into lines before they are decoded.
"""

import hashlib
from collections.abc import Callable, Sequence

from media_station.cell.reading import Reading
from media_station.cell.rows import Fault, Rules
from media_station.model.item import Item
from media_station.model.payload import Inspection

CHUNK_BYTES = 256 * 1024
LINE_BYTES = 64 * 1024
_BOM = b"\xef\xbb\xbf"
_SOUND = Fault(code="")


def inspect(
    read: Callable[[int], bytes], items: Sequence[Item], *, individual_numbers_allowed: bool = False
) -> Inspection:
    """Reads to the end whatever it finds, so that length (bytes) and SHA-256 are always those of the whole.

    `read(size)` returns up to `size` bytes, nothing at the end. After a fault, `records` are the good ones before it.
    Refused INS-003 if the items themselves make no sense.
    """
    lines = _Lines(Rules(items, individual_numbers_allowed=individual_numbers_allowed))
    digest, length = hashlib.sha256(), 0
    while chunk := read(CHUNK_BYTES):
        digest.update(chunk)
        length += len(chunk)
        lines.feed(chunk)
    reading = lines.finish()
    fault = reading.fault or _SOUND
    return Inspection(
        code=fault.code,
        row=reading.fault_row,
        column=fault.column,
        item=fault.item,
        records=reading.records,
        duplicates=reading.duplicates,
        sums=reading.sums(),
        encoding="" if reading.undecodable or fault.code == "INS-012" else reading.encoding,
        length=length,
        sha256=digest.hexdigest(),
    )


class _Lines:
    """Cuts the stream into lines and gives them to each reading; holds one chunk and one line at most."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._readings: list[Reading] = []
        self._pending = bytearray()
        self._over = False

    def feed(self, chunk: bytes) -> None:
        if self._over:
            return
        cut = chunk.rfind(b"\n")
        if cut >= 0:
            block = bytes(self._pending) + chunk[:cut]
            self._pending = bytearray()
            self._whole_lines(block)
        if not self._over:
            self._pending += memoryview(chunk)[cut + 1 :]
        if len(self._pending) > LINE_BYTES:
            self._too_long(bytes(self._pending))

    def finish(self) -> Reading:
        """The reading that fits best."""
        rest = bytes(self._pending)
        if not self._over:
            rest = self._begin(rest)
            for reading in self._readings:
                if rest:
                    reading.last_line(rest)
                reading.finish()
        return min(self._readings, key=_misfit)

    def _whole_lines(self, block: bytes) -> None:
        lengths = [len(line) for line in block.split(b"\n")]
        good = next((number for number, length in enumerate(lengths) if length > LINE_BYTES), len(lengths))
        if good:
            sound = self._begin(block[: sum(lengths[:good]) + good - 1])
            for reading in self._readings:
                reading.whole_lines(sound)
        if good < len(lengths):
            self._too_long(block)

    def _too_long(self, head: bytes) -> None:
        self._begin(head)
        self._over = True
        self._pending.clear()
        for reading in self._readings:
            reading.stop(Fault(code="INS-013"))

    def _begin(self, head: bytes) -> bytes:
        """Chooses the readings once, by the file's first bytes; returns what follows the mark."""
        if self._readings:
            return head
        if head.startswith(_BOM):
            self._readings = [Reading("utf-8-sig", self._rules)]
            return head[len(_BOM) :]
        first = head.split(b"\n", 1)[0].removesuffix(b"\r")
        known = {codec: self._rules.recognised(first.decode(codec, "replace")) for codec in ("utf-8", "cp932")}
        self._readings = [Reading(each, self._rules) for each in known if known[each] == max(known.values())]
        return head


def _misfit(reading: Reading) -> tuple[bool, int, bool]:
    return (reading.fault is not None, -reading.fault_row, reading.undecodable)
