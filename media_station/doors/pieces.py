"""drive → cell: pieces of a foreign medium, on a socket that the desk makes for these two and keeps no end of.

The drive tells the medium's length (8 bytes), then answers each wanted piece (its place in 8 bytes, its length in 4,
all little-endian) with exactly these bytes. Nothing of the medium is copied but what is wanted. An end that can't go
on closes.
"""

import socket
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Final

PIECE_BYTES: Final = 1 << 20
WAIT_SECONDS: Final = 0.5
_LENGTH: Final = struct.Struct("<Q")
_WANTED: Final = struct.Struct("<QI")


def pair() -> tuple[socket.socket, socket.socket]:
    """The drive's end and the cell's. Whoever made them closes his own once they are handed over and used."""
    return socket.socketpair()


class Pieces:
    """The cell's end. OSError, or EOFError if the drive has closed: the medium can't be read any more."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        (self.length,) = _LENGTH.unpack(self._exactly(_LENGTH.size))

    def read(self, length: int, at: int) -> bytes:
        """As os.pread: fewer bytes than wanted if a piece, or the medium, ends before."""
        there = min(length, PIECE_BYTES, max(0, self.length - at))
        if not there:
            return b""
        self._connection.sendall(_WANTED.pack(at, there))
        return self._exactly(there)

    def _exactly(self, length: int) -> bytes:
        whole = bytearray(length)
        _fill(self._connection, memoryview(whole))
        return bytes(whole)


@contextmanager
def pieces(connection: int) -> Iterator[Pieces]:
    """Takes the descriptor over; it is closed at the end of the block, by which the drive knows that this was all."""
    with socket.socket(fileno=connection) as drive:
        drive.setblocking(True)
        yield Pieces(drive)


def give(connection: int, length: int, read: Callable[[int, int], memoryview], look: Callable[[], None]) -> None:
    """The drive's end, until the other one has gone. `read(length, at)` gives exactly these bytes; what it raises ends
    the giving, and so does `look`, which is called again and again. ValueError for a piece that can't be.
    """
    with socket.socket(fileno=connection) as cell:
        cell.settimeout(WAIT_SECONDS)
        with suppress(ConnectionError):
            cell.sendall(_LENGTH.pack(length))
            while True:
                at, wanted = _WANTED.unpack(_next(cell, look))
                if not (0 < wanted <= PIECE_BYTES and at + wanted <= length):
                    raise ValueError("a piece that isn't there")
                piece = read(wanted, at)
                while piece:
                    with suppress(TimeoutError):
                        piece = piece[cell.send(piece) :]
                    look()


def _next(cell: socket.socket, look: Callable[[], None]) -> bytes:
    wanted = bytearray(_WANTED.size)
    rest = memoryview(wanted)
    while rest:
        with suppress(TimeoutError):
            came = cell.recv_into(rest)
            if not came:
                raise ConnectionResetError
            rest = rest[came:]
        look()
    return bytes(wanted)


def _fill(connection: socket.socket, rest: memoryview) -> None:
    while rest:
        came = connection.recv_into(rest)
        if not came:
            raise EOFError
        rest = rest[came:]
