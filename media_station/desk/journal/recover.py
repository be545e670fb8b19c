"""The start: one pass over the journal verifies it, brings the ledger to its head, and notes what else the desk needs.

Nothing of a journal counts before the whole of it is verified. So an index is made anew beside the old one, which it
replaces only then.

A checkpoint is on the disk before its records are folded, and before it is shown to a witness. So no crash leaves an
index or a cosigned head ahead of it: one that is shows that the journal was put back, or its checkpoint alone, which
would make what was acknowledged look like a torn tail.
"""

import re
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from media_station.desk.journal.append import Log, Torn
from media_station.desk.ledger import closed
from media_station.desk.ledger.index import Ledger, left_at
from media_station.model.clock import ClockSet
from media_station.model.errors import IntegrityViolation
from media_station.model.station import TailSetAside
from media_station.model.views import Progress
from media_station.proof.checkpoint import Checkpoint, parse_unsigned
from media_station.proof.record import decode
from media_station.proof.segments import witnessed
from media_station.proof.succession import MARK, RESTORED_MARK

RECORDS_AT_ONCE = 1000

# In canonical JSON these bytes are a field of the event and the record's own action; within a text each quotation
# mark has a backslash before it.
_VAULT = b'"vault_sha256":"'
_CLOCK = b'"event":{"action":"%s"' % ClockSet.name.encode()
# A record begins with its time: no name that it has sorts before this one.
_BEGINNING = b'{"@timestamp":"'
_TIME = slice(len(_BEGINNING), len(_BEGINNING) + len("YYYY-MM-DDTHH:MM:SS.ffffffZ"))
_TAIL = b'"event":{"action":"%s"' % TailSetAside.name.encode()
_SHA256 = re.compile(rb'"sha256":"([0-9a-f]{64})"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovered:
    """`edited`: the index was not as it had been closed. `torn`: tails set aside that have no record yet, of this start
    or of one that ended before it had made it. `vault_sha256`: the journal's last word. `latest_wall`: the latest time
    of a record since the clock was last set, that included; empty before any.
    """

    ledger: Ledger
    edited: bool
    torn: tuple[Torn, ...]
    vault_sha256: str
    latest_wall: str


def recover(log: Log, index: Path, tell: Callable[[Progress], None]) -> Recovered:
    """The ledger at the journal's head; the log may be written to from now on. `tell` hears of each 1000 records.

    IntegrityViolation if the journal isn't as it was signed, or was put back: the index stays as it is.
    """
    left = closed.look(index, log.verifier)
    if left_at(index) > (log.covered.size if log.covered else 0):
        raise IntegrityViolation("JNL-002")
    ledger = _kept(index, log.covered) if left is closed.Left.CLOSED else None
    reading = _Reading(log, "rebuild" if ledger is None else "verify", tell)
    if ledger is None:
        ledger = _rebuilt(index, reading)
    else:
        deque(reading.lines(), maxlen=0)
    if reading.rotated and getattr(decode(reading.rotated).event, "new_key", "") != log.verifier.render():
        raise IntegrityViolation("JNL-002")  # the checkpoint is of a key that has handed over
    log.settle()
    return Recovered(
        ledger=ledger,
        edited=left is closed.Left.EDITED,
        torn=tuple(each for each in log.aside() if each == log.torn or each.sha256.encode() not in reading.tails),
        vault_sha256=getattr(decode(reading.vault).event, "vault_sha256", "") if reading.vault else "",
        latest_wall=reading.latest.decode(),
    )


class _Reading:
    """The lines as they pass: how far it is, and what else of them the desk needs."""

    def __init__(self, log: Log, phase: str, tell: Callable[[Progress], None]) -> None:
        self.log = log
        self.vault = b""
        self.latest = b""
        self.rotated = b""
        self.tails: set[bytes] = set()
        self.witnessed = _witnessed(log)
        self._phase = phase
        self._tell = tell

    def lines(self) -> Iterator[bytes]:
        done, total = 0, self.log.length
        for number, line in enumerate(self.log.recover(), start=1):
            done += len(line) + 1
            if number in self.witnessed and self.witnessed[number] == {self.log.root}:
                del self.witnessed[number]
            if _VAULT in line:
                self.vault = line
            self.latest = line[_TIME] if _CLOCK in line else max(line[_TIME], self.latest)
            if MARK in line or RESTORED_MARK in line:
                self.rotated = line
            if _TAIL in line:
                self.tails.update(_SHA256.findall(line))
            yield line
            if number % RECORDS_AT_ONCE == 0:
                self._tell(Progress(subject="journal", phase=self._phase, done=done, total=total))
        if self.witnessed:  # a head that is none of this journal's
            raise IntegrityViolation("JNL-002")


def _witnessed(log: Log) -> dict[int, set[bytes]]:
    """Roots by sizes: one each, if all witnesses saw the same journal. Their signatures don't matter here: what isn't
    of this journal is refused in any case.
    """
    files = log.directory.glob(witnessed(log.directory, "?" * 8).name)
    roots: dict[int, set[bytes]] = {}
    for each in files:
        head = parse_unsigned(each.read_bytes())
        roots.setdefault(head.size, set()).add(head.root)
    return roots


def _kept(index: Path, covered: Checkpoint | None) -> Ledger | None:
    ledger = Ledger(index)
    size, root = ledger.head()
    known = (0, b"") if covered is None else (covered.size, covered.root)
    if size and (size, root) == known:
        return ledger
    ledger.disconnect()
    if size >= max(known[0], 1):
        raise IntegrityViolation("JNL-002")
    return None


def _rebuilt(index: Path, reading: _Reading) -> Ledger:
    beside = index.with_name(index.name + ".new")
    beside.unlink(missing_ok=True)
    ledger = Ledger(beside)
    try:
        _fold(ledger, reading.lines(), reading.log)
    except BaseException:
        beside.unlink()
        raise
    finally:
        ledger.disconnect()
    closed.reopen(index)
    beside.replace(index)
    return Ledger(index)


def _fold(ledger: Ledger, lines: Iterator[bytes], log: Log) -> None:
    try:
        while some := list(islice(lines, RECORDS_AT_ONCE)):
            ledger.fold([(decode(line), line) for line in some], size=log.size, root=log.root)
    except Exception:
        # A line that was altered may well not fold; that it was altered comes first.
        deque(lines, maxlen=0)
        raise
