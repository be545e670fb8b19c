"""A minted order's way to the drive and back: what is in the bay, what the drive did, its record."""

from collections.abc import Awaitable

from media_station.desk.access.authority import Authority
from media_station.desk.desk import Desk
from media_station.model.errors import IntegrityViolation, MediaFault, Refused
from media_station.model.event import Outcome
from media_station.model.medium import NOT_THE_IMAGE, MediumRegistered, ended
from media_station.model.order import Evidence, OrderIssued, OrderRefused, Verdict
from media_station.model.views import Answer, Loaded


async def in_bay(desk: Desk, bay: str, medium: str) -> Loaded:
    """What is in the bay, if it can be this medium by what is known of it; Refused ORD-001 empty, ORD-002 another, or
    with the code by which the drive won't touch it.

    A disc has no identity of its own, only its drive has: what is on it tells it from others, when it is read back.
    """
    loaded = next((each for each in await desk.drive.bays() if each.bay == bay), None)
    if loaded is None:
        raise Refused("ORD-001", bay=bay)
    loaded.require_usable()
    known = desk.ledger.history("medium", medium).the(MediumRegistered)
    seen = (loaded.kind, loaded.vendor, loaded.model, loaded.serial, loaded.size_bytes)
    of_a_stick = (known.kind, known.vendor, known.model, known.serial, known.size_bytes)
    if loaded.kind is not known.kind or (not loaded.kind.optical and seen != of_a_stick):
        raise Refused("ORD-002", bay=bay, medium=medium)
    return loaded


async def carry_out(desk: Desk, by: Authority, issued: OrderIssued, sending: Awaitable[Evidence]) -> Answer:
    """The record of what the drive did. A refusal by the drive is recorded and raised; nothing touched the medium.

    If the drive can't be reached any more, PeerFault: the order stays open until resume has asked what became of it.
    """
    desk.performing.add(issued.order)
    try:
        evidence = await sending
    except (Refused, MediaFault, IntegrityViolation) as error:
        refused = OrderRefused(order=issued.order, medium=issued.medium, code=error.code)
        desk.journal.commit(refused, actor=by.operator)
        raise
    finally:
        desk.performing.discard(issued.order)
    event = ended(issued, evidence)
    (record,) = desk.journal.commit(event, actor=by.operator)
    await desk.drive.forget(issued.order)
    code, verdict = evidence.code, evidence.verdict
    if verdict is Verdict.PASS and event.outcome is not Outcome.SUCCESS:
        code, verdict = NOT_THE_IMAGE, Verdict.FAIL
    facts = {"order": issued.order, "verdict": verdict.value, "code": code}
    if evidence.differs_at >= 0:
        facts["differs_at"] = str(evidence.differs_at)
    return Answer(record=record.sequence, action=event.name, facts=facts)
