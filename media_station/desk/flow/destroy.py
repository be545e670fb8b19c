"""F6 M: what can't be erased is destroyed before a witness; the record of it."""

from collections.abc import Sequence

from media_station.desk.access.authority import Authority
from media_station.desk.access.images import drop_unrecorded
from media_station.desk.desk import Desk
from media_station.desk.ledger.destruction import check_batch, check_witness, data_of, records_given
from media_station.desk.ledger.duties import require_apart
from media_station.desk.ledger.views import master_row
from media_station.desk.papers import destruction
from media_station.desk.papers.sheet import print_paper, require_unscanned
from media_station.model.asks import Destroy, DestroyTogether, PrintDestructionRecord
from media_station.model.duties import StaffDuty
from media_station.model.erasure import MediumDestroyed
from media_station.model.errors import Refused
from media_station.model.ids import PaperLetter
from media_station.model.masters import MasterKind
from media_station.model.station import PaperKind
from media_station.model.views import Answer


async def destroy(desk: Desk, by: Authority, ask: Destroy) -> Answer:
    """Refused DST-001 if the witness is the performer or nobody known, DST-002 for what isn't in the masters,
    DTY-001 for who may not perform or witness it.
    """
    return _destroyed(desk, by, ask, [ask.medium])


async def destroy_together(desk: Desk, by: Authority, ask: DestroyTogether) -> Answer:
    """All of them, or none. Refused DST-003 unless they are one to MOST_TOGETHER different media; and as `destroy`."""
    check_batch(ask.media)
    return _destroyed(desk, by, ask, ask.media)


def _destroyed(desk: Desk, by: Authority, ask: Destroy | DestroyTogether, media: Sequence[str]) -> Answer:
    check_witness(desk.ledger, by.operator, ask.witness)
    reason = master_row(desk.ledger, MasterKind.REASONS, "reason", ask.reason)
    device = master_row(desk.ledger, MasterKind.SHREDDERS, "device", ask.device)
    place = master_row(desk.ledger, MasterKind.PLACES, "place", ask.place)
    number = desk.house.identity.paper_number(PaperLetter.DESTRUCTION_RECORD, records_given(desk.ledger) + 1)
    events = []
    for medium in media:
        transfer = data_of(desk.ledger, medium)
        require_apart(desk.ledger, transfer, by.operator, StaffDuty.PERFORMER)
        require_apart(desk.ledger, transfer, ask.witness, StaffDuty.WITNESS)
        destroyed = MediumDestroyed(
            medium=medium,
            transfer=transfer,
            record=number,
            performer=by.operator,
            witness=ask.witness,
            reason=reason["title"],
            method=device["method"],
            device=device["title"],
            particle=device["particle"],
            place=place["title"],
            residue=device["residue"],
            proof="",
            day="",
        )
        events.append(destroyed)
    done = desk.journal.commit(*events, actor=by.operator)
    drop_unrecorded(desk)
    return Answer(record=done[0].sequence, action=MediumDestroyed.name, facts={"record": number})


async def print_record(desk: Desk, by: Authority, ask: PrintDestructionRecord) -> Answer:
    """Refused PAP-010 if no destruction has this number, PAP-011 if it is printed and scanned back."""
    media = destruction.media_on(desk, ask.paper)
    if not media:
        raise Refused("PAP-010", number=ask.paper)
    require_unscanned(desk, ask.paper)
    sheet = await destruction.make_record(desk, ask.paper)
    return await print_paper(
        desk, sheet, PaperKind.DESTRUCTION_RECORD, actor=by.operator, medium=media[0] if len(media) == 1 else ""
    )
