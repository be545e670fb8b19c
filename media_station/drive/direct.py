"""Reading and writing past the page cache: O_DIRECT with aligned buffers, the medium at work while the CPU is."""

import mmap
import os
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from media_station.drive.identity import BLOCK_BYTES

PIECE_BYTES: Final = 4 * 1024 * 1024
_BUFFERS: Final = 2

Tell = Callable[[int], None]


@contextmanager
def opened(path: Path, flags: int) -> Iterator[int]:
    """A descriptor past the cache. A rehearsal's file may lie where there is no O_DIRECT (a tmpfs has no medium)."""
    try:
        descriptor = os.open(path, flags | os.O_DIRECT | os.O_CLOEXEC)
    except OSError:
        if not path.is_file():
            raise
        descriptor = os.open(path, flags | os.O_CLOEXEC)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def write(descriptor: int, length: int, fill: Callable[[memoryview, int], None], tell: Tell) -> int:
    """Writes `length` bytes; `fill(buffer, offset)` makes each piece. The last block is padded with zeros.

    The bytes that went to the medium, `length` if nothing failed. OSError as the medium gave it.
    """
    written, buffers = 0, _buffers()
    with ThreadPoolExecutor(max_workers=1) as writer:
        pending: Future[None] | None = None
        for number, offset in enumerate(range(0, length, PIECE_BYTES)):
            size = min(PIECE_BYTES, length - offset)
            buffer = buffers[number % _BUFFERS]
            fill(buffer[:size], offset)
            padded = -(-size // BLOCK_BYTES) * BLOCK_BYTES
            buffer[size:padded] = bytes(padded - size)
            if pending is not None:
                pending.result()
                written = offset
                tell(written)
            pending = writer.submit(_write_all, descriptor, buffer[:padded], offset)
        if pending is not None:
            pending.result()
        os.fsync(descriptor)
    tell(length)
    return length


def read(descriptor: int, length: int, take: Callable[[memoryview, int], None], tell: Tell) -> int:
    """Reads `length` bytes; `take(piece, offset)` gets each. The bytes that came: fewer at an early end."""
    offset, buffers = 0, _buffers()
    with ThreadPoolExecutor(max_workers=1) as reader:
        ahead = reader.submit(_read_all, descriptor, buffers[0], 0, length)
        for number in range(-(-length // PIECE_BYTES)):
            came = min(ahead.result(), length - offset)
            full = came == min(PIECE_BYTES, length - offset)
            if full and offset + came < length:
                following = buffers[(number + 1) % _BUFFERS]
                ahead = reader.submit(_read_all, descriptor, following, offset + came, length)
            take(buffers[number % _BUFFERS][:came], offset)
            offset += came
            tell(offset)
            if not full:
                break
    return offset


def read_piece(descriptor: int, length: int, at: int) -> memoryview:
    """Exactly these bytes, from whole blocks. EOFError if they aren't there; OSError as the medium gave it."""
    start = at // BLOCK_BYTES * BLOCK_BYTES
    end = -(-(at + length) // BLOCK_BYTES) * BLOCK_BYTES
    buffer = memoryview(mmap.mmap(-1, end - start))
    came = 0
    while came < at + length - start:
        got = os.preadv(descriptor, [buffer[came:]], start + came)
        if not got:
            raise EOFError(at)
        came += got
    return buffer[at - start : at - start + length]


def _write_all(descriptor: int, buffer: memoryview, offset: int) -> None:
    written = 0
    while written < len(buffer):
        written += os.pwrite(descriptor, buffer[written:], offset + written)


def _read_all(descriptor: int, buffer: memoryview, offset: int, length: int) -> int:
    """As many bytes as fit or as there are, in whole blocks."""
    wanted = min(len(buffer), -(-(length - offset) // BLOCK_BYTES) * BLOCK_BYTES)
    came = 0
    while came < wanted:
        got = os.preadv(descriptor, [buffer[came:wanted]], offset + came)
        came += got
        if not got or got % BLOCK_BYTES:
            break
    return came


def _buffers() -> list[memoryview]:
    """Aligned to pages. They are gone with the last view of them: an error that is on its way holds some."""
    whole = memoryview(mmap.mmap(-1, _BUFFERS * PIECE_BYTES))
    return [whole[start : start + PIECE_BYTES] for start in range(0, len(whole), PIECE_BYTES)]
