"""One at a time, and only so many who wait for it: a burst is refused, not heaped up."""

import asyncio
from types import TracebackType
from typing import Final

from media_station.model.errors import Refused

# A hash takes some tenths of a second on the smallest station: who is let in waits a few seconds at most.
MOST_WAITING: Final = 16


class Turns:
    """`async with` it: Refused THR-003 if too many wait already. Turns are given in the order in which they came."""

    def __init__(self, most_waiting: int = MOST_WAITING) -> None:
        self._most_waiting = most_waiting
        self._turn = asyncio.Lock()
        self._there = 0

    async def __aenter__(self) -> None:
        if self._there > self._most_waiting:
            raise Refused("THR-003")
        self._there += 1
        try:
            await self._turn.acquire()
        except BaseException:
            self._there -= 1
            raise

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._turn.release()
        self._there -= 1
