"""F6 M O7: media that an outside firm destroys leave with its receipt; only its proof, seen by two, ends them."""

from media_station.desk.access.authority import Authority
from media_station.desk.access.images import drop_unrecorded
from media_station.desk.desk import Desk
from media_station.desk.ledger.destruction import check_batch, check_witness, data_of, records_given
from media_station.desk.ledger.duties import require_apart
from media_station.desk.ledger.views import check_not_past, master_row
from media_station.model.asks import Entrust, ProveDestruction
from media_station.model.duties import StaffDuty
from media_station.model.erasure import MediumDestroyed, MediumEntrusted
from media_station.model.errors import Refused
from media_station.model.ids import PaperLetter
from media_station.model.masters import MasterKind
from media_station.model.medium import MEDIUM, MediumState
from media_station.model.views import Answer


async def entrust(desk: Desk, by: Authority, ask: Entrust) -> Answer:
    """All of them, or none. Refused DST-002 for what isn't in the masters, DST-003 for no batch, DUE-001 for a day that
    is over, HND-003 no bag, CNT-002 without the receipt's number, HND-015 without who took them, PAP-001 for a name
    that no typeface can show, DTY-001 for who may not perform it.
    """
    check_batch(ask.media)
    reason = master_row(desk.ledger, MasterKind.REASONS, "reason", ask.reason)
    firm = master_row(desk.ledger, MasterKind.FIRMS, "firm", ask.firm)
    check_not_past(ask.proof_by, desk.clock.day())
    if not ask.taker:
        raise Refused("HND-015")
    if not ask.bag:
        raise Refused("HND-003")
    if not ask.binder:
        raise Refused("CNT-002")
    await desk.cells.require_glyphs({"taker": ask.taker, "bag": ask.bag, "binder": ask.binder})
    number = desk.house.identity.paper_number(PaperLetter.DESTRUCTION_RECORD, records_given(desk.ledger) + 1)
    events = []
    for medium in ask.media:
        transfer = data_of(desk.ledger, medium)
        require_apart(desk.ledger, transfer, by.operator, StaffDuty.PERFORMER)
        entrusted = MediumEntrusted(
            medium=medium,
            transfer=transfer,
            record=number,
            reason=reason["title"],
            firm=firm["title"],
            taker=ask.taker,
            bag=ask.bag,
            binder=ask.binder,
            day=desk.clock.day(),
            proof_by=ask.proof_by,
        )
        events.append(entrusted)
    done = desk.journal.commit(*events, actor=by.operator)
    drop_unrecorded(desk)
    return Answer(record=done[0].sequence, action=MediumEntrusted.name, facts={"record": number})


async def prove(desk: Desk, by: Authority, ask: ProveDestruction) -> Answer:
    """Refused DST-001 and DTY-001 as a destruction in the house is, DST-004 unless these are all that the firm has of
    one record, DST-005 for a day that isn't between the hand-over and today, CNT-002 without the proof's number,
    DST-006 without its method, PAP-001.
    """
    check_batch(ask.media)
    check_witness(desk.ledger, by.operator, ask.witness)
    if not ask.binder:
        raise Refused("CNT-002")
    if not ask.method:
        raise Refused("DST-006")
    await desk.cells.require_glyphs({"method": ask.method, "binder": ask.binder})
    gone = _entrusted_with(desk, ask.media)
    if not gone[0].day <= ask.day <= desk.clock.day():
        raise Refused("DST-005", day=ask.day, since=gone[0].day)
    events = []
    for each in gone:
        require_apart(desk.ledger, each.transfer, by.operator, StaffDuty.PERFORMER)
        require_apart(desk.ledger, each.transfer, ask.witness, StaffDuty.WITNESS)
        destroyed = MediumDestroyed(
            medium=each.medium,
            transfer=each.transfer,
            record=each.record,
            reason=each.reason,
            method=ask.method,
            device=each.firm,
            particle="",
            place="",
            residue="",
            performer=by.operator,
            witness=ask.witness,
            proof=ask.binder,
            day=ask.day,
        )
        events.append(destroyed)
    done = desk.journal.commit(*events, actor=by.operator)
    return Answer(record=done[0].sequence, action=MediumDestroyed.name, facts={"record": gone[0].record})


def _entrusted_with(desk: Desk, media: list[str]) -> list[MediumEntrusted]:
    """Refused DST-004."""
    away = desk.ledger.in_state(MEDIUM, MediumState.ENTRUSTED)
    left = {medium: desk.ledger.history("medium", medium).the(MediumEntrusted) for medium in away}
    gone = [left[medium] for medium in media if medium in left]
    of_these = {each.record for each in gone}
    if len(of_these) != 1 or {medium for medium, each in left.items() if each.record in of_these} != set(media):
        raise Refused("DST-004")
    return gone
