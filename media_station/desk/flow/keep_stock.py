"""O8: new media get their numbers; into a place and out of it; stock-taking before a witness."""

from media_station.desk.access.authority import Authority
from media_station.desk.desk import Desk
from media_station.desk.ledger.views import master_rows, place_of
from media_station.model.asks import CountStock, DrawMedium, RegisterMedium, StoreMedium
from media_station.model.errors import Refused
from media_station.model.masters import MasterKind
from media_station.model.medium import CUSTODY, CustodyState, MediumDrawn, MediumRegistered, MediumStored, StockCounted
from media_station.model.operator import OPERATOR, OperatorState
from media_station.model.views import Answer


async def register(desk: Desk, by: Authority, ask: RegisterMedium) -> Answer:
    """Refused STK-001 for an empty bay, STK-002 for a disc that isn't blank and, until it is, doesn't say how much
    it holds; STK-003 for a serial already numbered, or with the code by which the drive won't touch what is in.
    """
    loaded = next((each for each in await desk.drive.bays() if each.bay == ask.bay), None)
    if loaded is None:
        raise Refused("STK-001", bay=ask.bay)
    loaded.require_usable()
    if loaded.kind.sequential and not loaded.blank:
        raise Refused("STK-002", bay=ask.bay)
    letter = loaded.kind.letter
    known = [each for each in desk.ledger.of(MediumRegistered).all(MediumRegistered) if each.kind.letter == letter]
    if loaded.serial and any(each.serial == loaded.serial for each in known if each.kind is loaded.kind):
        raise Refused("STK-003", serial=loaded.serial)
    registered = MediumRegistered(
        medium=desk.house.identity.medium_number(letter, len(known) + 1),
        kind=loaded.kind,
        vendor=loaded.vendor,
        model=loaded.model,
        serial=loaded.serial,
        serial_source=loaded.serial_source,
        size_bytes=loaded.size_bytes,
    )
    (record,) = desk.journal.commit(registered, actor=by.operator)
    return Answer(record=record.sequence, action=registered.name, facts={"medium": registered.medium})


async def store(desk: Desk, by: Authority, ask: StoreMedium) -> Answer:
    """Refused STK-004 for a place that isn't in the masters."""
    _check_place(desk, ask.place)
    stored = MediumStored(medium=ask.medium, place=ask.place)
    (record,) = desk.journal.commit(stored, actor=by.operator)
    return Answer(record=record.sequence, action=stored.name, facts={})


async def draw(desk: Desk, by: Authority, ask: DrawMedium) -> Answer:
    drawn = MediumDrawn(medium=ask.medium)
    (record,) = desk.journal.commit(drawn, actor=by.operator)
    return Answer(record=record.sequence, action=drawn.name, facts={})


async def count(desk: Desk, by: Authority, ask: CountStock) -> Answer:
    """棚卸. Refused STK-005 with how many differ if no paper explains it, DST-001 for the witness."""
    if ask.place:
        _check_place(desk, ask.place)
    if ask.witness == by.operator or desk.ledger.state(OPERATOR, ask.witness) is not OperatorState.ENROLLED:
        raise Refused("DST-001")
    custody = CustodyState.STORED if ask.place else CustodyState.HAND
    here = desk.ledger.in_state(CUSTODY, custody)
    expected = {each for each in here if place_of(desk.ledger, each) == ask.place}
    found = set(ask.media)
    if expected != found and not ask.binder:
        raise Refused("STK-005", missing=len(expected - found), surplus=len(found - expected))
    counted = StockCounted(
        place=ask.place,
        expected=tuple(sorted(expected)),
        found=tuple(sorted(found)),
        binder=ask.binder,
        witness=ask.witness,
    )
    (record,) = desk.journal.commit(counted, actor=by.operator)
    facts = {"expected": str(len(expected)), "found": str(len(found))}
    return Answer(record=record.sequence, action=counted.name, facts=facts)


def _check_place(desk: Desk, place: str) -> None:
    if all(row["place"] != place for row in master_rows(desk.ledger, MasterKind.PLACES)):
        raise Refused("STK-004", place=place)
