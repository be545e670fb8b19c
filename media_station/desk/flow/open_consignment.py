"""O1 O3 O10: the terms are proposed by one person and opened by another; handlers are registered beforehand."""

from dataclasses import fields

from media_station.desk.access.authority import Authority
from media_station.desk.desk import Desk
from media_station.model.asks import OpenConsignment, ProposeConsignment, RegisterHandler
from media_station.model.consignment import ConsignmentOpened, ConsignmentProposed, HandlerRegistered, Terms
from media_station.model.errors import Refused
from media_station.model.views import Answer
from media_station.proof.note import Verifier


async def propose(desk: Desk, by: Authority, ask: ProposeConsignment) -> Answer:
    """Refused CON-001 with the first field that is empty: nothing opens incomplete."""
    for field in fields(ask):
        if not getattr(ask, field.name):
            raise Refused("CON-001", field=field.name)
    Verifier.parse(ask.submission_key)
    terms = Terms(
        **{f.name: getattr(ask, f.name) for f in fields(ask) if f.name != "kinds"},
        kinds=[kind.value for kind in ask.kinds],
    )
    proposed = ConsignmentProposed(consignment=ask.consignment, terms=terms)
    (record,) = desk.journal.commit(proposed, actor=by.operator)
    return Answer(record=record.sequence, action=proposed.name, facts={})


async def open_consignment(desk: Desk, by: Authority, ask: OpenConsignment) -> Answer:
    """Refused CON-002 for the proposer."""
    history = desk.ledger.history("consignment", ask.consignment)
    if not history.records:
        raise Refused("CON-003", consignment=ask.consignment)
    if history.record(ConsignmentProposed).actor == by.operator:
        raise Refused("CON-002")
    opened = ConsignmentOpened(consignment=ask.consignment, approver=by.operator)
    (record,) = desk.journal.commit(opened, actor=by.operator)
    return Answer(record=record.sequence, action=opened.name, facts={})


async def register_handler(desk: Desk, by: Authority, ask: RegisterHandler) -> Answer:
    """Refused CON-004 if this handler is registered already."""
    known = desk.ledger.history("consignment", ask.consignment).all(HandlerRegistered)
    if any(each.handler == ask.handler for each in known):
        raise Refused("CON-004", handler=ask.handler)
    registered = HandlerRegistered(consignment=ask.consignment, handler=ask.handler, person=ask.person)
    (record,) = desk.journal.commit(registered, actor=by.operator)
    return Answer(record=record.sequence, action=registered.name, facts={})
