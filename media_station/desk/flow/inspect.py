"""F1 D: the payload is unsealed as a stream into a cell; what comes back is counts and a verdict, never a value."""

from media_station.age.decrypt import decrypt
from media_station.desk.access.authority import Authority
from media_station.desk.desk import Desk
from media_station.desk.ledger.views import granted, terms
from media_station.model.asks import Inspect
from media_station.model.errors import Refused
from media_station.model.exemption import ExceptionKind
from media_station.model.payload import PAYLOAD, PayloadInspected, PayloadReceived, PayloadRefused, PayloadState
from media_station.model.views import Answer


async def inspect(desk: Desk, by: Authority, ask: Inspect) -> Answer:
    """Refused with the inspection's code if anything is not as approved; the payload is then refused for good."""
    if desk.ledger.state(PAYLOAD, ask.payload) is not PayloadState.RECEIVED:
        raise Refused("FLW-002", number=ask.payload)
    history = desk.ledger.history("payload", ask.payload)
    received = history.the(PayloadReceived)
    items = terms(desk.ledger, received.consignment).items
    allowed = granted(history, ExceptionKind.INDIVIDUAL_NUMBER)
    with desk.spool.payload(ask.payload) as sealed:
        try:
            found = await desk.cells.inspect(
                decrypt(sealed, desk.keys.sealing), items, individual_numbers_allowed=allowed
            )
        except Refused as error:
            refused = PayloadRefused(payload=ask.payload, code=error.code, row=0, column=0, item="")
            desk.journal.commit(refused, actor=by.operator)
            raise
    code = found.code
    if not code and (found.length, found.sha256, found.records) != (
        received.plaintext_length,
        received.plaintext_sha256,
        received.records,
    ):
        code = "INS-090"
    if code:
        refused = PayloadRefused(payload=ask.payload, code=code, row=found.row, column=found.column, item=found.item)
        desk.journal.commit(refused, actor=by.operator)
        raise Refused(code, row=found.row, column=found.column, item=found.item)
    inspected = PayloadInspected(
        payload=ask.payload,
        records=found.records,
        duplicates=found.duplicates,
        sums=tuple(found.sums),
        encoding=found.encoding,
        plaintext_sha256=found.sha256,
    )
    (record,) = desk.journal.commit(inspected, actor=by.operator)
    facts = {"records": str(found.records), "duplicates": str(found.duplicates), "encoding": found.encoding}
    facts |= {each.item: str(each.yen) for each in found.sums}
    return Answer(record=record.sequence, action=inspected.name, facts=facts)
