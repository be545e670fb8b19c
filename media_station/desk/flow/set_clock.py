"""The clock is set, by the order of two administrators; in a rehearsal, time passes by somebody's word."""

from datetime import timedelta
from typing import Final

from media_station.desk.access.authority import Authority
from media_station.desk.access.mint import mint_clock
from media_station.desk.desk import Desk
from media_station.model.asks import AdvanceClock, SetClock
from media_station.model.clock import ClockAdvanced, ClockSet
from media_station.model.errors import MediaFault, Refused
from media_station.model.instant import parse_wall
from media_station.model.views import Answer

AHEAD: Final = timedelta(days=100 * 366)
NEAR: Final = timedelta(seconds=2)


async def set_clock(desk: Desk, by: Authority, ask: SetClock, asked_ms: int) -> Answer:
    """Ordered, set, looked at. `asked_ms` is CLOCK_BOOTTIME when it was the proposed time.

    Refused FLW-003 while another order is out, and as the oneshot refuses. MediaFault CLK-007 if the clock then isn't
    what was ordered; what became of it shows as a step.
    """
    if desk.clock.being_set:
        raise Refused("FLW-003", number=ask.proposed)
    desk.clock.being_set = True
    try:
        since = timedelta(milliseconds=desk.clock.boottime_ms() - asked_ms)
        order, signed = mint_clock(desk, by, parse_wall(ask.proposed) + since)
        before = desk.clock.wall_at(order.issued_ms)
        await desk.setter.set(signed)
        after = desk.clock.wall_at(order.issued_ms)
        if abs(after - parse_wall(order.wall)) > NEAR:
            raise MediaFault("CLK-007", order=order.number)
        event = ClockSet(clock_order=order.number, seconds=round((after - before).total_seconds()))
        (record,) = desk.journal.commit(event, actor=by.operator)
    finally:
        desk.clock.being_set = False
    facts = {"order": order.number, "seconds": str(event.seconds)}
    return Answer(record=record.sequence, action=event.name, facts=facts)


def advance(desk: Desk, ask: AdvanceClock) -> Answer:
    """Refused CLK-001 outside a rehearsal, CLK-002 backwards or beyond what a calendar holds for long."""
    if not desk.house.identity.rehearsal:
        raise Refused("CLK-001")
    by = timedelta(seconds=ask.seconds) if 0 < ask.seconds <= AHEAD.total_seconds() else timedelta(0)
    if not by or timedelta(milliseconds=desk.clock.ahead_ms) + by > AHEAD:
        raise Refused("CLK-002")
    desk.clock.advance(by)
    event = ClockAdvanced(seconds=ask.seconds)
    (record,) = desk.journal.commit(event)
    return Answer(record=record.sequence, action=event.name, facts={})
