"""Who was in the room and when (S10): entered by hand, or imported from the door system's CSV."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from enum import Enum

from media_station.model.errors import Refused
from media_station.model.event import Event
from media_station.model.ids import parse_operator
from media_station.model.instant import parse_day, wall_text

HEADINGS = ("日時", "操作者番号", "入退室")
_WAYS = {"入室": True, "退室": False}
_JST = timezone(timedelta(hours=9))


class PresenceSource(Enum):
    HAND = "hand"
    IMPORT = "import"


@dataclass(frozen=True, slots=True, kw_only=True)
class PresenceEntered(Event):
    """`time` is UTC, by the station's clock or by the door system's."""

    name = "presence.entered"
    requirements = ("S10",)
    operator: str
    time: str
    source: PresenceSource


@dataclass(frozen=True, slots=True, kw_only=True)
class PresenceLeft(Event):
    name = "presence.left"
    requirements = ("S10",)
    operator: str
    time: str
    source: PresenceSource


@dataclass(frozen=True, slots=True, kw_only=True)
class PresenceCompared(Event):
    """The sign-ins of these days (ISO, both included) were held against the room's records."""

    name = "presence.compared"
    requirements = ("S10",)
    since: str
    until: str
    sign_ins: int
    findings: int


Presence = PresenceEntered | PresenceLeft


def presence(operator: str, *, entered: bool, time: str, source: PresenceSource) -> Presence:
    kind = PresenceEntered if entered else PresenceLeft
    return kind(operator=operator, time=time, source=source)


def read_presence(untrusted_lines: Sequence[Sequence[str]]) -> list[Presence]:
    """The door system's lines, times in Japan's. Refused PRS-001 (headings), PRS-002 (a value; rows from 1)."""
    if not untrusted_lines or tuple(untrusted_lines[0]) != HEADINGS:
        raise Refused("PRS-001", headings=",".join(HEADINGS))
    read = []
    for number, line in enumerate(untrusted_lines[1:], start=2):
        try:
            when, operator, way = (each.strip() for each in line)
            day, _, _ = when.replace("/", "-").partition("T" if "T" in when else " ")
            parse_day(day, "when")
            at = datetime.fromisoformat(when.replace("/", "-")).replace(tzinfo=_JST).astimezone(UTC)
            read.append(
                presence(parse_operator(operator), entered=_WAYS[way], time=wall_text(at), source=PresenceSource.IMPORT)
            )
        except (ValueError, KeyError, Refused) as error:
            raise Refused("PRS-002", row=number) from error
    return read
