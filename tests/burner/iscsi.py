"""An iSCSI target (RFC 7143) with one logical unit, on loopback: one connection per session, no digests, no CHAP."""

import asyncio
import contextlib
import struct
import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Protocol

NAME = "iqn.2001-04.com.example:burner"
LUN = 1
_BHS = 48
_WINDOW = 32  # commands that an initiator may have outstanding
_NO_TAG = 0xFFFFFFFF
_FINAL = 0x80


class Op(IntEnum):
    """RFC 7143, 11.1.1."""

    NOP_OUT = 0x00
    COMMAND = 0x01
    TASK = 0x02
    LOGIN = 0x03
    TEXT = 0x04
    DATA_OUT = 0x05
    LOGOUT = 0x06
    NOP_IN = 0x20
    RESPONSE = 0x21
    TASK_DONE = 0x22
    LOGIN_RESPONSE = 0x23
    TEXT_RESPONSE = 0x24
    DATA_IN = 0x25
    LOGOUT_RESPONSE = 0x26
    READY = 0x31
    REJECT = 0x3F


class CheckCondition(Exception):
    """SPC-4: why a command failed. `key` sense key, `asc`, `ascq` additional sense code and its qualifier."""

    def __init__(self, key: int, asc: int, ascq: int = 0) -> None:
        super().__init__(f"{key:X}/{asc:02X}/{ascq:02X}")
        self.key, self.asc, self.ascq = key, asc, ascq

    def sense(self) -> bytes:
        """Fixed format, current."""
        return bytes([0x70, 0, self.key, 0, 0, 0, 0, 10, 0, 0, 0, 0, self.asc, self.ascq, 0, 0, 0, 0])


class Unit(Protocol):
    """What stands behind the target."""

    async def execute(self, cdb: bytes, data: bytes) -> bytes:
        """One command with the data that came; the data that goes. CheckCondition if it failed."""


@dataclass(frozen=True, slots=True)
class Pdu:
    """A basic header segment of 48 bytes and its data, without padding."""

    header: bytes
    data: bytes = b""

    @property
    def op(self) -> int:
        return self.header[0] & 0x3F

    @property
    def immediate(self) -> bool:
        return bool(self.header[0] & 0x40)

    @property
    def flags(self) -> int:
        return self.header[1]

    @property
    def lun(self) -> bytes:
        return self.header[8:16]

    @property
    def tag(self) -> int:
        return self.word(16)

    def word(self, offset: int) -> int:
        return int.from_bytes(self.header[offset : offset + 4])


async def read_pdu(stream: asyncio.StreamReader) -> Pdu:
    """asyncio.IncompleteReadError at the end of the connection."""
    header = await stream.readexactly(_BHS)
    await stream.readexactly(4 * header[4])
    length = int.from_bytes(header[5:8])
    data = await stream.readexactly(length + -length % 4)
    return Pdu(header, data[:length])


def pdu(
    op: int,
    flags: int,
    *,
    tag: int,
    words: dict[int, int],
    status: int = 0,
    lun: bytes = bytes(8),
    data: bytes = b"",
) -> bytes:
    """A PDU as it crosses the wire; `words` gives the 32-bit fields by their offset in the header."""
    header = bytearray(_BHS)
    header[0], header[1], header[3] = op, flags, status
    header[5:8] = len(data).to_bytes(3)
    header[8:16] = lun
    struct.pack_into(">I", header, 16, tag)
    for offset, value in words.items():
        struct.pack_into(">I", header, offset, value)
    return bytes(header) + data + bytes(-len(data) % 4)


def parse_text(data: bytes) -> dict[str, str]:
    """The key=value pairs of a login or a text request."""
    return dict(each.split("=", 1) for each in data.decode().split("\0") if "=" in each)


def text(pairs: dict[str, str]) -> bytes:
    return b"".join(f"{key}={value}\0".encode() for key, value in pairs.items())


@dataclass(slots=True)
class _Task:
    """A SCSI command and what it still waits for."""

    command: Pdu
    data: bytearray = field(default_factory=bytearray)

    @property
    def expected(self) -> int:
        """Bytes that the initiator will send or take."""
        return self.command.word(20)


