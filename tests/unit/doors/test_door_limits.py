"""What a door does with a peer that doesn't keep to the rules: it closes, and goes on serving the others."""

import asyncio
import json
import os
import socket

import pytest
from asyncvarlink import VarlinkInterface, varlinkmethod

from media_station.doors import socket as doors
from media_station.doors.cell import Cell
from media_station.doors.intake import Intake
from media_station.doors.media import Media
from media_station.doors.people import People
from media_station.doors.socket import MESSAGE_BYTES, connect, listen
from media_station.model.errors import IntegrityViolation, MediaFault, PeerFault, Refused

UIDS = frozenset({os.getuid()})
KINDS = (Refused, MediaFault, IntegrityViolation, PeerFault)


class Echo(VarlinkInterface, name="media-station.test.v1"):
    @varlinkmethod(return_parameter="said")
    async def Say(self, *, words: str) -> str: ...

    @varlinkmethod(return_parameter="said")
    async def Fail(self, *, kind: str) -> str: ...


class Handler(Echo):
    def __init__(self, peer, refusals):
        self.peer = peer
        self.refusals = refusals

    def interface(self):
        return self

    def refused(self, method, error):
        self.refusals.append((method, error.code))

    @varlinkmethod(return_parameter="said")
    async def Say(self, *, words: str) -> str:
        return f"{self.peer.uid}:{words}"

    @varlinkmethod(return_parameter="said")
    async def Fail(self, *, kind: str) -> str:
        raise next(each for each in KINDS if each.__name__ == kind)("DOR-002", what="nothing")


def at_a_door(tmp_path, doing, uids=UIDS):
    """Runs `doing(path)` beside an open door; the refusals that the door's handler heard of."""
    path, refusals = tmp_path / "door.sock", []

    async def whole():
        listening = listen(path, lambda peer: Handler(peer, refusals), uids=uids)
        try:
            async with asyncio.timeout(30):
                await doing(path)
        finally:
            asyncio.get_running_loop().remove_reader(listening)
            listening.close()

    asyncio.run(whole())
    return refusals


async def answered(path, data: bytes) -> bytes:
    """What comes back until the door closes or has sent a whole message."""
    loop = asyncio.get_running_loop()
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_NONBLOCK) as sock:
        await loop.sock_connect(sock, str(path))
        got = b""
        try:
            await loop.sock_sendall(sock, data)
            while b"\0" not in got and (piece := await loop.sock_recv(sock, 65536)):
                got += piece
        except (BrokenPipeError, ConnectionResetError):
            pass
        return got


def call(words: str) -> bytes:
    return json.dumps({"method": "media-station.test.v1.Say", "parameters": {"words": words}}).encode() + b"\0"


async def serves(path):
    async with connect(path, Echo, uids=UIDS) as door:
        assert await door.call("Say", words="税") == f"{os.getuid()}:税"


def test_a_call_is_answered_to_the_peer_that_the_kernel_names(tmp_path):
    assert at_a_door(tmp_path, serves) == []


@pytest.mark.parametrize(
    "untrusted",
    [b"{\0", b"\xff\xfe\0", b"[]\0", b"17\0", b"[" * 60_000 + b"\0", b'{"a":' * 10_000 + b"\0", b"{}\0"],
    ids=["cut", "no text", "a list", "a number", "deep lists", "deep objects", "no call"],
)
def test_garbage_closes_the_connection_or_is_answered_with_an_error_and_others_are_served(tmp_path, untrusted):
    async def doing(path):
        got = await answered(path, untrusted)
        assert got == b"" or "error" in json.loads(got.rstrip(b"\0"))
        await serves(path)

    at_a_door(tmp_path, doing)


def test_a_message_may_be_as_long_as_the_limit_and_no_longer(tmp_path):
    async def doing(path):
        around = len(call("")) - 1
        got = await answered(path, call("x" * (MESSAGE_BYTES - around - 1000)))
        assert json.loads(got.rstrip(b"\0"))["parameters"]["said"].endswith("xxx")
        assert await answered(path, b'{"x":"' + b"x" * (MESSAGE_BYTES + 4096)) == b""
        await serves(path)

    at_a_door(tmp_path, doing)


def test_a_message_that_does_not_end_is_cut_off(tmp_path, monkeypatch):
    monkeypatch.setattr(doors, "MESSAGE_SECONDS", 0.05)

    async def doing(path):
        assert await answered(path, b'{"method":') == b""
        await serves(path)

    at_a_door(tmp_path, doing)


def test_a_peer_with_another_uid_is_closed_at_once(tmp_path):
    async def doing(path):
        assert await answered(path, call("hello")) == b""

    at_a_door(tmp_path, doing, uids=frozenset({os.getuid() + 1}))


def test_a_door_held_by_another_uid_is_not_spoken_to(tmp_path):
    async def doing(path):
        with pytest.raises(PeerFault) as caught:
            async with connect(path, Echo, uids=frozenset({os.getuid() + 1})):
                pass
        assert caught.value.code == "DOR-004"

    at_a_door(tmp_path, doing)


def test_nobody_in_is_told(tmp_path):
    async def doing():
        with pytest.raises(PeerFault) as caught:
            async with connect(tmp_path / "none.sock", Echo, uids=UIDS):
                pass
        assert caught.value.code == "DOR-001"

    asyncio.run(doing())


@pytest.mark.parametrize("kind", KINDS)
def test_an_error_crosses_as_what_it_is_and_is_heard_of(tmp_path, kind):
    async def doing(path):
        async with connect(path, Echo, uids=UIDS) as door:
            with pytest.raises(kind) as caught:
                await door.call("Fail", kind=kind.__name__)
        assert (caught.value.code, dict(caught.value.parameters)) == ("DOR-002", {"what": "nothing"})

    assert [code for _, code in at_a_door(tmp_path, doing)] == ["DOR-002"]


@pytest.mark.parametrize("interface", [People, Intake, Media, Cell])
def test_no_door_lets_an_untyped_object_pass(interface):
    described = interface.render_interface_description()
    assert "method " in described
    assert "object" not in described
