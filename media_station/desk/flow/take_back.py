"""F6 O9: received by number at the counter (the courier may leave), matched later by the drive against its content."""

from media_station.desk.access.authority import Authority
from media_station.desk.access.carry_out import carry_out, in_bay
from media_station.desk.access.mint import mint
from media_station.desk.desk import Desk
from media_station.desk.ledger.views import check_handler, check_letters
from media_station.desk.papers import slip
from media_station.model.asks import Identify, ReceiveLetters, ReceiveMedium, ReceiveNotice
from media_station.model.errors import Refused
from media_station.model.handover import MediumReturned, NoticeHandedOver, NoticeReturned, Occasion, check_separate
from media_station.model.medium import MEDIUM, MediumState
from media_station.model.payload import ImageSealed
from media_station.model.transfer import LettersDelivered
from media_station.model.views import Answer


async def receive_medium(desk: Desk, by: Authority, ask: ReceiveMedium) -> Answer:
    """The number on its face is enough at the counter. Refused HND-001 on the day that its notice came back."""
    history = desk.ledger.history("medium", ask.medium)
    if desk.ledger.state(MEDIUM, ask.medium) is not MediumState.OUT:
        raise Refused("FLW-002", number=ask.medium)
    transfer = history.the(ImageSealed).transfer
    check_handler(desk.ledger, transfer, ask.handler)
    today = desk.clock.day()
    back = history.last(NoticeReturned)
    if back is not None:
        check_separate(Occasion(day=today, carrier=ask.handler), Occasion(day=back.day, carrier=back.handler))
    returned = MediumReturned(
        medium=ask.medium,
        transfer=transfer,
        slip=slip.next_number(desk),
        clerk=by.operator,
        handler=ask.handler,
        bag=ask.bag,
        day=today,
    )
    (record,) = desk.journal.commit(returned, actor=by.operator)
    return Answer(record=record.sequence, action=returned.name, facts={"slip": returned.slip})


async def receive_notice(desk: Desk, by: Authority, ask: ReceiveNotice) -> Answer:
    """Refused HND-001 on the day that its medium came back."""
    history = desk.ledger.history("medium", ask.medium)
    out, back = history.last(NoticeHandedOver), history.last(MediumReturned)
    if out is None:
        raise Refused("FLW-002", number=ask.medium)
    check_handler(desk.ledger, out.transfer, ask.handler)
    today = desk.clock.day()
    if back is not None:
        check_separate(Occasion(day=back.day, carrier=back.handler), Occasion(day=today, carrier=ask.handler))
    returned = NoticeReturned(
        notice=out.notice,
        medium=ask.medium,
        transfer=out.transfer,
        clerk=by.operator,
        handler=ask.handler,
        bag=ask.bag,
        day=today,
    )
    (record,) = desk.journal.commit(returned, actor=by.operator)
    return Answer(record=record.sequence, action=returned.name, facts={})


async def receive_letters(desk: Desk, by: Authority, ask: ReceiveLetters) -> Answer:
    check_handler(desk.ledger, ask.transfer, ask.handler)
    check_letters(ask.letters)
    delivered = LettersDelivered(transfer=ask.transfer, letters=ask.letters, clerk=by.operator, handler=ask.handler)
    (record,) = desk.journal.commit(delivered, actor=by.operator)
    return Answer(record=record.sequence, action=delivered.name, facts={})


async def identify(desk: Desk, by: Authority, ask: Identify) -> Answer:
    """Read raw, never mounted; PASS only if every byte of the image that left has come back."""
    if desk.ledger.state(MEDIUM, ask.medium) is not MediumState.BACK:
        raise Refused("FLW-002", number=ask.medium)
    sealed = desk.ledger.history("medium", ask.medium).the(ImageSealed)
    loaded = await in_bay(desk, ask.bay, ask.medium)
    issued, order = mint(
        desk,
        by,
        medium=ask.medium,
        transfer=sealed.transfer,
        loaded=loaded,
        image_sha256=sealed.image_sha256,
        image_length=sealed.image_length,
    )
    return await carry_out(desk, by, issued, desk.drive.read(order, ask.bay, desk.tell))
