"""Listening and connecting: asyncvarlink with the limits that it doesn't have itself.

asyncvarlink (0.3) has no message limit, no deadline and answers nothing to invalid JSON; here a message is at most
64 KiB, must be complete within ten seconds of its first byte, carries at most four descriptors, and garbage closes
the connection. Each connection has its own handler object, made from the peer's credentials (SO_PEERCRED).
"""

import asyncio
import logging
import os
import socket
import struct
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from asyncvarlink import (
    FileDescriptorArray,
    GenericVarlinkErrorReply,
    VarlinkClientProtocol,
    VarlinkErrorReply,
    VarlinkInterface,
    VarlinkInterfaceProxy,
    VarlinkInterfaceRegistry,
    VarlinkInterfaceServerProtocol,
    VarlinkMethodCall,
    VarlinkTransport,
    get_listen_fd,
)
from asyncvarlink.serviceerrors import InvalidParameter

from media_station.model.errors import IntegrityViolation, MediaFault, PeerFault, Refused, StationError

Socket = socket.socket

MESSAGE_BYTES = 64 * 1024
MESSAGE_SECONDS = 10.0
CONNECTIONS = 64
EXIT_SOFTWARE = 70

_FAILED = "media-station.door.Failed"
_KINDS = {kind.__name__: kind for kind in (Refused, MediaFault, IntegrityViolation, PeerFault)}

# The library logs every protocol error with a traceback; what a peer did wrong is answered or closed, not logged there.
logging.getLogger("asyncvarlink").setLevel(logging.CRITICAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """Who is at the other end, by the kernel's word."""

    pid: int
    uid: int
    gid: int


class Handler(Protocol):
    """One per connection: its interface, and where refusals are recorded."""

    def interface(self) -> VarlinkInterface: ...

    def refused(self, method: str, error: StationError) -> None: ...


class _Transport(VarlinkTransport):
    MAX_RECV_FDS = 4


class _Capped:
    """Both ends: size, time and shape of what arrives. Mixed in before asyncvarlink's protocol."""

    _recv_buffer: bytes
    _transport: VarlinkTransport | None
    _deadline: asyncio.TimerHandle | None = None
    _held: FileDescriptorArray | None = None

    def message_received(self, data: bytes, fds: FileDescriptorArray | None) -> None:
        # Descriptors come with a message's first read, asyncvarlink gives them to its last: over 4 KiB they'd be lost.
        if fds is not None and b"\0" not in data and self._held is None:
            self._held = fds
            fds.reference(self)
        try:
            super().message_received(data, fds if self._held is None else self._held)  # type: ignore[misc]
        except (ValueError, RecursionError):
            self._abort()
            return
        if b"\0" in data:
            self._let_go()
        if len(self._recv_buffer) > MESSAGE_BYTES:
            self._abort()
        elif not self._recv_buffer:
            self._disarm()
        elif self._deadline is None:
            self._deadline = asyncio.get_running_loop().call_later(MESSAGE_SECONDS, self._abort)

    def error_received(self, err: Exception, data: bytes, fds: FileDescriptorArray | None) -> None:
        del err, data, fds
        self._abort()

    def connection_lost(self, exc: Exception | None) -> None:
        self._disarm()
        self._let_go()
        super().connection_lost(exc)  # type: ignore[misc]

    def _let_go(self) -> None:
        if self._held is not None:
            held, self._held = self._held, None
            held.release(self)

    def _abort(self) -> None:
        self._recv_buffer = b""
        self._disarm()
        if self._transport is not None:
            self._transport.abort()

    def _disarm(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None


class _Server(_Capped, VarlinkInterfaceServerProtocol):
    """Answers a StationError with its code; any other exception is a programming error and ends the process."""

    def __init__(self, handler: Handler, closed: Callable[[], None]) -> None:
        registry = VarlinkInterfaceRegistry()
        registry.register_interface(handler.interface())
        super().__init__(registry)
        self._handler = handler
        self._closed = closed
        self._method = ""

    def call_received(self, call: VarlinkMethodCall, fds: FileDescriptorArray | None) -> asyncio.Future[None] | None:
        self._method = call.method_name
        try:
            working: asyncio.Future[None] | None = super().call_received(call, fds)
        except (VarlinkErrorReply, StationError):
            raise
        except Exception as error:
            raise InvalidParameter(parameter="parameters") from error
        return working

    def handle_call_exception(self, exc: BaseException, oneway: bool) -> None:
        if isinstance(exc, asyncio.CancelledError):
            return
        if not isinstance(exc, StationError):
            sys.excepthook(type(exc), exc, exc.__traceback__)
            os._exit(EXIT_SOFTWARE)
        self._handler.refused(self._method, exc)
        kind = next((name for name, kind in _KINDS.items() if isinstance(exc, kind)), "Refused")
        parameters = {name: str(value) for name, value in exc.parameters.items()}
        raise GenericVarlinkErrorReply(_FAILED, {"kind": kind, "code": exc.code, "parameters": dict(parameters)})

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._closed()


class _Client(_Capped, VarlinkClientProtocol):
    pass


def _peer_of(sock: socket.socket) -> Peer:
    raw = sock.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    pid, uid, gid = struct.unpack("3i", raw)
    return Peer(pid=pid, uid=uid, gid=gid)


def serve(sock: socket.socket, handler: Callable[[Peer], Handler], closed: Callable[[], None]) -> None:
    """Serves one connected socket; `handler` is made from the peer's credentials."""
    sock.setblocking(False)
    _Transport(asyncio.get_running_loop(), sock, sock, _Server(handler(_peer_of(sock)), closed))


def listen_path(path: Path, *, mode: int = 0o600) -> socket.socket:
    """A listening Unix socket, in place of a dead one. The directory decides who can reach it; so does `mode`."""
    with suppress(FileNotFoundError):
        path.unlink()
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC | socket.SOCK_NONBLOCK)
    sock.bind(os.fspath(path))
    path.chmod(mode)
    sock.listen(CONNECTIONS)
    return sock


def accept_each(listening: socket.socket, take: Callable[[socket.socket], None]) -> None:
    """Calls `take` with each new connection; never more than the backlog waits."""
    loop = asyncio.get_running_loop()

    def ready() -> None:
        with suppress(BlockingIOError, ConnectionAbortedError):
            sock, _ = listening.accept()
            take(sock)

    loop.add_reader(listening, ready)


def listen(path: Path, handler: Callable[[Peer], Handler], *, uids: frozenset[int], mode: int = 0o600) -> socket.socket:
    """Opens a door at `path` for the peers with these uids; everyone else is closed at once."""
    listening = listen_path(path, mode=mode)
    open_now: set[socket.socket] = set()

    def take(sock: socket.socket) -> None:
        if _peer_of(sock).uid not in uids or len(open_now) >= CONNECTIONS:
            sock.close()
            return
        open_now.add(sock)
        serve(sock, handler, lambda: open_now.discard(sock))

    accept_each(listening, take)
    return listening


def listen_loopback() -> socket.socket:
    """A listening TCP socket on a free port of 127.0.0.1: a rehearsal's, in place of the service manager's."""
    listening = socket.create_server(("127.0.0.1", 0))
    listening.setblocking(False)
    return listening


def listen_notify(path: Path) -> socket.socket:
    """Where a started process says READY=1 (sd_notify(3)): the service manager's end."""
    path.unlink(missing_ok=True)
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC | socket.SOCK_NONBLOCK)
    sock.bind(os.fspath(path))
    return sock


