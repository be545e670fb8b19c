"""Whoever reaches a door and may not, or says what is no request: a code, a record, and the station stands."""

import json
import os
import secrets
import socket
from contextlib import ExitStack

import psutil
import pytest
from at_the_counter import records
from attacking import (
    CELL,
    CLOCK,
    DOORS,
    FINDINGS,
    INTAKE,
    MEDIA,
    NOBODY,
    NOT_PERMITTED,
    ONCE,
    PEOPLE,
    code,
    from_another_process,
    heard,
    in_the_end,
    request,
    said,
)

pytestmark = pytest.mark.usefixtures("it_stands")
MIB = 1 << 20
GARBAGE = {
    "22 MiB without an end": (b"x" * 22 * MIB, "DOR-012"),
    "lists in lists": (b"[" * 60_000 + b"\0", "DOR-014"),
    "objects in objects": (b'{"a":' * 10_000 + b"\0", "DOR-014"),
    "a number of 60,000 digits": (b'{"a":' + b"9" * 60_000 + b"}\0", "DOR-014"),
    "no UTF-8": (b'{"method":"\xff\xfe"}\0', "DOR-014"),
    "a name twice": (b'{"method":"a.B","method":"a.C"}\0', "DOR-014"),
    "half a character": (b'{"method":"a.B","parameters":{"a":"\\udc00"}}\0', "DOR-014"),
}


@pytest.mark.skipif(os.getuid() != 0, reason="only root can be somebody else")
@pytest.mark.parametrize("door", DOORS)
def test_another_user_comes_neither_past_the_folder_nor_past_the_door(attacked, door):
    path = attacked.path(door)
    greeting = request(door, "Greet")
    assert from_another_process(path, greeting, uid=NOBODY).returncode == NOT_PERMITTED
    attacked.house.run.chmod(0o711)
    assert from_another_process(path, greeting, uid=NOBODY).returncode == NOT_PERMITTED
    path.chmod(0o666)
    assert from_another_process(path, greeting, uid=NOBODY).stdout == b""
    path.chmod(0o600)
    attacked.house.run.chmod(0o700)
    in_the_end(lambda: ("", "DOR-010", NOBODY) in attacked.refusals(door))


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("garbage", GARBAGE)
def test_garbage_is_cut_off_and_leaves_no_memory_behind(attacked, door, garbage):
    data, refusal = GARBAGE[garbage]
    role = {MEDIA: "drive"}.get(door, "desk")
    before = attacked.rss(role)
    with attacked.knock(door) as sock:
        said(sock, data)
        assert heard(sock) == b""
    in_the_end(lambda: ("", refusal, os.getuid()) in attacked.refusals(door))
    assert attacked.rss(role) - before < 4 * MIB


@pytest.mark.parametrize("door", DOORS)
def test_what_a_door_does_not_know_is_answered_with_a_code_and_not_written_down(attacked, door):
    made_up = f"{secrets.choice('ABC')}{secrets.token_hex(16)}"
    method = {PEOPLE: "SignOut", INTAKE: "Receipt", FINDINGS: "Report", MEDIA: "Ask", CELL: "Typeset", CLOCK: "Set"}[
        door
    ]
    with attacked.knock(door) as sock:
        sock.sendall(request(door, made_up) + request(door, method, **{made_up: made_up}))
        unknown, unfit = (json.loads(each) for each in heard(sock, 2)[:-1].split(b"\0"))
    assert (code(unknown), code(unfit)) == ("DOR-016", "DOR-017")
    in_the_end(lambda: {("", "DOR-016", os.getuid()), (method, "DOR-017", os.getuid())} <= attacked.refusals(door))
    assert made_up not in attacked.log() + json.dumps(records(attacked.house))


def refusals(**made_up) -> bytes:
    return request(INTAKE, "Report", refusals=[{"request": "", "code": "GAT-020", "times": 1, **made_up}])


def peers(**made_up) -> bytes:
    usual = {"address": "192.0.2.3", "ports": [], "packets": 1, "first_seconds_ago": 1, "last_seconds_ago": 0}
    return request(FINDINGS, "Report", seen=[], drift=[], peers=[{**usual, **made_up}])


