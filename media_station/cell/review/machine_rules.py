"""Rules about the machine: its clock, its silences, its starts, and what is no part of it."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from media_station.cell.review.rule import Calendar, Matched, OnOneDay, Rule, Seen, detection
from media_station.model.clock import ClockAdvanced, ClockSet, ClockStepped
from media_station.model.finding import FindingKind
from media_station.model.instant import parse_wall
from media_station.model.network import PeerRefused
from media_station.model.order import OrderRefused
from media_station.model.payload import PayloadInspected
from media_station.model.review import Detection, Thresholds
from media_station.model.station import RequestRefused, StationStarted, StationStopped, TailSetAside
from media_station.proof.record import Record

# What was ordered, or what a rehearsal was moved by.
_EXPLAINED: Final = (ClockSet, ClockAdvanced)
# Another user at a door, another key at the gate.
_STRANGERS: Final = frozenset({"DOR-010", "GAT-010"})
# Another medium than the order's, nothing removable, more than a medium (a keyboard among them).
_STRANGE: Final = frozenset({"DRV-018", "DRV-039", "DRV-040"})


def machine_rules(thresholds: Thresholds, calendar: Calendar) -> tuple[Rule, ...]:
    return (
        ClockStep(thresholds),
        Gap(thresholds),
        UnexpectedStart(thresholds, calendar),
        RefusedPeer(thresholds),
        StrangeDevice(thresholds),
        StalePatterns(thresholds),
    )


class ClockStep(Rule):
    """Between two records of one start of the machine, wall time went another way than the time since the start; or
    from one start to the next it went back; or the station says itself that it stepped. An order to set it explains it.
    """

    kinds = (FindingKind.CLOCK_STEP,)
    thresholds = ("clock_step_seconds",)

    def __init__(self, thresholds: Thresholds) -> None:
        self._least = thresholds.clock_step_seconds
        self._before: Record | None = None

    def see(self, seen: Seen) -> Iterator[Detection]:
        before, self._before = self._before, seen.record
        if isinstance(seen.event, ClockStepped):
            yield detection(FindingKind.CLOCK_STEP, seen.number, seen)
            return
        if before is None or isinstance(before.event, _EXPLAINED) or isinstance(seen.event, _EXPLAINED):
            return
        wall = (parse_wall(seen.record.at.wall) - parse_wall(before.at.wall)).total_seconds()
        step = wall
        if before.at.boot_id == seen.record.at.boot_id:
            step = wall - (seen.record.at.boottime_ms - before.at.boottime_ms) / 1000
        elif wall > 0:
            return
        if abs(step) >= self._least:
            yield detection(FindingKind.CLOCK_STEP, before.sequence, seen)


class Gap(Rule):
    """The machine ran, and there was no record for so many hours; or unsigned lines stood at the journal's end."""

    kinds = (FindingKind.GAP,)
    thresholds = ("silent_hours",)

    def __init__(self, thresholds: Thresholds) -> None:
        self._least = thresholds.silent_hours * 3600
        self._before: Record | None = None

    def see(self, seen: Seen) -> Iterator[Detection]:
        before, self._before = self._before, seen.record
        if isinstance(seen.event, TailSetAside):
            yield detection(FindingKind.GAP, seen.number, seen)
        elif before is not None and before.at.boot_id == seen.record.at.boot_id:
            ran_ms = seen.record.at.boottime_ms - before.at.boottime_ms
            if ran_ms >= self._least * 1000 and not isinstance(seen.event, StationStarted):
                yield detection(FindingKind.GAP, before.sequence, seen)


class UnexpectedStart(Rule):
    """The station started while the office was closed, or though it had not stopped in order before (a crash, a pulled
    plug), or so many times on one day; each once a day.
    """

    kinds = (FindingKind.UNEXPECTED_START,)
    carries = (StationStarted, StationStopped)
    thresholds = ("starts", "opens", "closes")

    def __init__(self, thresholds: Thresholds, calendar: Calendar) -> None:
        self._least = thresholds.starts
        self._calendar = calendar
        self._day = date.min
        self._first = self._count = 0
        self._told = self._runs = False

    def see(self, seen: Seen) -> Iterator[Detection]:
        if isinstance(seen.event, StationStopped):
            self._runs = False
        if not isinstance(seen.event, StationStarted):
            return
        broke_off, self._runs = self._runs, True
        if seen.day != self._day:
            self._day, self._first, self._count, self._told = seen.day, seen.number, 0, False
        self._count += 1
        if self._count == self._least:
            yield detection(FindingKind.UNEXPECTED_START, self._first, seen)
        elif not self._told and (broke_off or seen.closed or self._calendar.is_out_of_hours(seen.at)):
            self._told = True
            yield detection(FindingKind.UNEXPECTED_START, seen.number, seen)


class RefusedPeer(OnOneDay):
    """The firewall dropped packets of an address, the gate another key than the host's, or a door another user."""

    kinds = (FindingKind.REFUSED_PEER,)
    thresholds = ("refused_peers",)

    def __init__(self, thresholds: Thresholds) -> None:
        super().__init__(FindingKind.REFUSED_PEER, thresholds.refused_peers, _refused_peer)


def _refused_peer(seen: Seen) -> Matched | None:
    match seen.event:
        case PeerRefused():
            return Matched("")  # one finding a day, however many addresses are made up
        case RequestRefused(door=door, code=code) if code in _STRANGERS:
            return Matched(door)
    return None


class StrangeDevice(OnOneDay):
    """In a bay was another medium than the order's, or what is more than a medium or none."""

    kinds = (FindingKind.STRANGE_DEVICE,)
    thresholds = ("strange_devices",)

    def __init__(self, thresholds: Thresholds) -> None:
        super().__init__(FindingKind.STRANGE_DEVICE, thresholds.strange_devices, _strange_device)


def _strange_device(seen: Seen) -> Matched | None:
    match seen.event:
        case OrderRefused(code=code) | RequestRefused(code=code) if code in _STRANGE:
            return Matched(code)
    return None


class StalePatterns(OnOneDay):
    """A payload was looked into with patterns so many days old, or of an unknown day; once a day."""

    kinds = (FindingKind.STALE_PATTERNS,)
    thresholds = ("patterns_days",)

    def __init__(self, thresholds: Thresholds) -> None:
        self._most = thresholds.patterns_days
        super().__init__(FindingKind.STALE_PATTERNS, 1, self._stale)

    def _stale(self, seen: Seen) -> Matched | None:
        match seen.event:
            case PayloadInspected(scanner=scanner, patterns=made) if scanner:
                if not made or (seen.day - date.fromisoformat(made)).days >= self._most:
                    return Matched("")
        return None
