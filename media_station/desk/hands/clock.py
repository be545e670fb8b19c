"""The only reader of the clocks, and what is known of them: whether the wall clock stepped, and whether it is behind.

CLOCK_BOOTTIME runs on whatever is done to the wall clock, so what the two are apart changes only by a step.
"""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from media_station.desk.hands.durably import replace_durably
from media_station.model.clock import Against, ClockStepped
from media_station.model.instant import Instant, parse_wall, wall_text
from media_station.texts.era import JST

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
STEP: Final = timedelta(seconds=60)


class Clock:
    """Wall time, CLOCK_BOOTTIME and boot id.

    `ahead` is there in a rehearsal alone: a file that says how many milliseconds its clock is ahead of the machine's.
    `being_set`: an order to set the clock is out; no look is taken at it.
    """

    def __init__(self, ahead: Path | None = None) -> None:
        self._ahead = ahead
        self._boot_id = _BOOT_ID.read_text().strip()
        self._latest: datetime | None = None
        self._began: datetime | None = None
        self.being_set = False

    def wall(self) -> datetime:
        return datetime.now(UTC) + timedelta(milliseconds=self.ahead_ms)

    def boottime_ms(self) -> int:
        return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000

    def now(self) -> Instant:
        return Instant(wall=wall_text(self.wall()), boottime_ms=self.boottime_ms(), boot_id=self._boot_id)

    def wall_at(self, boottime_ms: int) -> datetime:
        """The wall time of an earlier moment of this boot."""
        return self.wall() - timedelta(milliseconds=self.boottime_ms() - boottime_ms)

    def day(self) -> str:
        """Today by the municipality's calendar, ISO: not before the latest record's day, even if the clock is."""
        wall = self.wall()
        return (max(wall, self._latest) if self._latest else wall).astimezone(JST).date().isoformat()

    def behind(self) -> timedelta:
        """How far before the latest record; zero if it isn't."""
        return max(self._latest - self.wall(), timedelta(0)) if self._latest else timedelta(0)

    def resume(self, latest: str, last: Instant | None) -> None:
        """At the start: the latest wall time recorded since the clock was last set, and the journal's last moment."""
        self._latest = parse_wall(latest) if latest else None
        self._began = _began(last) if last is not None and last.boot_id == self._boot_id else None

    def step(self, now: Instant) -> ClockStepped | None:
        """What is to be recorded of the clock before anything else is; the same until it was."""
        if self.being_set:
            return None
        wall = parse_wall(now.wall)
        if self._began is not None:
            off, against = _began(now) - self._began, Against.BOOT_TIME
        elif self._latest is not None and wall < self._latest:
            off, against = wall - self._latest, Against.JOURNAL
        else:
            return None
        if against is Against.BOOT_TIME and abs(off) <= STEP:
            return None
        return ClockStepped(against=against, expected=wall_text(wall - off), seconds=round(off.total_seconds()))

    def recorded(self, at: Instant, *, stepped: bool, anew: bool) -> None:
        """A record of this moment is in the journal; `anew`: the clock was set, and what was before it says nothing."""
        wall = parse_wall(at.wall)
        self._latest = wall if anew or self._latest is None else max(wall, self._latest)
        if stepped or anew or self._began is None:
            self._began = _began(at)

    def advance(self, by: timedelta) -> None:
        """Rehearsal: time passes; it is no step."""
        if self._ahead is None:
            raise RuntimeError("not a rehearsal's clock")
        self._ahead.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        ahead_ms = self.ahead_ms + by // timedelta(milliseconds=1)
        replace_durably(self._ahead, str(ahead_ms).encode())
        if self._began is not None:
            self._began += by

    @property
    def ahead_ms(self) -> int:
        """Zero but in a rehearsal."""
        try:
            return int(self._ahead.read_bytes()) if self._ahead is not None else 0
        except FileNotFoundError:
            return 0


def _began(at: Instant) -> datetime:
    """What the wall clock would have shown when the machine started."""
    return parse_wall(at.wall) - timedelta(milliseconds=at.boottime_ms)
