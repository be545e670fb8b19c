"""A whole station whose gate listens on a wire of the tests' own, and whose guard rules that wire."""

import ctypes
import os
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

from at_the_counter import told
from attacking import Station, in_the_end, standing
from lan import LINK, PORT, STATION, Lan

from media_station.doors.socket import Socket
from media_station.guard.firewall import LISTING
from media_station.guard.ruleset import closed, opened
from media_station.model.network_asks import AdoptBaseline
from media_station.rehearsal import house

SETTINGS = f'\n[network]\ninterface = "{LINK.interface}"\naddress = "{STATION}"\nhost = "{LINK.host}"\nport = {PORT}\n'
_NEW_NETWORK = 0x40000000  # CLONE_NEWNET, setns(2)


class Guarded:
    """`station` is whose guard looks at `wire`."""

    def __init__(self, station: Station, wire: Lan) -> None:
        self.station = station
        self.wire = wire

    def rules(self) -> str:
        return self.wire.run("station", "nft", *LISTING)

    def is_open(self) -> bool:
        return self.rules() == opened(LINK)

    def is_closed(self) -> bool:
        return self.rules() == closed()

    def told(self, action: str) -> list[dict]:
        return told(self.station.house, action)

    def start(self) -> None:
        self.station.does(self.station.house.start_role("guard"))

    def adopt(self) -> None:
        """By two administrators: what the guard sees now."""
        in_the_end(lambda: bool(self.view().seen))
        staff, counter = self.station.walk.staff, self.station.walk.counter
        ask = AdoptBaseline(entries=self.view().seen)
        self.station.does(counter.do(ask, staff.administrator, second=staff.second_administrator))

    def view(self):
        return self.station.does(self.station.walk.counter.see("Baseline", self.station.walk.staff.administrator))

    def send(self, who: str, file: Path) -> str:
        """`media-station send` from there; what it prints."""
        at, public = self.station.house, self.station.house.station / "public"
        return self.wire.run(
            who,
            *(sys.executable, "-m", "media_station.cli.main", "send", str(file), "--json"),
            *("--consignment", self.station.walk.terms.consignment, "--to", f"{STATION}:{PORT}"),
            *("--host-keys", str(at.host), "--gate-cert", str(public / "gate.crt")),
            *("--sealing-key", str(public / "sealing.pub"), "--receipts-key", str(public / "receipts.pub")),
            *("--keep", str(at.folder / "sending")),
        )


@contextmanager
def guarded(folder: Path, wire: Lan, *, record_seconds: float = 1.0) -> Iterator[Guarded]:
    """The guard isn't started yet; the gate listens."""
    here = Path(__file__).parent
    commands = {
        "guard": [*wire.inside("station"), sys.executable, str(here / "quick_guard.py"), str(record_seconds)],
        "desk": [sys.executable, str(here / "quick_desk.py")],
    }
    with (
        mock.patch.object(house, "listen_loopback", lambda: _listening_in(wire.name("station"))),
        standing(folder, commands=commands, more_settings=SETTINGS) as station,
    ):
        yield Guarded(station, wire)


def _listening_in(namespace: str) -> Socket:
    """On the gate's address there; a socket stays where it was made."""
    libc = ctypes.CDLL(None, use_errno=True)
    with open(f"/proc/self/task/{threading.get_native_id()}/ns/net") as own, open(f"/run/netns/{namespace}") as other:
        assert libc.setns(other.fileno(), _NEW_NETWORK) == 0, os.strerror(ctypes.get_errno())
        try:
            listening = socket.create_server((STATION, PORT))
        finally:
            assert libc.setns(own.fileno(), _NEW_NETWORK) == 0
    listening.setblocking(False)
    return listening
