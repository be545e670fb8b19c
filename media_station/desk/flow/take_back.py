"""F6 O9: received by number at the counter (the courier may leave), matched later by the drive against its content."""

from media_station.desk.access.authority import Authority
from media_station.desk.access.carry_out import carry_out, in_bay
from media_station.desk.access.mint import mint
from media_station.desk.desk import Desk
from media_station.desk.ledger.index import History
from media_station.desk.ledger.views import check_counts, check_handler, granted, is_by_day
from media_station.desk.papers import slip
from media_station.model.asks import Identify, TakeBack
from media_station.model.errors import Refused
from media_station.model.exemption import ExceptionKind
from media_station.model.handover import (
    Handed,
    LettersDelivered,
    MediumReturned,
    NoticePrinted,
    NoticeReturned,
    check_apart,
)
from media_station.model.medium import MEDIUM, MediumState
from media_station.model.payload import ImageSealed
from media_station.model.views import Answer


async def take_back(desk: Desk, by: Authority, ask: TakeBack) -> Answer:
    """The numbers on the things are enough at the counter. Refused HND-001 notice and medium on one occasion, HND-002
    no registered handler, HND-003 a medium or a notice without a bag, HND-006 nothing came.
    """
    day = desk.clock.day()
    check_handler(desk.ledger, ask.transfer, ask.handler, day)
    check_counts(ask.letters, ask.visit - 1)
    if (ask.media or ask.notices) and not ask.bag:
        raise Refused("HND-003")
    visit = slip.visit(desk, ask, clerk=by.operator, day=day)
    events: list[Handed] = []
    for medium in ask.media:
        _sealed_for(desk, ask.transfer, medium)
        events.append(MediumReturned(medium=medium, **visit))
    for medium in ask.notices:
        history = _sealed_for(desk, ask.transfer, medium)
        printed = history.last(NoticePrinted)
        if printed is None or history.last(NoticeReturned):
            raise Refused("FLW-002", number=medium)
        events.append(NoticeReturned(notice=printed.notice, medium=medium, **visit))
    if ask.letters:
        events.append(LettersDelivered(letters=ask.letters, **visit))
    if not events:
        raise Refused("HND-006")
    history = desk.ledger.history("transfer", ask.transfer)
    if not granted(history, ExceptionKind.SAME_OCCASION, day):
        check_apart(history.all(Handed), events, by_day=is_by_day(desk.ledger, ask.transfer))
    records = desk.journal.commit(*events, actor=by.operator)
    return Answer(record=records[-1].sequence, action=events[-1].name, facts={"slip": str(visit["slip"])})


def _sealed_for(desk: Desk, transfer: str, medium: str) -> History:
    """What happened to the medium since it was sealed for this transfer; Refused FLW-002 for another's."""
    history = desk.ledger.history("medium", medium).since(ImageSealed)
    sealed = history.last(ImageSealed)
    if sealed is None or sealed.transfer != transfer:
        raise Refused("FLW-002", number=medium)
    return history


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
