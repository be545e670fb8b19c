"""Takes one order and its update on the connection that systemd hands over (`Accept=yes`), then ends."""

import os
import tempfile
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Final

from asyncvarlink import FileDescriptor, varlinkmethod

from media_station.doors.once import Refuse, serve_one
from media_station.doors.sandbox import confine
from media_station.doors.socket import users
from media_station.doors.update import TakesUpdate
from media_station.model.errors import Refused
from media_station.model.supply import FORMER, SupplyKind, SupplyOrder
from media_station.proof.key import Verifier
from media_station.proof.once import orders_key
from media_station.proof.supply import Publishers, admit_order, open_ordered
from media_station.settings import load
from media_station.update import package

LONGEST_SECONDS: Final = 300.0


def main(settings_path: Path) -> int:
    """Refused SUP-015 without a connection."""
    settings = load(settings_path)
    identity = settings.identity("update")
    confine(identity, root=True)
    key = orders_key(settings.credentials("update"))
    publishers = {SupplyKind.UPDATE: [Verifier.parse(each) for each in settings.supplies.update]}
    folder = Path(os.environ.get("STATE_DIRECTORY") or settings.station.state / "update")
    folder.mkdir(parents=True, exist_ok=True)
    spent = settings.station.run / "update" / "spent"

    def carry_out(untrusted_order: str, untrusted_supply: int) -> str:
        order = admit_order(untrusted_order, key=key, identity=identity, spent=spent)
        return take(order, untrusted_supply, publishers, folder, present=version("media-station"))

    def door(refused: Refuse, hang_up: Callable[[], None]) -> _OneOrder:
        return _OneOrder(carry_out, hang_up, refused)

    serve_one("update", door, uids=users(identity, "desk"), seconds=LONGEST_SECONDS, by_hand="SUP-015")
    return 0


def take(order: SupplyOrder, untrusted_supply: int, publishers: Publishers, folder: Path, *, present: str) -> str:
    """The version that it has. Refused FLW-003 while another is installed, SUP-022 if no former one is kept, SUP-024 if
    an update isn't newer than `present`, SUP-025 if the package of `present` isn't kept; as `open_ordered`,
    `package.version`.
    """
    if (folder / package.ORDERED).exists():
        raise Refused("FLW-003", number=order.supply)
    package.check_present(folder, present)
    new = folder / package.NEW
    try:
        if order.supply == FORMER:
            package.copy_former(folder, new, order.sha256)
        else:
            with tempfile.TemporaryFile(dir=folder) as own:
                open_ordered(order, SupplyKind.UPDATE, untrusted_supply, own, publishers)
                package.copy(own, new)
        its = package.version(new)
        if order.supply != FORMER and not package.is_newer(its, present):
            raise Refused("SUP-024", supply=order.supply, version=its, present=present)
        package.hand_over(folder, {"supply_order": order.number, "version": its})
    finally:
        new.unlink(missing_ok=True)
    return its


class _OneOrder(TakesUpdate):
    """The process's end of its door. `refused` tells its log: it has no journal."""

    idle_seconds = 30.0

    def __init__(self, carry_out: Callable[[str, int], str], hang_up: Callable[[], None], refused: Refuse) -> None:
        self.refused = refused
        self._carry_out = carry_out
        self._hang_up = hang_up

    def interface(self) -> TakesUpdate:
        return self

    @varlinkmethod(return_parameter="version")
    async def Take(self, *, order: str, supply: FileDescriptor) -> str:  # noqa: N802 - varlink names
        try:
            return self._carry_out(order, supply.fileno())
        finally:
            self._hang_up()
