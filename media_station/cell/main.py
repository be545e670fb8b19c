"""Serves one job on the connection that systemd hands over (`Accept=yes`), then ends."""

import asyncio
import json
import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from asyncvarlink import FileDescriptor, varlinkmethod

from media_station.cell.inspect import inspect
from media_station.doors.cell import GLYPHS, Cell, Typeset, Unpacked
from media_station.doors.log import log_line
from media_station.doors.pieces import pieces
from media_station.doors.refusals import RECORD_SECONDS, Refusal, Refusals
from media_station.doors.sandbox import confine
from media_station.doors.socket import Peer, passed_connection, serve, users
from media_station.model.errors import IntegrityViolation, PeerFault, Refused, StationError
from media_station.model.instant import parse_day
from media_station.model.item import Item
from media_station.model.payload import Inspection
from media_station.model.review import Analysis, Thresholds
from media_station.proof.segments import LINE_BYTES
from media_station.settings import load

IDLE_SECONDS = 30.0
JOB_SECONDS = 3600.0
PROOF_BYTES = 1024 * 1024

_BUFFER_BYTES = 1 << 20
_NO_MORE_CALLS = 0  # SHUT_RD, shutdown(2)


def main(settings_path: Path) -> int:
    """Refused INS-001 without a connection. Overdue, it is ended by SIGALRM, whatever it hangs in."""
    sys.excepthook = _tell_where
    settings = load(settings_path)
    identity = settings.identity("cell")
    confine(identity)
    try:
        connection = passed_connection()
    except OSError as error:
        raise Refused("INS-001") from error
    if connection is None:
        raise Refused("INS-001")

    def hang_up() -> None:
        with suppress(OSError):
            connection.shutdown(_NO_MORE_CALLS)

    async def until_closed() -> None:
        closed = asyncio.Event()
        refusals = Refusals(_log, seconds=RECORD_SECONDS)

        def job(peer: Peer) -> _OneJob:
            return _OneJob(settings.station.fonts, hang_up, partial(refusals.take, "cell", peer.uid))

        serve(connection, job, closed.set, uids=users(identity, "desk"))
        await closed.wait()
        refusals.close()

    signal.setitimer(signal.ITIMER_REAL, IDLE_SECONDS)
    asyncio.run(until_closed())
    return 0


