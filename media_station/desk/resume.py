"""After a crash, of the desk or of the drive: what became of the orders that are still open?"""

from media_station.desk.access.images import drop_unrecorded
from media_station.desk.desk import Desk
from media_station.desk.hands.drive import Known
from media_station.desk.ledger.index import History
from media_station.model.medium import broken_off, ended
from media_station.model.order import OrderIssued, OrderLapsed, OrderState
from media_station.model.vocabulary import ORDER


async def settle(desk: Desk) -> None:
    """Asks the drive about each open order that no use case waits for, and records the answer.

    Unknown to the drive: it lapses, nothing touched the medium. Ended: its evidence counts. Broken off, or of a boot
    before (the drive's memory ended with it), or of an epoch before (no drive knows those): nothing is claimed. Still
    running: asked again later. PeerFault if the drive isn't there: nothing is recorded.
    """
    for number in desk.ledger.in_state(ORDER, OrderState.ISSUED):
        if number not in desk.performing:
            await _settle(desk, desk.ledger.history("order", number))
            drop_unrecorded(desk)


async def _settle(desk: Desk, history: History) -> None:
    issued = history.the(OrderIssued)
    if history.record(OrderIssued).identity != desk.house.identity:
        desk.journal.commit(broken_off(issued, "DRV-092"))
        return
    of_this_boot = history.record(OrderIssued).at.boot_id == desk.clock.now().boot_id
    report = await desk.drive.ask(issued.order)
    if issued.order in desk.performing or desk.ledger.state(ORDER, issued.order) is not OrderState.ISSUED:
        return
    match report.known:
        case Known.RUNNING:
            return
        case Known.UNKNOWN if of_this_boot:
            desk.journal.commit(OrderLapsed(order=issued.order, medium=issued.medium, code="DRV-091"))
        case Known.UNKNOWN | Known.BROKEN_OFF:
            desk.journal.commit(broken_off(issued, "DRV-092"))
        case Known.ENDED:
            if report.evidence is None:
                return
            desk.journal.commit(ended(issued, report.evidence))
    await desk.drive.forget(issued.order)
