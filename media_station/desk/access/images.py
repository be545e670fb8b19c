"""Which images the spool keeps: those that a record tells of and that are still to be written, or kept for it."""

from media_station.desk.desk import Desk
from media_station.desk.ledger.bundles import is_in_the_spool
from media_station.model.payload import PAYLOAD, ImageSealed, PayloadState


def drop_unrecorded(desk: Desk) -> None:
    """No image stays whose sealing was abandoned or never recorded, or whose payload is purged; none of an export
    that is written. What is being made now stays.
    """

    def is_recorded(medium: str) -> bool:
        if medium in desk.performing:
            return True
        sealed = desk.ledger.history("medium", medium).last(ImageSealed)
        if sealed is None:
            return is_in_the_spool(desk.ledger, medium)
        return desk.ledger.state(PAYLOAD, sealed.payload) is not PayloadState.PURGED

    desk.spool.keep_images(is_recorded)
