"""The mechanics of erasing: overwrite, verify, all of it, the last byte included. The rule is model/erasure's."""

import mmap
import os
from typing import Final

from media_station.drive.compared import Compared
from media_station.drive.detect import Bay
from media_station.drive.direct import PIECE_BYTES, Tell, read, write
from media_station.drive.identity import BLOCK_BYTES
from media_station.drive.keystream import Keystream
from media_station.drive.read_back import same_medium

_SECTOR: Final = 512


def keeps_its_ends(descriptor: int, bay: Bay, instance: str, size: int) -> bool:
    """Does a medium keep a block at its start, at its end and at each power of two between, all different?

    A stick that says it is larger than it is mostly doesn't: found in a second here, and for certain by `overwrite`.
    MediaFault DRV-033 if another medium is there now. OSError as the medium gave it.
    """
    last = size - BLOCK_BYTES
    places = sorted({0, last, *(1 << power for power in range(20, size.bit_length()) if 1 << power < last)})
    stream = Keystream()
    block, expected = memoryview(mmap.mmap(-1, BLOCK_BYTES)), bytearray(BLOCK_BYTES)
    for place in places:
        stream.fill(block, place)
        if os.pwrite(descriptor, block, place) != BLOCK_BYTES:
            return False
    os.fsync(descriptor)
    with same_medium(bay, instance) as back:
        for place in places:
            stream.fill(memoryview(expected), place)
            if os.preadv(back, [block], place) != BLOCK_BYTES or expected != block:
                return False
    return True


def overwrite(
    descriptor: int, bay: Bay, instance: str, size: int, pattern: Keystream | None, writing: Tell, verifying: Tell
) -> Compared:
    """Writes the whole medium with the pattern (None: zeros), reads all of it back and compares, by sectors of 512
    bytes; `writing` and `verifying` hear how far it is.

    MediaFault DRV-033 if another medium is there now. OSError as the medium gave it.
    """
    compared = Compared(_SECTOR)
    due = bytearray(PIECE_BYTES)

    def fill(buffer: memoryview, offset: int) -> None:
        if pattern is not None:  # a new buffer is all zeros
            pattern.fill(buffer, offset)

    def take(piece: memoryview, offset: int) -> None:
        del due[len(piece) :]  # of the last one
        fill(memoryview(due), offset)
        compared.take(piece, due, offset)

    write(descriptor, size, fill, writing)
    with same_medium(bay, instance) as back:
        read(back, size, take, verifying)
    return compared
