"""S8, S9: what the desk does by itself when a timer says so: it shows that it is alive, and that what it wrote lies
there as it was written. (The analysis and the backup are those of review and back_up.)
"""

import asyncio
from itertools import islice

from media_station.desk.desk import Desk
from media_station.desk.ledger.index import Ledger
from media_station.model.chore import IntegrityVerified, StationAlive
from media_station.model.errors import StationError
from media_station.model.payload import ImageSealed, PayloadReceived
from media_station.proof.merkle import Tree, leaf_hash
from media_station.proof.segments import lines, segments


async def show_alive(desk: Desk) -> int:
    (record,) = desk.journal.commit(StationAlive())
    return record.sequence


async def verify(desk: Desk) -> int:
    """The journal's bytes against the root that was signed, each payload and image in the spool against its record."""
    records, root = desk.ledger.head()
    expected = _expected(desk.ledger)
    there = desk.spool.lying_there()

    def work() -> list[str]:
        damaged = [] if _root(desk, records) == root else ["journal"]
        return damaged + [name for name in there if desk.spool.sha256(name) not in (expected.get(name), None)]

    damaged = await asyncio.to_thread(work)
    now = _expected(desk.ledger)  # an image that was made anew meanwhile is not damaged
    kept = tuple(name for name in damaged if expected.get(name) == now.get(name))
    (record,) = desk.journal.commit(IntegrityVerified(records=records, files=len(there), damaged=kept))
    return record.sequence


def _expected(ledger: Ledger) -> dict[str, str]:
    """By the file's name: an image made anew counts as it was made last."""
    payloads = {
        f"{each.payload}.age": each.ciphertext_sha256 for each in ledger.of(PayloadReceived).all(PayloadReceived)
    }
    images = {f"{each.medium}.img": each.image_sha256 for each in ledger.of(ImageSealed).all(ImageSealed)}
    return payloads | images


def _root(desk: Desk, records: int) -> bytes:
    """Of the first lines on the disk; of fewer, if fewer are there."""
    try:
        every = (line for segment in segments(desk.journal.directory) for line in lines(segment))
        return Tree(leaf_hash(line[:-1]) for line in islice(every, records)).root()
    except StationError:
        return b""
