"""The start of a desk with a million records: without a ledger, and beside one that is as it was closed."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import recovering

RECORDS = 1_000_000
STARTS = ("rebuilt from the journal", "ledger intact, journal verified")


def rows(scale: float) -> Iterator[dict[str, str | float]]:
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        station = recovering.written(Path(folder), round(RECORDS * scale))
        for what in STARTS:
            done = subprocess.run(
                [sys.executable, recovering.__file__, str(station)], stdout=subprocess.PIPE, check=True
            )
            told = json.loads(done.stdout)
            yield {
                "what": what,
                "records": told["records"],
                "ours_s": round(told["start_s"], 2),
                "records_per_s": round(told["records"] / told["start_s"]),
                "close_s": round(told["close_s"], 2),
                "peak_mib": round(told["peak_kib"] / 1024, 1),
            }
