"""Opening the index, asking it, closing it."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Column, ColumnElement, Select, create_engine, event, func, select
from sqlalchemy.pool import StaticPool

from media_station.desk.ledger import closed
from media_station.desk.ledger.fold import fold
from media_station.desk.ledger.schema import DAYS, HEAD, METADATA, RECORDS, STATES, SUBJECTS
from media_station.model.errors import IntegrityViolation
from media_station.model.event import Event
from media_station.model.machine import Machine
from media_station.model.order import OrderIssued
from media_station.proof.note import Signer
from media_station.proof.record import Record, decode

Happened = TypeVar("Happened", bound=Event)

_SOME = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What happened to one noun, oldest first."""

    records: tuple[Record, ...]

    def all(self, *kinds: type[Happened]) -> list[Happened]:
        return [record.event for record in self.records if isinstance(record.event, kinds)]

    def since(self, kind: type[Event]) -> "History":
        """From the last event of this kind on; everything if there was none."""
        starts = [number for number, record in enumerate(self.records) if isinstance(record.event, kind)]
        return History(records=self.records[starts[-1] :] if starts else self.records)

    def until(self, sequence: int) -> "History":
        """Up to this record, with it."""
        return History(records=tuple(record for record in self.records if record.sequence <= sequence))

    def last(self, kind: type[Happened]) -> Happened | None:
        return next(reversed(self.all(kind)), None)

    def the(self, kind: type[Happened]) -> Happened:
        """The last event of this kind, which must be there: IntegrityViolation LDG-001 if it isn't."""
        found = self.last(kind)
        if found is None:
            raise IntegrityViolation("LDG-001", event=kind.name)
        return found

    def requester(self, order: str) -> str:
        """Who asked for this order."""
        return next(issued.requester for issued in self.all(OrderIssued) if issued.order == order)

    def record(self, kind: type[Event]) -> Record:
        """The record of the last event of this kind."""
        for record in reversed(self.records):
            if isinstance(record.event, kind):
                return record
        raise IntegrityViolation("LDG-001", event=kind.name)


