"""How long ago something was, by a clock that nobody sets."""

from media_station.desk.desk import Desk
from media_station.model.instant import Instant, parse_wall


def passed_ms(desk: Desk, at: Instant) -> int:
    """By CLOCK_BOOTTIME; since this boot for what was before it. A rehearsal's clock that was moved counts."""
    now = desk.clock.now()
    if now.boot_id != at.boot_id:
        return now.boottime_ms
    if desk.clock.offset_ms:
        return int((parse_wall(now.wall) - parse_wall(at.wall)).total_seconds() * 1000)
    return now.boottime_ms - at.boottime_ms
