"""Work that somebody wants to end, the drive's or the desk's own sealing: F2, F6."""

from media_station.desk.access.authority import Authority
from media_station.desk.desk import Desk
from media_station.model.asks import Cancel
from media_station.model.errors import Refused
from media_station.model.order import OrderCancelled, OrderIssued, OrderState
from media_station.model.payload import ImageAbandoned
from media_station.model.views import Answer
from media_station.model.vocabulary import ORDER


async def cancel(desk: Desk, by: Authority, ask: Cancel) -> Answer:
    """Refused FLW-002 unless an order for this medium is open or it is being sealed for. Whoever waits for an order's
    end records it, with what the drive brings back: a medium that was being written is spoiled. Who waits for a sealing
    is refused it (SEA-006).
    """
    if ask.medium in desk.performing:
        abandoned = ImageAbandoned(medium=ask.medium)
        (record,) = desk.journal.commit(abandoned, actor=by.operator)
        desk.stopping.add(ask.medium)
        return Answer(record=record.sequence, action=abandoned.name, facts={})
    for number in desk.ledger.in_state(ORDER, OrderState.ISSUED):
        if desk.ledger.history("order", number).the(OrderIssued).medium == ask.medium:
            cancelled = OrderCancelled(order=number, medium=ask.medium)
            (record,) = desk.journal.commit(cancelled, actor=by.operator)
            await desk.drive.cancel(number)
            return Answer(record=record.sequence, action=cancelled.name, facts={"order": number})
    raise Refused("FLW-002", number=ask.medium)
