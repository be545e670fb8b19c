"""Ciphertext stream to plaintext stream."""

from collections.abc import Iterator
from typing import BinaryIO

from media_station.age import stream
from media_station.age.header import read_header, verify_mac
from media_station.age.scrypt import ScryptIdentity
from media_station.age.x25519 import X25519Identity

Identity = X25519Identity | ScryptIdentity


def decrypt(source: BinaryIO, identity: Identity) -> Iterator[bytes]:
    """The plaintext in pieces of at most 64 KiB, each authenticated before it is given.

    **The data counts as good only when the iterator has ended without an error**: a file that was cut off gives
    genuine pieces first and raises at its end. Whoever stores pieces must throw them away then.

    Raises Refused: AGE-001 to AGE-008 malformed header; AGE-009 work factor not accepted; AGE-010 no matching
    recipient; AGE-011 wrong passphrase; AGE-012 not sealed to a passphrase; AGE-013 header changed; AGE-020 damaged
    body, AGE-021 trailing data, AGE-022 cut off.
    """
    header, already_read = read_header(source)
    file_key = identity.unwrap(header)
    verify_mac(header, file_key)
    yield from stream.unseal(source, file_key, already_read)
