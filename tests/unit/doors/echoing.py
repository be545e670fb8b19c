"""A door for tests: it says what it was told, fails as it is asked to, and hears of every refusal."""

import asyncio
import json
import os
import socket
from collections.abc import AsyncIterator

from asyncvarlink import FileDescriptor, VarlinkInterface, varlinkmethod

from media_station.doors.socket import connect, listen
from media_station.model.errors import IntegrityViolation, MediaFault, PeerFault, Refused

UIDS = frozenset({os.getuid()})
KINDS = (Refused, MediaFault, IntegrityViolation, PeerFault)


class Echo(VarlinkInterface, name="media-station.test.v1"):
    @varlinkmethod(return_parameter="said")
    async def Say(self, *, words: str) -> str: ...

    @varlinkmethod(return_parameter="counted")
    async def Count(self, *, number: int) -> int: ...

    @varlinkmethod(return_parameter="said")
    async def Fail(self, *, kind: str) -> str: ...

    @varlinkmethod(return_parameter="length")
    async def Measure(self, *, file: FileDescriptor) -> int: ...

    @varlinkmethod(return_parameter="file")
    async def Hold(self, *, words: str) -> FileDescriptor: ...

    @varlinkmethod(return_parameter="number")
    async def Numbers(self) -> AsyncIterator[int]:
        raise NotImplementedError
        yield


class Handler(Echo):
    idle_seconds = 20.0

    def __init__(self, peer, refusals, left):
        self.peer = peer
        self.refusals = refusals
        self.left = left

    def interface(self):
        return self

    def refused(self, request, error):
        self.refusals.append((request, error.code))

    @varlinkmethod(return_parameter="said")
    async def Say(self, *, words: str) -> str:
        return f"{self.peer.uid}:{words}"

    @varlinkmethod(return_parameter="counted")
    async def Count(self, *, number: int) -> int:
        return number + 1

    @varlinkmethod(return_parameter="said")
    async def Fail(self, *, kind: str) -> str:
        raise next(each for each in KINDS if each.__name__ == kind)("DOR-002", what="nothing")

    @varlinkmethod(return_parameter="length")
    async def Measure(self, *, file: FileDescriptor) -> int:
        return os.fstat(file.fileno()).st_size

    @varlinkmethod(return_parameter="file")
    async def Hold(self, *, words: str) -> FileDescriptor:
        held = os.memfd_create("held")
        os.pwrite(held, words.encode(), 0)
        return FileDescriptor(held, should_close=True)

    @varlinkmethod(return_parameter="number", delay_generator=False)
    async def Numbers(self) -> AsyncIterator[int]:
        """One at once, and then nothing for as long as somebody listens."""
        try:
            yield 1
            await asyncio.Event().wait()
        finally:
            self.left.set()


def at_a_door(tmp_path, doing, uids=UIDS):
    """Runs `doing(path, left)` beside an open door; the refusals that its handlers heard of.

    `left` is an event: a stream has ended.
    """
    path, refusals = tmp_path / "door.sock", []

    async def whole():
        left = asyncio.Event()
        listening = listen(path, lambda peer: Handler(peer, refusals, left), uids=uids)
        try:
            async with asyncio.timeout(30):
                await doing(path, left)
        finally:
            asyncio.get_running_loop().remove_reader(listening)
            listening.close()

    asyncio.run(whole())
    return refusals


async def knocking(path):
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
    await asyncio.get_running_loop().sock_connect(sock, str(path))
    return sock


async def heard(sock) -> bytes:
    """What comes until the door closes or has sent a whole message."""
    got = b""
    try:
        while b"\0" not in got and (piece := await asyncio.get_running_loop().sock_recv(sock, 65536)):
            got += piece
    except (BrokenPipeError, ConnectionResetError):
        pass
    return got


async def answered(path, data: bytes) -> bytes:
    """What comes back for this until the door closes or has sent a whole message."""
    with await knocking(path) as sock:
        try:
            await asyncio.get_running_loop().sock_sendall(sock, data)
        except (BrokenPipeError, ConnectionResetError):
            pass
        return await heard(sock)


def request(method: str, /, **parameters) -> bytes:
    return json.dumps({"method": f"media-station.test.v1.{method}", "parameters": parameters}).encode() + b"\0"


def code(answer: bytes) -> str:
    return json.loads(answer.rstrip(b"\0"))["parameters"]["code"]


async def serves(path, _left=None):
    async with connect(path, Echo, uids=UIDS) as door:
        assert await door.call("Say", words="税") == f"{os.getuid()}:税"
