"""What the calling end does with a server that lies: an error with a code, never more."""

import asyncio
import json
import os
import socket

import pytest
from echoing import UIDS, Echo, at_a_door

from media_station.doors.socket import connect, listen_path
from media_station.doors.wire import MESSAGE_BYTES
from media_station.model.errors import PeerFault, StationError


def failed(**parameters) -> bytes:
    return json.dumps({"error": "media-station.door.Failed", "parameters": parameters}).encode() + b"\0"


def reply(**parameters) -> bytes:
    return json.dumps({"parameters": parameters}).encode() + b"\0"


def asked_of_a_liar(path, answer: bytes, method: str = "Count", descriptors=(), **parameters) -> str:
    """The code that the caller gets; the liar sends `answer` and closes."""
    listening = listen_path(path)

    async def lie():
        loop = asyncio.get_running_loop()
        sock, _ = await loop.sock_accept(listening)
        with sock:
            await loop.sock_recv(sock, 65536)
            if descriptors:
                socket.send_fds(sock, [answer], descriptors)
            else:
                try:
                    await loop.sock_sendall(sock, answer)
                except BrokenPipeError:
                    pass

    async def whole():
        lying = asyncio.create_task(lie())
        async with connect(path, Echo, uids=UIDS) as door:
            with pytest.raises(StationError) as caught:
                await door.call(method, **parameters)
        await lying
        return caught.value.code

    try:
        return asyncio.run(whole())
    finally:
        listening.close()


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (b"", "DOR-002"),
        (b'{"param', "DOR-002"),
        (b"{\0", "DOR-014"),
        (b'{"parameters":7}\0', "DOR-014"),
        (b"x" * (MESSAGE_BYTES + 1), "DOR-012"),
        (b"[" * 60_000 + b"\0", "DOR-014"),
        (reply(), "DOR-017"),
        (reply(counted="1"), "DOR-017"),
        (reply(counted=True), "DOR-017"),
        (reply(counted=1, also=2), "DOR-017"),
        (reply(counted=2**60), "DOR-014"),
        (failed(kind="Refused", code="ABC-001", parameters={"what": 1}), "ABC-001"),
        (failed(kind="Refused", code="not a code", parameters={}), "DOR-003"),
        (failed(kind="SystemExit", code="ABC-001", parameters={}), "DOR-003"),
        (failed(kind="Refused", code="ABC-001", parameters=[]), "DOR-003"),
        (failed(kind=["Refused"], code="ABC-001", parameters={}), "DOR-003"),
        (b'{"error":"org.varlink.service.MethodNotFound"}\0', "DOR-003"),
        (b'{"error":"a text of the other end\'s","parameters":{}}\0', "DOR-014"),
    ],
    ids=lambda of: of[:40].decode() if isinstance(of, bytes) else of,
)
def test_an_answer_that_is_none_is_an_error_with_a_code(tmp_path, answer, code):
    assert asked_of_a_liar(tmp_path / "liar.sock", answer, number=1) == code


def test_a_descriptor_that_nobody_asked_for_is_not_taken(tmp_path):
    before = len(os.listdir("/proc/self/fd"))
    with open("/dev/null") as file:
        assert asked_of_a_liar(tmp_path / "liar.sock", reply(counted=2), descriptors=[file.fileno()], number=1) == (
            "DOR-015"
        )
    assert len(os.listdir("/proc/self/fd")) == before


def test_after_a_stream_that_was_left_nothing_of_it_is_taken_for_another_answer(tmp_path):
    async def doing(path, _):
        async with connect(path, Echo, uids=UIDS) as door:
            async for _ in door.stream("Numbers"):
                break
            with pytest.raises(PeerFault, match="DOR-002"):
                await door.call("Count", number=1)

    at_a_door(tmp_path, doing)


def test_two_who_ask_at_once_each_get_their_own_answer(tmp_path):
    async def doing(path, _):
        async with connect(path, Echo, uids=UIDS) as door:
            assert await asyncio.gather(*(door.call("Count", number=n) for n in range(50))) == [*range(1, 51)]

    at_a_door(tmp_path, doing)


def test_a_descriptor_comes_with_an_answer_and_is_the_callers_alone(tmp_path):
    async def doing(path, _):
        async with connect(path, Echo, uids=UIDS, descriptors=1) as door:
            for words in ("one", "another"):
                with await door.call("Hold", words=words) as file:
                    assert os.pread(file.fileno(), 100, 0) == words.encode()
                    assert held() == 1
                assert held() == 0

    assert at_a_door(tmp_path, doing) == []


def held() -> int:
    """Open here, at both ends of a door."""
    found = (os.path.join("/proc/self/fd", each) for each in os.listdir("/proc/self/fd"))
    return sum("memfd:held" in os.readlink(each) for each in found if os.path.islink(each))