class _Session:
    """One connection: a reader that answers at once, and a worker that runs one command after another."""

    def __init__(self, target: "Target", reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._target = target
        self._reader = reader
        self._writer = writer
        self._stat = 0
        self._expected = 0
        self._most_in = 8192  # MaxRecvDataSegmentLength of the initiator, until it says otherwise
        self._burst = 262144
        self._transfers = 1
        self._waiting: dict[int, _Task] = {}
        self._ready: asyncio.Queue[_Task] = asyncio.Queue()
        self._address = "{}:{}".format(*writer.get_extra_info("sockname")[:2])

    async def serve(self) -> None:
        worker = asyncio.create_task(self._work())
        try:
            while self._take(await read_pdu(self._reader)):
                await self._writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            worker.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await worker
            self._writer.close()

    def _take(self, came: Pdu) -> bool:
        """Whether the connection goes on."""
        if came.op == Op.LOGIN:
            self._expected = came.word(24)
        elif came.op != Op.DATA_OUT and not came.immediate:
            if came.word(24) != self._expected:  # one connection can't deliver out of order: 4.2.2.1, ignored silently
                return True
            self._expected = (self._expected + 1) % (1 << 32)
        match came.op:
            case Op.LOGIN:
                self._log_in(came)
            case Op.COMMAND:
                self._begin(came)
            case Op.DATA_OUT:
                self._collect(came)
            case Op.NOP_OUT:
                if came.tag != _NO_TAG:
                    self._send(Op.NOP_IN, came, data=came.data, words={20: _NO_TAG})
            case Op.TEXT:
                self._tell(came)
            case Op.TASK:
                self._waiting.pop(came.word(20), None)
                self._send(Op.TASK_DONE, came)
            case Op.LOGOUT:
                self._send(Op.LOGOUT_RESPONSE, came)
                return False
            case _:
                self._send(Op.REJECT, came, data=came.header)
        return True

    def _send(
        self,
        op: Op,
        to: Pdu,
        *,
        flags: int = _FINAL,
        status: int = 0,
        words: dict[int, int] | None = None,
        data: bytes = b"",
        counted: bool = True,
    ) -> None:
        """With the three sequence numbers. `counted`: this PDU takes a StatSN."""
        numbers = {24: self._stat, 28: self._expected, 32: self._expected + _WINDOW}
        lun = to.lun if op in {Op.NOP_IN, Op.DATA_IN, Op.READY} else bytes(8)
        tag = _NO_TAG if op == Op.REJECT else to.tag
        self._write(pdu(op, flags, status=status, tag=tag, lun=lun, words=numbers | (words or {}), data=data))
        self._stat += counted

    def _write(self, whole: bytes) -> None:
        if not self._writer.is_closing():
            self._writer.write(whole)

    # --- login and text, RFC 7143 chapters 6 and 13

    def _log_in(self, came: Pdu) -> None:
        asked = parse_text(came.data)
        known = asked.get("SessionType", "Normal") == "Discovery" or asked.get("TargetName", NAME) == NAME
        answers = self._negotiate(asked) if known else {}
        last = known and came.flags & 0x83 == 0x83  # transit, and next is the full feature phase
        header = came.header[8:14] + ((1).to_bytes(2) if last else came.header[14:16])  # ISID, TSIH
        numbers = {24: self._stat, 28: self._expected, 32: self._expected + _WINDOW}
        failed = {} if known else {36: 0x0203 << 16}  # target not found
        flags = came.flags & 0x8F if known else 0
        self._write(pdu(Op.LOGIN_RESPONSE, flags, tag=came.tag, lun=header, words=numbers | failed, data=text(answers)))
        self._stat += 1

    def _negotiate(self, asked: dict[str, str]) -> dict[str, str]:
        answers = {}
        for key, value in asked.items():
            match key:
                case "MaxRecvDataSegmentLength":
                    self._most_in = int(value)
                    answers[key] = "262144"
                case "MaxBurstLength":
                    self._burst = int(value)
                    answers[key] = value
                case "InitialR2T" | "ImmediateData" | "DataPDUInOrder" | "DataSequenceInOrder":
                    answers[key] = "Yes"  # all data but the immediate is asked for
                case "HeaderDigest" | "DataDigest" | "AuthMethod":
                    answers[key] = "None"
                case "MaxConnections" | "MaxOutstandingR2T":
                    answers[key] = "1"
                case "ErrorRecoveryLevel" | "DefaultTime2Retain":
                    answers[key] = "0"
                case "IFMarker" | "OFMarker":
                    answers[key] = "No"
                case "FirstBurstLength" | "DefaultTime2Wait":
                    answers[key] = value
                case "InitiatorName" | "InitiatorAlias" | "TargetName" | "SessionType":
                    pass
                case _:
                    answers[key] = "NotUnderstood"
        if "TargetName" in asked:
            answers["TargetPortalGroupTag"] = "1"
        return answers

    def _tell(self, came: Pdu) -> None:
        known = {"TargetName": NAME, "TargetAddress": f"{self._address},1"}
        asked = parse_text(came.data)
        self._send(Op.TEXT_RESPONSE, came, words={20: _NO_TAG}, data=text(known if "SendTargets" in asked else {}))

    # --- SCSI commands

    def _begin(self, came: Pdu) -> None:
        task = _Task(came, bytearray(came.data))
        if came.flags & 0x20 and len(task.data) < task.expected:
            self._waiting[came.tag] = task
            self._ask_for_more(task)
        else:
            self._ready.put_nowait(task)

    def _ask_for_more(self, task: _Task) -> None:
        offset = len(task.data)
        length = min(self._burst, task.expected - offset)
        self._transfers += 1
        words = {20: self._transfers, 36: 0, 40: offset, 44: length}
        self._send(Op.READY, task.command, words=words, counted=False)

    def _collect(self, came: Pdu) -> None:
        task = self._waiting.get(came.tag)
        if task is None:
            return
        task.data += came.data
        if len(task.data) >= task.expected:
            self._ready.put_nowait(self._waiting.pop(came.tag))
        elif came.flags & _FINAL:
            self._ask_for_more(task)

    async def _work(self) -> None:
        while True:
            task = await self._ready.get()
            command = task.command
            try:
                data = await self._target.execute(command.lun, command.header[32:48], bytes(task.data))
            except CheckCondition as failed:
                sense = failed.sense()
                self._respond(command, task.expected, status=2, data=len(sense).to_bytes(2) + sense)
            else:
                if command.flags & 0x40:
                    self._send_data(command, data[: task.expected])
                moved = len(task.data if command.flags & 0x20 else data)
                self._respond(command, task.expected - moved)
            await self._writer.drain()

    def _send_data(self, command: Pdu, data: bytes) -> None:
        number = 0
        for burst in range(0, len(data), self._burst):
            end = min(burst + self._burst, len(data))
            for start in range(burst, end, self._most_in):
                piece = data[start : min(start + self._most_in, end)]
                flags = _FINAL if start + len(piece) == end else 0
                words = {20: _NO_TAG, 24: 0, 36: number, 40: start}
                self._send(Op.DATA_IN, command, flags=flags, words=words, data=piece, counted=False)
                number += 1

    def _respond(self, command: Pdu, missing: int, *, status: int = 0, data: bytes = b"") -> None:
        """`missing` bytes of those expected; less than none: the initiator took too few."""
        residual = 0x02 if missing > 0 else 0x04 if missing < 0 else 0
        words = {20: 0, 36: 0, 44: abs(missing)}
        self._send(Op.RESPONSE, command, flags=_FINAL | residual, status=status, words=words, data=data)


class Target:
    """The portal: each connection is a session of its own with the same unit."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._sessions: set[asyncio.Task[None]] = set()

    async def execute(self, lun: bytes, cdb: bytes, data: bytes) -> bytes:
        if lun[1] == LUN:
            return await self._unit.execute(cdb, data)
        if cdb[0] == 0xA0:  # REPORT LUNS, to whichever
            return (8).to_bytes(4) + bytes(4) + bytes([0, LUN]) + bytes(6)
        raise CheckCondition(5, 0x25)

    @contextlib.asynccontextmanager
    async def serving(self, port: int = 0) -> AsyncIterator[int]:
        """Listens on 127.0.0.1 while it lasts; the port, which the system chooses for 0."""
        server = await asyncio.start_server(self._accept, "127.0.0.1", port)
        try:
            yield server.sockets[0].getsockname()[1]
        finally:
            server.close()
            for session in list(self._sessions):
                session.cancel()
            await asyncio.gather(*self._sessions, return_exceptions=True)
            await server.wait_closed()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        session = asyncio.current_task()
        assert session is not None
        self._sessions.add(session)
        try:
            await _Session(self, reader, writer).serve()
        except asyncio.CancelledError:  # asyncio's server would take it for a failure
            pass
        finally:
            self._sessions.discard(session)


@contextlib.contextmanager
def running(unit: Unit, port: int = 0) -> Iterator[int]:
    """The target in a thread of its own, while it lasts; its port."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="iscsi")
    thread.start()
    serving = Target(unit).serving(port)
    try:
        got = asyncio.run_coroutine_threadsafe(serving.__aenter__(), loop).result()
        try:
            yield got
        finally:
            asyncio.run_coroutine_threadsafe(serving.__aexit__(None, None, None), loop).result()
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
