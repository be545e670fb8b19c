"""O5: the password's one printing, and its handing over on another occasion than the medium's."""

from media_station.desk.access.authority import Authority
from media_station.desk.desk import Desk
from media_station.desk.ledger.views import check_handler
from media_station.desk.papers import notice
from media_station.model.asks import HandOverNotice, PrintNotice
from media_station.model.errors import Refused
from media_station.model.handover import (
    NOTICE,
    MediumHandedOver,
    NoticeHandedOver,
    NoticePrinted,
    NoticeState,
    Occasion,
    check_separate,
)
from media_station.model.views import Answer


async def print_notice(desk: Desk, by: Authority, ask: PrintNotice) -> Answer:
    """Only for a medium that has left."""
    history = desk.ledger.history("medium", ask.medium)
    handed = history.last(MediumHandedOver)
    if handed is None or desk.ledger.state(NOTICE, ask.medium) is not NoticeState.KEPT:
        raise Refused("FLW-002", number=ask.medium)
    number, sha256 = await notice.print_notice(desk, ask.medium)
    printed = NoticePrinted(notice=number, medium=ask.medium, transfer=handed.transfer, sha256=sha256)
    (record,) = desk.journal.commit(printed, actor=by.operator)
    return Answer(record=record.sequence, action=printed.name, facts={"notice": number})


async def hand_over_notice(desk: Desk, by: Authority, ask: HandOverNotice) -> Answer:
    """Refused HND-001 on the day that the medium went, HND-002 for a handler who isn't registered."""
    history = desk.ledger.history("medium", ask.medium)
    handed, printed = history.last(MediumHandedOver), history.last(NoticePrinted)
    if handed is None or printed is None:
        raise Refused("FLW-002", number=ask.medium)
    check_handler(desk.ledger, handed.transfer, ask.handler)
    today = desk.clock.day()
    check_separate(Occasion(day=handed.day, carrier=handed.handler), Occasion(day=today, carrier=ask.handler))
    out = NoticeHandedOver(
        notice=printed.notice,
        medium=ask.medium,
        transfer=handed.transfer,
        clerk=by.operator,
        handler=ask.handler,
        bag=ask.bag,
        day=today,
    )
    (record,) = desk.journal.commit(out, actor=by.operator)
    return Answer(record=record.sequence, action=out.name, facts={})
