"""The desk's end of the clock door: the service manager starts the oneshot when the desk connects."""

from pathlib import Path

from media_station.doors import clock
from media_station.doors.socket import connect


class ClockSetter:
    def __init__(self, path: Path, uids: frozenset[int]) -> None:
        self._path = path
        self._uids = uids

    async def set(self, order: str) -> None:
        """Refused as the oneshot refuses; PeerFault DOR-001 if nobody is in."""
        async with connect(self._path, clock.SetsClock, uids=self._uids) as door:
            await door.call("Set", order=order)
