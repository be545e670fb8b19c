"""The mechanics of erasing discs. Commands go to the drive itself through the one descriptor that holds it: no cache of
the kernel's and no opened tray lies between. The rule is model/erasure's.
"""

import struct
import time
from collections.abc import Callable, Iterator
from typing import Final

from media_station.drive import mmc
from media_station.drive.compared import Compared
from media_station.drive.direct import Tell
from media_station.drive.keystream import Keystream

_BLOCKS: Final = 16  # an ECC block: what a DVD is written and read in
_LOOK_SECONDS: Final = 1.0
PARTS: Final = 65536
_WHOLE_DVD_PLUS_RW: Final = 0x26  # format type, MMC-6 6.5
_MEDIUM_ERROR, _ILLEGAL_REQUEST, _BLANK_CHECK = 3, 5, 8
_NOTHING_THERE: Final = frozenset({0x21, 0x30, 0x64})  # no such address, no readable format, no data in this track


def overwrite(descriptor: int, blocks: int, writing: Tell, verifying: Tell) -> Compared:
    """Writes all blocks with a stream that nobody can foretell, then reads all of them and compares. A DVD+RW that was
    never used is formatted first.

    OSError as the drive gave it.
    """
    disc = mmc.look(descriptor)
    if disc is not None and disc.written is mmc.Written.BLANK:
        _begin_formatting(descriptor, blocks)
        _wait(descriptor, lambda _: writing(0))
    stream, compared = Keystream(), Compared(mmc.BLOCK_BYTES)
    for first, due in _pieces(blocks, stream):
        _write(descriptor, first, due)
        writing(first * mmc.BLOCK_BYTES + len(due))
    _flush(descriptor)
    # The drive's own buffer holds the last megabytes that were written; by then these here have taken their place.
    for first, due in _pieces(blocks, stream):
        compared.take(mmc.read(descriptor, first, len(due) // mmc.BLOCK_BYTES), due, first * mmc.BLOCK_BYTES)
        verifying(first * mmc.BLOCK_BYTES + len(due))
    return compared


def blank(descriptor: int, blanking: Tell) -> int:
    """Blanks the whole of a DVD-RW. How many blocks it has then; 0 if the drive doesn't call it blank. OSError as the
    drive gave it; `blanking` hears parts of PARTS.
    """
    _begin_blanking(descriptor)
    _wait(descriptor, blanking)
    disc = mmc.look(descriptor)
    if disc is None or disc.profile is not mmc.Profile.DVD_RW_SEQUENTIAL or disc.written is not mmc.Written.BLANK:
        return 0
    return disc.size_bytes // mmc.BLOCK_BYTES


def verify_blank(descriptor: int, blocks: int, verifying: Tell) -> Compared:
    """Which blocks can still be read and are not zero. Each is asked for by itself: a reading of several fails with the
    first of them that can't be read, whatever the others hold.
    """
    compared = Compared(mmc.BLOCK_BYTES)
    for block in range(blocks):
        if (came := _readable(descriptor, block)) and came.strip(b"\0"):
            compared.differs(block * mmc.BLOCK_BYTES)
        if (block + 1) % _BLOCKS == 0 or block + 1 == blocks:
            verifying((block + 1) * mmc.BLOCK_BYTES)
    return compared


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


def _write(descriptor: int, block: int, data: bytes | bytearray) -> None:
    """To a disc that can be written anywhere. As `mmc.read`."""
    mmc.tell(descriptor, struct.pack(">BBIBHB", 0x2A, 0, block, 0, len(data) // mmc.BLOCK_BYTES, 0), data)


def _flush(descriptor: int) -> None:
    """Returns when what was written is on the disc."""
    mmc.tell(descriptor, bytes((0x35, 0, 0, 0, 0, 0, 0, 0, 0, 0)))


def _begin_blanking(descriptor: int) -> None:
    """All of it (MMC-6 6.2, blanking type 000b), at once; `mmc.progress` says when it is done."""
    mmc.tell(descriptor, bytes((0xA1, 0x10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)))


def _begin_formatting(descriptor: int, blocks: int) -> None:
    """A DVD+RW that was never used (MMC-6 6.5, format type 26h); `mmc.progress` says when it can be written."""
    descriptor_of_format = struct.pack(">IB3x", blocks, _WHOLE_DVD_PLUS_RW << 2)
    mmc.tell(descriptor, bytes((0x04, 0x11, 0, 0, 0, 0)), bytes((0, 0x02, 0, 8)) + descriptor_of_format)


def _pieces(blocks: int, stream: Keystream) -> Iterator[tuple[int, bytearray]]:
    """What is due on the disc, from which block on; each is good until the next is asked for."""
    due = bytearray(_BLOCKS * mmc.BLOCK_BYTES)
    for first in range(0, blocks, _BLOCKS):
        del due[(blocks - first) * mmc.BLOCK_BYTES :]
        stream.fill(memoryview(due), first * mmc.BLOCK_BYTES)
        yield first, due


def _wait(descriptor: int, waiting: Callable[[int], None]) -> None:
    while (done := mmc.progress(descriptor)) is not None:
        waiting(done)
        time.sleep(_LOOK_SECONDS)
