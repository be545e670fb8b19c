"""Listening and connecting: who is at the other end, and how many may be.

A peer is known by SO_PEERCRED before its first message. No program and no user can take all places of a door.
"""

import asyncio
import errno
import os
import pwd
import socket
import struct
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from asyncvarlink import VarlinkInterface, get_listen_fd

from media_station.doors.answering import Handler, answer, crash
from media_station.doors.caller import Caller
from media_station.doors.wire import Socket, Wire
from media_station.model.errors import PeerFault, Refused
from media_station.model.ids import Identity

__all__ = ["Caller", "Peer", "Socket", "accept_each", "connect", "listen", "listen_loopback", "listen_notify"]
__all__ += ["listen_path", "makers", "notify", "passed_connection", "passed_listener"]
__all__ += ["reaches_the_network", "ready", "serve", "users"]

CONNECTIONS: Final = 64
OF_ONE_UID: Final = 48
OF_ONE_PID: Final = 24  # more than the gate's sixteen hosts at once
DESCRIPTORS: Final = 4
CONNECT_SECONDS: Final = 10.0
_NOBODY: Final = 65534  # user_namespaces(7)

_serving: set["asyncio.Task[None]"] = set()


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """Who is at the other end, by the kernel's word."""

    pid: int
    uid: int
    gid: int


def users(identity: Identity, *roles: str) -> frozenset[int]:
    """The uids of the processes with these roles: one each (sysusers.d), in a rehearsal one for all, or root.

    To a process that has users of its own (`PrivateUsers=`) the kernel calls every other nobody: there the door's mode
    alone says who may come. Refused DOR-019 where the machine has no such user.
    """
    if identity.rehearsal:
        return frozenset({0, os.getuid()})
    try:
        uids = {pwd.getpwnam(f"media-station-{role}").pw_uid for role in roles}
    except KeyError as error:
        raise Refused("DOR-019", role=", ".join(roles)) from error
    seen = [line.split() for line in Path("/proc/self/uid_map").read_text().splitlines()]
    is_seen = [range(int(inside), int(inside) + int(count)) for inside, _, count in seen]
    return frozenset(uid if any(uid in each for each in is_seen) else _NOBODY for uid in uids)


def makers() -> frozenset[int]:
    """The uids that may have made a door which this process goes to: systemd's, in a rehearsal its own."""
    return frozenset({0, os.getuid()})


def _peer_of(sock: Socket) -> Peer:
    raw = sock.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    pid, uid, gid = struct.unpack("3i", raw)
    return Peer(pid=pid, uid=uid, gid=gid)


def serve(
    sock: Socket, handler: Callable[[Peer], Handler], closed: Callable[[], None], *, uids: frozenset[int]
) -> None:
    """Serves one connected socket; `handler` is made from the peer's credentials. PeerFault DOR-010 for another uid."""
    peer = _peer_of(sock)
    if peer.uid not in uids:
        _turn_away(sock, handler(peer), "DOR-010")
        closed()
        return
    sock.setblocking(False)
    task = asyncio.create_task(answer(Wire(sock, descriptors=DESCRIPTORS), handler(peer)))
    _serving.add(task)

    def end(task: "asyncio.Task[None]") -> None:
        _serving.discard(task)
        sock.close()
        error = None if task.cancelled() else task.exception()
        if error is not None:
            crash(error)
        closed()

    task.add_done_callback(end)


def _turn_away(sock: Socket, handler: Handler, code: str) -> None:
    sock.close()
    handler.refused("", PeerFault(code))


def listen_path(path: Path, *, mode: int = 0o600) -> Socket:
    """A listening Unix socket, in place of a dead one. The directory decides who can reach it; so does `mode`."""
    with suppress(FileNotFoundError):
        path.unlink()
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC | socket.SOCK_NONBLOCK)
    sock.bind(os.fspath(path))
    path.chmod(mode)
    sock.listen(CONNECTIONS)
    return sock


def accept_each(listening: Socket, take: Callable[[Socket], None]) -> None:
    """Calls `take` with each new connection; never more than the backlog waits."""
    loop = asyncio.get_running_loop()

    def ready() -> None:
        with suppress(BlockingIOError, ConnectionAbortedError):
            sock, _ = listening.accept()
            take(sock)

    loop.add_reader(listening, ready)


