"""The desk's end of the patterns door: the service manager starts the oneshot when the desk connects. And which
patterns are in place.
"""

from pathlib import Path
from typing import BinaryIO

from asyncvarlink import FileDescriptor

from media_station.doors.patterns import InstallsPatterns
from media_station.doors.socket import connect
from media_station.model.errors import PeerFault
from media_station.model.supply import ENGINE


class PatternsInstaller:
    def __init__(self, path: Path, uids: frozenset[int], folder: Path) -> None:
        """`folder`: the oneshot's, whose link `now` leads to the patterns that clamd reads."""
        self._path = path
        self._now = folder / "now"
        self._uids = uids

    async def install(self, order: str, supply: BinaryIO) -> str:
        """The engine with the patterns' number, as they were tried. Refused as the oneshot refuses; PeerFault DOR-001
        if nobody is in, DOR-004 if what it tells is no clamd's.
        """
        async with connect(self._path, InstallsPatterns, uids=self._uids) as door:
            scanner: str = await door.call("Install", order=order, supply=FileDescriptor(supply))
        if not ENGINE.fullmatch(scanner):
            raise PeerFault("DOR-004", door=self._path.name)
        return scanner

    def present(self) -> str:
        """The name of the supply in place; another name, or an empty one, if they came as none."""
        try:
            return self._now.readlink().name.removesuffix(".again")
        except OSError:
            return ""
