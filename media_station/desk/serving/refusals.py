"""What is refused at a door is a record, with its code."""

from contextlib import suppress

from media_station.desk.desk import Desk
from media_station.doors.refusals import Refusal
from media_station.model.errors import StationError
from media_station.model.station import RequestRefused


def record_refusal(desk: Desk, refusal: Refusal, unrecorded: int) -> None:
    """A journal that can't be written refuses the record too; the caller still gets the refusal."""
    with suppress(StationError):
        desk.journal.commit(
            RequestRefused(
                door=refusal.door,
                request=refusal.request,
                code=refusal.code,
                uid=refusal.uid,
                unrecorded=unrecorded,
            )
        )
