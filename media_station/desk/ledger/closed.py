"""The hash of a closed index, kept beside it: one that isn't what was closed is somebody's work.

It covers each byte of the file. The desk writes it when it ends, and takes it away before it writes to the index
again: an index without it was left open by a crash.
"""

import hashlib
import os
import re
from enum import Enum
from importlib.metadata import version
from pathlib import Path

_SUFFIX = ".closed"
_CONTENT = re.compile(r"(\S+) ([0-9a-f]{64})\n")


class Left(Enum):
    """How an index was left: as it was closed, by this release; open, by another release, or not at all; or closed,
    and it has been changed since.
    """

    CLOSED = "closed"
    OPEN = "open"
    EDITED = "edited"


def close(index: Path) -> None:
    """Leaves its hash. The index is on the disk before: a power cut must not look like an edit."""
    with index.open("rb") as file:
        os.fsync(file.fileno())
    _beside(index).write_text(f"{_release()} {_sha256(index)}\n")


def reopen(index: Path) -> None:
    """Takes its hash away, durably: from now on it may be written to."""
    _beside(index).unlink(missing_ok=True)
    directory = os.open(index.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def look(index: Path) -> Left:
    """A hash that was cut short (a power cut) is none."""
    beside = _beside(index)
    found = _CONTENT.fullmatch(beside.read_text(errors="replace")) if beside.exists() else None
    if found is None or not index.exists():
        return Left.OPEN
    if found[2] != _sha256(index):
        return Left.EDITED
    return Left.CLOSED if found[1] == _release() else Left.OPEN


def _beside(index: Path) -> Path:
    return index.with_name(index.name + _SUFFIX)


def _release() -> str:
    """Another release may fold the same records to other rows."""
    return version("media-station")


def _sha256(index: Path) -> str:
    with index.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
