"""What a door does with a peer that doesn't keep to the rules: a code, and it goes on serving the others."""

import asyncio
import json
import os
import socket
from contextlib import ExitStack

import pytest
from echoing import KINDS, UIDS, Echo, answered, at_a_door, code, heard, knocking, request, serves

from media_station.doors import socket as doors
from media_station.doors import wire
from media_station.doors.cell import Cell
from media_station.doors.intake import Intake
from media_station.doors.media import Media
from media_station.doors.people import People
from media_station.doors.socket import connect
from media_station.doors.wire import MESSAGE_BYTES
from media_station.model.errors import PeerFault


def test_a_call_is_answered_to_the_peer_that_the_kernel_names(tmp_path):
    assert at_a_door(tmp_path, serves) == []


@pytest.mark.parametrize(
    "untrusted",
    [
        *(b"{\0", b"\xff\xfe\0", b"[]\0", b"17\0", b"{}\0", b"\0", b'{"method":"Say"}\0', b'{"method":7}\0'),
        *(b"[" * 60_000 + b"\0", b'{"a":' * 10_000 + b"\0", b'{"a":' + b"[" * 20 + b"]" * 20 + b"}\0"),
        *(b'{"a":' + b"9" * 5000 + b"}\0", b'{"a":1e400}\0', b'{"a":NaN}\0', b'{"a":0.1}\0', b'{"a":"\\ud800"}\0'),
        *(request("interface"), request("refused", request="x", error="y")),
        request("Say", words="x").replace(b'"method"', b'"method":"a.B","method"'),
        request("Say", words="x").replace(b'"method"', b'"oneway":true,"method"'),
        request("Say", words="x").replace(b'"method"', b'"upgrade":true,"method"'),
        request("Say", words="x").replace(b'"method"', b'"also":1,"method"'),
    ],
    ids=lambda untrusted: untrusted[:24].decode(errors="replace"),
)
def test_what_is_no_message_closes_the_connection(tmp_path, untrusted):
    async def doing(path, _):
        assert await answered(path, untrusted) == b""
        await serves(path)

    assert at_a_door(tmp_path, doing) == [("", "DOR-014")]


@pytest.mark.parametrize(
    ("untrusted", "refusal"),
    [
        (request("Shout", words="x"), ("", "DOR-016")),
        (request("Say", words="x").replace(b".test.", b".other."), ("", "DOR-016")),
        (request("Numbers"), ("", "DOR-016")),
        (request("Say"), ("Say", "DOR-017")),
        (request("Say", words="x", louder=True), ("Say", "DOR-017")),
        (request("Say", words=["x"]), ("Say", "DOR-017")),
        (request("Count", number="1"), ("Count", "DOR-017")),
        (request("Count", number=True), ("Count", "DOR-017")),
        (request("Measure", file=0), ("Measure", "DOR-017")),
        (request("Measure", file=2**40), ("Measure", "DOR-017")),
    ],
)
def test_a_request_that_does_not_fit_is_answered_with_a_code_and_nothing_of_it_is_told(tmp_path, untrusted, refusal):
    async def doing(path, _):
        assert code(await answered(path, untrusted)) == refusal[1]

    assert at_a_door(tmp_path, doing) == [refusal]


def test_a_message_may_be_as_long_as_the_limit_and_no_longer(tmp_path):
    async def doing(path, _):
        around = len(request("Say", words=""))
        got = await answered(path, request("Say", words="x" * (MESSAGE_BYTES - around)))
        assert json.loads(got.rstrip(b"\0"))["parameters"]["said"].endswith("xxx")
        assert await answered(path, request("Say", words="x" * (MESSAGE_BYTES - around + 1))) == b""
        assert await answered(path, b"x" * 22 * 1024 * 1024) == b""

    assert at_a_door(tmp_path, doing) == [("", "DOR-012")] * 2


def test_a_message_that_does_not_end_is_cut_off(tmp_path, monkeypatch):
    monkeypatch.setattr(wire, "MESSAGE_SECONDS", 0.05)

    async def doing(path, _):
        assert await answered(path, b'{"method":') == b""

    assert at_a_door(tmp_path, doing) == [("", "DOR-013")]


def test_a_connection_on_which_nothing_is_said_ends_without_a_word(tmp_path, monkeypatch):
    monkeypatch.setattr("echoing.Handler.idle_seconds", 0.05)

    async def doing(path, _):
        assert await answered(path, b"") == b""

    assert at_a_door(tmp_path, doing) == []


def test_who_does_not_take_an_answer_gets_no_more_of_them(tmp_path, monkeypatch):
    monkeypatch.setattr(wire, "ANSWER_SECONDS", 0.2)
    sent = 0

    async def doing(path, _):
        nonlocal sent
        loop = asyncio.get_running_loop()
        message = request("Say", words="x" * 60_000)
        with await knocking(path) as sock, pytest.raises((BrokenPipeError, ConnectionResetError)):
            while True:
                await loop.sock_sendall(sock, message)
                sent += len(message)
        await serves(path)

    assert at_a_door(tmp_path, doing) == [("", "DOR-018")]
    assert sent < 4 * 1024 * 1024  # what fits into the kernel's buffers of both directions