MADE_UP = {
    "names": (INTAKE, [refusals(request=f"GET a.{chr(97 + n)}") for n in range(20)]),
    "codes": (INTAKE, [refusals(code=f"GAT-{n}") for n in range(900, 920)]),
    "times": (INTAKE, [refusals(times=each) for each in (0, -1, 1_000_001, 2**53 - 1)]),
    "seconds": (FINDINGS, [peers(first_seconds_ago=each) for each in (-1, 10**9, 2**53 - 1)]),
    "packets": (FINDINGS, [peers(packets=each) for each in (0, -1)]),
    "ports": (FINDINGS, [peers(ports=["tcp/1"] * 9)]),
}


@pytest.mark.parametrize("what", MADE_UP)
def test_what_gate_or_guard_makes_up_is_one_kind_of_refusal(attacked, what):
    door, messages = MADE_UP[what]
    for each in messages:
        with attacked.knock(door) as sock:
            said(sock, each)
            assert code(json.loads(heard(sock)[:-1])) == "IDS-001"
    assert ("Report", "IDS-001", os.getuid()) in attacked.refusals(door)
    assert not {each for each in attacked.refusals("gate") if each[0].startswith("GET a.") or each[1] >= "GAT-900"}


@pytest.mark.parametrize("door", DOORS)
def test_more_descriptors_than_a_message_carries_are_not_kept(attacked, door):
    role = {MEDIA: "drive"}.get(door, "desk")
    before = psutil.Process(attacked.pids[role]).num_fds()
    with open("/dev/zero") as file:
        for _ in range(1 if door in ONCE else 20):
            with attacked.knock(door) as sock:
                socket.send_fds(sock, [b" "], [file.fileno()] * 250)
                assert heard(sock) == b""
    in_the_end(lambda: ("", "DOR-015", os.getuid()) in attacked.refusals(door))
    in_the_end(lambda: psutil.Process(attacked.pids[role]).num_fds() <= before)


@pytest.mark.parametrize("door", [PEOPLE, INTAKE, MEDIA])
def test_one_program_takes_not_all_places_and_gives_them_back(attacked, door):
    with ExitStack() as held:
        half_open = [held.enter_context(attacked.knock(door)) for _ in range(100)]
        assert sum(heard(each) == b"" for each in half_open[30:]) == 70
        others = from_another_process(attacked.path(door), request(door, "Nothing"))
        assert code(json.loads(others.stdout[:-1])) == "DOR-016"
    in_the_end(lambda: ("", "DOR-011", os.getuid()) in attacked.refusals(door))
    in_the_end(lambda: is_served(attacked, door))


def is_served(attacked, door) -> bool:
    with attacked.knock(door) as sock:
        said(sock, request(door, "Nothing"))
        return heard(sock) != b""


def test_who_does_not_end_a_message_or_does_not_take_an_answer_is_cut_off_in_time(attacked):
    with ExitStack() as held:
        slow = [held.enter_context(attacked.knock(door)) for door in DOORS]
        deaf = [held.enter_context(attacked.knock(door)) for door in (PEOPLE, INTAKE, MEDIA)]
        for each in slow:
            each.sendall(b'{"method":')
        for door, each in zip((PEOPLE, INTAKE, MEDIA), deaf, strict=True):
            each.setblocking(False)
            many = request(door, "Nothing") * 20_000
            with pytest.raises((BlockingIOError, ConnectionError)):
                while True:
                    each.send(many)
        rss = {role: attacked.rss(role) for role in ("desk", "drive")}
        for each in slow:
            assert heard(each) == b""
        for door in DOORS:
            in_the_end(lambda door=door: ("", "DOR-013", os.getuid()) in attacked.refusals(door))
        for door in (PEOPLE, INTAKE, MEDIA):
            in_the_end(lambda door=door: ("", "DOR-018", os.getuid()) in attacked.refusals(door))
        for role, before in rss.items():
            assert attacked.rss(role) - before < 4 * MIB
