"""F1: a second person confirms the counts; the transfer is opened with it."""

from media_station.desk.access.authority import Authority
from media_station.desk.desk import Desk
from media_station.model.asks import Approve
from media_station.model.consignment import ConsignmentProposed
from media_station.model.errors import Refused
from media_station.model.event import Event
from media_station.model.payload import (
    PAYLOAD,
    PayloadApproved,
    PayloadInspected,
    PayloadReceived,
    PayloadState,
)
from media_station.model.transfer import TransferOpened
from media_station.model.views import Answer


async def approve(desk: Desk, by: Authority, ask: Approve) -> Answer:
    """Refused APR-001 for the person who had it inspected, APR-002 if the count stated isn't the count found."""
    state = desk.ledger.state(PAYLOAD, ask.payload)
    history = desk.ledger.history("payload", ask.payload)
    if state not in {PayloadState.INSPECTED, PayloadState.APPROVED} or history.last(TransferOpened):
        raise Refused("FLW-002", number=ask.payload)
    inspected = history.the(PayloadInspected)
    requester = history.record(PayloadInspected).actor
    if requester == by.operator:
        raise Refused("APR-001")
    if ask.records != inspected.records:
        raise Refused("APR-002", stated=ask.records, found=inspected.records)
    received = history.the(PayloadReceived)
    terms = desk.ledger.history("consignment", received.consignment).the(ConsignmentProposed).terms
    today = desk.clock.day()
    if not terms.starts <= today <= terms.ends:
        raise Refused("APR-003", starts=terms.starts, ends=terms.ends)
    opened = TransferOpened(
        transfer=desk.house.identity.transfer_number(desk.ledger.count(TransferOpened) + 1),
        payload=ask.payload,
        consignment=received.consignment,
        records=inspected.records,
        kinds=tuple(terms.kinds),
    )
    events: list[Event] = [opened]
    if state is PayloadState.INSPECTED:
        approved = PayloadApproved(
            payload=ask.payload, records=inspected.records, requester=requester, approver=by.operator
        )
        events.insert(0, approved)
    records = desk.journal.commit(*events, actor=by.operator)
    return Answer(record=records[-1].sequence, action=opened.name, facts={"transfer": opened.transfer})
