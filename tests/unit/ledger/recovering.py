"""`recovering.py STATION`: what a desk does with its journal when it starts, in a process of its own, and is closed.

Prints one line of JSON: records, seconds of the start and of the closing, peak of the memory in KiB.
"""

import json
import resource
import sys
import time
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from years_of_records import BOOT, write_journal

from media_station.desk.journal.append import Log
from media_station.desk.journal.recover import Recovered, recover
from media_station.model.event import Event
from media_station.model.ids import Identity
from media_station.model.instant import Instant
from media_station.proof.key import Signer
from media_station.proof.record import encode

IDENTITY = Identity(station="aobano", epoch="e1")
SIGNER = Signer(IDENTITY.key_name("journal"), Ed25519PrivateKey.from_private_bytes(b"1" * 32))


def written(station: Path, records: int) -> Path:
    """The folder of a station whose journal has so many records, and no ledger."""
    write_journal(station / "journal", SIGNER, IDENTITY, records)
    return station


def opened(station: Path) -> Log:
    return Log(station / "journal", IDENTITY, SIGNER)


def recovered(station: Path, tell=lambda _: None) -> Recovered:
    return recover(opened(station), station / "ledger.sqlite", tell)


def encoded(event: Event, sequence: int, wall: str = "2045-01-01T00:00:00.000000Z") -> bytes:
    """One more line for this journal."""
    at = Instant(wall=wall, boottime_ms=1, boot_id=BOOT)
    return encode(event, sequence=sequence, identity=IDENTITY, key_id=SIGNER.key_id, at=at, actor="")


if __name__ == "__main__":
    began = time.monotonic()
    found = recovered(Path(sys.argv[1]))
    ready = time.monotonic()
    records, _ = found.ledger.head()
    found.ledger.close(SIGNER)
    told = {
        "records": records,
        "start_s": ready - began,
        "close_s": time.monotonic() - ready,
        "peak_kib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
    }
    print(json.dumps(told))
