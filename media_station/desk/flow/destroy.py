"""F6 M: what can't be erased is destroyed before a witness; the record of it."""

from media_station.desk.access.authority import Authority
from media_station.desk.desk import Desk
from media_station.desk.ledger.duties import require_apart
from media_station.desk.ledger.views import master_row
from media_station.desk.papers import destruction
from media_station.desk.papers.sheet import print_paper, require_unscanned
from media_station.model.asks import Destroy, PrintDestructionRecord
from media_station.model.duties import StaffDuty
from media_station.model.erasure import MediumDestroyed
from media_station.model.errors import Refused
from media_station.model.ids import PaperLetter
from media_station.model.masters import MasterKind
from media_station.model.medium import MEDIUM, MediumState
from media_station.model.operator import OPERATOR, OperatorState
from media_station.model.payload import ImageSealed
from media_station.model.station import PaperKind
from media_station.model.views import Answer

# Nothing that was sealed at this station is on it.
_UNUSED = frozenset({MediumState.STOCK, MediumState.READY, MediumState.FOREIGN, MediumState.CERTIFIED})


async def destroy(desk: Desk, by: Authority, ask: Destroy) -> Answer:
    """Refused DST-001 if the witness is the performer or nobody known, DST-002 for what isn't in the masters,
    DTY-001 for who may not perform or witness it.
    """
    if ask.witness == by.operator or desk.ledger.state(OPERATOR, ask.witness) is not OperatorState.ENROLLED:
        raise Refused("DST-001")
    reason = master_row(desk.ledger, MasterKind.REASONS, "reason", ask.reason)
    device = master_row(desk.ledger, MasterKind.SHREDDERS, "device", ask.device)
    place = master_row(desk.ledger, MasterKind.PLACES, "place", ask.place)
    sealed = desk.ledger.history("medium", ask.medium).last(ImageSealed)
    unused = desk.ledger.state(MEDIUM, ask.medium) in _UNUSED
    transfer = "" if sealed is None or unused else sealed.transfer
    require_apart(desk.ledger, transfer, by.operator, StaffDuty.PERFORMER)
    require_apart(desk.ledger, transfer, ask.witness, StaffDuty.WITNESS)
    destroyed = MediumDestroyed(
        medium=ask.medium,
        transfer=transfer,
        record=desk.house.identity.paper_number(PaperLetter.DESTRUCTION_RECORD, desk.ledger.count(MediumDestroyed) + 1),
        performer=by.operator,
        witness=ask.witness,
        reason=reason["title"],
        method=device["method"],
        device=device["title"],
        particle=device["particle"],
        place=place["title"],
        residue=device["residue"],
    )
    (record,) = desk.journal.commit(destroyed, actor=by.operator)
    return Answer(record=record.sequence, action=destroyed.name, facts={"record": destroyed.record})


async def print_record(desk: Desk, by: Authority, ask: PrintDestructionRecord) -> Answer:
    """Refused PAP-010 if no destruction has this number, PAP-011 if it is printed and scanned back."""
    destructions = desk.ledger.of(MediumDestroyed).all(MediumDestroyed)
    destroyed = next((each for each in destructions if each.record == ask.paper), None)
    if destroyed is None:
        raise Refused("PAP-010", number=ask.paper)
    require_unscanned(desk, ask.paper)
    sheet = await destruction.make_record(desk, destroyed.medium)
    return await print_paper(desk, sheet, PaperKind.DESTRUCTION_RECORD, actor=by.operator, medium=destroyed.medium)
