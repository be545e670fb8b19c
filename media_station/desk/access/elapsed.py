"""How long ago something was, by a clock that nobody sets."""

from media_station.desk.desk import Desk
from media_station.model.clock import ClockAdvanced
from media_station.proof.record import Record


def passed_ms(desk: Desk, record: Record) -> int:
    """By CLOCK_BOOTTIME; since this boot for what was before it. What a rehearsal's clock was advanced counts."""
    now = desk.clock.now()
    if now.boot_id != record.at.boot_id:
        return now.boottime_ms
    passed = now.boottime_ms - record.at.boottime_ms
    if desk.house.identity.rehearsal:
        advanced = desk.ledger.of(ClockAdvanced, start=record.sequence + 1).all(ClockAdvanced)
        passed += 1000 * sum(each.seconds for each in advanced)
    return passed
