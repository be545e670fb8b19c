"""By which keys the host is known now: what two administrators adopted last, as the desk says; what the settings say
while they have adopted nothing. A key that was taken away is not heard from a few seconds later on, without a restart.
"""

import asyncio
from collections.abc import Collection
from pathlib import Path

from media_station.gate.desk import DeskDoor
from media_station.gate.tls import Known, known
from media_station.model.errors import PeerFault, StationError

ASK_SECONDS = 5.0
_ANSWER_SECONDS = 3.0


class Hosts:
    def __init__(self, keys: Path, host_pins: Collection[str], desk: DeskDoor) -> None:
        """Refused GAT-002, GAT-003 for what the settings say."""
        self._keys = keys
        self._host_pins = host_pins
        self._desk = desk
        self._known = known(keys, host_pins)
        self._adopted: list[str] = []
        self._asking = asyncio.Lock()
        self._answered = False
        self._ask_at = 0.0

    async def known(self) -> Known:
        """PeerFault if the desk has never said which: with it away, nothing would be taken anyway."""
        async with self._asking:
            now = asyncio.get_running_loop().time()
            if not self._answered or now >= self._ask_at:
                self._ask_at = now + ASK_SECONDS
                await self._ask()
            return self._known

    async def _ask(self) -> None:
        try:
            async with asyncio.timeout(_ANSWER_SECONDS):
                adopted = await self._desk.hosts(list(self._known.certificates))
        except (StationError, TimeoutError) as error:
            if not self._answered:
                raise PeerFault("GAT-032") from error
            return
        if adopted != self._adopted:
            self._known = known(self._keys, self._host_pins, adopted)
            self._adopted = adopted
        self._answered = True
