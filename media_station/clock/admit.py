"""A clock order against everything that it must agree with; what it says the time is now."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from media_station.model.clock import ClockOrder
from media_station.model.ids import Identity
from media_station.model.instant import parse_wall
from media_station.proof import once
from media_station.proof.note import Verifier

_CODES: Final = once.Codes(foreign="CLK-010", elsewhere="CLK-011", used="CLK-012", other_boot="CLK-013", late="CLK-014")


def admit(untrusted_order: str, *, orders_key: Verifier, identity: Identity, spent: Path) -> datetime:
    """The wall time that it is now by the order. Refused CLK-010 to CLK-014 as `once.admit`."""
    order, now_ms = once.admit(
        untrusted_order,
        ClockOrder,
        purpose="clock-order",
        codes=_CODES,
        key=orders_key,
        identity=identity,
        spent=spent,
    )
    return parse_wall(order.wall) + timedelta(milliseconds=now_ms - order.issued_ms)