def listen(path: Path, handler: Callable[[Peer], Handler], *, uids: frozenset[int], mode: int = 0o600) -> Socket:
    """Opens a door for the peers with these uids: the socket of its name that systemd hands over, else one at `path`.
    Everyone else is closed at once, and so is one too many.

    The handler hears of both: DOR-010 another uid, DOR-011 too many.
    """
    listening = passed_listener(path.stem) or listen_path(path, mode=mode)
    listening.setblocking(False)
    places = _Places()

    def take(sock: Socket) -> None:
        peer = _peer_of(sock)
        if places.take(peer):
            serve(sock, handler, lambda: places.give_back(peer), uids=uids)
        else:
            _turn_away(sock, handler(peer), "DOR-011")

    accept_each(listening, take)
    return listening


class _Places:
    """How many connections are open: all together, by uid, by pid."""

    def __init__(self) -> None:
        self._taken: Counter[tuple[str, int]] = Counter()

    def take(self, peer: Peer) -> bool:
        if any(self._taken[place] >= most for place, most in self._of(peer)):
            return False
        self._taken.update(place for place, _ in self._of(peer))
        return True

    def give_back(self, peer: Peer) -> None:
        for place, _ in self._of(peer):
            self._taken[place] -= 1
            if not self._taken[place]:
                del self._taken[place]

    def _of(self, peer: Peer) -> tuple[tuple[tuple[str, int], int], ...]:
        return (("all", 0), CONNECTIONS), (("uid", peer.uid), OF_ONE_UID), (("pid", peer.pid), OF_ONE_PID)


def listen_loopback() -> Socket:
    """A listening TCP socket on a free port of 127.0.0.1: a rehearsal's, in place of the service manager's."""
    listening = socket.create_server(("127.0.0.1", 0))
    listening.setblocking(False)
    return listening


def listen_notify(path: Path) -> Socket:
    """Where a started process says READY=1 (sd_notify(3)): the service manager's end."""
    path.unlink(missing_ok=True)
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC | socket.SOCK_NONBLOCK)
    sock.bind(os.fspath(path))
    return sock


def passed_connection() -> Socket | None:
    """The connection that systemd hands to an `Accept=yes` unit, or None."""
    passed = get_listen_fd("connection")
    return None if passed is None else socket.socket(fileno=passed.take())  # type: ignore[arg-type]


def passed_listener(name: str) -> Socket | None:
    """The listening socket that systemd hands over under this name, or None."""
    passed = get_listen_fd(name)
    return None if passed is None else socket.socket(fileno=passed.take())  # type: ignore[arg-type]


@asynccontextmanager
async def connect(
    path: Path, interface: type[VarlinkInterface], *, uids: frozenset[int], descriptors: int = 0
) -> AsyncIterator[Caller]:
    """A connection to the door at `path`, held by one of these uids; PeerFault DOR-001 if nobody is in. `descriptors`:
    how many may come with an answer.
    """
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC | socket.SOCK_NONBLOCK)
    try:
        await _connected(sock, path)
        if _peer_of(sock).uid not in uids:
            raise PeerFault("DOR-004", door=path.name)
    except OSError as error:
        sock.close()
        raise PeerFault("DOR-001", door=path.name) from error
    except PeerFault:
        sock.close()
        raise
    wire = Wire(sock, descriptors=descriptors)
    try:
        yield Caller(wire, interface)
    finally:
        wire.close()


async def _connected(sock: Socket, path: Path) -> None:
    """At once, or not; where many stand before the door (EAGAIN, unix(7)) in turn. OSError, TimeoutError too."""
    async with asyncio.timeout(CONNECT_SECONDS):
        while True:
            try:
                sock.connect(os.fspath(path))
            except BlockingIOError:
                await asyncio.sleep(0.01)
            else:
                return


def reaches_the_network() -> bool:
    """Whether this process gets an IP socket of its own (RestrictAddressFamilies=)."""
    for family in (socket.AF_INET, socket.AF_INET6):
        try:
            socket.socket(family, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC).close()
        except OSError as error:
            if error.errno == errno.EAFNOSUPPORT:
                continue
        return True
    return False


def notify(state: str) -> None:
    """sd_notify(3): tells the service manager, where there is one."""
    address = os.environ.get("NOTIFY_SOCKET")
    if address:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sock:
            sock.sendto(state.encode(), "\0" + address[1:] if address.startswith("@") else address)


def ready() -> None:
    """READY=1; and, where the unit has a watchdog, WATCHDOG=1 for as long as this process's loop turns."""
    notify("READY=1\nSTATUS=")
    within = int(os.environ.get("WATCHDOG_USEC", "0")) / 1_000_000  # sd_watchdog_enabled(3)
    if within:
        _stay_alive(asyncio.get_running_loop(), within / 2)


def _stay_alive(loop: asyncio.AbstractEventLoop, every: float) -> None:
    notify("WATCHDOG=1")
    loop.call_later(every, _stay_alive, loop, every)
