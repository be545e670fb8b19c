"""S5: virus patterns that came in are installed, by the order of two persons. The desk itself reads nothing of them."""

import asyncio
from contextlib import suppress

from media_station.desk.access.authority import Authority
from media_station.desk.access.mint import mint_supply
from media_station.desk.desk import Desk
from media_station.model.asks import InstallPatterns
from media_station.model.errors import PeerFault, Refused, StationError
from media_station.model.supply import PatternsUpdated, Supply, SupplyKind
from media_station.model.views import Answer
from media_station.proof.supply import HEADER_BYTES, open_header


async def check(desk: Desk, ask: InstallPatterns) -> None:
    """Refused SUP-004 unless these are the patterns that came in last."""
    with suppress(StationError):
        if _lies_there(desk).name == ask.supply:
            return
    raise Refused("SUP-004", supply=ask.supply)


async def install(desk: Desk, by: Authority, ask: InstallPatterns) -> Answer:
    """Ordered, tried, in place; then clamd is told. As `check`; Refused FLW-003 while it is being done, and as the
    oneshot refuses.
    """
    await check(desk, ask)
    if SupplyKind.PATTERNS.value in desk.performing:
        raise Refused("FLW-003", number=ask.supply)
    desk.performing.add(SupplyKind.PATTERNS.value)
    try:
        supply = _lies_there(desk)
        with desk.spool.supply(SupplyKind.PATTERNS) as file:
            order, signed = mint_supply(desk, by, supply)
            scanner = await desk.patterns.install(signed, file)
        event = PatternsUpdated(supply_order=order.number, supply=supply.name, made=supply.made, scanner=scanner)
        (record,) = desk.journal.commit(event, actor=by.operator)
    finally:
        desk.performing.discard(SupplyKind.PATTERNS.value)
    if desk.scanner is not None:
        with suppress(PeerFault):  # one that isn't there reads them when it starts
            await asyncio.to_thread(desk.scanner.reload)
    facts = {"supply": supply.name, "scanner": scanner}
    return Answer(record=record.sequence, action=event.name, facts=facts)


def _lies_there(desk: Desk) -> Supply:
    with desk.spool.supply(SupplyKind.PATTERNS) as file:
        line = file.readline(HEADER_BYTES + 1)
    supply, _ = open_header(line.removesuffix(b"\n"), desk.house.publishers)
    return supply
