"""F1 D S5: the payload is unsealed as a stream into a cell, and shown to the malware scanner; what comes back is counts
and a verdict, never a value.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from media_station.age.decrypt import decrypt
from media_station.desk.access.authority import Authority
from media_station.desk.desk import Desk
from media_station.desk.hands.scanner import Patterns, Scanner, Shown
from media_station.desk.ledger.index import History
from media_station.desk.ledger.views import granted, terms
from media_station.model.asks import Inspect
from media_station.model.errors import Refused
from media_station.model.exemption import ExceptionKind
from media_station.model.item import Item
from media_station.model.payload import (
    PAYLOAD,
    Inspection,
    PayloadInspected,
    PayloadReceived,
    PayloadRefused,
    PayloadState,
)
from media_station.model.views import Answer

FOUND = "SCN-010"


async def inspect(desk: Desk, by: Authority, ask: Inspect) -> Answer:
    """Refused with the inspection's code if anything is not as approved, SCN-010 if the scanner found something; the
    payload is then refused for good. Refused SCN-001, SCN-002 without a scanner or with old patterns, and PeerFault
    SCN-004 if it doesn't answer: the payload stays as it was.
    """
    if desk.ledger.state(PAYLOAD, ask.payload) is not PayloadState.RECEIVED:
        raise Refused("FLW-002", number=ask.payload)
    history = desk.ledger.history("payload", ask.payload)
    received = history.the(PayloadReceived)
    patterns = await _patterns(desk, history)
    allowed = granted(history, ExceptionKind.INDIVIDUAL_NUMBER)
    found, signature = await _looked_into(
        desk, by, ask.payload, terms(desk.ledger, received.consignment).items, individual_numbers_allowed=allowed
    )
    code = found.code
    if not code and (found.length, found.sha256, found.records) != (
        received.plaintext_length,
        received.plaintext_sha256,
        received.records,
    ):
        code = "INS-090"
    if signature:
        code = FOUND
    if code:
        refused = PayloadRefused(
            payload=ask.payload, code=code, row=found.row, column=found.column, item=found.item, signature=signature
        )
        desk.journal.commit(refused, actor=by.operator)
        if signature:
            raise Refused(code, signature=signature)
        raise Refused(code, row=found.row, column=found.column, item=found.item)
    inspected = PayloadInspected(
        payload=ask.payload,
        records=found.records,
        duplicates=found.duplicates,
        sums=tuple(found.sums),
        encoding=found.encoding,
        plaintext_sha256=found.sha256,
        scanner=patterns.engine,
        patterns=patterns.made.isoformat() if patterns.made else "",
    )
    (record,) = desk.journal.commit(inspected, actor=by.operator)
    facts = {"records": str(found.records), "duplicates": str(found.duplicates), "encoding": found.encoding}
    facts |= {each.item: str(each.yen) for each in found.sums}
    return Answer(record=record.sequence, action=inspected.name, facts=facts)


async def _patterns(desk: Desk, history: History) -> Patterns:
    """By what it will be looked into; nothing in a rehearsal without a scanner."""
    if desk.scanner is None:
        if not desk.house.identity.rehearsal:
            raise Refused("SCN-001")
        return Patterns(engine="", made=None)
    patterns = await asyncio.to_thread(desk.scanner.patterns)
    days = patterns.age_days(date.fromisoformat(desk.clock.day()))
    if (days is None or days >= desk.house.block_days) and not granted(history, ExceptionKind.STALE_PATTERNS):
        made = patterns.made.isoformat() if patterns.made else "-"
        raise Refused("SCN-002", made=made, most=desk.house.block_days)
    return patterns


async def _looked_into(
    desk: Desk, by: Authority, payload: str, items: list[Item], *, individual_numbers_allowed: bool
) -> tuple[Inspection, str]:
    """What the cell found, and the name of what the scanner found."""
    with desk.spool.payload(payload) as sealed, _shown(desk.scanner) as shown:
        plain = decrypt(sealed, desk.keys.sealing)
        try:
            found = await desk.cells.inspect(
                plain if shown is None else shown.passing(plain),
                items,
                individual_numbers_allowed=individual_numbers_allowed,
            )
        except Refused as error:
            refused = PayloadRefused(payload=payload, code=error.code, row=0, column=0, item="", signature="")
            desk.journal.commit(refused, actor=by.operator)
            raise
        if shown is None or desk.scanner is None or found.code:
            return found, ""
        return found, await asyncio.to_thread(desk.scanner.look, shown)


@contextmanager
def _shown(scanner: Scanner | None) -> Iterator[Shown | None]:
    if scanner is None:
        yield None
        return
    with scanner.shown() as shown:
        yield shown
