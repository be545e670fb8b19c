"""clamd at its Unix socket: plaintext is shown to it as a file in memory (FILDES), which lies in no directory.

A stream (INSTREAM) it would write to its temporary directory, where it stays when clamd is killed.
"""

import os
import re
import socket
import struct
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

from media_station.model.errors import PeerFault, Refused
from media_station.model.supply import ENGINE

_ANSWER_BYTES: Final = 4096
_FOUND: Final = re.compile(r"fd\[[0-9]+\]: ([\w./:()+-]{1,120}) FOUND")
_CLEAN: Final = re.compile(r"fd\[[0-9]+\]: OK")
_CREDENTIALS: Final = struct.Struct("3i")


@dataclass(frozen=True, slots=True, kw_only=True)
class Patterns:
    """`engine` names clamd and its patterns' number; `made` is their day, None where clamd can't tell."""

    engine: str
    made: date | None

    def age_days(self, today: date) -> int | None:
        return None if self.made is None else (today - self.made).days


@dataclass(slots=True)
class Shown:
    """Plaintext that passes by is kept in memory, for clamd to see."""

    descriptor: int
    room: int

    def passing(self, pieces: Iterator[bytes | memoryview]) -> Iterator[bytes | memoryview]:
        """The pieces as they are. Refused SCN-003 once there are more bytes than clamd looks into."""
        for piece in pieces:
            self.room -= len(piece)
            if self.room < 0:
                raise Refused("SCN-003")
            rest = memoryview(piece)
            while rest:
                rest = rest[os.write(self.descriptor, rest) :]
            yield piece


class Scanner:
    def __init__(self, path: Path, uids: frozenset[int], *, largest_bytes: int, seconds: float) -> None:
        """`uids`: as whom clamd may run; what is longer than `largest_bytes` it isn't shown."""
        self._path, self._uids = path, uids
        self._largest_bytes, self._seconds = largest_bytes, seconds

    def patterns(self) -> Patterns:
        """PeerFault SCN-004 if clamd isn't there, or answers anything else."""
        told = ENGINE.fullmatch(self._ask(b"VERSION"))
        if told is None:
            raise PeerFault("SCN-004")
        made = datetime.strptime(told[3], "%a %b %d %H:%M:%S %Y").replace(tzinfo=UTC).date() if told[3] else None
        return Patterns(engine=f"{told[1]}/{told[2]}" if told[2] else told[1], made=made)

    def reload(self) -> None:
        """New patterns are taken, in clamd's own time; PeerFault SCN-004 if it isn't there."""
        if self._ask(b"RELOAD") != "RELOADING":
            raise PeerFault("SCN-004")

    @contextmanager
    def shown(self) -> Iterator[Shown]:
        """A file in memory, gone at the end of the block."""
        descriptor = os.memfd_create("plaintext", os.MFD_CLOEXEC)
        try:
            yield Shown(descriptor, self._largest_bytes)
        finally:
            os.close(descriptor)

    def look(self, shown: Shown) -> str:
        """The name of what was found in it, empty for nothing. PeerFault SCN-004 for any answer but these two."""
        answer = self._ask(b"FILDES", shown.descriptor)
        if found := _FOUND.fullmatch(answer):
            return found[1]
        if not _CLEAN.fullmatch(answer):
            raise PeerFault("SCN-004")
        return ""

    def _ask(self, command: bytes, descriptor: int | None = None) -> str:
        try:
            with closing(socket.socket(socket.AF_UNIX)) as clamd:
                clamd.settimeout(self._seconds)
                clamd.connect(str(self._path))
                raw = clamd.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
                if _CREDENTIALS.unpack(raw)[1] not in self._uids:
                    raise PeerFault("SCN-004")
                clamd.sendall(b"z%s\0" % command)
                if descriptor is not None:
                    socket.send_fds(clamd, [b"\0"], [descriptor])
                answer = b""
                while not answer.endswith(b"\0") and len(answer) < _ANSWER_BYTES:
                    piece = clamd.recv(_ANSWER_BYTES)
                    if not piece:
                        raise PeerFault("SCN-004")
                    answer += piece
                return answer.rstrip(b"\0").decode()
        except (OSError, ValueError) as error:
            raise PeerFault("SCN-004") from error
