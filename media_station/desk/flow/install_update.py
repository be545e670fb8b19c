"""S4: an update of the station that came in is installed, or the version before is again, by the order of two persons.
The desk itself reads nothing of it, and doesn't live to see it: which version it then is, its next start tells.
"""

import asyncio
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from media_station.desk.access.authority import Authority
from media_station.desk.access.mint import mint_supply
from media_station.desk.desk import Desk
from media_station.model.asks import InstallUpdate
from media_station.model.errors import IntegrityViolation, Refused
from media_station.model.order import OrderState
from media_station.model.supply import FORMER, SupplyKind, SupplyOrdered, SupplyReceived, UpdateFailed, UpdateInstalled
from media_station.model.views import Answer
from media_station.model.vocabulary import ORDER


async def check(desk: Desk, ask: InstallUpdate) -> None:
    """Refused SUP-004 unless it is the update that was taken last, SUP-022 without a former version, FLW-003 while
    anything else is being done: it would be broken off.
    """
    with _opened(desk, ask.supply):
        pass
    busy = sorted({*desk.performing, *desk.ledger.in_state(ORDER, OrderState.ISSUED)})
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
            version = await desk.updates.take(signed, file)
    except BaseException as error:
        desk.performing.discard(SupplyKind.UPDATE.value)
        # Of a oneshot that can't be heard any more it isn't known what it took.
        if order is not None and isinstance(error, Refused | IntegrityViolation):
            failed = UpdateFailed(supply_order=order.number, supply=order.supply, version=desk.house.version)
            desk.journal.commit(failed, actor=by.operator)
        if isinstance(error, IntegrityViolation) and error.code == "SUP-002":
            desk.spool.drop_supply(SupplyKind.UPDATE)
        raise
    record = desk.ledger.last(SupplyOrdered)
    facts = {"supply": ask.supply, "version": version}
    return Answer(record=record.sequence if record else 0, action=SupplyOrdered.name, facts=facts)


def record_what_became(desk: Desk) -> None:
    """The last order's installation has ended: by the version that this desk is, it is done, or failed."""
    ended = desk.updates.ended()
    if ended is None:
        return
    known = [each.supply_order for each in desk.ledger.of(UpdateInstalled).all(UpdateInstalled)]
    known += [each.supply_order for each in desk.ledger.of(UpdateFailed).all(UpdateFailed)]
    if ended.supply_order in known:
        return
    orders = desk.ledger.of(SupplyOrdered).all(SupplyOrdered)
    order = next((each for each in orders if each.supply_order == ended.supply_order), None)
    if order is None:
        return
    kind = UpdateInstalled if desk.house.version == ended.version else UpdateFailed
    desk.journal.commit(kind(supply_order=order.supply_order, supply=order.supply, version=desk.house.version))
    desk.performing.discard(SupplyKind.UPDATE.value)


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
