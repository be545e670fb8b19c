"""The desk's end of the patterns door: the service manager starts the oneshot when the desk connects."""

from pathlib import Path
from typing import BinaryIO

from asyncvarlink import FileDescriptor

from media_station.doors.patterns import InstallsPatterns
from media_station.doors.socket import connect


class PatternsInstaller:
    def __init__(self, path: Path, uids: frozenset[int]) -> None:
        self._path = path
        self._uids = uids

    async def install(self, order: str, supply: BinaryIO) -> str:
        """The engine with the patterns' number, as they were tried. Refused as the oneshot refuses; PeerFault DOR-001
        if nobody is in.
        """
        async with connect(self._path, InstallsPatterns, uids=self._uids) as door:
            scanner: str = await door.call("Install", order=order, supply=FileDescriptor(supply))
        return scanner
