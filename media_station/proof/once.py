"""An order to a oneshot of the machine: signed by the desk for two persons, for this station and boot, good once."""

import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

from media_station.model.errors import Refused, StationError
from media_station.model.ids import Identity
from media_station.model.once import OnceOrder
from media_station.proof.key import Verifier
from media_station.proof.note import open_json

_BOOT_ID: Final = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class Codes:
    """Of the refusals: not signed by this station's desk or malformed, another station or epoch, used before, another
    boot, late.
    """

    foreign: str
    elsewhere: str
    used: str
    other_boot: str
    late: str


Order = TypeVar("Order", bound=OnceOrder)


def orders_key(credentials: Path) -> Verifier:
    """The public part that lies among a process's credentials; Refused SET-003 if it doesn't."""
    path = credentials / "orders.pub"
    try:
        return Verifier.parse(path.read_text())
    except OSError as error:
        raise Refused("SET-003", file=path.name) from error


def boottime_ms() -> int:
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000


def admit(
    untrusted_order: str,
    kind: type[Order],
    *,
    purpose: str,
    codes: Codes,
    key: Verifier,
    identity: Identity,
    spent: Path,
) -> tuple[Order, int]:
    """The order, whose number is spent from now on, whatever comes of it; and the boot time that it is now.

    `spent` is a directory in /run, where no roll-back of a disk reaches. Refused with one of `codes`.
    """
    try:
        fields: dict[str, Any] = dict(open_json(purpose, untrusted_order.encode(), [key]))
        del fields["key_id"]
        order = kind(**fields)
    except (StationError, TypeError, ValueError) as error:
        raise Refused(codes.foreign) from error
    if order.identity != identity.name or not order.number.startswith(f"{identity.epoch.upper()}-"):
        raise Refused(codes.elsewhere, order=order.number)
    _spend(order.number, spent, codes)
    if order.boot_id != _BOOT_ID.read_text().strip():
        raise Refused(codes.other_boot, order=order.number)
    now_ms = boottime_ms()
    if not order.issued_ms <= now_ms <= order.start_by_ms:
        raise Refused(codes.late, order=order.number)
    return order, now_ms


def _spend(number: str, spent: Path, codes: Codes) -> None:
    spent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        os.close(os.open(spent / number, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    except FileExistsError as error:
        raise Refused(codes.used, order=number) from error
