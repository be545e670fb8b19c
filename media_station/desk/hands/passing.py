"""A stream of pieces as a file to read from, hashed as it passes: plaintext on its way that never lies anywhere."""

import hashlib
import io
from collections.abc import Iterator


class Passing(io.RawIOBase):
    def __init__(self, pieces: Iterator[bytes | memoryview]) -> None:
        self._pieces = pieces
        self._rest = memoryview(b"")
        self._seen = hashlib.sha256()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._seen.update(piece)
            self._rest = memoryview(piece)
        count = min(len(buffer), len(self._rest))
        buffer[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count

    def sha256(self) -> str:
        """Of what has passed so far."""
        return self._seen.hexdigest()
