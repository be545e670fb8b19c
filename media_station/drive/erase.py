"""The mechanics of erasing: overwrite, verify, all of it, the last byte included. The rule is model/erasure's."""

import os
from typing import Final

from media_station.drive.detect import Bay
from media_station.drive.direct import PIECE_BYTES, Tell, opened, read, write
from media_station.drive.identity import identify
from media_station.drive.keystream import Keystream
from media_station.model.errors import MediaFault

_SECTOR: Final = 512


def overwrite(
    descriptor: int, bay: Bay, instance: str, size: int, pattern: Keystream | None, writing: Tell, verifying: Tell
) -> int:
    """Writes the whole medium with the pattern (None: zeros), reads all of it back and compares.

    How many sectors of 512 bytes were not read back as they were written; `writing` and `verifying` hear how far it is.

    MediaFault DRV-033 if another medium is there now. OSError as the medium gave it.
    """
    zeros = bytes(PIECE_BYTES)
    expected = memoryview(bytearray(PIECE_BYTES))
    wrong = 0

    def fill(buffer: memoryview, offset: int) -> None:
        if pattern is None:
            buffer[:] = zeros[: len(buffer)]
        else:
            pattern.fill(buffer, offset)

    def take(piece: memoryview, offset: int) -> None:
        nonlocal wrong
        due = expected[: len(piece)]
        fill(due, offset)
        if bytes(piece) != bytes(due):
            wrong += _differing(piece, due)

    write(descriptor, size, fill, writing)
    with opened(bay.path, os.O_RDONLY) as back:
        if identify(back, bay).instance != instance:
            raise MediaFault("DRV-033", bay=bay.name)
        read(back, size, take, verifying)
    return wrong


def _differing(piece: memoryview, due: memoryview) -> int:
    starts = range(0, len(piece), _SECTOR)
    return sum(bytes(piece[at : at + _SECTOR]) != bytes(due[at : at + _SECTOR]) for at in starts)
