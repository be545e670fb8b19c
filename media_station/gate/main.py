"""media-stationd gate: serves the listening socket that systemd hands over; it has no other."""

import asyncio
import signal
import socket
import ssl
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from media_station.doors.sandbox import confine
from media_station.doors.socket import accept_each, passed_listener, ready
from media_station.gate.admission import SENT_AWAY, SHAKING_HANDS, SILENT, Waiting, shake_hands
from media_station.gate.desk import DeskDoor
from media_station.gate.hosts import Hosts
from media_station.gate.http import Connection, refusal
from media_station.gate.refusals import Refusals
from media_station.gate.requests import Counter, known_name
from media_station.gate.tls import verify_host
from media_station.gate.upload import Uploads
from media_station.model.errors import PeerFault, Refused, StationError
from media_station.settings import load

CONNECTIONS: Final = 16
_SOCKET_NAME: Final = "gate"  # FileDescriptorName= of the .socket unit


def main(settings_path: Path) -> int:
    """Runs until SIGTERM. Refused GAT-001 without the socket, GAT-002 and GAT-003 without sound keys and pins."""
    settings = load(settings_path)
    confine(settings.identity("gate"))
    listening = _handed_over()
    desk = DeskDoor(run=settings.station.run)
    hosts = Hosts(settings.credentials("gate"), settings.gate.host_pins, desk)
    uploads = Uploads(settings.station.state / "gate" / "upload", desk, spare_bytes=settings.disk.refuse_bytes)
    counter = Counter(uploads=uploads, desk=desk, body_bytes=settings.gate.body_bytes)
    doorway = Doorway(
        hosts=hosts,
        counter=counter,
        refusals=Refusals(desk),
        silent=Waiting(SILENT),
        shaking_hands=Waiting(SHAKING_HANDS),
        served=set(),
    )
    asyncio.run(_run(listening, doorway))
    return 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Doorway:
    """What every connection passes before it is heard."""

    hosts: Hosts
    counter: Counter
    refusals: Refusals
    silent: Waiting
    shaking_hands: Waiting
    served: set[Connection]

    async def serve(self, sock: socket.socket) -> None:
        """One connection from its handshake to its end; what the host did wrong ends that connection alone."""
        connection = None
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("serves in a task")

        def began() -> None:
            self.silent.leave(task)
            self.shaking_hands.come(task)

        try:
            stream, known = await shake_hands(sock, self.hosts.known, began)
            connection = Connection(stream)
            verify_host(stream.tls, known.pins)
            self.shaking_hands.leave(task)
            if len(self.served) >= CONNECTIONS:
                raise PeerFault("GAT-014", most=CONNECTIONS)
            self.served.add(connection)
            while await self._exchange(connection, stream.tls):
                pass
        except asyncio.CancelledError as cancelled:
            if cancelled.args != (SENT_AWAY,):
                raise
            self.refusals.take(PeerFault("GAT-014", most=SILENT))
        except PeerFault as error:
            self.refusals.take(error, reason=str(error.parameters.get("reason", "")))
        finally:
            if connection is None:
                sock.close()
            else:
                try:
                    await connection.close()
                finally:
                    self.served.discard(connection)

    async def _exchange(self, connection: Connection, presented: ssl.SSLSocket) -> bool:
        """One request and its answer; whether another may follow. A key that was taken away since is refused here."""
        name = ""
        try:
            request = await connection.request()
            if request is None:
                return False
            name = known_name(request)
            verify_host(presented, (await self.hosts.known()).pins)
            answer = await self.counter.respond(request, connection)
        except StationError as error:
            self.refusals.take(error, request=name)
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
        sock.setblocking(False)
        task = loop.create_task(doorway.serve(sock))
        open_now.add(task)
        task.add_done_callback(ended)
        doorway.silent.come(task)

    for each in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(each, stop)
    reporting = loop.create_task(doorway.refusals.keep_reporting())
    reporting.add_done_callback(ended)
    accept_each(listening, take)
    ready()
    try:
        await stopped
    finally:
        reporting.cancel()
        with suppress(asyncio.CancelledError):
            await reporting
        await doorway.refusals.report()
        loop.remove_reader(listening)
        listening.close()
