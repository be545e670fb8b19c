"""O5: the password's one printing; the sheet leaves on another occasion, as a row of a handover."""

from media_station.desk.access.authority import Authority
from media_station.desk.desk import Desk
from media_station.desk.ledger.duties import require_apart
from media_station.desk.papers import notice
from media_station.model.asks import PrintNotice
from media_station.model.duties import StaffDuty
from media_station.model.errors import Refused
from media_station.model.handover import NOTICE, MediumHandedOver, NoticePrinted, NoticeState
from media_station.model.payload import ImageSealed
from media_station.model.views import Answer


async def print_notice(desk: Desk, by: Authority, ask: PrintNotice) -> Answer:
    """Only for a medium that has left; Refused PAP-011 if it is printed already, DTY-001 for who
    may not have to do with the notice.
    """
    history = desk.ledger.history("medium", ask.medium).since(ImageSealed)
    handed, printed_already = history.last(MediumHandedOver), history.last(NoticePrinted)
    if printed_already is not None:
        raise Refused("PAP-011", number=printed_already.notice)
    if handed is None or desk.ledger.state(NOTICE, ask.medium) is not NoticeState.KEPT:
        raise Refused("FLW-002", number=ask.medium)
    require_apart(desk.ledger, handed.transfer, by.operator, StaffDuty.NOTICE_CLERK)
    number, sha256 = await notice.print_notice(desk, ask.medium)
    printed = NoticePrinted(notice=number, medium=ask.medium, transfer=handed.transfer, sha256=sha256)
    (record,) = desk.journal.commit(printed, actor=by.operator)
    return Answer(record=record.sequence, action=printed.name, facts={"notice": number})
