"""O8: new media get their numbers."""

from media_station.desk.access.authority import Authority
from media_station.desk.desk import Desk
from media_station.model.asks import RegisterMedium
from media_station.model.errors import Refused
from media_station.model.medium import MediumRegistered
from media_station.model.views import Answer


async def register(desk: Desk, by: Authority, ask: RegisterMedium) -> Answer:
    """Refused STK-001 for an empty bay, STK-002 for a disc that isn't blank, STK-003 for a serial already numbered."""
    loaded = next((each for each in await desk.drive.bays() if each.bay == ask.bay), None)
    if loaded is None:
        raise Refused("STK-001", bay=ask.bay)
    if loaded.kind.write_once and not loaded.blank:
        raise Refused("STK-002", bay=ask.bay)
    known = [each for each in desk.ledger.of(MediumRegistered).all(MediumRegistered) if each.kind is loaded.kind]
    if loaded.serial and any(each.serial == loaded.serial for each in known):
        raise Refused("STK-003", serial=loaded.serial)
    registered = MediumRegistered(
        medium=desk.house.identity.medium_number(loaded.kind.letter, len(known) + 1),
        kind=loaded.kind,
        vendor=loaded.vendor,
        model=loaded.model,
        serial=loaded.serial,
        serial_source=loaded.serial_source,
        size_bytes=loaded.size_bytes,
    )
    (record,) = desk.journal.commit(registered, actor=by.operator)
    return Answer(record=record.sequence, action=registered.name, facts={"medium": registered.medium})
