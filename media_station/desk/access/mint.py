"""Authority to a signed order, for the drive, the clock, the patterns or an update: the only user of the order key.

Committed before anyone can see it.
"""

from dataclasses import asdict
from datetime import datetime
from typing import Final

from media_station.desk.access.authority import Authority
from media_station.desk.desk import Desk
from media_station.model.asks import (
    Ask,
    Erase,
    Identify,
    Import,
    InstallPatterns,
    InstallUpdate,
    SetClock,
    Write,
    WriteBundle,
)
from media_station.model.clock import ClockOrder, ClockOrdered
from media_station.model.errors import Refused
from media_station.model.instant import wall_text
from media_station.model.order import Action, Order, OrderIssued
from media_station.model.supply import SupplyKind, SupplyOrder, SupplyOrdered
from media_station.model.views import Loaded
from media_station.proof.note import sign_json

CLOCK_ORDER_MS: Final = 30_000
SUPPLY_ORDER_MS: Final = 30_000
_ACTIONS: dict[type[Ask], Action] = {
    Write: Action.WRITE,
    Identify: Action.READ,
    Erase: Action.ERASE,
    Import: Action.IMPORT,
    WriteBundle: Action.WRITE,
}


def mint(
    desk: Desk, by: Authority, *, medium: str, transfer: str, loaded: Loaded, image_sha256: str, image_length: int
) -> tuple[OrderIssued, str]:
    """One order for one action on what is loaded now. The Authority's action decides what it is an order for.

    Refused ACC-012 if it rests on a permit that isn't good for this, FLW-003 when an update is about to stop the desk.
    """
    if SupplyKind.UPDATE.value in desk.performing or (desk.updates.open and desk.updates.is_pending()):
        raise Refused("FLW-003", number=SupplyKind.UPDATE.value)
    action = _ACTIONS[by.action]
    now = desk.clock.now()
    if by.permit is not None:
        by.permit.use(transfer=transfer, medium=medium, now_ms=now.boottime_ms)
    order = Order(
        number=desk.house.identity.order_number(desk.ledger.count(OrderIssued) + 1),
        identity=desk.house.identity.name,
        boot_id=now.boot_id,
        action=action,
        transfer=transfer,
        medium=medium,
        fingerprint=loaded.fingerprint,
        image_sha256=image_sha256,
        image_length=image_length,
        requester=by.operator,
        approver=by.second,
        issued_ms=now.boottime_ms,
        start_by_ms=now.boottime_ms + desk.house.order_seconds * 1000,
    )
    issued = OrderIssued(
        order=order.number,
        action=action,
        transfer=transfer,
        medium=medium,
        fingerprint=loaded.fingerprint,
        image_sha256=image_sha256,
        requester=by.operator,
        approver=by.second,
        key_id=desk.keys.orders.key_id,
    )
    desk.journal.commit(issued, actor=by.operator)
    fields = asdict(order) | {"action": action.value}
    return issued, sign_json("order", fields, desk.keys.orders).decode()


def mint_clock(desk: Desk, by: Authority, wall: datetime) -> tuple[ClockOrder, str]:
    """One order to set the clock: `wall` is what it is now."""
    if by.action is not SetClock:
        raise ValueError("an Authority for something else")
    now = desk.clock.now()
    order = ClockOrder(
        number=desk.house.identity.clock_order_number(desk.ledger.count(ClockOrdered) + 1),
        identity=desk.house.identity.name,
        boot_id=now.boot_id,
        wall=wall_text(wall),
        requester=by.operator,
        approver=by.second,
        issued_ms=now.boottime_ms,
        start_by_ms=now.boottime_ms + CLOCK_ORDER_MS,
    )
    ordered = ClockOrdered(
        clock_order=order.number,
        wall=order.wall,
        requester=by.operator,
        approver=by.second,
        key_id=desk.keys.orders.key_id,
    )
    desk.journal.commit(ordered, actor=by.operator)
    return order, sign_json("clock-order", asdict(order), desk.keys.orders).decode()


def mint_supply(desk: Desk, by: Authority, *, supply: str, sha256: str) -> tuple[SupplyOrder, str]:
    """One order to install it: patterns, an update or the former version."""
    if by.action is not (InstallPatterns if supply.startswith(SupplyKind.PATTERNS.value) else InstallUpdate):
        raise ValueError("an Authority for something else")
    now = desk.clock.now()
    order = SupplyOrder(
        number=desk.house.identity.supply_order_number(desk.ledger.count(SupplyOrdered) + 1),
        identity=desk.house.identity.name,
        boot_id=now.boot_id,
        supply=supply,
        sha256=sha256,
        requester=by.operator,
        approver=by.second,
        issued_ms=now.boottime_ms,
        start_by_ms=now.boottime_ms + SUPPLY_ORDER_MS,
    )
    ordered = SupplyOrdered(
        supply_order=order.number,
        supply=supply,
        sha256=sha256,
        requester=by.operator,
        approver=by.second,
        key_id=desk.keys.orders.key_id,
    )
    desk.journal.commit(ordered, actor=by.operator)
    return order, sign_json("supply-order", asdict(order), desk.keys.orders).decode()