def passed_connection() -> socket.socket | None:
    """The connection that systemd hands to an `Accept=yes` unit, or None."""
    passed = get_listen_fd("connection")
    return None if passed is None else socket.socket(fileno=passed.take())  # type: ignore[arg-type]


def passed_listener(name: str) -> socket.socket | None:
    """The listening socket that systemd hands over under this name, or None."""
    passed = get_listen_fd(name)
    return None if passed is None else socket.socket(fileno=passed.take())  # type: ignore[arg-type]


class Caller:
    """The calling end of a door: `await caller.call("Method", …)`; errors come back as what they were."""

    def __init__(self, proxy: VarlinkInterfaceProxy) -> None:
        self._proxy = proxy

    async def call(self, method: str, /, **parameters: Any) -> Any:
        """The method's one result; StationError if the other end refused, PeerFault DOR-002 if it broke off."""
        try:
            return _only(await getattr(self._proxy, method)(**parameters))
        except (OSError, VarlinkErrorReply) as error:
            raise _translated(error) from error

    async def stream(self, method: str, /, **parameters: Any) -> AsyncIterator[Any]:
        """Each of the method's results as it comes."""
        try:
            async for result in getattr(self._proxy, method)(**parameters):
                yield _only(result)
        except (OSError, VarlinkErrorReply) as error:
            raise _translated(error) from error


def _only(result: dict[str, Any]) -> Any:
    return next(iter(result.values()), None)


def _translated(error: Exception) -> StationError:
    if isinstance(error, GenericVarlinkErrorReply) and error.name == _FAILED:
        kind, code, parameters = (error.parameters.get(name) for name in ("kind", "code", "parameters"))
        if isinstance(kind, str) and kind in _KINDS and isinstance(code, str) and isinstance(parameters, dict):
            return _KINDS[kind](code, **{name: str(value) for name, value in parameters.items()})
    if isinstance(error, VarlinkErrorReply):
        return PeerFault("DOR-003", error=error.name)
    return PeerFault("DOR-002")


@asynccontextmanager
async def connect(path: Path, interface: type[VarlinkInterface], *, uids: frozenset[int]) -> AsyncIterator[Caller]:
    """A connection to the door at `path`, held by one of these uids; PeerFault DOR-001 if nobody is in."""
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC | socket.SOCK_NONBLOCK)
    loop = asyncio.get_running_loop()
    try:
        await loop.sock_connect(sock, os.fspath(path))
        if _peer_of(sock).uid not in uids:
            raise PeerFault("DOR-004", door=path.name)
    except OSError as error:
        sock.close()
        raise PeerFault("DOR-001", door=path.name) from error
    except PeerFault:
        sock.close()
        raise
    protocol = _Client()
    transport = _Transport(loop, sock, sock, protocol)
    await asyncio.sleep(0)
    try:
        yield Caller(VarlinkInterfaceProxy(protocol, interface))
    finally:
        transport.close()
        with suppress(asyncio.CancelledError):
            await transport.closed_future


def notify(state: str) -> None:
    """sd_notify(3): tells the service manager, where there is one."""
    address = os.environ.get("NOTIFY_SOCKET")
    if address:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sock:
            sock.sendto(state.encode(), "\0" + address[1:] if address.startswith("@") else address)