class Ledger:
    """SQLite as an index: no durability of its own, since the journal is the truth."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._writing = False
        self._engine = create_engine(f"sqlite:///{path}", poolclass=StaticPool)
        event.listen(self._engine, "connect", _as_index)
        METADATA.create_all(self._engine)
        self._connection = self._engine.connect()

    def disconnect(self) -> None:
        """Ends the use of it and leaves it open."""
        self._connection.close()
        self._engine.dispose()

    def close(self, signer: Signer) -> None:
        """Leaves the hash of it behind, by which the next start knows it, signed with the journal's key."""
        self.disconnect()
        closed.close(self._path, signer)

    def head(self) -> tuple[int, bytes]:
        """The journal's size and root of which it is the index; (0, b"") of nothing yet."""
        found = self._connection.execute(select(HEAD)).one_or_none()
        self._connection.rollback()
        return (0, b"") if found is None else (found.size, found.root)

    def fold(self, records: Sequence[tuple[Record, bytes]], *, size: int, root: bytes) -> None:
        if not self._writing:
            closed.reopen(self._path)
            self._writing = True
        with self._connection.begin():
            fold(self._connection, records, size=size, root=root)

    def state(self, machine: Machine, number: str) -> Enum | None:
        """The noun's state, None if there is no such noun."""
        found = self._scalars(select(STATES.c.state).where(STATES.c.noun == machine.noun, STATES.c.number == number))
        return machine.states(found[0]) if found else None

    def in_state(self, machine: Machine, state: Enum) -> list[str]:
        """The numbers of the nouns in this state."""
        here = (STATES.c.noun == machine.noun, STATES.c.state == state.value)
        return self._scalars(select(STATES.c.number).where(*here).order_by(STATES.c.first))

    def numbers(self, machine: Machine) -> list[str]:
        """All numbers of a noun in the order of their first record."""
        return self._scalars(select(STATES.c.number).where(STATES.c.noun == machine.noun).order_by(STATES.c.first))

    def count(self, kind: type[Event]) -> int:
        """How many such events there ever were: the next number is one more."""
        counted = self._scalars(select(func.count()).select_from(RECORDS).where(RECORDS.c.action == kind.name))
        return int(counted[0])

    def distinct(self, noun: str) -> int:
        """How many numbers of this noun there are."""
        counted = self._scalars(select(func.count(SUBJECTS.c.number.distinct())).where(SUBJECTS.c.noun == noun))
        return int(counted[0])

    def history(self, noun: str, number: str) -> History:
        """Everything that happened to it, oldest first."""
        lines = self._scalars(_about(noun, number).order_by(SUBJECTS.c.sequence))
        return History(records=tuple(decode(line) for line in lines))

    def newest_first(self, noun: str, number: str, *kinds: type[Event]) -> Iterator[Record]:
        """The same from the end, some at a time, read as far as the caller goes; of these kinds, if any is named."""
        query = _about(noun, number, *kinds).order_by(SUBJECTS.c.sequence.desc()).limit(_SOME)
        lines = self._scalars(query)
        while lines:
            records = [decode(line) for line in lines]
            yield from records
            lines = self._scalars(query.where(SUBJECTS.c.sequence < records[-1].sequence))

    def of(self, *kinds: type[Event], start: int = 0, most: int = -1) -> History:
        """Records of these kinds from the sequence `start` on, `most` of them at most (all if negative)."""
        names = [kind.name for kind in kinds]
        lines = self._scalars(
            select(RECORDS.c.line)
            .where(RECORDS.c.action.in_(names), RECORDS.c.sequence >= start)
            .order_by(RECORDS.c.sequence)
            .limit(most)
        )
        return History(records=tuple(decode(line) for line in lines))

    def last(self, *kinds: type[Event]) -> Record | None:
        """The journal's last record, or the last of these kinds."""
        query = select(RECORDS.c.line).order_by(RECORDS.c.sequence.desc()).limit(1)
        # Kind by kind: the index of actions has each one's records in order, but not those of several.
        queries = [query.where(RECORDS.c.action == kind.name) for kind in kinds] or [query]
        found = [decode(line) for each in queries for line in self._scalars(each)]
        return max(found, key=lambda record: record.sequence, default=None)

    def backwards(self, before: int | None = None) -> Iterator[Record]:
        """Every record from the end, or from the one before this sequence; read as far as the caller goes."""
        query = select(RECORDS.c.line).order_by(RECORDS.c.sequence.desc()).limit(_SOME)
        lines = self._scalars(query if before is None else query.where(RECORDS.c.sequence < before))
        while lines:
            for line in lines:
                record = decode(line)
                yield record
            lines = self._scalars(query.where(RECORDS.c.sequence < record.sequence))

    def line(self, sequence: int) -> bytes:
        return bytes(self._scalars(select(RECORDS.c.line).where(RECORDS.c.sequence == sequence))[0])

    def lines(self, sequences: Sequence[int]) -> list[bytes]:
        """Of these records, in the order of the journal; of a thousand at most."""
        return self._scalars(
            select(RECORDS.c.line).where(RECORDS.c.sequence.in_(sequences)).order_by(RECORDS.c.sequence)
        )

    def concerning(self, noun: str, number: str, within: range, most: int) -> list[int]:
        """The sequences of the first of its records there."""
        here = (SUBJECTS.c.noun == noun, SUBJECTS.c.number == number)
        return self._sequences(SUBJECTS.c.sequence, here, within, most)

    def with_action(self, action: str, within: range, most: int) -> list[int]:
        """The sequences of the first of these there."""
        return self._sequences(RECORDS.c.sequence, (RECORDS.c.action == action,), within, most)

    def _sequences(
        self, key: Column[int], here: tuple[ColumnElement[bool], ...], within: range, most: int
    ) -> list[int]:
        """One walk along one index, which ends with what was asked for."""
        return self._scalars(select(key).where(*here, key >= within.start, key < within.stop).order_by(key).limit(most))

    def of_days(self, since: str, until: str) -> range:
        """Where the records of these UTC days are, the last one among them; an empty text is no bound."""
        query = select(func.min(DAYS.c.first), func.max(DAYS.c.last)).where(DAYS.c.day >= since)
        if until:
            query = query.where(DAYS.c.day <= until)
        first, last = self._connection.execute(query).one()
        self._connection.rollback()
        return range(0) if first is None else range(first, last + 1)

    def _scalars(self, query: object) -> list:  # type: ignore[type-arg]
        found = list(self._connection.execute(query).scalars())  # type: ignore[call-overload]
        self._connection.rollback()
        return found


def left_at(index: Path) -> int:
    """How many records an index that nobody has opened says it is of; 0 if it can't be read. It isn't written to."""
    try:
        with closing(sqlite3.connect(f"{index.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
            found = connection.execute(str(select(HEAD.c.size))).fetchone()
    except sqlite3.Error:
        return 0
    return found[0] if found and isinstance(found[0], int) else 0


def _about(noun: str, number: str, *kinds: type[Event]) -> Select[tuple[bytes]]:
    here = [SUBJECTS.c.noun == noun, SUBJECTS.c.number == number]
    if kinds:
        here.append(RECORDS.c.action.in_([kind.name for kind in kinds]))
    return select(RECORDS.c.line).join(SUBJECTS, SUBJECTS.c.sequence == RECORDS.c.sequence).where(*here)


def _as_index(connection: object, _: object) -> None:
    connection.execute("PRAGMA journal_mode=MEMORY")  # type: ignore[attr-defined]
    connection.execute("PRAGMA synchronous=OFF")  # type: ignore[attr-defined]
