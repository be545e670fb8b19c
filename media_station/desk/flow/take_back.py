"""F6 O9: received by number at the counter (the courier may leave), matched later by the drive against its content."""

from media_station.desk.access.authority import Authority
from media_station.desk.access.carry_out import carry_out, in_bay
from media_station.desk.access.mint import mint
from media_station.desk.desk import Desk
from media_station.desk.ledger.views import check_counts, check_handler, granted, is_by_day
from media_station.desk.papers import slip
from media_station.model.asks import Identify, TakeBack
from media_station.model.errors import Refused
from media_station.model.event import Event
from media_station.model.exemption import ExceptionKind
from media_station.model.handover import (
    LettersDelivered,
    MediumReturned,
    NoticeHandedOver,
    NoticeReturned,
    Occasion,
    check_separate,
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
    events: list[Event] = []
    for medium in ask.media:
        _check_apart(desk, ask, medium, day)
        events.append(MediumReturned(medium=medium, **visit))
    for medium in ask.notices:
        out = _check_apart(desk, ask, medium, day)
        events.append(NoticeReturned(notice=out.notice if out else "", medium=medium, **visit))
    if ask.letters:
        events.append(LettersDelivered(letters=ask.letters, **visit))
    if not events:
        raise Refused("HND-006")
    records = desk.journal.commit(*events, actor=by.operator)
    return Answer(record=records[-1].sequence, action=events[-1].name, facts={"slip": str(visit["slip"])})


def _check_apart(desk: Desk, ask: TakeBack, medium: str, day: str) -> NoticeHandedOver | None:
    """O5 holds on the way back as well. The notice as it went out, if it did."""
    history = desk.ledger.history("medium", medium).since(ImageSealed)
    sealed, notice_out = history.last(ImageSealed), history.last(NoticeHandedOver)
    if sealed is None or sealed.transfer != ask.transfer or (medium in ask.notices and notice_out is None):
        raise Refused("FLW-002", number=medium)
    here = Occasion(day=day, visit=ask.visit, carrier=ask.handler)
    if granted(desk.ledger.history("transfer", ask.transfer), ExceptionKind.SAME_OCCASION, day):
        return notice_out
    by_day = is_by_day(desk.ledger, ask.transfer)
    if medium in ask.media and medium in ask.notices:
        check_separate(here, here, by_day=by_day)
    for other in (MediumReturned, NoticeReturned):
        earlier = history.last(other)
        if earlier is not None:
            check_separate(earlier.occasion, here, by_day=by_day)
    return notice_out


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
