"""The signed hash of a closed index, kept beside it: one that isn't what the desk closed is somebody's work.

It covers each byte of the file, and the journal's key signs it: who edits the index can't make it fit. The desk writes
it when it ends, and takes it away before it writes to the index again: an index without it was left open by a crash.
"""

import hashlib
import os
import re
from enum import Enum
from importlib.metadata import version
from pathlib import Path

from media_station.model.errors import IntegrityViolation, Refused
from media_station.proof.note import LIMIT_BYTES, Signer, Verifier, open_note, sign_note

_PURPOSE = "ledger"
_SUFFIX = ".closed"
_TEXT = re.compile(rf"media-station/{_PURPOSE}/v1\n(\S+)\n([0-9a-f]{{64}})\n")


class Left(Enum):
    """How an index was left: as it was closed, by this release; open, by another release, or not at all; or closed,
    and it has been changed since.
    """

    CLOSED = "closed"
    OPEN = "open"
    EDITED = "edited"


def close(index: Path, signer: Signer) -> None:
    """Leaves its hash. The index is on the disk before: a power cut must not look like an edit."""
    with index.open("rb") as file:
        os.fsync(file.fileno())
    text = f"media-station/{_PURPOSE}/v1\n{_release()}\n{_sha256(index)}\n"
    _beside(index).write_bytes(sign_note(_PURPOSE, text, signer))


def reopen(index: Path) -> None:
    """Takes its hash away, durably: from now on it may be written to."""
    _beside(index).unlink(missing_ok=True)
    directory = os.open(index.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def look(index: Path, verifier: Verifier) -> Left:
    """A hash that was cut short (a power cut) is none; one that another key signed is an edit."""
    beside = _beside(index)
    if not beside.exists() or not index.exists():
        return Left.OPEN
    try:
        with beside.open("rb") as file:
            note = open_note(_PURPOSE, file.read(LIMIT_BYTES + 1), [verifier])
    except Refused:
        return Left.OPEN
    except IntegrityViolation:
        return Left.EDITED
    found = _TEXT.fullmatch(note.text)
    if found is None:
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
