"""The mechanics of erasing discs. Commands go to the drive itself through the one descriptor that holds it: no cache of
the kernel's and no opened tray lies between. The rule is model/erasure's.
"""

import time
from collections.abc import Callable, Iterator
from typing import Final

from media_station.drive import mmc
from media_station.drive.direct import Tell
from media_station.drive.keystream import Keystream

_BLOCKS: Final = 16  # an ECC block: what a DVD is written and read in
_LOOK_SECONDS: Final = 1.0
PARTS: Final = 65536
_MEDIUM_ERROR, _ILLEGAL_REQUEST, _BLANK_CHECK = 3, 5, 8
_NOTHING_THERE: Final = frozenset({0x21, 0x30, 0x64})  # no such address, no readable format, no data in this track


def overwrite(descriptor: int, blocks: int, writing: Tell, verifying: Tell) -> int:
    """Writes all blocks with a stream that nobody can foretell, then reads all of them and compares. A DVD+RW that was
    never used is formatted first.

    How many blocks were not read back as they were written. OSError as the drive gave it.
    """
    disc = mmc.look(descriptor)
    if disc is not None and disc.written is mmc.Written.BLANK:
        mmc.begin_formatting(descriptor, blocks)
        _wait(descriptor, lambda _: writing(0))
    stream, wrong = Keystream(), 0
    buffer = memoryview(bytearray(_BLOCKS * mmc.BLOCK_BYTES))
    for first, due in _pieces(blocks, buffer, stream):
        mmc.write(descriptor, first, due)
        writing(first * mmc.BLOCK_BYTES + len(due))
    mmc.flush(descriptor)
    # The drive's own buffer holds the last megabytes that were written; by then these here have taken their place.
    for first, due in _pieces(blocks, buffer, stream):
        came = mmc.read(descriptor, first, len(due) // mmc.BLOCK_BYTES)
        if came != due:
            wrong += _differing(came, due)
        verifying(first * mmc.BLOCK_BYTES + len(due))
    return wrong


def blank(descriptor: int, blanking: Tell) -> int:
    """Blanks the whole of a DVD-RW. How many blocks it has then; 0 if the drive doesn't call it blank. OSError as the
    drive gave it; `blanking` hears parts of PARTS.
    """
    mmc.begin_blanking(descriptor)
    _wait(descriptor, blanking)
    disc = mmc.look(descriptor)
    if disc is None or disc.profile is not mmc.Profile.DVD_RW_SEQUENTIAL or disc.written is not mmc.Written.BLANK:
        return 0
    return disc.size_bytes // mmc.BLOCK_BYTES


def verify_blank(descriptor: int, blocks: int, verifying: Tell) -> int:
    """How many blocks can still be read and are not zero. The first of each ECC block speaks for all of it: they are
    read as one.
    """
    wrong = 0
    for first in range(0, blocks, _BLOCKS):
        end = min(first + _BLOCKS, blocks)
        if (came := _readable(descriptor, first)) is not None:
            rest = (_readable(descriptor, block) for block in range(first + 1, end))
            wrong += sum(bool(each and each.strip(b"\0")) for each in (came, *rest))
        verifying(end * mmc.BLOCK_BYTES)
    return wrong


def _readable(descriptor: int, block: int) -> bytes | None:
    """None for a block that can't be read; any other error is raised: it says nothing of the block."""
    try:
        return mmc.read(descriptor, block, 1)
    except mmc.CommandFailed as failed:
        if failed.key in {_MEDIUM_ERROR, _BLANK_CHECK}:
            return None
        if failed.key == _ILLEGAL_REQUEST and failed.code in _NOTHING_THERE:
            return None
        raise


def _pieces(blocks: int, buffer: memoryview, stream: Keystream) -> Iterator[tuple[int, memoryview]]:
    for first in range(0, blocks, _BLOCKS):
        due = buffer[: min(_BLOCKS, blocks - first) * mmc.BLOCK_BYTES]
        stream.fill(due, first * mmc.BLOCK_BYTES)
        yield first, due


def _differing(came: bytes, due: bytes | memoryview) -> int:
    size = mmc.BLOCK_BYTES
    return sum(came[at : at + size] != due[at : at + size] for at in range(0, len(due), size))


def _wait(descriptor: int, waiting: Callable[[int], None]) -> None:
    while (done := mmc.progress(descriptor)) is not None:
        waiting(done)
        time.sleep(_LOOK_SECONDS)
