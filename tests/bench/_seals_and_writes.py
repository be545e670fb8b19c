"""`_seals_and_writes.py PLAIN RECIPIENT DEVICE`: sealed, hashed and written in one pass, then read back past the cache."""

import hashlib
import os
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from media_station.age.encrypt import encrypt, encrypted_length
from media_station.age.x25519 import X25519Recipient
from media_station.drive.direct import opened, read, write

plain, key, device = sys.argv[1:]
recipient = X25519Recipient.parse(key)
length = encrypted_length(os.path.getsize(plain), recipient)
wrote, came = hashlib.sha256(), hashlib.sha256()


class Sealed:
    """What `write` is filled with. Hashed while it is written: before a buffer is filled again, its hash is done."""

    def __init__(self, pieces: Iterator[memoryview], hashing: ThreadPoolExecutor) -> None:
        self.pieces, self.hashing = pieces, hashing
        self.rest = memoryview(b"")
        self.hashed = hashing.submit(wrote.update, b"")

    def fill(self, buffer: memoryview, _offset: int) -> None:
        filled = 0
        while filled < len(buffer):
            self.rest = self.rest or next(self.pieces)
            fits = min(len(self.rest), len(buffer) - filled)
            buffer[filled : filled + fits] = self.rest[:fits]
            self.rest = self.rest[fits:]
            filled += fits
        self.hashed.result()
        self.hashed = self.hashing.submit(wrote.update, buffer)


with Path(plain).open("rb") as source, ThreadPoolExecutor(max_workers=1) as hashing:
    sealed = Sealed(encrypt(source, recipient, threads=2), hashing)
    with opened(Path(device), os.O_RDWR | os.O_EXCL) as descriptor:
        write(descriptor, length, sealed.fill, lambda _: None)
    sealed.hashed.result()
with opened(Path(device), os.O_RDONLY) as back:
    read(back, length, lambda piece, _: came.update(piece), lambda _: None)
assert came.digest() == wrote.digest()
