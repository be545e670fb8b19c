"""Reading and writing past the page cache: O_DIRECT with aligned buffers, the medium at work while the CPU is."""

import mmap
import os
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Final

from media_station.drive.identity import BLOCK_BYTES

PIECE_BYTES: Final = 4 * 1024 * 1024
_BUFFERS: Final = 3

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
    buffers, pending = _buffers(), deque[tuple[Future[None], int]]()
    with _thread() as writer:
        for number, offset in enumerate(range(0, length, PIECE_BYTES)):
            if len(pending) == _BUFFERS:
                _written(pending, tell)
            size = min(PIECE_BYTES, length - offset)
            buffer = buffers[number % _BUFFERS]
            fill(buffer[:size], offset)
            padded = -(-size // BLOCK_BYTES) * BLOCK_BYTES
            buffer[size:padded] = bytes(padded - size)
            pending.append((writer.submit(_write_all, descriptor, buffer[:padded], offset), offset + size))
        while pending:
            _written(pending, tell)
        os.fsync(descriptor)
    tell(length)
    return length


def _written(pending: deque[tuple[Future[None], int]], tell: Tell) -> None:
    """Waits for the oldest."""
    done, end = pending.popleft()
    done.result()
    tell(end)


@contextmanager
def _thread() -> Iterator[ThreadPoolExecutor]:
    """One thread for the medium; what waits for it is not begun once something failed."""
    thread = ThreadPoolExecutor(max_workers=1)
    try:
        yield thread
    finally:
        thread.shutdown(cancel_futures=True)


def read(descriptor: int, length: int, take: Callable[[memoryview, int], None], tell: Tell) -> int:
    """Reads `length` bytes; `take(piece, offset)` gets each. The bytes that came: fewer at an early end."""
    offset, buffers, ahead = 0, _buffers(), deque[Future[int]]()
    starts = enumerate(range(0, length, PIECE_BYTES))
    with _thread() as reader:

        def read_ahead(pieces: int) -> None:
            for number, start in islice(starts, pieces):
                ahead.append(reader.submit(_read_all, descriptor, buffers[number % _BUFFERS], start, length))

        read_ahead(_BUFFERS)
        for number in range(-(-length // PIECE_BYTES)):
            came = min(ahead.popleft().result(), length - offset)
            take(buffers[number % _BUFFERS][:came], offset)
            full = came == min(PIECE_BYTES, length - offset)
            offset += came
            tell(offset)
            if not full:
                break
            read_ahead(1)
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
