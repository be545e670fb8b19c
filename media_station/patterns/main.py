"""Takes one order and its supply on the connection that systemd hands over (`Accept=yes`), installs it, then ends."""

import os
import shutil
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import BinaryIO, Final

from asyncvarlink import FileDescriptor, varlinkmethod

from media_station.doors.once import Refuse, serve_one
from media_station.doors.patterns import InstallsPatterns
from media_station.doors.sandbox import confine
from media_station.doors.socket import users
from media_station.model.errors import Refused
from media_station.model.supply import Supply, SupplyKind, SupplyOrder
from media_station.patterns import present
from media_station.patterns.try_out import try_out
from media_station.patterns.unpack import unpack
from media_station.proof.key import Verifier
from media_station.proof.once import orders_key
from media_station.proof.supply import Publishers, admit_order, open_ordered
from media_station.settings import load

LONGEST_SECONDS: Final = 900.0


def main(settings_path: Path) -> int:
    """Refused SUP-015 without a connection."""
    settings = load(settings_path)
    identity = settings.identity("patterns")
    confine(identity)
    key = orders_key(settings.credentials("patterns"))
    publishers = {SupplyKind.PATTERNS: [Verifier.parse(each) for each in settings.supplies.patterns]}
    folder = Path(os.environ.get("STATE_DIRECTORY") or settings.station.state / "patterns")
    folder.mkdir(parents=True, exist_ok=True)
    spent = settings.station.run / "patterns" / "spent"

    def carry_out(untrusted_order: str, untrusted_supply: int) -> str:
        order = admit_order(untrusted_order, key=key, identity=identity, spent=spent)
        # With patterns of no day nothing is inspected; a rehearsal may have its own.
        tried = partial(try_out, dated=not identity.rehearsal)
        return _install(order, untrusted_supply, publishers, folder, tried)

    def door(refused: Refuse, hang_up: Callable[[], None]) -> _OneOrder:
        return _OneOrder(carry_out, hang_up, refused)

    serve_one("patterns", door, uids=users(identity, "desk"), seconds=LONGEST_SECONDS, by_hand="SUP-015")
    return 0


def _install(
    order: SupplyOrder, untrusted_supply: int, publishers: Publishers, folder: Path, tried: Callable[[Path], str]
) -> str:
    """Refused SUP-017 if it is older than the present ones; as `open_ordered`, `unpack`, `try_out`."""
    with tempfile.TemporaryFile(dir=folder) as own:  # whoever handed it over could still write to his
        supply = open_ordered(order, SupplyKind.PATTERNS, untrusted_supply, own, publishers)
        now = present.number(folder)
        if supply.number < now:
            raise Refused("SUP-017", supply=supply.name, present=now)
        return _put_in_place(supply, own, folder, tried)


def _put_in_place(supply: Supply, body: BinaryIO, folder: Path, tried: Callable[[Path], str]) -> str:
    new = folder / "new"
    shutil.rmtree(new, ignore_errors=True)
    try:
        unpack(body, new)
        scanner = tried(new)
        present.swap(folder, new, supply.name)
    finally:
        shutil.rmtree(new, ignore_errors=True)
    return scanner


class _OneOrder(InstallsPatterns):
    """The process's end of its door. `refused` tells its log: it has no journal."""

    idle_seconds = 30.0

    def __init__(self, carry_out: Callable[[str, int], str], hang_up: Callable[[], None], refused: Refuse) -> None:
        self.refused = refused
        self._carry_out = carry_out
        self._hang_up = hang_up

    def interface(self) -> InstallsPatterns:
        return self

    @varlinkmethod(return_parameter="scanner")
    async def Install(self, *, order: str, supply: FileDescriptor) -> str:  # noqa: N802 - varlink names
        try:
            return self._carry_out(order, supply.fileno())
        finally:
            self._hang_up()