def _tell_where(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """The kind and place of an error. What a programming error says may quote what it was about: a value."""
    for frame in traceback.extract_tb(trace):
        print(f"{frame.filename}:{frame.lineno} in {frame.name}", file=sys.stderr)
    print(kind.__name__, error if isinstance(error, StationError) else "", file=sys.stderr, flush=True)


def _log(refusal: Refusal, unrecorded: int) -> None:
    log_line("warning", "request.refused", **asdict(refusal), unrecorded=unrecorded)


class _OneJob(Cell):
    """The cell's end of its door. After the answer it hangs up; the answer itself still goes out.

    `refused` tells the cell's log: it has no journal.
    """

    idle_seconds = IDLE_SECONDS

    def __init__(
        self, fonts: Sequence[Path], hang_up: Callable[[], None], refused: Callable[[str, StationError], None]
    ) -> None:
        self.refused = refused
        self._fonts = fonts
        self._hang_up = hang_up
        self._taken = False

    def interface(self) -> Cell:
        return self

    @varlinkmethod(return_parameter="inspection")
    async def Inspect(  # noqa: N802
        self, *, plaintext: FileDescriptor, items: list[Item], individual_numbers_allowed: bool
    ) -> Inspection:
        self._take()
        try:
            return await asyncio.to_thread(_inspected, plaintext.fileno(), items, individual_numbers_allowed)
        finally:
            self._hang_up()

    @varlinkmethod(return_parameter="analysis")
    async def Analyse(  # noqa: N802
        self, *, records: FileDescriptor, since: str, until: str, thresholds: Thresholds, start: int
    ) -> Analysis:
        self._take()
        try:
            return await asyncio.to_thread(_analysed, records.fileno(), since, until, thresholds, start)
        finally:
            self._hang_up()

    @varlinkmethod(return_parameter="unpacked")
    async def Unpack(self, *, pieces: FileDescriptor, number: int, body: FileDescriptor) -> Unpacked:  # noqa: N802
        self._take()
        try:
            return await asyncio.to_thread(_unpacked, os.dup(pieces.fileno()), number, body.fileno())
        finally:
            self._hang_up()

    @varlinkmethod(return_parameter="enough")
    async def Weigh(self, *, password: str, words: list[str]) -> bool:  # noqa: N802
        self._take()
        try:
            from media_station.cell.weigh import is_enough  # noqa: PLC0415 - 15 MB of words that no other job needs

            return await asyncio.to_thread(is_enough, password, words)
        finally:
            self._hang_up()

    @varlinkmethod(return_parameter="typeset")
    async def Typeset(self, *, paper: str, fields: str, sheet: FileDescriptor) -> Typeset:  # noqa: N802
        self._take()
        try:
            return await asyncio.to_thread(_typeset, paper, fields, sheet.fileno(), self._fonts)
        finally:
            self._hang_up()

    def _take(self) -> None:
        if self._taken:
            raise Refused("INS-002")
        self._taken = True
        signal.setitimer(signal.ITIMER_REAL, JOB_SECONDS)


def _inspected(descriptor: int, items: Sequence[Item], individual_numbers_allowed: bool) -> Inspection:
    try:
        os.set_blocking(descriptor, True)
        return inspect(
            lambda size: os.read(descriptor, size), items, individual_numbers_allowed=individual_numbers_allowed
        )
    except OSError as error:
        raise PeerFault("INS-005") from error


def _analysed(descriptor: int, since: str, until: str, thresholds: Thresholds, start: int) -> Analysis:
    # No other job has a need of every event there is.
    from media_station.cell.review.analyse import analyse  # noqa: PLC0415

    days = parse_day(since, "since"), parse_day(until, "until")
    try:
        os.set_blocking(descriptor, True)
        with open(descriptor, "rb", buffering=_BUFFER_BYTES, closefd=False) as lines:
            return analyse(_lines(lines), *days, thresholds, start=start)
    except OSError as error:
        raise PeerFault("INS-005") from error


def _lines(stream: BinaryIO) -> Iterator[bytes]:
    """Without their newlines. IntegrityViolation REC-001 for one that is longer than any record."""
    while line := stream.readline(LINE_BYTES):
        if not line.endswith(b"\n"):
            raise IntegrityViolation("REC-001")
        yield line[:-1]


def _unpacked(connection: int, number: int, body: int) -> Unpacked:
    # No other job reads a foreign medium.
    from media_station.cell.unpack.unpack import unpack  # noqa: PLC0415

    try:
        os.set_blocking(body, True)
        with pieces(connection) as medium, open(body, "wb", closefd=False) as out:
            found = unpack(medium.read, medium.length, number, out.write)
    except (OSError, EOFError) as error:
        raise PeerFault("UNP-006") from error
    return Unpacked(submission=found.submission, length=found.length, payloads=found.payloads)


def _typeset(paper: str, untrusted_fields: str, descriptor: int, fonts: Sequence[Path]) -> Typeset:
    try:
        fields = json.loads(untrusted_fields)
    except (ValueError, RecursionError) as error:
        raise Refused("INS-004") from error
    if not isinstance(fields, dict):
        raise Refused("INS-004")
    from media_station.cell.papers.typeset import try_glyphs, typeset  # noqa: PLC0415 - an inspection has no need of typst

    try:
        proof = os.pread(descriptor, PROOF_BYTES + 1, 0).decode()
        if len(proof) > PROOF_BYTES:
            raise ValueError("proof")
    except OSError as error:
        raise PeerFault("INS-006") from error
    except ValueError as error:
        raise Refused("INS-004") from error
    if paper == GLYPHS:
        sheet = memoryview(try_glyphs(fields, fonts=fonts))
    else:
        sheet = memoryview(typeset(paper, fields, fonts=fonts, proof=proof))
    try:
        os.ftruncate(descriptor, 0)
        written = 0
        while written < len(sheet):
            written += os.pwrite(descriptor, sheet[written:], written)
    except OSError as error:
        raise PeerFault("INS-006") from error
    return Typeset(length=len(sheet))
