"""The findings door's end: what the guard reports."""

from asyncvarlink import varlinkmethod

from media_station.desk.desk import Desk
from media_station.desk.flow import keep_watch
from media_station.doors.findings import Drift, Findings
from media_station.doors.findings import Peer as RefusedPeer
from media_station.doors.refusals import Refusals
from media_station.doors.socket import Peer
from media_station.model.errors import StationError

IDLE_SECONDS = 60.0


class FindingsDoor(Findings):
    """One connection."""

    idle_seconds = IDLE_SECONDS

    def __init__(self, desk: Desk, refusals: Refusals, peer: Peer) -> None:
        self._desk = desk
        self._refusals = refusals
        self._peer = peer

    def interface(self) -> Findings:
        return self

    def refused(self, request: str, error: StationError) -> None:
        self._refusals.take("findings", self._peer.uid, request, error)

    @varlinkmethod(return_parameter="baseline")
    async def Report(self, *, seen: list[str], drift: list[Drift], peers: list[RefusedPeer]) -> str:  # noqa: N802
        return keep_watch.hear(self._desk, seen, drift, peers)
