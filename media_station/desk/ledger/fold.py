"""Record to rows: the only writer of the index."""

from collections.abc import Iterable

from sqlalchemy import Connection, delete, insert
from sqlalchemy.dialects.sqlite import insert as upsert

from media_station.desk.ledger.schema import HEAD, RECORDS, STATES, SUBJECTS
from media_station.model.event import Event
from media_station.model.vocabulary import MACHINES
from media_station.proof.record import Record

# An event concerns each noun whose number stands in the field of that noun's name.
SUBJECT_FIELDS = (
    *("consignment", "masters", "operator", "payload", "transfer", "medium", "order", "certificate", "incident"),
    *("paper", "slip"),
)
REQUIREMENT = "requirement"


def fold(to: Connection, records: Iterable[tuple[Record, bytes]], *, size: int, root: bytes) -> None:
    """Adds the records; `size` and `root` are the journal's head after them. An unknown action is refused by decode."""
    for record, line in records:
        to.execute(insert(RECORDS).values(sequence=record.sequence, action=record.action, line=line))
        if record.event is not None:
            _fold_event(to, record.sequence, record.event)
    to.execute(delete(HEAD))
    to.execute(insert(HEAD).values(size=size, root=root, content=b""))


def _fold_event(to: Connection, sequence: int, event: Event) -> None:
    for field in SUBJECT_FIELDS:
        number = getattr(event, field, "")
        if number:
            to.execute(insert(SUBJECTS).values(noun=field, number=number, sequence=sequence))
    for requirement in event.cites:
        to.execute(insert(SUBJECTS).values(noun=REQUIREMENT, number=requirement, sequence=sequence))
    for machine in MACHINES:
        key = machine.concerns(event)
        if key is not None:
            row = to.execute(STATES.select().where(STATES.c.noun == machine.noun, STATES.c.number == key)).one_or_none()
            state = machine.step(None if row is None else machine.states(row.state), event)
            values = {"noun": machine.noun, "number": key, "state": state.value, "first": sequence}
            to.execute(
                upsert(STATES)
                .values(values)
                .on_conflict_do_update(index_elements=["noun", "number"], set_={"state": state.value})
            )
