"""The payload: ChaCha20-Poly1305 in chunks of 64 KiB, STREAM (C2SP age.md, "Payload").

Chunks are handed on one by one: pieces of 64 KiB come from the allocator's free list, so this is as fast as
encrypting into one large buffer and copying out of it.
"""

import secrets
from collections.abc import Iterator
from typing import BinaryIO, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from media_station.model.errors import Refused

CHUNK_BYTES: Final = 64 * 1024
TAG_BYTES: Final = 16
SALT_BYTES: Final = 16  # the spec's payload nonce
_CHUNKS_PER_READ: Final = 4


def sealed_length(plaintext_length: int) -> int:
    """Bytes of salt and chunks; an empty payload is one empty chunk."""
    chunks = max(1, -(-plaintext_length // CHUNK_BYTES))
    return SALT_BYTES + plaintext_length + TAG_BYTES * chunks


def seal(source: BinaryIO, file_key: bytes) -> Iterator[bytes]:
    salt = secrets.token_bytes(SALT_BYTES)
    yield salt
    cipher = _payload_cipher(file_key, salt)
    for number, chunk, last in _chunks(_Reader(source), CHUNK_BYTES):
        yield cipher.encrypt(_nonce(number, last=last), chunk, None)


def unseal(source: BinaryIO, file_key: bytes, already_read: bytes) -> Iterator[bytes]:
    """Plaintext pieces, each authenticated. Raises Refused AGE-020 to AGE-022, also after pieces were given."""
    reader = _Reader(source, already_read)
    salt = reader.read(SALT_BYTES)
    if len(salt) < SALT_BYTES:
        raise Refused("AGE-003")
    cipher = _payload_cipher(file_key, salt)
    for number, chunk, last in _chunks(reader, CHUNK_BYTES + TAG_BYTES):
        piece = _open(cipher, number, chunk, last=last)
        if piece is None:
            yield from _up_to_the_fault(cipher, number, chunk, last=last)
        elif not piece and number:
            # Only an empty payload may end in an empty chunk; else one plaintext would have two lengths.
            raise Refused("AGE-020", offset=number * CHUNK_BYTES)
        else:
            yield piece


def _up_to_the_fault(cipher: ChaCha20Poly1305, number: int, chunk: memoryview, *, last: bool) -> Iterator[bytes]:
    """Raises always. A full chunk whose own mark of the end is the other one tells a cut or an addition from damage;
    it is genuine and given first, as other implementations do. A short chunk without the mark is never genuine.
    """
    offset = number * CHUNK_BYTES
    if last and not len(chunk):
        raise Refused("AGE-022", offset=offset)
    piece = _open(cipher, number, chunk, last=not last)
    if piece is None or len(piece) < CHUNK_BYTES:
        raise Refused("AGE-020", offset=offset)
    yield piece
    raise Refused("AGE-022", offset=offset + CHUNK_BYTES) if last else Refused("AGE-021")


def _open(cipher: ChaCha20Poly1305, number: int, chunk: memoryview, *, last: bool) -> bytes | None:
    try:
        return cipher.decrypt(_nonce(number, last=last), chunk, None)
    except InvalidTag:
        return None


def _chunks(reader: "_Reader", size: int) -> Iterator[tuple[int, memoryview, bool]]:
    """Number, bytes and whether it is the last; reads ahead by one batch, since only the end tells the last."""
    batch_bytes = size * _CHUNKS_PER_READ
    number = 0
    batch = reader.read(batch_bytes)
    while True:
        following = reader.read(batch_bytes) if len(batch) == batch_bytes else b""
        view = memoryview(batch)
        for start in range(0, max(1, len(batch)), size):
            yield number, view[start : start + size], not following and start + size >= len(batch)
            number += 1
        if not following:
            return
        batch = following


def _payload_cipher(file_key: bytes, salt: bytes) -> ChaCha20Poly1305:
    return ChaCha20Poly1305(HKDF(algorithm=SHA256(), length=32, salt=salt, info=b"payload").derive(file_key))


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + (b"\x01" if last else b"\x00")


class _Reader:
    """Gives as many bytes as asked for, unless the source ends; a pipe may give fewer at a time."""

    __slots__ = ("_ahead", "_source")

    def __init__(self, source: BinaryIO, already_read: bytes = b"") -> None:
        self._source = source
        self._ahead = already_read

    def read(self, size: int) -> bytes:
        if not self._ahead:
            first = self._source.read(size)
            if len(first) in (0, size):
                return first
        else:
            first, self._ahead = self._ahead[:size], self._ahead[size:]
        pieces = [first]
        missing = size - len(first)
        while missing:
            piece = self._source.read(missing)
            if len(piece) == 0:  # None, from a descriptor that does not block, must not pass for the end
                break
            pieces.append(piece)
            missing -= len(piece)
        return b"".join(pieces)
