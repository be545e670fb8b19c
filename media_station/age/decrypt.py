"""Ciphertext stream to plaintext stream."""

from collections.abc import Iterator
from typing import BinaryIO, Protocol

from media_station.age import stream
from media_station.age.header import Header, read_header, verify_mac


class Identity(Protocol):
    def unwrap(self, header: Header) -> bytes:
        """The file key. Raises Refused AGE-009 to AGE-012."""


def decrypt(source: BinaryIO, identity: Identity, *, threads: int = 1) -> Iterator[memoryview]:
    """The plaintext in pieces of at most 1 MiB, each authenticated before it is given. A piece is good until the next
    is asked for. With more than one thread, others work ahead of the caller; they end with the iterator.

    **The data counts as good only when the iterator has ended without an error**: a file that was cut off gives
    genuine pieces first and raises at its end. Whoever stores pieces must throw them away then.

    Raises Refused: AGE-001 to AGE-008 malformed or cut off within its first part; AGE-009 work factor not accepted;
    AGE-010 no matching recipient; AGE-011 wrong passphrase; AGE-012 not sealed to a passphrase; AGE-013 header changed;
    AGE-020 damaged body, AGE-021 trailing data, AGE-022 cut off.
    """
    header, already_read = read_header(source)
    file_key = identity.unwrap(header)
    verify_mac(header, file_key)
    yield from stream.unseal(source, file_key, already_read, threads)


def decrypt_whole(source: BinaryIO, identity: Identity) -> bytes:
    """The plaintext at once, for what is small. Raises as `decrypt` does."""
    whole = bytearray()
    for piece in decrypt(source, identity):
        whole += piece
    return bytes(whole)
