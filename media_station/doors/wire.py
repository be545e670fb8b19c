"""Whole messages over one socket: JSON objects, each ended by NUL (varlink.org), and the descriptors beside them.

Of asyncvarlink only types and interfaces are used. Its transport reads for as long as its peer sends: two programs that
sent small messages without reading an answer kept everybody else waiting for over five seconds and had filled 700 MiB
after eight (tried, 0.3.3). Here one message is read at a time, and the next one only when it has been answered and the
answer taken, so that a connection never holds more than a message and an answer.
"""

import array
import asyncio
import json
import os
import socket
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from typing import Any, Final

from media_station.model.errors import PeerFault
from media_station.model.strict_json import parse_object

Socket = socket.socket

MESSAGE_BYTES: Final = 64 * 1024
MESSAGE_SECONDS = 10.0
ANSWER_SECONDS = 10.0
_PIECE_BYTES: Final = 4096
_DESCRIPTOR_BYTES: Final = array.array("i").itemsize


class Gone(Exception):
    """The peer closed its end, which is its right."""


class Broken(Exception):
    """The peer broke a rule, so that nothing after it can be understood: the connection is over."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.fault = PeerFault(code)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """Strict JSON; the descriptors belong to whoever received it."""

    body: dict[str, Any]
    descriptors: tuple[int, ...]


class Wire:
    """One end of a connection. `descriptors`: how many may come with a message.

    One task at a time receives or sends.
    """

    def __init__(self, sock: Socket, *, descriptors: int) -> None:
        self._sock = sock
        self._space = socket.CMSG_SPACE(descriptors * _DESCRIPTOR_BYTES) if descriptors else 0
        self._descriptors = descriptors

    def close(self) -> None:
        self._sock.close()

    async def receive(self, *, idle_seconds: float | None) -> Message:
        """The next message. Gone at the end, and when none has begun in `idle_seconds` (None: however long it takes).

        Broken DOR-012 too long, DOR-013 not whole in time, DOR-014 no message, DOR-015 too many descriptors.
        """
        await asyncio.sleep(0)  # the others have their turn between any two messages
        raw = bytearray()
        with ExitStack() as held:
            descriptors: list[int] = []
            try:
                async with asyncio.timeout(idle_seconds) as limit:
                    while not raw.endswith(b"\0"):
                        ahead = await self._ahead()
                        if not raw:
                            limit.reschedule(asyncio.get_running_loop().time() + MESSAGE_SECONDS)
                        raw += self._take(ahead, descriptors, held)
                        if len(raw) > MESSAGE_BYTES:
                            raise Broken("DOR-012")
            except TimeoutError as error:
                raise (Broken("DOR-013") if raw else Gone) from error
            except OSError as error:
                raise Gone from error
            try:
                body = parse_object(bytes(raw[:-1]))
            except ValueError as error:
                raise Broken("DOR-014") from error
            held.pop_all()
            return Message(body=body, descriptors=tuple(descriptors))

    async def send(self, body: Mapping[str, Any], descriptors: Sequence[int] = ()) -> None:
        """Returns when the kernel has it all. Gone, or Broken DOR-018 if the peer doesn't take it in time."""
        rest = memoryview(json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode() + b"\0")
        beside = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", descriptors))] if descriptors else []
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                while rest:
                    try:
                        rest = rest[self._sock.sendmsg([rest], beside) :]
                        beside = []
                    except BlockingIOError:
                        loop = asyncio.get_running_loop()
                        await self._ready(loop.add_writer, loop.remove_writer)
        except TimeoutError as error:
            raise Broken("DOR-018") from error
        except OSError as error:
            raise Gone from error

    async def hung_up(self) -> None:
        """Returns when the peer is gone. If it sent more before, that isn't seen: then it never returns."""
        with suppress(OSError):
            if await self._ahead():
                await asyncio.get_running_loop().create_future()

    async def _ahead(self) -> bytes:
        """What there is to read, left where it is; empty at the end."""
        while True:
            try:
                return self._sock.recv(_PIECE_BYTES, socket.MSG_PEEK)
            except BlockingIOError:
                loop = asyncio.get_running_loop()
                await self._ready(loop.add_reader, loop.remove_reader)

    def _take(self, ahead: bytes, descriptors: list[int], held: ExitStack) -> bytes:
        """Never more than to the message's end: descriptors come with the first byte of what they belong to."""
        if not ahead:
            raise Gone
        size = ahead.find(0) + 1 or len(ahead)
        data, beside, flags, _ = self._sock.recvmsg(size, self._space, socket.MSG_CMSG_CLOEXEC)
        for level, kind, raw in beside:
            if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
                came = array.array("i", raw[: len(raw) - len(raw) % _DESCRIPTOR_BYTES])
                for each in came:
                    held.callback(os.close, each)
                descriptors += came
        if flags & socket.MSG_CTRUNC or len(descriptors) > self._descriptors:
            raise Broken("DOR-015")
        return data

    async def _ready(self, add: Callable[..., None], remove: Callable[[Socket], object]) -> None:
        ready = asyncio.get_running_loop().create_future()
        add(self._sock, _wake, ready)
        try:
            await ready
        finally:
            remove(self._sock)


def _wake(waiting: "asyncio.Future[None]") -> None:
    if not waiting.done():
        waiting.set_result(None)
