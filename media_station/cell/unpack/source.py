"""The image as bytes at a place, and a file as runs of them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from media_station.model.errors import Refused

DIRECTORY_BYTES = 256 * 1024
_PIECE = 1 << 20


class Reads(Protocol):
    """As os.pread of one descriptor: up to `length` bytes at a place, fewer only at the end."""

    def __call__(self, length: int, at: int, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Source:
    """`base`: where the file system begins; `length`: from there to its end, in bytes."""

    reads: Reads
    length: int
    base: int = 0

    def part(self, base: int, length: int) -> "Source":
        """Refused UNP-002 if it isn't wholly within this one."""
        self.check(base, length)
        return Source(self.reads, length, self.base + base)

    def check(self, at: int, length: int) -> None:
        if at < 0 or length < 0 or at + length > self.length:
            raise Refused("UNP-002", where="extent")

    def read(self, at: int, length: int) -> bytes:
        """Exactly so many bytes. Refused UNP-002 if they aren't there."""
        self.check(at, length)
        whole = bytearray()
        while len(whole) < length:
            piece = self.reads(length - len(whole), self.base + at + len(whole))
            if not piece:
                raise Refused("UNP-002", where="extent")
            whole += piece
        return bytes(whole)


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """`runs()`: place and length in bytes of each, in order; found only for a file that is wanted."""

    name: str
    length: int
    runs: Callable[[], Iterator[tuple[int, int]]]

    def pieces(self, source: Source) -> Iterator[bytes]:
        left = self.length
        for at, length in self.runs():
            taken = min(length, left)
            for offset in range(0, taken, _PIECE):
                yield source.read(at + offset, min(_PIECE, taken - offset))
            left -= taken
        if left:
            raise Refused("UNP-002", where="extent")
