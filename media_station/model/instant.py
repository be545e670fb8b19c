"""A moment as the station knows it: wall time for people, boot time for order, boot id to tell boots apart."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime

from media_station.model.errors import Refused

_WALL = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
_YEARS = range(2000, 2101)


def parse_wall(untrusted_text: str) -> datetime:
    """`YYYY-MM-DDTHH:MM:SS.ffffffZ` as an aware datetime; ValueError if it is anything else."""
    if not _WALL.fullmatch(untrusted_text):
        raise ValueError("not a UTC time with microseconds")
    return datetime.fromisoformat(untrusted_text)


def wall_text(when: datetime) -> str:
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def parse_day(untrusted_text: str, field: str) -> date:
    """A day written YYYY-MM-DD, from 2000 to 2100; Refused CON-005."""
    try:
        day = date.fromisoformat(untrusted_text)
    except ValueError:
        day = None
    # Days are reckoned with: none may lead beyond what a calendar holds.
    if day is None or day.isoformat() != untrusted_text or day.year not in _YEARS:
        raise Refused("CON-005", field=field)
    return day


@dataclass(frozen=True, slots=True, kw_only=True)
class Instant:
    """`wall` UTC text, `boottime_ms` CLOCK_BOOTTIME in milliseconds, `boot_id` of the kernel."""

    wall: str
    boottime_ms: int
    boot_id: str

    def __post_init__(self) -> None:
        parse_wall(self.wall)
