"""A clock order against everything that it must agree with; what it says the time is now."""

import os
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from media_station.model.clock import ClockOrder
from media_station.model.errors import Refused, StationError
from media_station.model.ids import Identity
from media_station.model.instant import parse_wall
from media_station.proof.note import Verifier, open_json

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


def boottime_ms() -> int:
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000


def admit(untrusted_order: str, *, orders_key: Verifier, identity: Identity, spent: Path) -> datetime:
    """The wall time that it is now by the order, whose number is spent from now on, whatever comes of it.

    `spent` is a directory in /run, where no roll-back of a disk reaches. Refused CLK-010 not signed by this station's
    desk or malformed, CLK-011 another station or epoch, CLK-012 used, CLK-013 another boot, CLK-014 late.
    """
    order = _parse_signed(untrusted_order, orders_key)
    if order.identity != identity.name or not order.number.startswith(f"{identity.epoch.upper()}-"):
        raise Refused("CLK-011", order=order.number)
    _spend(order.number, spent)
    if order.boot_id != _BOOT_ID.read_text().strip():
        raise Refused("CLK-013", order=order.number)
    now_ms = boottime_ms()
    if not order.issued_ms <= now_ms <= order.start_by_ms:
        raise Refused("CLK-014", order=order.number)
    return parse_wall(order.wall) + timedelta(milliseconds=now_ms - order.issued_ms)


def _parse_signed(untrusted_order: str, orders_key: Verifier) -> ClockOrder:
    try:
        fields: dict[str, Any] = dict(open_json("clock-order", untrusted_order.encode(), [orders_key]))
        del fields["key_id"]
        return ClockOrder(**fields)
    except (StationError, TypeError, ValueError) as error:
        raise Refused("CLK-010") from error


def _spend(number: str, spent: Path) -> None:
    spent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        os.close(os.open(spent / number, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    except FileExistsError as error:
        raise Refused("CLK-012", order=number) from error
