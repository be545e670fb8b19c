"""F2: the sealed image onto the medium, by an order, read back past the cache."""

from media_station.desk.access.authority import Authority
from media_station.desk.access.carry_out import carry_out, in_bay
from media_station.desk.access.mint import mint
from media_station.desk.desk import Desk
from media_station.desk.ledger.views import terms_of
from media_station.model.asks import Write
from media_station.model.errors import Refused
from media_station.model.medium import MEDIUM, MediumState
from media_station.model.payload import ImageSealed
from media_station.model.views import Answer


async def write(desk: Desk, by: Authority, ask: Write) -> Answer:
    """Refused FLW-002 unless the medium has a sealed image and nothing else, APR-003 outside the contract period."""
    if desk.ledger.state(MEDIUM, ask.medium) is not MediumState.SEALED:
        raise Refused("FLW-002", number=ask.medium)
    sealed = desk.ledger.history("medium", ask.medium).last(ImageSealed)
    if sealed is None:  # for an export
        raise Refused("FLW-002", number=ask.medium)
    agreed = terms_of(desk.ledger, sealed.transfer)
    if not agreed.starts <= desk.clock.day() <= agreed.ends:
        raise Refused("APR-003", starts=agreed.starts, ends=agreed.ends)
    loaded = await in_bay(desk, ask.bay, ask.medium)
    with desk.spool.image(ask.medium) as image:
        issued, order = mint(
            desk,
            by,
            medium=ask.medium,
            transfer=sealed.transfer,
            loaded=loaded,
            image_sha256=sealed.image_sha256,
            image_length=sealed.image_length,
        )
        return await carry_out(desk, by, issued, desk.drive.write(order, image, ask.bay, desk.tell))
