"""The desk's end of the media door."""

from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from asyncvarlink import FileDescriptor

from media_station.doors import media
from media_station.doors.socket import connect
from media_station.model.errors import PeerFault
from media_station.model.order import Evidence
from media_station.model.views import Loaded, Progress

Report = media.Report
Known = media.Known
Tell = Callable[[Progress], None]


class Drive:
    """A connection for each call: a drive that was restarted is simply the drive."""

    def __init__(self, path: Path, uids: frozenset[int]) -> None:
        self._path = path
        self._uids = uids

    async def bays(self) -> list[Loaded]:
        async with connect(self._path, media.Media, uids=self._uids) as door:
            loaded: list[Loaded] = await door.call("Bays")
            return loaded

    async def write(self, order: str, image: BinaryIO, bay: str, tell: Tell) -> Evidence:
        return await self._perform("Write", tell, order=order, image=FileDescriptor(image.fileno()), bay=bay)

    async def read(self, order: str, bay: str, tell: Tell) -> Evidence:
        return await self._perform("Read", tell, order=order, bay=bay)

    async def erase(self, order: str, bay: str, tell: Tell) -> Evidence:
        return await self._perform("Erase", tell, order=order, bay=bay)

    async def give(self, order: str, pieces: int, bay: str, tell: Tell) -> Evidence:
        """A foreign medium to whoever has the other end of the socket `pieces`."""
        return await self._perform("Import", tell, order=order, pieces=FileDescriptor(pieces), bay=bay)

    async def ask(self, number: str) -> Report:
        """What became of an order."""
        async with connect(self._path, media.Media, uids=self._uids) as door:
            report: Report = await door.call("Ask", order=number)
            return report

    async def cancel(self, number: str) -> None:
        async with connect(self._path, media.Media, uids=self._uids) as door:
            await door.call("Stop", order=number)

    async def forget(self, number: str) -> None:
        async with connect(self._path, media.Media, uids=self._uids) as door:
            await door.call("Forget", order=number)

    async def _perform(self, method: str, tell: Tell, **parameters: object) -> Evidence:
        """Evidence, or PeerFault HND-010 if the drive broke off without any."""
        evidence: Evidence | None = None
        async with connect(self._path, media.Media, uids=self._uids) as door:
            async for performing in door.stream(method, **parameters):
                tell(performing.progress)
                evidence = performing.evidence
        if evidence is None:
            raise PeerFault("HND-010")
        return evidence
