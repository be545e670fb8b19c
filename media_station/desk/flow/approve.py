"""F1: a second person confirms the counts, and the transfer is opened with it; or says no."""

from datetime import timedelta

from media_station.desk.access.authority import Authority
from media_station.desk.desk import Desk
from media_station.desk.ledger.views import terms
from media_station.model.asks import Approve, GrantException, Reject
from media_station.model.errors import Refused
from media_station.model.event import Event
from media_station.model.exemption import OF_PAYLOADS, ExceptionGranted, ExceptionKind
from media_station.model.instant import parse_day
from media_station.model.payload import (
    PAYLOAD,
    PayloadApproved,
    PayloadInspected,
    PayloadReceived,
    PayloadRefused,
    PayloadRejected,
    PayloadState,
)
from media_station.model.transfer import TransferOpened
from media_station.model.views import Answer

INDIVIDUAL_NUMBER_FOUND = "INS-040"


async def approve(desk: Desk, by: Authority, ask: Approve) -> Answer:
    """Refused APR-001 for the person who had it inspected, APR-002 if the count stated isn't the count found,
    APR-003 outside the contract period, APR-004 for media that the terms don't allow.
    """
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
    agreed = terms(desk.ledger, received.consignment)
    if not agreed.starts <= desk.clock.day() <= agreed.ends:
        raise Refused("APR-003", starts=agreed.starts, ends=agreed.ends)
    kinds = tuple(ask.kinds) or (agreed.kinds[0],)
    if len(set(kinds)) != len(kinds) or not set(kinds) <= set(agreed.kinds):
        raise Refused("APR-004")
    opened = TransferOpened(
        transfer=desk.house.identity.transfer_number(desk.ledger.count(TransferOpened) + 1),
        payload=ask.payload,
        consignment=received.consignment,
        records=inspected.records,
        kinds=kinds,
        post_by=(parse_day(ask.tax_due, "tax_due") + timedelta(days=agreed.post_days)).isoformat(),
    )
    events: list[Event] = [opened]
    if state is PayloadState.INSPECTED:
        approved = PayloadApproved(
            payload=ask.payload, records=inspected.records, requester=requester, approver=by.operator
        )
        events.insert(0, approved)
    records = desk.journal.commit(*events, actor=by.operator)
    return Answer(record=records[-1].sequence, action=opened.name, facts={"transfer": opened.transfer})


async def reject(desk: Desk, by: Authority, ask: Reject) -> Answer:
    """Refused CNT-002 without the reason's paper."""
    if not ask.binder:
        raise Refused("CNT-002")
    rejected = PayloadRejected(payload=ask.payload, binder=ask.binder, approver=by.operator)
    (record,) = desk.journal.commit(rejected, actor=by.operator)
    return Answer(record=record.sequence, action=rejected.name, facts={})


async def grant_exception(desk: Desk, by: Authority, ask: GrantException) -> Answer:
    """Of a transfer or of a payload, as the kind says; Refused APR-005 for the wrong one, CNT-002 without a paper."""
    of_payload = ask.kind in OF_PAYLOADS
    if bool(ask.payload) is not of_payload or bool(ask.transfer) is of_payload:
        raise Refused("APR-005", kind=ask.kind.value)
    if not ask.binder:
        raise Refused("CNT-002")
    if ask.kind is ExceptionKind.INDIVIDUAL_NUMBER:
        refused = desk.ledger.history("payload", ask.payload).last(PayloadRefused)
        if refused is None or refused.code != INDIVIDUAL_NUMBER_FOUND:
            raise Refused("FLW-002", number=ask.payload)
    granted = ExceptionGranted(
        kind=ask.kind,
        transfer=ask.transfer,
        payload=ask.payload,
        binder=ask.binder,
        day=desk.clock.day(),
        approver=by.operator,
    )
    (record,) = desk.journal.commit(granted, actor=by.operator)
    return Answer(record=record.sequence, action=granted.name, facts={})
