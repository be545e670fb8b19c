"""S8, S9: what the desk does by itself when a timer says so: it shows that it is alive, and that what it wrote lies
there as it was written. (The analysis and the backup are those of review and back_up.)
"""

import asyncio
from dataclasses import dataclass
from itertools import islice

from media_station.desk.desk import Desk
from media_station.desk.ledger.bundles import IN_THE_SPOOL
from media_station.desk.ledger.findings import numbers
from media_station.desk.ledger.index import Ledger
from media_station.desk.papers.sheet import kept
from media_station.model.backup import BackupMade
from media_station.model.bundle import BUNDLE, KEPT, BundleRendered, BundleSealed, JournalExported
from media_station.model.certificate import CertificateRendered
from media_station.model.chore import IntegrityVerified, StationAlive
from media_station.model.errors import StationError
from media_station.model.finding import FindingKind, FindingRaised, noticed
from media_station.model.medium import MEDIUM
from media_station.model.payload import PAYLOAD, ImageSealed, PayloadReceived, PayloadState
from media_station.model.station import PaperCopied, PaperPrinted, StationRestored
from media_station.model.supply import SupplyReceived
from media_station.proof.merkle import Tree, leaf_hash
from media_station.proof.segments import lines, segments

_PRINTED = (PaperPrinted, PaperCopied, CertificateRendered)
_MADE = (
    *_PRINTED,
    PayloadReceived,
    ImageSealed,
    BundleRendered,
    BundleSealed,
    JournalExported,
    BackupMade,
    SupplyReceived,
)
_SHOWN = 16  # of a file's name


async def show_alive(desk: Desk) -> int:
    (record,) = desk.journal.commit(StationAlive())
    return record.sequence


async def verify(desk: Desk) -> int:
    """The journal's bytes against the root that was signed; payloads, images, exports, sheets and supplies in the
    spool against their records: `damaged` are those that are others, can't be read, or are gone. What wasn't damaged
    the last time is a finding.
    """
    records, root = desk.ledger.head()
    expected = _expected(desk.ledger)
    names = sorted({*expected.must, *desk.spool.lying_there()})

    def work() -> list[str]:
        damaged = [] if _root(desk, records) == root else ["journal"]
        return damaged + [name for name in names if not expected.is_met(name, _found(desk, name, expected))]

    damaged = await asyncio.to_thread(work)
    now = _expected(desk.ledger)  # what was made anew meanwhile, or purged, is not damaged
    taken = {f"{each}.supply" for each in desk.performing}
    lasting = tuple(
        name for name in damaged if name == "journal" or (now.says_the_same(expected, name) and name not in taken)
    )
    found = _finding(desk, lasting)
    done = desk.journal.commit(IntegrityVerified(records=records, files=len(names), damaged=lasting), *found)
    return done[0].sequence


def _found(desk: Desk, name: str, expected: "_Expected") -> str | None:
    """A sheet's hash is that of the PDF in it."""
    if name in expected.sheets and desk.spool.sha256(name):
        digest = expected.sha256[name]
        return "" if kept(desk, digest) is None else digest
    return desk.spool.sha256(name)


def _finding(desk: Desk, damaged: tuple[str, ...]) -> list[FindingRaised]:
    record = desk.ledger.last(IntegrityVerified)
    last = record.event if record else None
    new = [name for name in damaged if not isinstance(last, IntegrityVerified) or name not in last.damaged]
    if not new:
        return []
    number = next(numbers(desk.ledger, desk.house.identity))
    detail = new[0][:_SHOWN] + (f" +{len(new) - 1}" if new[1:] else "")
    return [noticed(number, FindingKind.DAMAGED, desk.clock.day(), detail)]


@dataclass(frozen=True, slots=True)
class _Expected:
    """The hashes of what the spool may hold, by the files' names; `must` are those that it must."""

    sha256: dict[str, str]
    must: frozenset[str]
    sheets: frozenset[str]

    def is_met(self, name: str, found: str | None) -> bool:
        """`found` is None for a file that isn't there. What no record tells of is nobody's."""
        return name not in self.must if found is None else self.sha256.get(name) in (found, None)

    def says_the_same(self, before: "_Expected", name: str) -> bool:
        return (self.sha256.get(name), name in self.must) == (before.sha256.get(name), name in before.must)


def _expected(ledger: Ledger) -> _Expected:
    """An image made anew counts as it was made last. What was there before a restore need not be."""
    restored = ledger.last(StationRestored)
    since = -1 if restored is None else restored.sequence
    purged = set(ledger.in_state(PAYLOAD, PayloadState.PURGED))
    bundles = {number for state in KEPT for number in ledger.in_state(BUNDLE, state)}
    waiting = {number for state in IN_THE_SPOOL for number in ledger.in_state(MEDIUM, state)}
    sha256: dict[str, str] = {}
    must: set[str] = set()
    sheets: set[str] = set()

    def put(name: str, digest: str, *, needed: bool) -> None:
        sha256[name] = digest
        (must.add if needed else must.discard)(name)

    for each in ledger.of(*_MADE).records:
        match each.event, each.sequence > since:
            case PayloadReceived() as event, fresh if event.payload not in purged:
                put(f"{event.payload}.age", event.ciphertext_sha256, needed=fresh)
            case ImageSealed() as event, fresh if event.payload not in purged:
                put(f"{event.medium}.img", event.image_sha256, needed=fresh and event.medium in waiting)
            case BundleRendered() as event, fresh:
                put(f"{event.medium}.img", event.image_sha256, needed=fresh and event.medium in waiting)
            case (BundleSealed() | JournalExported() | BackupMade()) as event, fresh if event.bundle in bundles:
                put(f"{event.bundle}.age", event.sha256, needed=fresh)
            case SupplyReceived() as event, fresh:
                put(f"{event.supply.rpartition('-')[0]}.supply", event.sha256, needed=fresh)
            case (PaperPrinted() | PaperCopied() | CertificateRendered()) as event, fresh:
                put(f"{event.sha256}.age", event.sha256, needed=fresh)
                sheets.add(f"{event.sha256}.age")
    return _Expected(sha256, frozenset(must), frozenset(sheets))


def _root(desk: Desk, records: int) -> bytes:
    """Of the first lines on the disk; of fewer, if fewer are there."""
    try:
        every = (line for segment in segments(desk.journal.directory) for line in lines(segment))
        return Tree(leaf_hash(line[:-1]) for line in islice(every, records)).root()
    except (StationError, OSError):  # OSError: a sector that can't be read
        return b""
