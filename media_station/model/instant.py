"""A moment as the station knows it: wall time for people, boot time for order, boot id to tell boots apart."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

_WALL = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")


def parse_wall(untrusted_text: str) -> datetime:
    """`YYYY-MM-DDTHH:MM:SS.ffffffZ` as an aware datetime; ValueError if it is anything else."""
    if not _WALL.fullmatch(untrusted_text):
        raise ValueError("not a UTC time with microseconds")
    return datetime.fromisoformat(untrusted_text)


def wall_text(when: datetime) -> str:
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Instant:
    """`wall` UTC text, `boottime_ms` CLOCK_BOOTTIME in milliseconds, `boot_id` of the kernel."""

    wall: str
    boottime_ms: int
    boot_id: str

    def __post_init__(self) -> None:
        parse_wall(self.wall)
