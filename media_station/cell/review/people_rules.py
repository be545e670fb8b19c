"""Rules about people: wrong factors, replays, the hours, one person in two roles."""

from collections import deque
from collections.abc import Iterator
from typing import Final

from media_station.cell.review.rule import Calendar, Matched, OnOneDay, Rule, Seen, detection
from media_station.model.finding import FindingKind
from media_station.model.instant import Instant, parse_wall
from media_station.model.review import Detection, Thresholds
from media_station.model.sign_in import Factor, SignInAccepted, SignInRefused, StepUpAccepted, StepUpRefused
from media_station.model.station import RequestRefused

# Factors were looked at, and one was wrong; what the throttle refused before has another code.
WRONG: Final = "ACC-002"
# The same person on both sides: second person, approver, adopter, validator, certifier, witness.
SELF_APPROVALS: Final = frozenset(
    {"ACC-014", "APR-001", "CON-002", "CRT-002", "DST-001", "DTY-001", "ERA-002", "MST-003", "STF-004"}
)
_ENTERED: Final = (SignInAccepted, StepUpAccepted)


def people_rules(thresholds: Thresholds, calendar: Calendar) -> tuple[Rule, ...]:
    return (
        Failures(thresholds),
        ReplayedCode(thresholds),
        OutOfHours(calendar),
        Holiday(),
        SelfApproval(thresholds),
    )


class Failures(Rule):
    """FAILURES: so many wrong factors within some minutes at this station, whoever's. SUCCESS_AFTER_FAILURES: someone
    comes in meanwhile; once a person. It is over when there was no failure for as many minutes.
    """

    kinds = (FindingKind.FAILURES, FindingKind.SUCCESS_AFTER_FAILURES)
    thresholds = ("failures", "failures_minutes")

    def __init__(self, thresholds: Thresholds) -> None:
        self._least = thresholds.failures
        self._seconds = thresholds.failures_minutes * 60
        self._failures: deque[tuple[Instant, int, str]] = deque()
        self._told: set[str] | None = None  # whose successes, while it lasts

    def see(self, seen: Seen) -> Iterator[Detection]:
        match seen.event:
            case SignInRefused(code=code, operator=operator) | StepUpRefused(code=code, operator=operator):
                if code != WRONG:
                    return
                self._forget(seen)
                self._failures.append((seen.record.at, seen.number, operator))
                if self._told is None and len(self._failures) >= self._least:
                    self._told = set()
                    names = (name for _, _, name in self._failures)
                    yield detection(FindingKind.FAILURES, self._failures[0][1], seen, names)
            case SignInAccepted(operator=operator) | StepUpAccepted(operator=operator):
                self._forget(seen)
                if self._told is not None and operator not in self._told:
                    self._told.add(operator)
                    yield detection(FindingKind.SUCCESS_AFTER_FAILURES, self._failures[0][1], seen, (operator,))

    def _forget(self, seen: Seen) -> None:
        while self._failures and apart_seconds(self._failures[0][0], seen.record.at) > self._seconds:
            self._failures.popleft()
        if not self._failures:
            self._told = None


def apart_seconds(earlier: Instant, later: Instant) -> float:
    """By the clock that went further: neither a clock set back nor a rehearsal's leap draws two moments together."""
    wall = (parse_wall(later.wall) - parse_wall(earlier.wall)).total_seconds()
    if later.boot_id != earlier.boot_id:
        return wall
    return max(wall, (later.boottime_ms - earlier.boottime_ms) / 1000)


class ReplayedCode(OnOneDay):
    """A right code that had been used already."""

    kinds = (FindingKind.REPLAYED_CODE,)
    thresholds = ("replayed_codes",)

    def __init__(self, thresholds: Thresholds) -> None:
        super().__init__(FindingKind.REPLAYED_CODE, thresholds.replayed_codes, _replayed)


def _replayed(seen: Seen) -> Matched | None:
    if isinstance(seen.event, SignInRefused | StepUpRefused) and seen.event.factor is Factor.REPLAYED:
        return Matched(seen.event.operator, (seen.event.operator,))
    return None


class OutOfHours(OnOneDay):
    """Someone comes in, or shows a code, on an open day outside the office's hours."""

    kinds = (FindingKind.OUT_OF_HOURS,)
    thresholds = ("opens", "closes")

    def __init__(self, calendar: Calendar) -> None:
        def match(seen: Seen) -> Matched | None:
            if isinstance(seen.event, _ENTERED) and not seen.closed and calendar.is_out_of_hours(seen.at):
                return Matched(seen.event.operator, (seen.event.operator,))
            return None

        super().__init__(FindingKind.OUT_OF_HOURS, 1, match)


class Holiday(OnOneDay):
    """The same on a day on which the office is closed."""

    kinds = (FindingKind.HOLIDAY,)

    def __init__(self) -> None:
        super().__init__(FindingKind.HOLIDAY, 1, _on_a_holiday)


def _on_a_holiday(seen: Seen) -> Matched | None:
    if isinstance(seen.event, _ENTERED) and seen.closed:
        return Matched(seen.event.operator, (seen.event.operator,))
    return None


class SelfApproval(OnOneDay):
    """A request by the same person who is on its other side; the record has no name, only the request."""

    kinds = (FindingKind.SELF_APPROVAL,)
    thresholds = ("self_approvals",)

    def __init__(self, thresholds: Thresholds) -> None:
        super().__init__(FindingKind.SELF_APPROVAL, thresholds.self_approvals, _on_both_sides)


def _on_both_sides(seen: Seen) -> Matched | None:
    if isinstance(seen.event, RequestRefused) and seen.event.code in SELF_APPROVALS:
        return Matched(seen.event.request)
    return None
