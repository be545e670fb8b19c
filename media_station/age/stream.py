"""The payload: ChaCha20-Poly1305 in chunks of 64 KiB, STREAM (C2SP age.md, "Payload").

Chunks are worked on by the batch, between two buffers that are used again: a new one for each batch would cost as much
as encrypting it. So **a piece is good until the next is asked for**; then it is released, and whoever kept it gets a
ValueError.
"""

import secrets
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from typing import BinaryIO, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from media_station.model.errors import Refused

CHUNK_BYTES: Final = 64 * 1024
TAG_BYTES: Final = 16
SALT_BYTES: Final = 16  # the spec's payload nonce
_SEALED_CHUNK_BYTES: Final = CHUNK_BYTES + TAG_BYTES
_CHUNKS_ALONE: Final = 4  # in a batch: they stay in a core's cache
_CHUNKS_IN_THREADS: Final = 16  # what is handed to another thread should be worth it


def sealed_length(plaintext_length: int) -> int:
    """Bytes of salt and chunks; an empty payload is one empty chunk."""
    chunks = max(1, -(-plaintext_length // CHUNK_BYTES))
    return SALT_BYTES + plaintext_length + TAG_BYTES * chunks


def seal(source: BinaryIO, file_key: bytes, threads: int) -> Iterator[memoryview]:
    salt = secrets.token_bytes(SALT_BYTES)
    yield memoryview(salt)
    cipher = _payload_cipher(file_key, salt)
    reader = _Reader(source, b"")
    for batch in _worked(reader, (CHUNK_BYTES, _SEALED_CHUNK_BYTES), partial(_seal, cipher), threads):
        yield from _given(batch)


def unseal(source: BinaryIO, file_key: bytes, already_read: bytes, threads: int) -> Iterator[memoryview]:
    """Plaintext pieces, each authenticated. Raises Refused AGE-003 before any, AGE-020 to AGE-022 also after pieces
    were given.
    """
    reader = _Reader(source, already_read)
    salt = bytearray(SALT_BYTES)
    if reader.fill(salt) < SALT_BYTES:
        raise Refused("AGE-003")
    cipher = _payload_cipher(file_key, salt)
    for batch in _worked(reader, (_SEALED_CHUNK_BYTES, CHUNK_BYTES), partial(_unseal, cipher), threads):
        yield from _given(batch)
        if batch.refusal is not None:
            raise batch.refusal


class _Batch:
    """Chunks in a row, what becomes of them, and the room for both."""

    __slots__ = ("done", "last", "made", "number", "places", "refusal", "room", "size")

    def __init__(self, chunks: int, sizes: tuple[int, int]) -> None:
        taken, made = sizes
        self.room = bytearray(chunks * taken)
        self.made = memoryview(bytearray(chunks * made))
        into = memoryview(self.room)
        # Cut once: slicing for each chunk would take longer than handing it over.
        self.places = [
            (into[at * taken : (at + 1) * taken], self.made[at * made : (at + 1) * made]) for at in range(chunks)
        ]
        self.number = 0  # of its first chunk
        self.size = 0  # bytes taken
        self.last = False
        self.done = 0  # bytes made
        self.refusal: Refused | None = None

    def chunks(self) -> Iterator[tuple[int, memoryview, bool, memoryview]]:
        """Number, bytes, whether it is the last, and the room for what is made of it."""
        taken = len(self.places[0][0])
        count = max(1, -(-self.size // taken))
        for at in range(count):
            chunk, made = self.places[at]
            end = self.last and at == count - 1
            if end:
                chunk = chunk[: self.size - at * taken]
            yield self.number + at, chunk, end, made


def _seal(cipher: ChaCha20Poly1305, batch: _Batch) -> None:
    for number, chunk, last, made in batch.chunks():
        size = len(chunk) + TAG_BYTES
        batch.done += cipher.encrypt_into(
            _nonce(number, last=last), chunk, None, made if size == len(made) else made[:size]
        )


def _unseal(cipher: ChaCha20Poly1305, batch: _Batch) -> None:
    for number, chunk, last, made in batch.chunks():
        offset = number * CHUNK_BYTES
        size = len(chunk) - TAG_BYTES
        if _opened(cipher, _nonce(number, last=last), chunk, made):
            batch.done += size
            if not size and number:
                # Only an empty payload may end in an empty chunk; else one plaintext would have two lengths.
                batch.refusal = Refused("AGE-020", offset=offset)
            continue
        if last and not chunk:
            batch.refusal = Refused("AGE-022", offset=offset)
        elif size == CHUNK_BYTES and _opened(cipher, _nonce(number, last=not last), chunk, made):
            # A full chunk whose own mark of the end is the other one tells a cut or an addition from damage; it is
            # genuine and given first, as other implementations do. A short chunk without the mark is never genuine.
            batch.done += size
            batch.refusal = Refused("AGE-022", offset=offset + CHUNK_BYTES) if last else Refused("AGE-021")
        else:
            batch.refusal = Refused("AGE-020", offset=offset)
        return


def _opened(cipher: ChaCha20Poly1305, nonce: bytes, chunk: memoryview, made: memoryview) -> bool:
    size = len(chunk) - TAG_BYTES
    if size < 0:
        return False
    try:
        cipher.decrypt_into(nonce, chunk, None, made if size == len(made) else made[:size])
    except InvalidTag:
        return False
    return True


def _given(batch: _Batch) -> Iterator[memoryview]:
    if batch.done:
        with batch.made[: batch.done] as piece:
            yield piece


def _worked(
    reader: "_Reader", sizes: tuple[int, int], work: Callable[[_Batch], None], threads: int
) -> Iterator[_Batch]:
    """Batches in their order, worked on: by the caller's thread when it asks for the next, or by others ahead of it.

    Reads ahead by one batch, since only the end tells the last.
    """
    alone = threads == 1
    # Others need one each, while one is being read and one is with the caller.
    free = [_Batch(_CHUNKS_ALONE if alone else _CHUNKS_IN_THREADS, sizes) for _ in range(threads + 1 + (not alone))]
    with ExitStack() as stack:
        pool = None if alone else stack.enter_context(ThreadPoolExecutor(threads, thread_name_prefix="age"))
        begun: deque[tuple[_Batch, Callable[[], None]]] = deque()
        first = free.pop()
        first.size = reader.fill(first.room)
        current: _Batch | None = first
        number = 0
        while current is not None or begun:
            while current is not None and free:
                current.number, current.done = number, 0
                number += len(current.places)
                following = free.pop()
                following.size = reader.fill(following.room) if current.size == len(current.room) else 0
                current.last = not following.size
                begun.append((current, partial(work, current) if pool is None else pool.submit(work, current).result))
                if current.last:
                    free.append(following)
                current = None if current.last else following
            batch, wait = begun.popleft()
            wait()
            yield batch
            free.append(batch)


def _payload_cipher(file_key: bytes, salt: bytes | bytearray) -> ChaCha20Poly1305:
    return ChaCha20Poly1305(HKDF(algorithm=SHA256(), length=32, salt=bytes(salt), info=b"payload").derive(file_key))


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + (b"\x01" if last else b"\x00")


class _Reader:
    """Fills what it is given, unless the source ends; a pipe may give fewer at a time."""

    __slots__ = ("_ahead", "_source")

    def __init__(self, source: BinaryIO, already_read: bytes) -> None:
        self._source = source
        self._ahead = already_read

    def fill(self, room: bytearray) -> int:
        size = min(len(room), len(self._ahead))
        room[:size], self._ahead = self._ahead[:size], self._ahead[size:]
        with memoryview(room) as view:
            while size < len(room):
                with view[size:] as rest:
                    count = self._source.readinto(rest)  # type: ignore[attr-defined]  # BinaryIO has it, typeshed not
                if count == 0:  # None, from a descriptor that does not block, must not pass for the end
                    break
                size += count
        return size
