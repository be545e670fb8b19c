"""The journal's directory: `YYYY-MM-DD.jsonl` segments, whose names in order give the lines' order, and `checkpoint`.

A line is a record's canonical JSON and a newline. Segments are never deleted; a clock that went back goes on in the
latest one.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from media_station.model.errors import IntegrityViolation, Refused

CHECKPOINT: Final = "checkpoint"
SUFFIX: Final = ".jsonl"
LINE_BYTES: Final = 1024 * 1024  # far above any record; keeps a missing newline from filling the memory
_CHECKPOINT_BYTES: Final = 64 * 1024


def witnessed(directory: Path, key_id: str) -> Path:
    """Where the latest checkpoint is that the witness of this key cosigned; `????????` stands for any."""
    return directory / f"witnessed.{key_id}"


def segments(directory: Path) -> list[Path]:
    """In the order of their lines."""
    return sorted(directory.glob(f"*{SUFFIX}"))


def lines(segment: Path) -> Iterator[bytes]:
    """Each line with its newline; one without is torn or longer than LINE_BYTES. Refused PRF-029 if unreadable."""
    try:
        with segment.open("rb") as file:
            while line := file.readline(LINE_BYTES):
                yield line
    except OSError as error:
        raise Refused("PRF-029", file=segment.name) from error


def lines_within(directory: Path, within: range) -> Iterator[bytes]:
    """Lines in these places, each with its newline; segments that end before are passed over, the last one read as far
    as it is needed. IntegrityViolation REC-001 if a segment doesn't begin with a record.
    """
    starts = [(_sequence(segment), segment) for segment in segments(directory) if segment.stat().st_size]
    needed = [number for number, (start, _) in enumerate(starts) if start <= within.start]
    place = starts[needed[-1]][0] if needed else 0
    for _, segment in starts[needed[-1] if needed else 0 :]:
        for line in lines(segment):
            if place >= within.stop:
                return
            if place >= within.start:
                yield line
            place += 1


def _sequence(segment: Path) -> int:
    """Of its first line."""
    try:
        sequence = json.loads(next(lines(segment)))["media_station"]["sequence"]
    except (ValueError, LookupError, TypeError) as error:
        raise IntegrityViolation("REC-001") from error
    return int(sequence)


def signed_checkpoint(directory: Path) -> bytes:
    """The latest checkpoint as it was written, unchecked. IntegrityViolation PRF-011 if there is none."""
    try:
        with (directory / CHECKPOINT).open("rb") as file:
            return file.read(_CHECKPOINT_BYTES + 1)
    except FileNotFoundError as error:
        raise IntegrityViolation("PRF-011") from error
    except OSError as error:
        raise Refused("PRF-029", file=CHECKPOINT) from error
