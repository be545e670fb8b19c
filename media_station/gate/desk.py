"""The gate's end of the intake door: one connection for each question."""

import asyncio
import os
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from typing import Any, Final

from asyncvarlink import FileDescriptor

from media_station.doors.intake import Intake, TurnedAway
from media_station.doors.socket import connect, makers
from media_station.model.errors import PeerFault
from media_station.model.journal import Grown

# A body of gigabytes is copied, hashed and synced before the receipt comes.
ANSWER_SECONDS: Final = 900.0


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskDoor:
    """`run` is the directory that holds the desk's sockets."""

    run: Path

    async def offer(self, submission: str) -> int:
        return int(await self._ask("Offer", submission=submission))

    async def hand_in(self, payload: str, body: int) -> str:
        return str(await self._ask("HandIn", payload=payload, body=FileDescriptor(body)))

    async def receipt(self, payload: str) -> str:
        return str(await self._ask("Receipt", payload=payload))

    async def checkpoint(self) -> str:
        return str(await self._ask("Checkpoint"))

    async def hosts(self, in_use: list[str]) -> list[str]:
        return list(await self._ask("Hosts", in_use=in_use))

    async def offer_supply(self, header: str) -> int:
        return int(await self._ask("OfferSupply", header=header))

    async def hand_in_supply(self, header: str, body: int) -> str:
        return str(await self._ask("HandInSupply", header=header, body=FileDescriptor(body)))

    async def supply_receipt(self, supply: str) -> str:
        return str(await self._ask("SupplyReceipt", supply=supply))

    async def exports(self) -> str:
        return str(await self._ask("Exports"))

    async def export(self, bundle: str) -> FileIO:
        sealed: FileDescriptor
        with await self._ask("Export", descriptors=1, bundle=bundle) as sealed:
            return FileIO(os.dup(sealed.fileno()))

    async def report(self, refusals: list[TurnedAway]) -> None:
        await self._ask("Report", refusals=refusals)

    async def grown(self, size: int) -> Grown:
        grown: Grown = await self._ask("Grown", size=size)
        return grown

    async def witness(self, checkpoint: str) -> int:
        return int(await self._ask("Witness", checkpoint=checkpoint))

    async def _ask(self, method: str, *, descriptors: int = 0, **parameters: Any) -> Any:
        """Refusals come as the desk gave them; PeerFault DOR-… if it isn't there, GAT-032 if it says nothing."""
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                async with connect(self.run / "intake.sock", Intake, uids=makers(), descriptors=descriptors) as desk:
                    return await desk.call(method, **parameters)
        except TimeoutError as error:
            raise PeerFault("GAT-032") from error
