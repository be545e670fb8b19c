"""O5: the password's one printing; the sheet leaves on another occasion, as a row of a handover. A spoiled one, or one
that never came out of the printer, is counted and never leaves.
"""

from media_station.desk.access.authority import Authority
from media_station.desk.desk import Desk
from media_station.desk.hands.printer import NoPrinter
from media_station.desk.ledger.duties import require_apart
from media_station.desk.ledger.views import master_row
from media_station.desk.papers import notice
from media_station.model.asks import PrintNotice, SpoilNotice
from media_station.model.duties import StaffDuty
from media_station.model.errors import Refused
from media_station.model.handover import NOTICE, MediumHandedOver, NoticePrinted, NoticeSpoiled, NoticeState
from media_station.model.masters import MasterKind
from media_station.model.payload import ImageSealed
from media_station.model.views import Answer


async def print_notice(desk: Desk, by: Authority, ask: PrintNotice) -> Answer:
    """Only for a medium that has left; Refused PAP-011 if it is printed already, PRN-001 without a
    printer, DTY-001 for who may not have to do with the notice.
    """
    history = desk.ledger.history("medium", ask.medium).since(ImageSealed)
    handed, printed_already = history.last(MediumHandedOver), history.last(NoticePrinted)
    kept = desk.ledger.state(NOTICE, ask.medium) is NoticeState.KEPT
    if printed_already is not None and not kept:
        raise Refused("PAP-011", number=printed_already.notice)
    if handed is None or not kept:
        raise Refused("FLW-002", number=ask.medium)
    require_apart(desk.ledger, handed.transfer, by.operator, StaffDuty.NOTICE_CLERK)
    if isinstance(desk.printer, NoPrinter):  # known before its number is used up
        raise Refused("PRN-001")
    sheet = await notice.make_notice(desk, ask.medium)
    printed = NoticePrinted(
        notice=sheet.number,
        medium=ask.medium,
        transfer=handed.transfer,
        sha256=sheet.sha256,
        qr_sha256=sheet.qr_sha256,
    )
    (record,) = desk.journal.commit(printed, actor=by.operator)
    await sheet.print(desk)
    return Answer(record=record.sequence, action=printed.name, facts={"notice": sheet.number})


async def spoil(desk: Desk, by: Authority, ask: SpoilNotice) -> Answer:
    """Counted, its number is used up. Refused FLW-002 unless it lies printed in the house, DST-002 for a reason that
    isn't in the masters.
    """
    if desk.ledger.state(NOTICE, ask.medium) not in {NoticeState.PRINTED, NoticeState.SCANNED}:
        raise Refused("FLW-002", number=ask.medium)
    reason = master_row(desk.ledger, MasterKind.REASONS, "reason", ask.reason)
    printed = desk.ledger.history("medium", ask.medium).the(NoticePrinted)
    spoiled = NoticeSpoiled(
        notice=printed.notice,
        medium=ask.medium,
        transfer=printed.transfer,
        legible=ask.legible,
        reason=reason["title"],
        approver=by.second,
    )
    (record,) = desk.journal.commit(spoiled, actor=by.operator)
    return Answer(record=record.sequence, action=spoiled.name, facts={"notice": printed.notice})
