"""F6 M: erasure by an order, and its validation by someone else."""

from media_station.desk.access.authority import Authority
from media_station.desk.access.carry_out import carry_out, in_bay
from media_station.desk.access.mint import mint
from media_station.desk.desk import Desk
from media_station.desk.ledger.duties import require_apart
from media_station.model.asks import Erase, Validate
from media_station.model.duties import StaffDuty
from media_station.model.erasure import ErasureEnded, ErasureValidated, rule_for
from media_station.model.errors import Refused
from media_station.model.medium import MEDIUM, MediumRegistered, MediumState
from media_station.model.payload import ImageSealed
from media_station.model.views import Answer


async def erase(desk: Desk, by: Authority, ask: Erase) -> Answer:
    """New stock, what an import came on, or a medium that came back and was identified. Refused ERA-001 for write-once
    media, DTY-001 for who may not perform it.
    """
    state = desk.ledger.state(MEDIUM, ask.medium)
    if state not in {MediumState.STOCK, MediumState.FOREIGN, MediumState.IDENTIFIED}:
        raise Refused("FLW-002", number=ask.medium)
    history = desk.ledger.history("medium", ask.medium)
    rule_for(history.the(MediumRegistered).kind)
    sealed = history.last(ImageSealed) if state is MediumState.IDENTIFIED else None
    require_apart(desk.ledger, "" if sealed is None else sealed.transfer, by.operator, StaffDuty.PERFORMER)
    loaded = await in_bay(desk, ask.bay, ask.medium)
    issued, order = mint(
        desk,
        by,
        medium=ask.medium,
        transfer="" if sealed is None else sealed.transfer,
        loaded=loaded,
        image_sha256="",
        image_length=0,
    )
    return await carry_out(desk, by, issued, desk.drive.erase(order, ask.bay, desk.tell))


async def validate(desk: Desk, by: Authority, ask: Validate) -> Answer:
    """Refused ERA-002 for the performer, DTY-001 for who may not validate it."""
    if desk.ledger.state(MEDIUM, ask.medium) is not MediumState.ERASED:
        raise Refused("FLW-002", number=ask.medium)
    history = desk.ledger.history("medium", ask.medium)
    erasure = history.the(ErasureEnded)
    performer = history.requester(erasure.order)
    if performer == by.operator:
        raise Refused("ERA-002")
    require_apart(desk.ledger, erasure.transfer, by.operator, StaffDuty.VALIDATOR)
    validated = ErasureValidated(
        medium=ask.medium, transfer=erasure.transfer, performer=performer, validator=by.operator
    )
    (record,) = desk.journal.commit(validated, actor=by.operator)
    return Answer(record=record.sequence, action=validated.name, facts={})
