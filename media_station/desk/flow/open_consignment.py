"""O1 O3 O4 O10: the terms are proposed by one person and opened by another; amended after a consultation; ended."""

from media_station.desk.access.authority import Authority
from media_station.desk.desk import Desk
from media_station.desk.ledger.views import handlers, terms
from media_station.model.asks import AddCourier, AmendConsignment, EndConsignment, OpenConsignment, ProposeConsignment
from media_station.model.consignment import (
    CONSIGNMENT,
    ConsignmentAmended,
    ConsignmentEnded,
    ConsignmentOpened,
    ConsignmentProposed,
    Duty,
    HandlerRegistered,
    check_complete,
    free_texts,
)
from media_station.model.errors import Refused
from media_station.model.event import Event
from media_station.model.views import Answer
from media_station.proof.note import Verifier


async def propose(desk: Desk, by: Authority, ask: ProposeConsignment) -> Answer:
    """Nothing opens incomplete: Refused CON-001, CON-005 with the first field that is wrong, PAP-001 with one that no
    typeface can show.
    """
    check_complete(ask.terms)
    await desk.cells.require_glyphs(free_texts(ask.terms))
    Verifier.parse(ask.terms.submission_key)
    if ask.terms.predecessor:
        terms(desk.ledger, ask.terms.predecessor)
    proposed = ConsignmentProposed(consignment=ask.terms.consignment, terms=ask.terms)
    (record,) = desk.journal.commit(proposed, actor=by.operator)
    return Answer(record=record.sequence, action=proposed.name, facts={})


async def open_consignment(desk: Desk, by: Authority, ask: OpenConsignment) -> Answer:
    """Refused CON-002 for the proposer. A renewal takes the handlers of its predecessor along."""
    history = desk.ledger.history("consignment", ask.consignment)
    agreed = terms(desk.ledger, ask.consignment)
    if history.record(ConsignmentProposed).actor == by.operator:
        raise Refused("CON-002")
    opened = ConsignmentOpened(consignment=ask.consignment, approver=by.operator)
    known = handlers(desk.ledger, agreed.predecessor).values() if agreed.predecessor else ()
    moved: list[Event] = [
        HandlerRegistered(
            consignment=ask.consignment,
            handler=each.handler,
            person=each.person,
            duty=each.duty,
            employer=each.employer,
            starts=agreed.starts,
            ends=agreed.ends,
            approver=by.operator,
        )
        for each in known
        if each.duty is not Duty.COURIER and each.ends >= terms(desk.ledger, agreed.predecessor).ends
    ]
    records = desk.journal.commit(opened, *moved, actor=by.operator)
    return Answer(record=records[0].sequence, action=opened.name, facts={})


async def amend(desk: Desk, by: Authority, ask: AmendConsignment) -> Answer:
    """O11: two persons and the record of the consultation. Refused CON-006 without its number."""
    check_complete(ask.terms)
    await desk.cells.require_glyphs(free_texts(ask.terms))
    Verifier.parse(ask.terms.submission_key)
    if not ask.consultation:
        raise Refused("CON-006")
    amended = ConsignmentAmended(
        consignment=ask.terms.consignment, terms=ask.terms, consultation=ask.consultation, approver=by.second
    )
    (record,) = desk.journal.commit(amended, actor=by.operator)
    return Answer(record=record.sequence, action=amended.name, facts={})


async def end(desk: Desk, by: Authority, ask: EndConsignment) -> Answer:
    ended = ConsignmentEnded(consignment=ask.consignment, approver=by.operator)
    (record,) = desk.journal.commit(ended, actor=by.operator)
    return Answer(record=record.sequence, action=ended.name, facts={})


async def add_courier(desk: Desk, by: Authority, ask: AddCourier) -> Answer:
    """O3: two persons, at the counter, for today. Refused CON-004 if the number is taken, CON-001 without a name,
    PAP-001 for one that no typeface can show.
    """
    if desk.ledger.state(CONSIGNMENT, ask.consignment) is None:
        raise Refused("CON-003", consignment=ask.consignment)
    known = handlers(desk.ledger, ask.consignment).get(ask.handler)
    if known is not None and (known.duty is not Duty.COURIER or known.person != ask.person):
        raise Refused("CON-004", handler=ask.handler)
    if not ask.person:
        raise Refused("CON-001", field="person")
    await desk.cells.require_glyphs({"person": ask.person, "employer": ask.employer})
    today = desk.clock.day()
    registered = HandlerRegistered(
        consignment=ask.consignment,
        handler=ask.handler,
        person=ask.person,
        duty=Duty.COURIER,
        employer=ask.employer,
        starts=today,
        ends=today,
        approver=by.second,
    )
    (record,) = desk.journal.commit(registered, actor=by.operator)
    return Answer(record=record.sequence, action=registered.name, facts={})
