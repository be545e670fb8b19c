"""A station that stands open while somebody attacks it: one house for many attacks, each from this process or another.

Everything here speaks raw bytes to the real sockets; nothing of the station's own client stands in between.
"""

import asyncio
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
from at_the_counter import at_the_counter, check_the_journal_verifies, records

from media_station.model.ids import Identity
from media_station.rehearsal.house import STATION
from media_station.rehearsal.walk import Walk

IDENTITY = Identity(station=STATION, epoch="r1")
PEOPLE, INTAKE, FINDINGS, MEDIA, CELL, CLOCK = "people", "intake", "findings", "media", "cell", "clock"
DOORS = (PEOPLE, INTAKE, FINDINGS, MEDIA, CELL, CLOCK)
ONCE = (CELL, CLOCK)  # a process for each connection
NOBODY = 65534
PATIENCE_SECONDS = 60


class Station:
    """The house, its people, and its processes as they were when the attack began."""

    def __init__(self, walk: Walk, loop: asyncio.AbstractEventLoop) -> None:
        self.walk = walk
        self.house = walk.house
        self._loop = loop
        self.pids = {role: self.house.pid(role) for role in ("desk", "drive", "gate")}

    def does(self, doing: Awaitable) -> object:
        """What the station's own people do meanwhile; their result."""
        return asyncio.run_coroutine_threadsafe(doing, self._loop).result(PATIENCE_SECONDS)

    def path(self, door: str) -> Path:
        return self.house.run / f"{door}.sock"

    def knock(self, door: str) -> socket.socket:
        return knocked(self.path(door))

    def ask(self, door: str, method: str, /, **parameters) -> dict:
        """One request on a connection of its own; its answer."""
        with self.knock(door) as sock:
            sock.sendall(request(door, method, **parameters))
            return json.loads(heard(sock)[:-1])

    def session(self, person) -> str:
        """Of this person, signed in in this process."""
        self.does(self.walk.counter.see("Due", person, start=0))
        return person.session

    def refusals(self, door: str) -> set[tuple[str, str, int]]:
        """(request, code, uid) of all that this door's refusals are recorded by."""
        if door in (MEDIA, *ONCE):
            return logged(self.log(), door)
        return {
            (each["request"], each["code"], each["uid"])
            for each in (r["media_station"]["data"] for r in records(self.house) if is_refusal(r))
            if each["door"] == door
        }

    def log(self) -> str:
        return (self.house.folder / "processes.log").read_text(errors="replace")

    def rss(self, role: str) -> int:
        return psutil.Process(self.pids[role]).memory_info().rss

    def check_it_stands(self) -> None:
        """The same processes as before, none of them complaining, and at everyone's service."""
        assert {role: self.house.pid(role) for role in self.pids} == self.pids
        assert "Traceback" not in self.log()
        assert self.ask(PEOPLE, "Greet")["parameters"]["greeting"]["identity"] == IDENTITY.name
        assert self.ask(INTAKE, "Checkpoint")["parameters"]["checkpoint"].startswith(IDENTITY.origin)
        assert self.ask(MEDIA, "Bays")["parameters"]["loaded"]


@contextmanager
def standing(folder: Path, **how) -> Iterator[Station]:
    """A station with its people enrolled, until the block ends, however long that takes."""
    ready: threading.Event = threading.Event()
    found: list[Station] = []
    failed: list[BaseException] = []
    leave: list[Callable[[], None]] = []

    async def doing(walk):
        over = asyncio.Event()
        loop = asyncio.get_running_loop()
        leave.append(lambda: loop.call_soon_threadsafe(over.set))
        found.append(Station(walk, loop))
        ready.set()
        await over.wait()

    def whole():
        try:
            at_the_counter(folder, doing, limit_seconds=None, **how)
        except BaseException as error:  # noqa: BLE001 - raised again where the test waits
            failed.append(error)
        finally:
            ready.set()

    thread = threading.Thread(target=whole)
    thread.start()
    try:
        ready.wait()
        if found:
            yield found[0]
    finally:
        for each in leave:
            with suppress(RuntimeError):  # it has ended before: `failed` knows why
                each()
        thread.join()
        if failed:
            raise failed[0]


@contextmanager
def under_attack(folder: Path, more_settings: str = "", **commands: list[str]) -> Iterator[Station]:
    """`standing`, with these commands for its processes; no refusal then harmed its journal or filled it."""
    with standing(folder, commands=commands, more_settings=more_settings) as station:
        yield station
    check_the_journal_verifies(station.house)
    assert len([each for each in records(station.house) if is_refusal(each)]) < 1000


def in_the_end(true: Callable[[], bool]) -> None:
    """Cells write their log when they end; what a door counts is free a moment after it closed."""
    until = time.monotonic() + PATIENCE_SECONDS
    while not true():
        assert time.monotonic() < until
        time.sleep(0.02)


def is_refusal(record: dict) -> bool:
    return record["event"]["action"] == "request.refused"


def logged(log: str, door: str) -> set[tuple[str, str, int]]:
    """From lines of the logs of those that have no journal."""
    found = set()
    for line in log.splitlines():
        if "request.refused" in line:
            told = dict(word.split("=", 1) for word in line.split() if "=" in word)
            if told.get("door") == door:
                found.add((told["request"].strip("'"), told["code"], int(told["uid"])))
    return found


def request(door: str, method: str, /, *, more: bool = False, **parameters) -> bytes:
    message = {"method": f"media-station.{door}.v1.{method}", "parameters": parameters} | (
        {"more": True} if more else {}
    )
    return json.dumps(message).encode() + b"\0"


def knocked(path: Path) -> socket.socket:
    sock = socket.socket(socket.AF_UNIX)
    sock.settimeout(PATIENCE_SECONDS)
    while True:
        with suppress(BlockingIOError):  # as many as may wait do so already
            sock.connect(os.fspath(path))
            return sock
        time.sleep(0.01)


def heard(sock: socket.socket, messages: int = 1) -> bytes:
    """What comes until so many messages are whole or the other end closes."""
    got = bytearray()
    with suppress(ConnectionResetError):
        while got.count(0) < messages and (piece := sock.recv(1 << 16)):
            got += piece
    return bytes(got)


def said(sock: socket.socket, data: bytes) -> None:
    """As much of it as the other end takes."""
    with suppress(BrokenPipeError, ConnectionResetError):
        sock.sendall(data)


def code(answer: dict) -> str:
    return answer["parameters"].get("code", "")


_AS_ANOTHER = """
import os, socket, sys
uid, path, data = int(sys.argv[1]), sys.argv[2], bytes.fromhex(sys.argv[3])
if uid != os.getuid():
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)
sock = socket.socket(socket.AF_UNIX)
sock.settimeout(30)
try:
    sock.connect(path)
    sock.sendall(data)
    while piece := sock.recv(65536):
        sys.stdout.buffer.write(piece)
        if b"\\0" in piece:
            break
except PermissionError:
    sys.exit(13)
except (BrokenPipeError, ConnectionResetError):
    pass
"""
NOT_PERMITTED = 13


def from_another_process(path: Path, data: bytes, uid: int | None = None) -> subprocess.CompletedProcess[bytes]:
    """Sends this from a process of its own, as another user if asked; exit 13: the file system let nobody in."""
    command: Sequence[str] = (sys.executable, "-I", "-c", _AS_ANOTHER)
    whose = os.getuid() if uid is None else uid
    return subprocess.run(
        [*command, str(whose), str(path), data.hex()], capture_output=True, timeout=PATIENCE_SECONDS, check=False
    )
