"""What the station noticed of itself, for someone to look into."""

from dataclasses import dataclass
from enum import Enum

from media_station.model.event import Event, Outcome


class FindingKind(Enum):
    """CLOCK_OFF: the tokens of several people agree on another time. NO_PRESENCE: a sign-in of someone who, by the
    room's records, was not there.
    """

    CLOCK_OFF = "clock_off"
    NO_PRESENCE = "no_presence"


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingRaised(Event):
    """`detail` without personal data; `operator` whom it concerns and `record` the record's sequence, or "" and -1."""

    name = "finding.raised"
    requirements = ("S8",)
    kind: FindingKind
    operator: str
    record: int
    detail: str

    @property
    def outcome(self) -> Outcome:
        return Outcome.UNKNOWN
