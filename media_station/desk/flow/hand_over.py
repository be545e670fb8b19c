"""F2 F8 O5 O6 O7: what leaves in one visit, into a registered handler's hands, with the bag's number, on one slip."""

from media_station.desk.access.authority import Authority
from media_station.desk.desk import Desk
from media_station.desk.ledger.duties import require_apart
from media_station.desk.ledger.views import check_counts, check_handler, granted, is_by_day, terms_of
from media_station.desk.papers import slip
from media_station.model.asks import HandOver
from media_station.model.duties import StaffDuty
from media_station.model.errors import Refused
from media_station.model.exemption import ExceptionKind
from media_station.model.handover import (
    NOTICE,
    EnclosuresHandedOver,
    Handed,
    LettersHandedOver,
    MediumHandedOver,
    NoticeHandedOver,
    NoticePrinted,
    NoticeState,
    check_apart,
)
from media_station.model.medium import MEDIUM, MediumState
from media_station.model.payload import ImageSealed
from media_station.model.transfer import LettersInspected
from media_station.model.views import Answer


async def hand_over(desk: Desk, by: Authority, ask: HandOver) -> Answer:
    """Refused HND-001 notice and medium on one occasion, HND-002 no registered handler, HND-003 no bag, HND-004 no
    seal where the terms ask for one, HND-006 nothing to hand over, CNT-004 letters that aren't those that passed,
    DTY-001 for who may not hand this over, PAP-014 for a notice that was not scanned back.
    """
    day = desk.clock.day()
    check_handler(desk.ledger, ask.transfer, ask.handler, day)
    check_counts(ask.sheets, ask.letters, ask.visit - 1)
    if not ask.bag:
        raise Refused("HND-003")
    if terms_of(desk.ledger, ask.transfer).seal_required and not ask.seal:
        raise Refused("HND-004")
    visit = slip.visit(desk, ask, clerk=by.operator, day=day)
    events: list[Handed] = []
    for medium in ask.media:
        _check_ready(desk, ask.transfer, medium)
        events.append(MediumHandedOver(medium=medium, **visit))
    if ask.sheets:
        events.append(EnclosuresHandedOver(sheets=ask.sheets, **visit))
    for medium in ask.notices:
        printed = _check_notice(desk, ask.transfer, medium)
        events.append(NoticeHandedOver(notice=printed.notice, medium=medium, **visit))
    if ask.letters:
        _check_letters(desk, ask)
        events.append(LettersHandedOver(letters=ask.letters, **visit))
    if not events:
        raise Refused("HND-006")
    now = {StaffDuty.CLERK: ask.media, StaffDuty.NOTICE_CLERK: ask.notices}
    require_apart(desk.ledger, ask.transfer, by.operator, *(duty for duty, handed in now.items() if handed))
    history = desk.ledger.history("transfer", ask.transfer)
    if not granted(history, ExceptionKind.SAME_OCCASION, day):
        check_apart(history.all(Handed), events, by_day=is_by_day(desk.ledger, ask.transfer))
    records = desk.journal.commit(*events, actor=by.operator)
    return Answer(record=records[-1].sequence, action=events[-1].name, facts={"slip": str(visit["slip"])})


def _check_ready(desk: Desk, transfer: str, medium: str) -> None:
    sealed = desk.ledger.history("medium", medium).last(ImageSealed)
    written = desk.ledger.state(MEDIUM, medium) is MediumState.WRITTEN
    if not written or sealed is None or sealed.transfer != transfer:
        raise Refused("FLW-002", number=medium)


def _check_notice(desk: Desk, transfer: str, medium: str) -> NoticePrinted:
    """Printed for this transfer, and seen on paper; Refused PAP-014."""
    history = desk.ledger.history("medium", medium).since(ImageSealed)
    sealed, printed = history.last(ImageSealed), history.last(NoticePrinted)
    if sealed is None or sealed.transfer != transfer or printed is None:
        raise Refused("FLW-002", number=medium)
    if desk.ledger.state(NOTICE, medium) is NoticeState.PRINTED:
        raise Refused("PAP-014", number=printed.notice)
    return printed


def _check_letters(desk: Desk, ask: HandOver) -> None:
    """They are the inspected ones less the pulled ones."""
    inspected = desk.ledger.history("transfer", ask.transfer).last(LettersInspected)
    passed = 0 if inspected is None else inspected.inspected - inspected.pulled
    if ask.letters != passed:
        raise Refused("CNT-004", stated=ask.letters, passed=passed)
