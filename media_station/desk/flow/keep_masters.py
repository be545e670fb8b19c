"""O3 O8: masters are imported from CSV by one person and adopted by another."""

from media_station.desk.access.authority import Authority
from media_station.desk.desk import Desk
from media_station.model.asks import AdoptMasters, ProposeMasters
from media_station.model.consignment import CONSIGNMENT, Duty, HandlerRegistered
from media_station.model.errors import Refused
from media_station.model.event import Event
from media_station.model.ids import parse_sha256
from media_station.model.masters import (
    MASTERS,
    MasterKind,
    MastersAdopted,
    MastersProposed,
    as_fields,
    free_texts,
    read_rows,
)
from media_station.model.views import Answer


async def propose(desk: Desk, by: Authority, ask: ProposeMasters) -> Answer:
    """Refused MST-001, MST-002 with row and column if the lines aren't a table of this kind, PAP-001 for a text that no
    typeface can show.
    """
    rows = read_rows(ask.kind, ask.lines)
    await desk.cells.require_glyphs(free_texts(ask.kind, rows))
    proposed = MastersProposed(
        masters=desk.house.identity.masters_number(desk.ledger.count(MastersProposed) + 1),
        kind=ask.kind,
        rows=rows,
        sha256=parse_sha256(ask.sha256),
    )
    (record,) = desk.journal.commit(proposed, actor=by.operator)
    facts = {"masters": proposed.masters, "rows": str(len(rows))}
    return Answer(record=record.sequence, action=proposed.name, facts=facts)


async def adopt(desk: Desk, by: Authority, ask: AdoptMasters) -> Answer:
    """Refused MST-003 for the proposer, CON-003 if a handler's consignment isn't there."""
    if desk.ledger.state(MASTERS, ask.masters) is None:
        raise Refused("FLW-002", number=ask.masters)
    history = desk.ledger.history("masters", ask.masters)
    if history.record(MastersProposed).actor == by.operator:
        raise Refused("MST-003")
    proposed = history.the(MastersProposed)
    adopted = MastersAdopted(masters=ask.masters, kind=proposed.kind, approver=by.operator)
    events: list[Event] = [adopted]
    if proposed.kind is MasterKind.HANDLERS:
        events += [_handler(desk, as_fields(proposed.kind, row), by.operator) for row in proposed.rows]
    records = desk.journal.commit(*events, actor=by.operator)
    return Answer(record=records[0].sequence, action=adopted.name, facts={})


def _handler(desk: Desk, row: dict[str, str], approver: str) -> HandlerRegistered:
    if desk.ledger.state(CONSIGNMENT, row["consignment"]) is None:
        raise Refused("CON-003", consignment=row["consignment"])
    return HandlerRegistered(**{**row, "duty": Duty(row["duty"])}, approver=approver)  # type: ignore[arg-type]
