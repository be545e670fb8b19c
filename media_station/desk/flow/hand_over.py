"""F2 O6 O7: medium and enclosures into a registered handler's hands, with the bag's number; the slip."""

from media_station.desk.access.authority import Authority
from media_station.desk.desk import Desk
from media_station.desk.ledger.views import check_handler, check_letters
from media_station.desk.papers import slip
from media_station.model.asks import HandOverEnclosures, HandOverMedium, PrintSlip
from media_station.model.errors import Refused
from media_station.model.handover import EnclosuresHandedOver, MediumHandedOver
from media_station.model.medium import MEDIUM, MediumState
from media_station.model.payload import ImageSealed
from media_station.model.station import PAPER, PaperKind, PaperPrinted
from media_station.model.views import Answer


async def hand_over_medium(desk: Desk, by: Authority, ask: HandOverMedium) -> Answer:
    """Refused HND-002 for a handler who isn't registered, HND-003 without a bag's number."""
    if desk.ledger.state(MEDIUM, ask.medium) is not MediumState.WRITTEN:
        raise Refused("FLW-002", number=ask.medium)
    transfer = desk.ledger.history("medium", ask.medium).the(ImageSealed).transfer
    check_handler(desk.ledger, transfer, ask.handler)
    if not ask.bag:
        raise Refused("HND-003")
    handed = MediumHandedOver(
        medium=ask.medium,
        transfer=transfer,
        slip=slip.next_number(desk),
        clerk=by.operator,
        handler=ask.handler,
        bag=ask.bag,
        day=desk.clock.day(),
    )
    (record,) = desk.journal.commit(handed, actor=by.operator)
    return Answer(record=record.sequence, action=handed.name, facts={"slip": handed.slip})


async def hand_over_enclosures(desk: Desk, by: Authority, ask: HandOverEnclosures) -> Answer:
    check_handler(desk.ledger, ask.transfer, ask.handler)
    check_letters(ask.sheets)
    if not ask.bag:
        raise Refused("HND-003")
    handed = EnclosuresHandedOver(
        transfer=ask.transfer, sheets=ask.sheets, clerk=by.operator, handler=ask.handler, bag=ask.bag
    )
    (record,) = desk.journal.commit(handed, actor=by.operator)
    return Answer(record=record.sequence, action=handed.name, facts={})


async def print_slip(desk: Desk, by: Authority, ask: PrintSlip) -> Answer:
    """Out or back: whichever handover has this slip's number. Refused PAP-010 if none has, PAP-011 if it is printed."""
    if desk.ledger.state(PAPER, ask.paper) is not None:
        raise Refused("PAP-011", number=ask.paper)
    medium, sha256 = await slip.print_slip(desk, ask.paper)
    printed = PaperPrinted(paper=ask.paper, kind=PaperKind.SLIP, medium=medium, sha256=sha256)
    (record,) = desk.journal.commit(printed, actor=by.operator)
    return Answer(record=record.sequence, action=printed.name, facts={"paper": ask.paper})
