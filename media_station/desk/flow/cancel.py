"""Work of the drive that somebody wants to end: F2, F6."""

from media_station.desk.access.authority import Authority
from media_station.desk.desk import Desk
from media_station.model.asks import Cancel
from media_station.model.errors import Refused
from media_station.model.order import OrderCancelled, OrderIssued, OrderState
from media_station.model.views import Answer
from media_station.model.vocabulary import ORDER


async def cancel(desk: Desk, by: Authority, ask: Cancel) -> Answer:
    """Refused FLW-002 unless an order for this medium is open. Whoever waits for its end records it, with what the
    drive brings back: a medium that was being written is spoiled.
    """
    for number in desk.ledger.in_state(ORDER, OrderState.ISSUED):
        if desk.ledger.history("order", number).the(OrderIssued).medium == ask.medium:
            cancelled = OrderCancelled(order=number, medium=ask.medium)
            (record,) = desk.journal.commit(cancelled, actor=by.operator)
            await desk.drive.cancel(number)
            return Answer(record=record.sequence, action=cancelled.name, facts={"order": number})
    raise Refused("FLW-002", number=ask.medium)
