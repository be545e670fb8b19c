"""F7: what was delivered is inspected and passed, or sent back to ④."""

from media_station.desk.access.authority import Authority
from media_station.desk.desk import Desk
from media_station.desk.ledger.duties import require_apart
from media_station.desk.ledger.views import check_counts, delivered_letters
from media_station.model.asks import InspectLetters
from media_station.model.duties import StaffDuty
from media_station.model.errors import Refused
from media_station.model.transfer import LettersInspected
from media_station.model.views import Answer


async def inspect_letters(desk: Desk, by: Authority, ask: InspectLetters) -> Answer:
    """⑦ opens the way to erasure. Refused CNT-003 unless all that was delivered was inspected, DTY-001 for who
    may not inspect it.
    """
    check_counts(ask.inspected, ask.pulled)
    delivered = delivered_letters(desk.ledger.history("transfer", ask.transfer)) or 0
    if ask.inspected != delivered or ask.pulled > ask.inspected:
        raise Refused("CNT-003", delivered=delivered, inspected=ask.inspected)
    require_apart(desk.ledger, ask.transfer, by.operator, StaffDuty.INSPECTOR)
    inspected = LettersInspected(
        transfer=ask.transfer,
        verdict=ask.verdict,
        inspected=ask.inspected,
        pulled=ask.pulled,
        inspector=by.operator,
    )
    (record,) = desk.journal.commit(inspected, actor=by.operator)
    return Answer(record=record.sequence, action=inspected.name, facts={})
