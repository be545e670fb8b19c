"""S5: virus patterns that came in are installed, by the order of two persons. The desk itself reads nothing of them."""

import asyncio
from contextlib import suppress

from media_station.desk.access.authority import Authority
from media_station.desk.access.mint import mint_supply
from media_station.desk.desk import Desk
from media_station.model.asks import InstallPatterns
from media_station.model.errors import IntegrityViolation, PeerFault, Refused
from media_station.model.supply import PatternsUpdated, Supply, SupplyKind, SupplyOrdered, SupplyReceived
from media_station.model.views import Answer


async def check(desk: Desk, ask: InstallPatterns) -> None:
    """Refused SUP-004 unless these are the patterns that were taken last."""
    if _taken(desk, ask.supply) is None:
        raise Refused("SUP-004", supply=ask.supply)


async def install(desk: Desk, by: Authority, ask: InstallPatterns) -> Answer:
    """Ordered, tried, in place; then clamd is told. As `check`; Refused FLW-003 while it is being done, and as the
    oneshot refuses: what isn't as it was signed (SUP-002) goes, so that it can be taken again.
    """
    supply = _taken(desk, ask.supply)
    if supply is None:
        raise Refused("SUP-004", supply=ask.supply)
    if SupplyKind.PATTERNS.value in desk.performing:
        raise Refused("FLW-003", number=ask.supply)
    desk.performing.add(SupplyKind.PATTERNS.value)
    try:
        with desk.spool.supply(SupplyKind.PATTERNS) as file:
            order, signed = mint_supply(desk, by, supply=supply.name, sha256=supply.sha256)
            scanner = await desk.patterns.install(signed, file)
        event = PatternsUpdated(supply_order=order.number, supply=supply.name, made=supply.made, scanner=scanner)
        (record,) = desk.journal.commit(event, actor=by.operator)
    except IntegrityViolation as error:
        if error.code == "SUP-002":
            desk.spool.drop_supply(SupplyKind.PATTERNS)
        raise
    finally:
        desk.performing.discard(SupplyKind.PATTERNS.value)
    await _tell_clamd(desk)
    facts = {"supply": supply.name, "scanner": scanner}
    return Answer(record=record.sequence, action=event.name, facts=facts)


async def record_what_is_in_place(desk: Desk) -> None:
    """Patterns that were ordered and lie in place, but nobody heard of: the desk stopped while they were tried."""
    present = desk.patterns.present()
    last = desk.ledger.last(PatternsUpdated)
    known = last is not None and isinstance(last.event, PatternsUpdated) and last.event.supply == present
    if known or SupplyKind.PATTERNS.value in desk.performing:
        return
    orders = desk.ledger.of(SupplyOrdered, start=0 if last is None else last.sequence).all(SupplyOrdered)
    order = next((each for each in reversed(orders) if each.supply == present), None)
    taken = desk.ledger.of(SupplyReceived).all(SupplyReceived) if order else []
    made = next((each.made for each in taken if order and each.sha256 == order.sha256), None)
    if order is None or made is None:
        return
    desk.journal.commit(PatternsUpdated(supply_order=order.supply_order, supply=present, made=made, scanner=""))
    await _tell_clamd(desk)


async def _tell_clamd(desk: Desk) -> None:
    if desk.scanner is not None:
        with suppress(PeerFault):  # one that isn't there reads them when it starts
            await asyncio.to_thread(desk.scanner.reload)


def _taken(desk: Desk, untrusted_name: str) -> Supply | None:
    """These patterns, if they lie there as they were taken last."""
    there = desk.spool.announced(SupplyKind.PATTERNS, desk.house.publishers)
    if there is None or there.name != untrusted_name:
        return None
    prefix = f"{SupplyKind.PATTERNS.value}-"
    taken = [each for each in desk.ledger.of(SupplyReceived).all(SupplyReceived) if each.supply.startswith(prefix)]
    # One that came in just before the desk was killed has no record: it is taken again.
    return there if taken and (taken[-1].supply, taken[-1].sha256) == (there.name, there.sha256) else None
