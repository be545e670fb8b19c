"""media-stationd gate: serves the listening socket that systemd hands over; it has no other."""

import asyncio
import signal
import socket
import ssl
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import structlog

from media_station.doors.sandbox import confine
from media_station.doors.socket import accept_each, notify, passed_listener
from media_station.gate.desk import DeskDoor
from media_station.gate.http import Connection, refusal
from media_station.gate.requests import Counter
from media_station.gate.tls import server_context, verify_host
from media_station.gate.upload import Uploads
from media_station.model.errors import PeerFault, Refused, StationError
from media_station.settings import load

CONNECTIONS: Final = 16
HANDSHAKE_SECONDS: Final = 10.0
_SOCKET_NAME: Final = "gate"  # FileDescriptorName= of the .socket unit


def main(settings_path: Path) -> int:
    """Runs until SIGTERM. Refused GAT-001 without the socket, GAT-002 and GAT-003 without sound keys and pins."""
    settings = load(settings_path)
    confine(settings.identity("gate"))
    listening = _handed_over()
    context = server_context(settings.credentials("gate"), settings.gate.host_pins)
    desk = DeskDoor(run=settings.station.run)
    uploads = Uploads(settings.station.state / "gate" / "upload", desk)
    counter = Counter(uploads=uploads, desk=desk, body_bytes=settings.gate.body_bytes)
    asyncio.run(_run(listening, Doorway(context=context, host_pins=settings.gate.host_pins, counter=counter)))
    return 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Doorway:
    """What every connection passes before it is heard."""

    context: ssl.SSLContext
    host_pins: Collection[str]
    counter: Counter

    async def serve(self, sock: socket.socket) -> None:
        """One connection from its handshake to its end; what the host did wrong ends that connection alone."""
        log = structlog.get_logger()
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader()
        protocol = asyncio.StreamReaderProtocol(reader)
        try:
            transport, _ = await loop.connect_accepted_socket(
                lambda: protocol, sock, ssl=self.context, ssl_handshake_timeout=HANDSHAKE_SECONDS
            )
        except OSError as error:  # ssl.SSLError and TimeoutError are
            sock.close()
            log.warning("peer.refused", code="GAT-010", reason=getattr(error, "reason", None) or type(error).__name__)
            return
        writer = asyncio.StreamWriter(transport, protocol, reader, loop)
        connection = Connection(reader, writer)
        try:
            verify_host(writer.get_extra_info("ssl_object"), self.host_pins)
            while await self._exchange(connection):
                pass
        except PeerFault as error:
            log.warning("peer.refused", code=error.code)
        finally:
            await connection.close()

    async def _exchange(self, connection: Connection) -> bool:
        """One request and its answer; whether another may follow."""
        try:
            request = await connection.request()
            if request is None:
                return False
            answer = await self.counter.respond(request, connection)
        except StationError as error:
            structlog.get_logger().warning("request.refused", code=error.code)
            answer = refusal(error)
        return await connection.answer(answer)


def _handed_over() -> socket.socket:
    try:
        listening = passed_listener(_SOCKET_NAME)
        if listening is None or not listening.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
            raise Refused("GAT-001")
    except OSError as error:
        raise Refused("GAT-001") from error
    if listening.family not in (socket.AF_INET, socket.AF_INET6):
        raise Refused("GAT-001")
    listening.setblocking(False)
    return listening


async def _run(listening: socket.socket, doorway: Doorway) -> None:
    loop = asyncio.get_running_loop()
    stopped: asyncio.Future[None] = loop.create_future()
    open_now: set[asyncio.Task[None]] = set()

    def stop() -> None:
        if not stopped.done():
            stopped.set_result(None)

    def ended(task: asyncio.Task[None]) -> None:
        """Any other exception than a StationError is a programming error and ends the process."""
        open_now.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None and not stopped.done():
            stopped.set_exception(error)

    def take(sock: socket.socket) -> None:
        if len(open_now) >= CONNECTIONS:
            sock.close()
            return
        sock.setblocking(False)
        task = loop.create_task(doorway.serve(sock))
        open_now.add(task)
        task.add_done_callback(ended)

    for each in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(each, stop)
    accept_each(listening, take)
    notify("READY=1")
    try:
        await stopped
    finally:
        loop.remove_reader(listening)
        listening.close()
