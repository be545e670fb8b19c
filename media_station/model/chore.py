"""What the station does by itself when a timer says so."""

from dataclasses import dataclass
from enum import Enum

from media_station.model.event import Event, Outcome


class Chore(Enum):
    """HEARTBEAT each hour; each night INTEGRITY (journal and spool verified), ANALYSIS (of the days since the
    last one), BACKUP (sealed to the recipients, where there are any; it lies in the spool until somebody carries it
    out).
    """

    HEARTBEAT = "heartbeat"
    INTEGRITY = "integrity"
    ANALYSIS = "analysis"
    BACKUP = "backup"


@dataclass(frozen=True, slots=True, kw_only=True)
class StationAlive(Event):
    """The desk was there and could record."""

    name = "station.alive"
    requirements = ("S8",)


@dataclass(frozen=True, slots=True, kw_only=True)
class IntegrityVerified(Event):
    """The journal on the disk, `records` long, was read once more, and so were `files` of the spool; `damaged` are
    those of either that aren't what was recorded, can't be read, or are gone.
    """

    name = "integrity.verified"
    requirements = ("S8", "S9")
    records: int
    files: int
    damaged: tuple[str, ...]

    @property
    def outcome(self) -> Outcome:
        return Outcome.FAILURE if self.damaged else Outcome.SUCCESS