def test_many_messages_in_one_piece_are_answered_in_their_order(tmp_path):
    async def doing(path, _):
        with await knocking(path) as sock:
            sending = asyncio.create_task(
                asyncio.get_running_loop().sock_sendall(sock, b"".join(request("Count", number=n) for n in range(2000)))
            )
            got = b""
            while got.count(b"\0") < 2000:
                got += await asyncio.get_running_loop().sock_recv(sock, 65536)
            await sending
            assert [json.loads(each)["parameters"]["counted"] for each in got.split(b"\0")[:-1]] == [*range(1, 2001)]

    assert at_a_door(tmp_path, doing) == []


@pytest.mark.parametrize("length", [0, 5_000, 60_000])
def test_descriptors_belong_to_the_message_that_they_came_with(tmp_path, length):
    first, second = tmp_path / "first", tmp_path / "second"
    first.write_bytes(b"1")
    second.write_bytes(b"22")

    async def doing(path, _):
        with await knocking(path) as sock, first.open() as one, second.open() as two:
            sock.setblocking(True)
            space = b" " * length
            socket.send_fds(sock, [request("Say", words="x") + space + request("Measure", file=0)], [one.fileno()])
            socket.send_fds(sock, [space + request("Measure", file=0)], [two.fileno()])
            sock.setblocking(False)
            got = b""
            while got.count(b"\0") < 3:
                got += await asyncio.get_running_loop().sock_recv(sock, 65536)
        said, refused, measured = (json.loads(each)["parameters"] for each in got.split(b"\0")[:-1])
        assert said["said"].endswith("x")
        assert refused["code"] == "DOR-017"  # its descriptor came with the first byte of the message before
        assert measured["length"] == 2

    assert at_a_door(tmp_path, doing) == [("Measure", "DOR-017")]


@pytest.mark.parametrize("pieces", [[5], [64], [3, 2], [1, 1, 1, 1, 1]])
def test_more_descriptors_than_a_message_may_carry_close_the_connection_and_are_closed(tmp_path, pieces):
    async def doing(path, _):
        before = len(os.listdir("/proc/self/fd"))
        with await knocking(path) as sock, open("/dev/null") as file:
            for number in pieces:
                socket.send_fds(sock, [b" "], [file.fileno()] * number)
                await asyncio.sleep(0.01)
            assert await heard(sock) == b""
        assert len(os.listdir("/proc/self/fd")) == before

    assert at_a_door(tmp_path, doing) == [("", "DOR-015")]


def test_descriptors_are_closed_after_their_request_whatever_comes_of_it(tmp_path):
    async def doing(path, _):
        before = len(os.listdir("/proc/self/fd"))
        with open("/dev/null") as file:
            for message in (request("Measure", file=3), request("Fail", kind="Refused"), b"{\0", b'{"half'):
                with await knocking(path) as sock:
                    socket.send_fds(sock, [message], [file.fileno()] * 4)
                    sock.shutdown(socket.SHUT_WR)
                    await heard(sock)
        assert len(os.listdir("/proc/self/fd")) == before

    at_a_door(tmp_path, doing)


def test_one_program_can_not_take_all_places_of_a_door(tmp_path):
    async def doing(path, _):
        with ExitStack() as open_now:
            taken = [open_now.enter_context(await knocking(path)) for _ in range(doors.OF_ONE_PID)]
            assert await answered(path, request("Say", words="x")) == b""
            taken.pop().close()
            while not await answered(path, request("Say", words="x")):
                await asyncio.sleep(0.01)

    assert set(at_a_door(tmp_path, doing)) == {("", "DOR-011")}
    assert doors.OF_ONE_PID < doors.OF_ONE_UID < doors.CONNECTIONS


def test_a_stream_ends_when_its_listener_hangs_up(tmp_path):
    async def doing(path, left):
        async with connect(path, Echo, uids=UIDS) as door:
            async for number in door.stream("Numbers"):
                assert number == 1
                break
        await left.wait()
        await serves(path)

    assert at_a_door(tmp_path, doing) == []


def test_a_peer_with_another_uid_is_closed_at_once(tmp_path):
    async def doing(path, _):
        assert await answered(path, request("Say", words="hello")) == b""

    assert at_a_door(tmp_path, doing, uids=frozenset({os.getuid() + 1})) == [("", "DOR-010")]


def test_a_door_held_by_another_uid_is_not_spoken_to(tmp_path):
    async def doing(path, _):
        with pytest.raises(PeerFault, match="DOR-004"):
            async with connect(path, Echo, uids=frozenset({os.getuid() + 1})):
                pass

    at_a_door(tmp_path, doing)


def test_nobody_in_is_told(tmp_path):
    async def doing():
        with pytest.raises(PeerFault, match="DOR-001"):
            async with connect(tmp_path / "none.sock", Echo, uids=UIDS):
                pass

    asyncio.run(doing())


@pytest.mark.parametrize("kind", KINDS)
def test_an_error_crosses_as_what_it_is_and_is_heard_of(tmp_path, kind):
    async def doing(path, _):
        async with connect(path, Echo, uids=UIDS) as door:
            with pytest.raises(kind) as caught:
                await door.call("Fail", kind=kind.__name__)
        assert (caught.value.code, dict(caught.value.parameters)) == ("DOR-002", {"what": "nothing"})

    assert at_a_door(tmp_path, doing) == [("Fail", "DOR-002")]


@pytest.mark.parametrize("interface", [People, Intake, Media, Cell])
def test_no_door_lets_an_untyped_object_pass(interface):
    described = interface.render_interface_description()
    assert "method " in described
    assert "object" not in described
