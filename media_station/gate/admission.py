"""Who may stay connected while he says nothing.

A connection costs a socket until its first byte shows that TLS begins, then a handshake, and one of a few places once
its key is known. Whoever comes when all places of his kind are taken has that of him who has waited longest, and who
says nothing doesn't take the place of who does: silence can't shut out the host.
"""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable
from typing import Final

from media_station.gate.stream import Stream
from media_station.gate.tls import Known
from media_station.model.errors import PeerFault

SILENT: Final = 64
SHAKING_HANDS: Final = 32
SENT_AWAY: Final = "another came"
HANDSHAKE_SECONDS: Final = 10.0
_HANDSHAKE: Final = 22  # a TLS record's first byte, RFC 8446 section 5.1
_OLD: Final = {"UNSUPPORTED_PROTOCOL", "WRONG_VERSION_NUMBER", "UNSUPPORTED_SSL_VERSION", "NO_PROTOCOLS_AVAILABLE"}
_NO_TLS: Final = {"HTTP_REQUEST", "HTTPS_PROXY_REQUEST"}


class Waiting:
    """Connections that have not shown a key yet, so many at most, the oldest first."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._tasks: dict[asyncio.Task[None], None] = {}

    def come(self, task: asyncio.Task[None]) -> None:
        """One more waits; if that is one too many, the oldest is sent away: its task is cancelled, with SENT_AWAY."""
        self._tasks[task] = None
        task.add_done_callback(self.leave)
        while len(self._tasks) > self._most:
            oldest = next(iter(self._tasks))
            del self._tasks[oldest]
            oldest.cancel(SENT_AWAY)

    def leave(self, task: asyncio.Task[None]) -> None:
        self._tasks.pop(task, None)


async def shake_hands(
    sock: socket.socket, hosts: Callable[[], Awaitable[Known]], began: Callable[[], None]
) -> tuple[Stream, Known]:
    """The encrypted connection, and whose it may be; `began` is called when TLS does, and only then `hosts`: silence
    asks nobody. PeerFault GAT-010 another key, GAT-011 an older TLS, GAT-012 no TLS, GAT-013 nothing or not to its end
    in time; the connection is closed then.
    """
    try:
        async with asyncio.timeout(HANDSHAKE_SECONDS):
            first = await _first_byte(sock)
            if not first:
                raise PeerFault("GAT-013")
            if first[0] != _HANDSHAKE:
                raise PeerFault("GAT-012")
            began()
            known = await hosts()
            stream = Stream(sock, known.context)
            try:
                await stream.shake_hands()
            except BaseException:
                stream.close()
                raise
    except ssl.SSLError as error:
        raise PeerFault(_code(error.reason or ""), reason=error.reason or "") from error
    except (OSError, TimeoutError) as error:
        raise PeerFault("GAT-013") from error
    return stream, known


async def _first_byte(sock: socket.socket) -> bytes:
    """Left where it is; empty at the end."""
    loop = asyncio.get_running_loop()
    while True:
        try:
            return sock.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            ready: asyncio.Future[None] = loop.create_future()
            loop.add_reader(sock, _wake, ready)
            try:
                await ready
            finally:
                loop.remove_reader(sock)


def _wake(waiting: asyncio.Future[None]) -> None:
    if not waiting.done():
        waiting.set_result(None)


def _code(reason: str) -> str:
    if reason in _OLD:
        return "GAT-011"
    return "GAT-012" if reason in _NO_TLS else "GAT-010"
