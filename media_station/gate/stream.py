"""One encrypted connection, by OpenSSL on the socket itself: what comes is decrypted into the buffer of whoever
asks for it, and nothing is read before somebody does.
"""

import asyncio
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from typing import Final, TypeVar

_UNWANTED_BYTES: Final = 16 * 1024
_T = TypeVar("_T")


class Stream:
    def __init__(self, sock: socket.socket, context: ssl.SSLContext) -> None:
        """Takes the socket, which doesn't block, for its own. OSError if it is closed already."""
        self._tls = context.wrap_socket(sock, server_side=True, do_handshake_on_connect=False)

    @property
    def tls(self) -> ssl.SSLSocket:
        """Who is at the other end; not to be read from."""
        return self._tls

    async def shake_hands(self) -> None:
        """ssl.SSLError for what isn't taken, OSError at the end."""
        await self._done(self._tls.do_handshake)

    async def read_into(self, room: memoryview) -> int:
        """How many bytes came: one at least, then all that is there already; 0 at the end. OSError if it broke off."""
        came = await self._done(lambda: self._tls.recv_into(room))
        filled = came
        with suppress(OSError):  # whatever it is, the next one that reads is told
            while came and filled < len(room):
                came = self._tls.recv_into(room[filled:])
                filled += came
        return filled

    async def write(self, data: bytes) -> None:
        """OSError if nobody takes it any more."""
        rest = memoryview(data)
        while rest:
            rest = rest[await self._done(lambda: self._tls.send(rest)) :]  # noqa: B023 - called at once

    async def end(self) -> None:
        """Says that no more comes, and throws away what still does until the other end has closed: closing on unread
        data would take back what was written last. OSError if it broke off.
        """
        with suppress(OSError):  # it waits for the other end, or has met what that one was still sending
            self._tls.unwrap()
            return
        room = bytearray(_UNWANTED_BYTES)
        with socket.socket(fileno=self._tls.detach()) as plain:
            plain.setblocking(False)
            while await asyncio.get_running_loop().sock_recv_into(plain, room):  # noqa: ASYNC110 - others have their turn
                await asyncio.sleep(0)

    def close(self) -> None:
        self._tls.close()

    async def _done(self, act: Callable[[], _T]) -> _T:
        loop = asyncio.get_running_loop()
        while True:
            try:
                return act()
            except ssl.SSLWantReadError:
                watch, leave = loop.add_reader, loop.remove_reader
            except ssl.SSLWantWriteError:
                watch, leave = loop.add_writer, loop.remove_writer
            ready: asyncio.Future[None] = loop.create_future()
            watch(self._tls, _wake, ready)
            try:
                await ready
            finally:
                leave(self._tls)


def _wake(waiting: asyncio.Future[None]) -> None:
    if not waiting.done():
        waiting.set_result(None)
