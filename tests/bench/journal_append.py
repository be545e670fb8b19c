"""Appending to the journal, durably and under a signed checkpoint, beside a write and an fsync of the same bytes, and
beside SQLite (WAL, synchronous=FULL) with a row for each line and a commit for each append.

Rounds of a few appends each take turns, for disks have moods; medians of the rounds. `checkpoints_s` is what making the
signed checkpoints takes, without any disk.
"""

import os
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from recovering import IDENTITY, SIGNER, encoded

from media_station.desk.journal.append import Log
from media_station.model.station import RequestRefused
from media_station.proof import checkpoint, merkle

ROUNDS = 40
APPENDS = 50  # in a round
SIZES = (1, 8)  # records in an append
GOALS = {"write + fsync": 0.85, "SQLite WAL FULL": 1.6}
LINE = encoded(RequestRefused(door="people", request="Ledger", code="ACC-011", uid=1000, unrecorded=0), 123_456)


def rows(scale: float) -> Iterator[dict[str, str | float]]:
    for size in SIZES:
        with tempfile.TemporaryDirectory(prefix="bench-", dir=Path.cwd()) as folder:
            yield from _rows(Path(folder), size, max(1, round(ROUNDS * scale)))


def _rows(folder: Path, size: int, rounds: int) -> Iterator[dict[str, str | float]]:
    lines = [LINE] * size
    log = Log(folder / "journal", IDENTITY, SIGNER)
    for _ in log.recover():
        pass
    log.settle()
    log.append(lines, "2045-01-01")
    whole = b"".join(line + b"\n" for line in lines) + log.head
    raw = os.open(folder / "raw", os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    sqlite = sqlite3.connect(folder / "peer.sqlite", isolation_level=None)
    sqlite.execute("PRAGMA journal_mode=WAL")
    sqlite.execute("PRAGMA synchronous=FULL")
    sqlite.execute("CREATE TABLE records (sequence INTEGER PRIMARY KEY, line BLOB)")

    def written() -> None:
        os.write(raw, whole)
        os.fsync(raw)

    def inserted() -> None:
        sqlite.execute("BEGIN")
        sqlite.executemany("INSERT INTO records (line) VALUES (?)", [(line,) for line in lines])
        sqlite.execute("COMMIT")

    def signed() -> None:
        for line in lines:
            merkle.leaf_hash(line)
        checkpoint.sign(checkpoint.Checkpoint(origin=IDENTITY.origin, size=log.size, root=log.root), SIGNER)

    doing: dict[str, Callable[[], object]] = {
        "ours": lambda: log.append(lines, "2045-01-01"),
        "write + fsync": written,
        "SQLite WAL FULL": inserted,
        "checkpoints": signed,
    }
    took: dict[str, list[float]] = {name: [] for name in doing}
    for _ in range(rounds):
        for name, do in doing.items():
            began = time.perf_counter()
            for _ in range(APPENDS):
                do()
            took[name].append(time.perf_counter() - began)
    os.close(raw)
    sqlite.close()
    median = {name: statistics.median(each) / APPENDS for name, each in took.items()}
    for peer, goal in GOALS.items():
        yield {
            "what": f"{size} record{'s' if size > 1 else ''} an append, beside {peer}",
            "ours_s": round(median["ours"], 6),
            "appends_per_s": round(1 / median["ours"]),
            "checkpoints_s": round(median["checkpoints"], 6),
            "peer": peer,
            "peer_s": round(median[peer], 6),
            "ratio": round(median[peer] / median["ours"], 2),
            "goal": goal,
        }
