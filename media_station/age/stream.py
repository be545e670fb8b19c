"""The payload: ChaCha20-Poly1305 in chunks of 64 KiB, STREAM (C2SP age.md, "Payload").

Chunks are worked on by the batch, between two buffers that are used again: a new one for each batch would cost as much
as encrypting it. So **a piece is good until the next is asked for**; then it is released, and whoever kept it gets a
ValueError. Threads read a regular file for themselves, each chunk just before it is worked on: what one core has read,
another would have to fetch once more.
"""

import errno
import io
import os
import secrets
import stat
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING, BinaryIO, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from media_station.model.errors import Refused

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

CHUNK_BYTES: Final = 64 * 1024
TAG_BYTES: Final = 16
SALT_BYTES: Final = 16  # the spec's payload nonce
_SEALED_CHUNK_BYTES: Final = CHUNK_BYTES + TAG_BYTES
_CHUNKS: Final = 16  # in a batch: fewer cost more calls of the kernel, and are not worth another thread


def sealed_length(plaintext_length: int) -> int:
    """Bytes of salt and chunks; an empty payload is one empty chunk."""
    chunks = max(1, -(-plaintext_length // CHUNK_BYTES))
    return SALT_BYTES + plaintext_length + TAG_BYTES * chunks


def seal(source: BinaryIO, file_key: bytes, threads: int) -> Iterator[memoryview]:
    salt = secrets.token_bytes(SALT_BYTES)
    yield memoryview(salt)
    cipher = _payload_cipher(file_key, salt)
    reader = _reader(source, b"", threads)
    for batch in _worked(reader, (CHUNK_BYTES, _SEALED_CHUNK_BYTES), partial(_seal, cipher), threads):
        yield from _given(batch)


def unseal(source: BinaryIO, file_key: bytes, already_read: bytes, threads: int) -> Iterator[memoryview]:
    """Plaintext pieces, each authenticated. Raises Refused AGE-003 before any, AGE-020 to AGE-022 also after pieces
    were given.
    """
    first = _Stream(source, already_read)
    salt = bytearray(SALT_BYTES)
    if first.fill(salt) < SALT_BYTES:
        raise Refused("AGE-003")
    reader = _reader(source, first.ahead, threads)
    cipher = _payload_cipher(file_key, salt)
    for batch in _worked(reader, (_SEALED_CHUNK_BYTES, CHUNK_BYTES), partial(_unseal, cipher), threads):
        yield from _given(batch)
        if batch.refusal is not None:
            raise batch.refusal


class _Batch:
    """Chunks in a row, what becomes of them, and the room for both."""

    __slots__ = ("done", "file", "last", "made", "number", "places", "refusal", "room", "size")

    def __init__(self, chunks: int, sizes: tuple[int, int], file: "_File | None") -> None:
        taken, made = sizes
        self.file = file
        self.room = memoryview(bytearray(taken if file else chunks * taken))
        self.made = memoryview(bytearray(chunks * made))
        # Cut once: slicing for each chunk would take longer than handing it over.
        self.places = [
            (self.room if file else self.room[at * taken : (at + 1) * taken], self.made[at * made : (at + 1) * made])
            for at in range(chunks)
        ]
        self.number = 0  # of its first chunk
        self.size = 0  # bytes taken
        self.last = False
        self.done = 0  # bytes made
        self.refusal: Refused | None = None

    def chunks(self) -> list[tuple[bytes, memoryview, memoryview]]:
        """Nonce, bytes and the room for what is made of them. All are made before the first is worked on: whatever
        threads do in Python between two chunks, they wait for each other with.
        """
        taken, made = (len(place) for place in self.places[0])
        count = max(1, -(-self.size // taken))
        places = self.places[:count]
        if self.last:
            size = self.size - (count - 1) * taken
            chunk, room = places[-1]
            places[-1] = chunk[:size], room[: max(0, size + made - taken)]
        return [
            (_nonce(number, last=self.is_last(number)), chunk, room)
            for number, (chunk, room) in enumerate(places, start=self.number)
        ]

    def is_last(self, number: int) -> bool:
        return self.last and number == self.number + max(1, -(-self.size // len(self.places[0][0]))) - 1


def _seal(cipher: ChaCha20Poly1305, batch: _Batch) -> None:
    encrypt, file = cipher.encrypt_into, batch.file
    for at, (nonce, chunk, room) in enumerate(batch.chunks(), start=batch.number):
        if file is not None:
            file.read(chunk, at * CHUNK_BYTES)
        batch.done += encrypt(nonce, chunk, None, room)


def _unseal(cipher: ChaCha20Poly1305, batch: _Batch) -> None:
    file = batch.file
    for number, (nonce, chunk, room) in enumerate(batch.chunks(), start=batch.number):
        if file is not None:
            file.read(chunk, number * _SEALED_CHUNK_BYTES)
        if _opened(cipher, nonce, chunk, room):
            batch.done += len(room)
            if not room and number:
                # Only an empty payload may end in an empty chunk; else one plaintext would have two lengths.
                batch.refusal = Refused("AGE-020", offset=number * CHUNK_BYTES)
        else:
            _look_at_the_fault(cipher, batch, number, chunk, room)
            return


def _look_at_the_fault(
    cipher: ChaCha20Poly1305, batch: _Batch, number: int, chunk: memoryview, room: memoryview
) -> None:
    """A full chunk whose own mark of the end is the other one tells a cut or an addition from damage; it is genuine and
    given, as other implementations do. A short chunk without the mark is never genuine.
    """
    offset = number * CHUNK_BYTES
    last = batch.is_last(number)
    if last and not chunk:
        batch.refusal = Refused("AGE-022", offset=offset)
    elif len(room) == CHUNK_BYTES and _opened(cipher, _nonce(number, last=not last), chunk, room):
        batch.done += len(room)
        batch.refusal = Refused("AGE-022", offset=offset + CHUNK_BYTES) if last else Refused("AGE-021")
    else:
        batch.refusal = Refused("AGE-020", offset=offset)


def _opened(cipher: ChaCha20Poly1305, nonce: bytes, chunk: memoryview, room: memoryview) -> bool:
    if len(chunk) < TAG_BYTES:
        return False
    try:
        cipher.decrypt_into(nonce, chunk, None, room)
    except InvalidTag:
        return False
    return True


def _given(batch: _Batch) -> Iterator[memoryview]:
    if batch.done:
        with batch.made[: batch.done] as piece:
            yield piece


def _worked(
    reader: "_Stream | _File", sizes: tuple[int, int], work: Callable[[_Batch], None], threads: int
) -> Iterator[_Batch]:
    """Batches in their order, worked on: by the caller's thread when it asks for the next, or by others ahead of it.

    Reads ahead by one batch, since only the end tells the last.
    """
    alone = threads == 1
    # Others need one each, while one is being read and one is with the caller.
    file = reader if isinstance(reader, _File) else None
    free = [_Batch(_CHUNKS, sizes, file) for _ in range(threads + 1 + (not alone))]
    full = _CHUNKS * sizes[0]
    with ExitStack() as stack:
        pool = None if alone else stack.enter_context(_pool(threads))
        begun: deque[tuple[_Batch, Callable[[], None]]] = deque()
        first = free.pop()
        first.size = reader.take(first.room, full)
        current: _Batch | None = first
        number = 0
        while current is not None or begun:
            while current is not None and free:
                current.number, current.done = number, 0
                number += len(current.places)
                following = free.pop()
                following.size = reader.take(following.room, full) if current.size == full else 0
                current.last = not following.size
                begun.append((current, partial(work, current) if pool is None else pool.submit(work, current).result))
                if current.last:
                    free.append(following)
                current = None if current.last else following
            batch, wait = begun.popleft()
            wait()
            yield batch
            free.append(batch)


def _pool(threads: int) -> "ThreadPoolExecutor":
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - logging comes with it, and one thread needs none

    return ThreadPoolExecutor(threads, thread_name_prefix="age")


def _payload_cipher(file_key: bytes, salt: bytes | bytearray) -> ChaCha20Poly1305:
    return ChaCha20Poly1305(HKDF(algorithm=SHA256(), length=32, salt=bytes(salt), info=b"payload").derive(file_key))


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + (b"\x01" if last else b"\x00")


def _reader(source: BinaryIO, ahead: bytes, threads: int) -> "_Stream | _File":
    """`ahead` is what was read of the source already, and belongs to what is to be read."""
    raw = source.raw if isinstance(source, io.BufferedReader) else source
    if threads > 1 and isinstance(raw, io.FileIO):
        status = os.fstat(raw.fileno())
        if stat.S_ISREG(status.st_mode) and status.st_size:  # /proc's files say 0, whatever they hold
            start = source.tell() - len(ahead)
            return _File(raw.fileno(), start, max(0, status.st_size - start))
    return _Stream(source, ahead)


class _Stream:
    """Read in order, by the caller's thread."""

    __slots__ = ("_source", "ahead")

    def __init__(self, source: BinaryIO, ahead: bytes) -> None:
        self._source = source
        self.ahead = ahead

    def take(self, room: memoryview, size: int) -> int:
        del size
        return self.fill(room)

    def fill(self, room: bytearray | memoryview) -> int:
        """Bytes read: as many as there is room for, unless the source ends; a pipe may give fewer at a time."""
        size = min(len(room), len(self.ahead))
        room[:size], self.ahead = self.ahead[:size], self.ahead[size:]
        with memoryview(room) as view:
            while size < len(room):
                with view[size:] as rest:
                    count = self._source.readinto(rest)  # type: ignore[attr-defined]  # BinaryIO has it, typeshed not
                if count == 0:  # None, from a descriptor that does not block, must not pass for the end
                    break
                size += count
        return size


class _File:
    """A regular file as long as it is now; whoever works on a chunk reads it."""

    __slots__ = ("_descriptor", "_left", "_start")

    def __init__(self, descriptor: int, start: int, length: int) -> None:
        self._descriptor = descriptor
        self._start = start
        self._left = length

    def take(self, room: memoryview, size: int) -> int:
        del room
        taken = min(size, self._left)
        self._left -= taken
        return taken

    def read(self, chunk: memoryview, offset: int) -> None:
        """Raises OSError if the file has become shorter."""
        done = os.preadv(self._descriptor, [chunk], self._start + offset)
        while done < len(chunk):
            count = os.preadv(self._descriptor, [chunk[done:]], self._start + offset + done)
            if not count:
                raise OSError(errno.EIO, "the file has become shorter")
            done += count
