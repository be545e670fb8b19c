"""Plaintext stream to ciphertext stream of a length known beforehand."""

import secrets
from collections.abc import Iterator
from typing import BinaryIO

from media_station.age import stream
from media_station.age.header import FILE_KEY_BYTES, render_header
from media_station.age.scrypt import ScryptRecipient
from media_station.age.x25519 import X25519Recipient

Recipient = X25519Recipient | ScryptRecipient


def encrypted_length(plaintext_length: int, *recipients: Recipient) -> int:
    """Bytes of the age file that `encrypt` makes of so many bytes, exactly."""
    if plaintext_length < 0:
        raise ValueError("a length is not negative")
    header = render_header([each.placeholder() for each in recipients], bytes(FILE_KEY_BYTES))
    return len(header) + stream.sealed_length(plaintext_length)


def encrypt(source: BinaryIO, *recipients: Recipient, threads: int = 1) -> Iterator[memoryview]:
    """The age file, in pieces, header first, then at most 1 MiB each. Each of the recipients opens it; a passphrase is
    the only one. Reads `source` from where it stands. A piece is good until the next is asked for. With more than one
    thread, others work ahead of the caller; they end with the iterator.

    Memory stays flat whatever the size, but for scrypt's own while the first piece is made.
    """
    if not recipients or (len(recipients) > 1 and any(isinstance(each, ScryptRecipient) for each in recipients)):
        raise ValueError("nobody, or a passphrase beside others")
    file_key = secrets.token_bytes(FILE_KEY_BYTES)
    yield memoryview(render_header([each.wrap(file_key) for each in recipients], file_key))
    yield from stream.seal(source, file_key, threads)
