"""Records to rows: the only writer of the index. One record or a thousand, the rows are the same."""

from collections.abc import Sequence
from enum import Enum

from sqlalchemy import Connection, delete, insert, select
from sqlalchemy.dialects.sqlite import insert as upsert

from media_station.desk.ledger.schema import DAYS, HEAD, RECORDS, STATES, SUBJECTS
from media_station.model.errors import IntegrityViolation
from media_station.model.event import Event
from media_station.model.vocabulary import MACHINES
from media_station.proof.record import Record

# An event concerns each noun whose number stands in the field of that noun's name.
SUBJECT_FIELDS = (
    *("consignment", "masters", "operator", "payload", "transfer", "medium", "order", "certificate", "incident"),
    *("paper", "slip", "bundle", "staff", "finding", "report"),
)
REQUIREMENT = "requirement"
SECOND_PERSON = "second"
# A person is whoever did it or stands in one of these fields by the id; an operator only whose account it is about.
PERSON = "person"
CONCERNED = "concerned"
PERSON_FIELDS = (
    *("operator", SECOND_PERSON, "approver", "clerk", "inspector", "performer", "requester", "validator", "witness"),
    "reviewer",
)
# Parameters of one query, of which SQLite takes 32,766.
_NUMBERS_AT_ONCE = 1000

_STATES = upsert(STATES)
_STATES = _STATES.on_conflict_do_update(index_elements=["noun", "number"], set_={"state": _STATES.excluded.state})
_DAYS = upsert(DAYS)
_DAYS = _DAYS.on_conflict_do_update(index_elements=["day"], set_={"last": _DAYS.excluded.last})

Key = tuple[str, str]


def fold(to: Connection, records: Sequence[tuple[Record, bytes]], *, size: int, root: bytes) -> None:
    """Adds the records, at least one; `size` and `root` are the journal's head after them.

    Refused FLW-001 for what a table doesn't allow, IntegrityViolation LDG-002 for an action that this version doesn't
    know: whatever it moved would be missing; LDG-003 for records that aren't numbered by their places.
    """
    if [record.sequence for record, _ in records] != list(range(size - len(records), size)):
        raise IntegrityViolation("LDG-003")
    events = [(record.sequence, _event(record)) for record, _ in records]
    lines = [{"sequence": record.sequence, "action": record.action, "line": line} for record, line in records]
    to.execute(insert(RECORDS), lines)
    concerned = [
        {"noun": noun, "number": number, "sequence": record.sequence}
        for record, _ in records
        for noun, number in subjects(record)
    ]
    if concerned:
        to.execute(insert(SUBJECTS), concerned)
    states = _moved(to, events)
    if states:
        to.execute(_STATES, states)
    to.execute(_DAYS, _days(records))
    to.execute(delete(HEAD))
    to.execute(insert(HEAD).values(size=size, root=root))


def _event(record: Record) -> Event:
    if record.event is None:
        raise IntegrityViolation("LDG-002", action=record.action)
    return record.event


def subjects(record: Record) -> dict[Key, None]:
    """What the record concerns, each once: nouns with their numbers, people, requirements."""
    event = _event(record)
    named = [(field, getattr(event, field, "")) for field in SUBJECT_FIELDS]
    named += [("operator", getattr(event, SECOND_PERSON, ""))]
    named += [(PERSON, record.actor), *((PERSON, getattr(event, field, "")) for field in PERSON_FIELDS)]
    named += [(PERSON, each) for each in getattr(event, CONCERNED, ())]
    named += [(REQUIREMENT, requirement) for requirement in event.cites]
    return dict.fromkeys((noun, number) for noun, number in named if number)


def _days(records: Sequence[tuple[Record, bytes]]) -> list[dict[str, str | int]]:
    days: dict[str, list[int]] = {}
    for record, _ in records:
        days.setdefault(record.at.wall[:10], []).append(record.sequence)
    return [{"day": day, "first": sequences[0], "last": sequences[-1]} for day, sequences in days.items()]


def _moved(to: Connection, events: Sequence[tuple[int, Event]]) -> list[dict[str, str | int]]:
    """The rows of the states after these events."""
    steps = [
        (sequence, event, machine, key)
        for sequence, event in events
        for machine in MACHINES
        if (key := machine.concerns(event)) is not None
    ]
    states = _now(to, {(machine.noun, key) for _, _, machine, key in steps})
    first: dict[Key, int] = {}
    for sequence, event, machine, key in steps:
        place = (machine.noun, key)
        states[place] = machine.step(states.get(place), event)
        first.setdefault(place, sequence)
    return [
        {"noun": noun, "number": number, "state": states[noun, number].value, "first": sequence}
        for (noun, number), sequence in first.items()
    ]


def _now(to: Connection, keys: set[Key]) -> dict[Key, Enum]:
    """The states that there are already."""
    found: dict[Key, Enum] = {}
    for machine in MACHINES:
        numbers = [number for noun, number in keys if noun == machine.noun]
        for start in range(0, len(numbers), _NUMBERS_AT_ONCE):
            here = STATES.c.number.in_(numbers[start : start + _NUMBERS_AT_ONCE])
            rows = to.execute(select(STATES.c.number, STATES.c.state).where(STATES.c.noun == machine.noun, here))
            found |= {(machine.noun, row.number): machine.states(row.state) for row in rows}
    return found
