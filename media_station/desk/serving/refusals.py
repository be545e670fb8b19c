"""Each refusal at a door is a record, with its code."""

from contextlib import suppress

from media_station.desk.desk import Desk
from media_station.doors.socket import Peer
from media_station.model.errors import StationError
from media_station.model.station import RequestRefused


def record_refusal(desk: Desk, door: str, request: str, error: StationError, peer: Peer) -> None:
    """A journal that can't be written refuses the record too; the caller still gets the refusal."""
    refused = RequestRefused(door=door, request=request, code=error.code, uid=peer.uid)
    with suppress(StationError):
        desk.journal.commit(refused)
