"""Opening 1 GiB sealed to a key, whole processes, beside `age -d`: the command, and the stream alone."""

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from _beside import medians, row
from _sealed_file import SealedFile

GOAL = 1.8
COMMAND = [sys.executable, "-m", "media_station.cli.main", "open", "-o", "-"]


def rows(scale: float) -> Iterator[dict[str, str | float]]:
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        file = SealedFile(Path(folder), scale)
        commands = {
            "media-station open": [*COMMAND, "-i", file.key, file.sealed],
            "1 thread": file.ours("open", 1),
            "2 threads": file.ours("open", 2),
        }
        took = medians({**commands, "age -d": ["age", "-d", "-i", file.key, file.sealed]}, scale)
        for what in commands:
            yield row(what, took[what], "age -d", took["age -d"], GOAL)
