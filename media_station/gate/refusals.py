"""What the gate refused by itself, on its way to the desk, which records it: once a second, each kind with its number.

What the desk refuses it records itself.
"""

import asyncio
from collections import Counter
from typing import Final

from media_station.doors.intake import TIMES_MOST, TurnedAway
from media_station.doors.log import log_line
from media_station.gate.desk import DeskDoor
from media_station.model.errors import StationError

_OWN: Final = ("GAT", "AGE")
_REPORT_SECONDS: Final = 1.0
# Far more than there are requests and codes.
_KINDS: Final = 200


class Refusals:
    def __init__(self, desk: DeskDoor) -> None:
        self._desk = desk
        self._kinds: Counter[tuple[str, str]] = Counter()
        self._any = asyncio.Event()

    def take(self, error: StationError, *, request: str = "", reason: str = "") -> None:
        """`request` is one that the gate knows, or empty; `reason`, what a library says of it, is for the log alone."""
        own = error.code.startswith(_OWN)
        if own and not self._kinds[request, error.code]:
            log_line("warning", "peer.refused", code=error.code, request=request, reason=reason)
        if own and len(self._kinds) <= _KINDS:
            self._kinds[request, error.code] += 1
            self._any.set()

    async def keep_reporting(self) -> None:
        """What the desk doesn't take is kept and told with the next."""
        while True:
            await self._any.wait()
            await asyncio.sleep(_REPORT_SECONDS)
            await self.report()

    async def report(self) -> None:
        taken, self._kinds = self._kinds, Counter()
        self._any.clear()
        told = [
            TurnedAway(request=kind[0], code=kind[1], times=min(times, TIMES_MOST)) for kind, times in taken.items()
        ]
        try:
            if told:
                await self._desk.report(told)
        except StationError:
            self._kinds.update(taken)
            self._any.set()
