"""What came back from a medium, beside what is due there."""

import operator
from typing import Final

NOWHERE: Final = -1


class Compared:
    """How many sectors of `sector_bytes` came back otherwise than due, and at which byte of the medium the first of
    them begins (NOWHERE: all came back as due).
    """

    def __init__(self, sector_bytes: int) -> None:
        self.wrong = 0
        self.first = NOWHERE
        self._sector = sector_bytes

    def take(self, came: memoryview | bytes, due: bytearray, offset: int) -> None:
        """`due` on the left is compared by memcmp, without a copy; two memoryviews would be byte by byte. What came
        short is otherwise than due.
        """
        if operator.eq(due, came):
            return
        size = self._sector
        for at in range(0, len(due), size):
            if due[at : at + size] != bytes(came[at : at + size]):
                self.differs(offset + at)

    def differs(self, at: int) -> None:
        """The sector that begins there."""
        self.wrong += 1
        if self.first == NOWHERE:
            self.first = at
