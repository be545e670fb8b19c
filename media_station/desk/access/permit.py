"""One pair of codes for the orders of all media of one transfer: a courier waits, and each code is good once.

A permit lies with the session that asked for it and ends with it, with the desk, with its time, or with its last
medium. It mints nothing: each order is minted by itself, for a medium that was named, once.
"""

from dataclasses import dataclass
from typing import Final

from media_station.model.errors import Refused

LONGEST_PERMIT_MINUTES: Final = 60


@dataclass(slots=True, kw_only=True)
class Permit:
    """`media` are those that no order was minted for yet; `until_ms` is CLOCK_BOOTTIME."""

    second: str
    transfer: str
    media: set[str]
    until_ms: int

    def is_over(self, now_ms: int) -> bool:
        return not self.media or now_ms > self.until_ms

    def use(self, *, transfer: str, medium: str, now_ms: int) -> None:
        """For one order. Refused ACC-012 if it isn't for this: then codes are needed."""
        if self.is_over(now_ms) or transfer != self.transfer or medium not in self.media:
            raise Refused("ACC-012")
        self.media.remove(medium)
