"""F7 F8: what was delivered is inspected and passed or sent back; what passed goes to the post."""

from media_station.desk.access.authority import Authority
from media_station.desk.desk import Desk
from media_station.desk.ledger.views import check_handler, check_letters
from media_station.model.asks import HandOverLetters, InspectLetters
from media_station.model.errors import Refused
from media_station.model.transfer import LettersDelivered, LettersHandedOver, LettersInspected
from media_station.model.views import Answer


async def inspect_letters(desk: Desk, by: Authority, ask: InspectLetters) -> Answer:
    """⑦ opens the way to erasure. Refused CNT-003 unless all that was delivered was inspected."""
    check_letters(ask.inspected, ask.pulled)
    delivered = desk.ledger.history("transfer", ask.transfer).last(LettersDelivered)
    if delivered is None:
        raise Refused("FLW-002", number=ask.transfer)
    if ask.inspected != delivered.letters or ask.pulled > ask.inspected:
        raise Refused("CNT-003", delivered=delivered.letters, inspected=ask.inspected)
    inspected = LettersInspected(
        transfer=ask.transfer,
        verdict=ask.verdict,
        inspected=ask.inspected,
        pulled=ask.pulled,
        inspector=by.operator,
    )
    (record,) = desk.journal.commit(inspected, actor=by.operator)
    return Answer(record=record.sequence, action=inspected.name, facts={})


async def hand_over_letters(desk: Desk, by: Authority, ask: HandOverLetters) -> Answer:
    """Refused CNT-004 unless they are the inspected ones less the pulled ones."""
    check_handler(desk.ledger, ask.transfer, ask.handler)
    inspected = desk.ledger.history("transfer", ask.transfer).last(LettersInspected)
    passed = None if inspected is None else inspected.inspected - inspected.pulled
    if ask.letters != passed:
        raise Refused("CNT-004", stated=ask.letters, passed=passed or 0)
    handed = LettersHandedOver(transfer=ask.transfer, letters=ask.letters, clerk=by.operator, handler=ask.handler)
    (record,) = desk.journal.commit(handed, actor=by.operator)
    return Answer(record=record.sequence, action=handed.name, facts={})
