"""The station's clock: what was noticed of it, and the order by which two administrators have it set."""

from dataclasses import dataclass
from enum import Enum

from media_station.model.event import Event, Outcome
from media_station.model.ids import parse_clock_order
from media_station.model.instant import parse_wall
from media_station.model.once import OnceOrder


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockOrder(OnceOrder):
    """Clock order v1, with purpose `clock-order`: at boot time `issued_ms` it is `wall`, of which both persons' codes
    were.
    """

    wall: str

    def __post_init__(self) -> None:
        OnceOrder.__post_init__(self)
        parse_clock_order(self.number)
        parse_wall(self.wall)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockOrdered(Event):
    """`wall` is what it was to be at this record's boot time."""

    name = "clock.ordered"
    requirements = ("S6", "S8")
    clock_order: str
    wall: str
    requester: str
    approver: str
    key_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockSet(Event):
    """The order was carried out; `seconds` is how far the clock went by it, negative if back. The record's own time
    is the first of the clock that was set.
    """

    name = "clock.set"
    requirements = ("S6", "S8")
    clock_order: str
    seconds: int


class Against(Enum):
    """What a step shows by: the time since the machine's start, or, since a machine's start itself, the journal."""

    BOOT_TIME = "boot_time"
    JOURNAL = "journal"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockStepped(Event):
    """Nobody had ordered it. The record's own time is the clock's after the step; `expected` what it should have been
    (by the journal: at least), `seconds` how far it is from that, negative if behind.
    """

    name = "clock.stepped"
    requirements = ("S8",)
    against: Against
    expected: str
    seconds: int

    @property
    def outcome(self) -> Outcome:
        return Outcome.UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockAdvanced(Event):
    """Rehearsal: time passed, by somebody's word; wall time went on by so much."""

    name = "clock.advanced"
    requirements = ("S8",)
    seconds: int
