"""The hands that set a clock: the machine's, or a rehearsal's. Each takes the wall time that it is now."""

import fcntl
import os
import struct
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from media_station.model.errors import Refused

Hand = Callable[[datetime], None]

RTC: Final = Path("/dev/rtc0")
_RTC_SET_TIME: Final = 0x4024700A  # _IOW('p', 0x0a, struct rtc_time), rtc(4)
_RTC_TIME: Final = struct.Struct("9i")


def machines(now: datetime) -> None:
    """CLOCK_REALTIME, and the clock that runs without power, in UTC: else the next start would bring the error back.

    Refused CLK-015 if the machine doesn't let it be set.
    """
    try:
        _set_rtc(now)
        time.clock_settime_ns(
            time.CLOCK_REALTIME, (now - datetime.fromtimestamp(0, UTC)) // timedelta(microseconds=1) * 1000
        )
    except OSError as error:
        raise Refused("CLK-015") from error


def _set_rtc(now: datetime) -> None:
    """Of a machine that has one."""
    try:
        rtc = os.open(RTC, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        utc = now.astimezone(UTC)
        day = (utc.day, utc.month - 1, utc.year - 1900, 0, 0, 0)
        fcntl.ioctl(rtc, _RTC_SET_TIME, _RTC_TIME.pack(utc.second, utc.minute, utc.hour, *day))
    finally:
        os.close(rtc)


def rehearsals(ahead: Path) -> Hand:
    """The hand of a rehearsal, whose clock is the machine's and so many milliseconds more, as the file `ahead` says."""

    def set_clock(now: datetime) -> None:
        beside = ahead.with_name(ahead.name + ".set")
        try:
            ahead.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            beside.write_text(str((now - datetime.now(UTC)) // timedelta(milliseconds=1)))
            beside.replace(ahead)
        except OSError as error:
            raise Refused("CLK-015") from error

    return set_clock
