"""The chores door's end: what a timer has the desk do."""

from asyncvarlink import varlinkmethod

from media_station.desk.access.authority import require_work
from media_station.desk.desk import Desk
from media_station.desk.flow import back_up, do_chores, review
from media_station.doors.chores import Chores
from media_station.doors.refusals import Refusals
from media_station.doors.socket import Peer
from media_station.model.chore import Chore
from media_station.model.errors import StationError

IDLE_SECONDS = 60.0
TABLE = {
    Chore.HEARTBEAT: do_chores.show_alive,
    Chore.INTEGRITY: do_chores.verify,
    Chore.ANALYSIS: review.analyse_by_itself,
    Chore.BACKUP: back_up.back_up_by_itself,
}


class ChoresDoor(Chores):
    """One connection."""

    idle_seconds = IDLE_SECONDS

    def __init__(self, desk: Desk, refusals: Refusals, peer: Peer) -> None:
        self._desk = desk
        self._refusals = refusals
        self._peer = peer

    def interface(self) -> Chores:
        return self

    def refused(self, request: str, error: StationError) -> None:
        self._refusals.take("chores", self._peer.uid, request, error)

    @varlinkmethod(return_parameter="record")
    async def Do(self, *, chore: Chore) -> int:  # noqa: N802 - varlink names
        require_work(self._desk)
        return await TABLE[chore](self._desk)
