"""Takes one order on the connection that systemd hands over (`Accept=yes`), sets the clock, then ends."""

import asyncio
import signal
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from functools import partial
from pathlib import Path

from asyncvarlink import varlinkmethod

from media_station.clock.admit import admit
from media_station.clock.hand import machines, rehearsals
from media_station.doors.clock import SetsClock
from media_station.doors.log import log_line
from media_station.doors.refusals import RECORD_SECONDS, Refusal, Refusals
from media_station.doors.sandbox import SYS_TIME, confine
from media_station.doors.socket import Peer, passed_connection, serve, users
from media_station.model.errors import Refused, StationError
from media_station.proof.note import Verifier
from media_station.settings import Settings, load

IDLE_SECONDS = 30.0

_NO_MORE_CALLS = 0  # SHUT_RD, shutdown(2)


def main(settings_path: Path) -> int:
    """Refused CLK-016 without a connection. Overdue, it is ended by SIGALRM."""
    settings = load(settings_path)
    identity = settings.identity("clock")
    confine(identity, capabilities=SYS_TIME, root=True)
    run = settings.station.run
    hand = rehearsals(settings.station.state / "clock" / "ahead_ms") if identity.rehearsal else machines
    orders_key = _orders_key(settings)

    def set_clock(untrusted_order: str) -> None:
        spent = run / "clock" / "spent"
        hand(admit(untrusted_order, orders_key=orders_key, identity=identity, spent=spent))

    try:
        connection = passed_connection()
    except OSError as error:
        raise Refused("CLK-016") from error
    if connection is None:
        raise Refused("CLK-016")

    def hang_up() -> None:
        with suppress(OSError):
            connection.shutdown(_NO_MORE_CALLS)

    async def until_closed() -> None:
        closed = asyncio.Event()
        refusals = Refusals(_log, seconds=RECORD_SECONDS)

        def door(peer: Peer) -> _OneOrder:
            return _OneOrder(set_clock, hang_up, partial(refusals.take, "clock", peer.uid))

        serve(connection, door, closed.set, uids=users(identity, "desk"))
        await closed.wait()
        refusals.close()

    signal.setitimer(signal.ITIMER_REAL, IDLE_SECONDS)
    asyncio.run(until_closed())
    return 0


def _log(refusal: Refusal, unrecorded: int) -> None:
    log_line("warning", "request.refused", **asdict(refusal), unrecorded=unrecorded)


def _orders_key(settings: Settings) -> Verifier:
    path = settings.credentials("clock") / "orders.pub"
    try:
        return Verifier.parse(path.read_text())
    except OSError as error:
        raise Refused("SET-003", file=path.name) from error


class _OneOrder(SetsClock):
    """The process's end of its door. `refused` tells its log: it has no journal."""

    idle_seconds = IDLE_SECONDS

    def __init__(
        self,
        set_clock: Callable[[str], None],
        hang_up: Callable[[], None],
        refused: Callable[[str, StationError], None],
    ) -> None:
        self.refused = refused
        self._set_clock = set_clock
        self._hang_up = hang_up

    def interface(self) -> SetsClock:
        return self

    @varlinkmethod
    async def Set(self, *, order: str) -> None:  # noqa: N802 - varlink names
        try:
            self._set_clock(order)
        finally:
            self._hang_up()
