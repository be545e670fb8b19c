"""Takes one order on the connection that systemd hands over (`Accept=yes`), sets the clock, then ends."""

from collections.abc import Callable
from pathlib import Path

from asyncvarlink import varlinkmethod

from media_station.clock.admit import admit
from media_station.clock.hand import machines, rehearsals
from media_station.doors.clock import SetsClock
from media_station.doors.once import Refuse, serve_one
from media_station.doors.sandbox import SYS_TIME, confine
from media_station.doors.socket import users
from media_station.proof.once import orders_key
from media_station.settings import load

IDLE_SECONDS = 30.0


def main(settings_path: Path) -> int:
    """Refused CLK-016 without a connection."""
    settings = load(settings_path)
    identity = settings.identity("clock")
    confine(identity, capabilities=SYS_TIME, root=True)
    run = settings.station.run
    hand = rehearsals(settings.station.state / "clock" / "ahead_ms") if identity.rehearsal else machines
    key = orders_key(settings.credentials("clock"))

    def set_clock(untrusted_order: str) -> None:
        spent = run / "clock" / "spent"
        hand(admit(untrusted_order, orders_key=key, identity=identity, spent=spent))

    def door(refused: Refuse, hang_up: Callable[[], None]) -> _OneOrder:
        return _OneOrder(set_clock, hang_up, refused)

    serve_one("clock", door, uids=users(identity, "desk"), seconds=IDLE_SECONDS, by_hand="CLK-016")
    return 0


class _OneOrder(SetsClock):
    """The process's end of its door. `refused` tells its log: it has no journal."""

    idle_seconds = IDLE_SECONDS

    def __init__(self, set_clock: Callable[[str], None], hang_up: Callable[[], None], refused: Refuse) -> None:
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
