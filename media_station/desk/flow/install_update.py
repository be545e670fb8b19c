"""S4: an update of the station that came in is installed, or the version before is again, by the order of two persons.
The desk itself reads nothing of it, and doesn't live to see it: which version it then is, its next start tells.
"""

import asyncio
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, Final

from media_station.desk.access.authority import Authority
from media_station.desk.access.mint import mint_supply
from media_station.desk.desk import Desk
from media_station.model.asks import InstallUpdate
from media_station.model.errors import IntegrityViolation, Refused, StationError
from media_station.model.instant import Instant
from media_station.model.order import OrderState
from media_station.model.supply import FORMER, SupplyKind, SupplyOrdered, SupplyReceived, UpdateFailed, UpdateInstalled
from media_station.model.views import Answer
from media_station.model.vocabulary import ORDER

_NOT_SENT: Final = frozenset({"DOR-001", "DOR-004"})  # nobody is behind the door, or somebody else
# An order is good for half a minute; whoever took it in time is ended after six (media-station-update@.service).
TAKEN_WITHIN_MS: Final = 600_000


async def check(desk: Desk, ask: InstallUpdate) -> None:
    """Refused SUP-004 unless it is the update that was taken last, SUP-022 without a former version, FLW-003 while
    anything else is being done: it would be broken off; and while the order before has no end.
    """
    with _opened(desk, ask.supply):
        pass
    updating = {SupplyKind.UPDATE.value} if desk.updates.open else set()
    busy = sorted({*desk.performing, *updating, *desk.ledger.in_state(ORDER, OrderState.ISSUED)})
    if busy:
        raise Refused("FLW-003", number=busy[0])


async def install(desk: Desk, by: Authority, ask: InstallUpdate) -> Answer:
    """Ordered and verified; within a second the station stops, and starts as the version that it answers: until then no
    order for the drive is minted. As `check`, and as the oneshot refuses: what isn't as it was signed (SUP-002) goes,
    so that it can be taken again.
    """
    await check(desk, ask)
    order = None
    desk.performing.add(SupplyKind.UPDATE.value)
    try:
        with _opened(desk, ask.supply) as (file, signed_for):
            sha256 = signed_for or hashlib.sha256(await asyncio.to_thread(file.read)).hexdigest()
            order, signed = mint_supply(desk, by, supply=ask.supply, sha256=sha256)
            desk.updates.open.add(order.number)
            version = await desk.updates.take(signed, file)
    except BaseException as error:
        desk.performing.discard(SupplyKind.UPDATE.value)
        # Of a oneshot that can't be heard any more it isn't known what it took.
        answered = isinstance(error, StationError) and (
            isinstance(error, Refused | IntegrityViolation) or error.code in _NOT_SENT
        )
        if order is not None and answered:
            failed = UpdateFailed(supply_order=order.number, supply=order.supply, version=desk.house.version)
            desk.journal.commit(failed, actor=by.operator)
            desk.updates.open.discard(order.number)
        if isinstance(error, IntegrityViolation) and error.code == "SUP-002":
            desk.spool.drop_supply(SupplyKind.UPDATE)
        raise
    record = desk.ledger.last(SupplyOrdered)
    facts = {"supply": ask.supply, "version": version}
    return Answer(record=record.sequence if record else 0, action=SupplyOrdered.name, facts=facts)


def resume(desk: Desk) -> None:
    """At the start: what an earlier desk ordered and recorded no end of."""
    ends = desk.ledger.of(UpdateInstalled, UpdateFailed)
    ended = {each.supply_order for each in ends.all(UpdateInstalled)}
    ended |= {each.supply_order for each in ends.all(UpdateFailed)}
    orders = desk.ledger.of(SupplyOrdered).all(SupplyOrdered)
    update = {each.supply_order for each in orders if not each.supply.startswith(f"{SupplyKind.PATTERNS.value}-")}
    desk.updates.open |= update - ended


def record_what_became(desk: Desk) -> None:
    """Of each order without an end. One whose installation has ended is done or failed by the version that this desk
    is; one that nobody took has failed when nobody can take it any more.
    """
    if not desk.updates.open:
        return
    pending = desk.updates.is_pending()
    ended = desk.updates.ended()
    for record in desk.ledger.of(SupplyOrdered).records:
        order = record.event
        if not isinstance(order, SupplyOrdered) or order.supply_order not in desk.updates.open:
            continue
        told = ended is not None and ended.supply_order == order.supply_order
        if not told and (pending or _may_be_taken(record.at, desk.clock.now())):
            continue
        kind = UpdateInstalled if told and ended and ended.version == desk.house.version else UpdateFailed
        desk.journal.commit(kind(supply_order=order.supply_order, supply=order.supply, version=desk.house.version))
        desk.updates.open.discard(order.supply_order)
        desk.performing.discard(SupplyKind.UPDATE.value)


def _may_be_taken(ordered: Instant, now: Instant) -> bool:
    """By a oneshot of which this desk, or one before it, has heard nothing."""
    return ordered.boot_id == now.boot_id and now.boottime_ms <= ordered.boottime_ms + TAKEN_WITHIN_MS


@contextmanager
def _opened(desk: Desk, untrusted_name: str) -> Iterator[tuple[BinaryIO, str]]:
    """The file, and the hash that its publisher signed; empty for the former version."""
    if untrusted_name == FORMER:
        with desk.updates.former() as file:
            yield file, ""
        return
    there = desk.spool.announced(SupplyKind.UPDATE, desk.house.publishers)
    prefix = f"{SupplyKind.UPDATE.value}-"
    taken = [each for each in desk.ledger.of(SupplyReceived).all(SupplyReceived) if each.supply.startswith(prefix)]
    # One that came in just before the desk was killed has no record: it is taken again.
    if there is None or there.name != untrusted_name or not taken or taken[-1].sha256 != there.sha256:
        raise Refused("SUP-004", supply=untrusted_name)
    with desk.spool.supply(SupplyKind.UPDATE) as file:
        yield file, there.sha256
