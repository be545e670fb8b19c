"""A body that nobody wants is read away without a pause of the sender's, and the others are served meanwhile."""

import asyncio
import socket
from types import SimpleNamespace

import pytest

from media_station.gate.http import Connection
from media_station.gate.stream import Stream

BODY = 8 << 20
HEAD = b"PUT /v1/x HTTP/1.1\r\nHost: station\r\nContent-Length: %d\r\n\r\n" % BODY


class Flood:
    """A stream on which all is there already."""

    def __init__(self):
        self.left, self.reads = BODY, 0

    async def read_into(self, room):
        if not self.reads:
            room[: len(HEAD)] = HEAD
            self.reads = 1
            return len(HEAD)
        self.reads += 1
        came = min(len(room), self.left)
        room[:came] = bytes(came)
        self.left -= came
        return came

    async def end(self):
        pass

    def close(self):
        pass


async def turns_of_others_while(doing) -> int:
    turns = 0

    async def others():
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    beside = asyncio.create_task(others())
    await doing
    beside.cancel()
    return turns


@pytest.mark.parametrize("begun", [False, True], ids=["not asked for", "let go of"])
def test_what_nobody_wants_holds_up_nobody(begun):
    async def closed():
        flood = Flood()
        connection = Connection(flood)
        await connection.request()
        if begun:
            await anext(connection.body(BODY))
        before = flood.reads
        turns = await turns_of_others_while(connection.close())
        return turns, flood.reads - before

    turns, reads = asyncio.run(closed())
    assert turns + 1 >= reads > 50


def test_what_comes_after_the_end_holds_up_nobody():
    async def ended():
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        theirs.setblocking(False)
        sent = theirs.send(bytes(1 << 20))
        theirs.close()
        stream = Stream.__new__(Stream)
        stream._tls = SimpleNamespace(unwrap=refuse, detach=ours.detach)
        return await turns_of_others_while(stream.end()), sent

    turns, sent = asyncio.run(ended())
    assert turns >= sent // (16 * 1024) > 2


def refuse():
    raise OSError
