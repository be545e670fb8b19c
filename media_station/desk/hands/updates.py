"""The desk's end of the update door: the service manager starts the oneshot when the desk connects. And what its folder
says: the version that was before, and what became of the last order.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from asyncvarlink import FileDescriptor

from media_station.doors.socket import connect
from media_station.doors.update import TakesUpdate
from media_station.model.errors import Refused

_TOLD_BYTES: Final = 4096


@dataclass(frozen=True, slots=True)
class Ended:
    """The order whose installation has ended, and the version that was to come of it."""

    supply_order: str
    version: str


class Updates:
    def __init__(self, path: Path, uids: frozenset[int], folder: Path) -> None:
        """`folder` is the oneshot's. `open`: the orders that have no end yet, an earlier desk's too."""
        self.open: set[str] = set()
        self._path = path
        self._uids = uids
        self._folder = folder

    async def take(self, order: str, supply: BinaryIO) -> str:
        """The version that will be installed. Refused as the oneshot refuses; PeerFault DOR-001 if nobody is in."""
        async with connect(self._path, TakesUpdate, uids=self._uids) as door:
            version: str = await door.call("Take", order=order, supply=FileDescriptor(supply))
        return version

    def former(self) -> BinaryIO:
        """The package before the present one; Refused SUP-022 if none is kept."""
        try:
            return (self._folder / "former.deb").open("rb")
        except OSError as error:
            raise Refused("SUP-022") from error

    def is_pending(self) -> bool:
        """One was taken, and the package manager hasn't ended; then `ended` tells of it."""
        return (self._folder / "ordered.json").exists()

    def ended(self) -> Ended | None:
        """Of the last order; None if there was none, or it still goes on."""
        try:
            with (self._folder / "told.json").open("rb") as file:
                told = json.loads(file.read(_TOLD_BYTES))
            return Ended(str(told["supply_order"]), str(told["version"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None
