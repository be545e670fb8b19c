"""The only reader of the clocks."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from media_station.model.instant import Instant, wall_text
from media_station.texts.era import JST

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


class Clock:
    """Wall time, CLOCK_BOOTTIME and boot id. `offset_ms` is not zero in a rehearsal alone."""

    def __init__(self) -> None:
        self.offset_ms = 0
        self._boot_id = _BOOT_ID.read_text().strip()

    def wall(self) -> datetime:
        return datetime.now(UTC) + timedelta(milliseconds=self.offset_ms)

    def boottime_ms(self) -> int:
        return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000

    def now(self) -> Instant:
        return Instant(wall=wall_text(self.wall()), boottime_ms=self.boottime_ms(), boot_id=self._boot_id)

    def wall_at(self, boottime_ms: int) -> datetime:
        """The wall time of an earlier moment of this boot."""
        return self.wall() - timedelta(milliseconds=self.boottime_ms() - boottime_ms)

    def day(self) -> str:
        """Today by the municipality's calendar, ISO."""
        return self.wall().astimezone(JST).date().isoformat()
