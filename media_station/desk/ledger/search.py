"""What somebody looks for in the journal, some at a time: no question holds the desk up for long, whatever it asks."""

import json
from dataclasses import asdict
from heapq import merge
from itertools import islice
from typing import Final

from media_station.desk.ledger.fold import PERSON, subjects
from media_station.desk.ledger.index import Ledger
from media_station.desk.ledger.seen import operator_names
from media_station.model.errors import Refused
from media_station.model.journal import Found, JournalRow, Wanted
from media_station.proof.record import Record, decode, wall

LOOKED_AT: Final = 1000
# A message holds 64 KiB; a line takes up to twice its bytes in it, a character up to four.
PAGE_BYTES: Final = 48 * 1024
LINE_BYTES: Final = 20 * 1024
PIECE_CHARACTERS: Final = 15_000
_AT_ONCE: Final = 200


def search(ledger: Ledger, wanted: Wanted, start: int) -> Found:
    """From the record `start` on: a page of rows, or as many as are among the next LOOKED_AT records."""
    names = operator_names(ledger)
    rows: list[JournalRow] = []
    following, size = start, 0
    for _ in range(LOOKED_AT // _AT_ONCE):
        sequences = _candidates(ledger, wanted, following)
        for sequence, line in zip(sequences, ledger.lines(sequences), strict=True):
            record = decode(line) if _may_fit(line, wanted) else None
            if record is not None and _fits(record, wanted):
                each = _row(record, line, names)
                size += len(json.dumps(asdict(each), ensure_ascii=False).encode())
                if rows and size > PAGE_BYTES:
                    return Found(rows=rows, following=sequence)
                rows.append(each)
            following = sequence + 1
        if len(sequences) < _AT_ONCE:
            return Found(rows=rows, following=-1)
    return Found(rows=rows, following=following)


def row(ledger: Ledger, number: int) -> JournalRow:
    """Refused PRF-030 if there is no such record."""
    line = _line(ledger, number)
    return _row(decode(line), line, operator_names(ledger))


def piece(ledger: Ledger, number: int, start: int) -> str:
    """Of a record's line, from this character on; empty at its end. Refused PRF-030 if there is none."""
    return _line(ledger, number).decode()[max(start, 0) :][:PIECE_CHARACTERS]


def _line(ledger: Ledger, number: int) -> bytes:
    found = ledger.lines([number])
    if not found:
        raise Refused("PRF-030", index=number, size=ledger.head()[0])
    return found[0]


def _row(record: Record, line: bytes, names: dict[str, str]) -> JournalRow:
    people = [number for noun, number in subjects(record) if noun == PERSON]
    return JournalRow(
        record=record.sequence,
        line=line.decode() if len(line) <= LINE_BYTES else "",
        names={each: names[each] for each in people if each in names},
    )


def _candidates(ledger: Ledger, wanted: Wanted, start: int) -> list[int]:
    """The next records that one index gives; whether they fit in all else is seen when they are read."""
    days = ledger.of_days(wanted.since[:10], wanted.until[:10])
    within = range(max(start, days.start), days.stop)
    nouns = _nouns(wanted)
    if nouns:
        return ledger.concerning(*nouns[0], within, _AT_ONCE)
    if wanted.actions:
        each = (ledger.with_action(action, within, _AT_ONCE) for action in dict.fromkeys(wanted.actions))
        return list(islice(merge(*each), _AT_ONCE))
    return list(within[:_AT_ONCE])


def _nouns(wanted: Wanted) -> list[tuple[str, str]]:
    """What it is to concern, the narrowest first."""
    nouns = (("medium", wanted.medium), ("transfer", wanted.transfer), (PERSON, wanted.operator))
    return [(noun, number) for noun, number in nouns if number]


def _may_fit(line: bytes, wanted: Wanted) -> bool:
    """What the bytes alone tell, before all of them are read: canonical JSON has these as they are here."""
    if not wanted.since <= wall(line) or (wanted.until and wall(line) >= wanted.until):
        return False
    if wanted.actions and not any(b'"event":{"action":"%s"' % each.encode() in line for each in wanted.actions):
        return False
    return not wanted.outcomes or any(b'"outcome":"%s"' % each.value.encode() in line for each in wanted.outcomes)


def _fits(record: Record, wanted: Wanted) -> bool:
    if wanted.actions and record.action not in wanted.actions:
        return False
    if wanted.outcomes and (record.event is None or record.event.outcome not in wanted.outcomes):
        return False
    concerned = subjects(record)
    return all(each in concerned for each in _nouns(wanted))
