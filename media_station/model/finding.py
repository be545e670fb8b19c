"""What the station noticed of itself, for someone to look into: raised once, disposed of by a named reviewer."""

from dataclasses import dataclass
from enum import Enum
from typing import Final

from media_station.model.event import Event, Outcome
from media_station.model.machine import Machine


class FindingKind(Enum):
    """What was noticed. The first seven the desk sees itself; the others are found by the analysis of the journal.

    LOW_DISK: less room on the station's disk than the settings want. CLOCK_OFF: the tokens of several people agree on
    another time. NO_PRESENCE: a sign-in of someone who, by the room's records, was not there. DRIFT: the guard found
    the machine otherwise than it was left. CERTIFICATE_ENDS: the gate's or the host's, soon. DAMAGED: what lies on
    the disk isn't what was recorded (`integrity.verified` names all). MORE: an analysis found more than anyone looks
    into one by one; how many more, by kind. What the others mean stands with their rules (cell/review).
    """

    LOW_DISK = "low_disk"
    CLOCK_OFF = "clock_off"
    NO_PRESENCE = "no_presence"
    DRIFT = "drift"
    CERTIFICATE_ENDS = "certificate_ends"
    DAMAGED = "damaged"
    MORE = "more"
    FAILURES = "failures"
    SUCCESS_AFTER_FAILURES = "success_after_failures"
    REPLAYED_CODE = "replayed_code"
    OUT_OF_HOURS = "out_of_hours"
    HOLIDAY = "holiday"
    SELF_APPROVAL = "self_approval"
    ERASURE_FAILED = "erasure_failed"
    ERASURE_UNKNOWN = "erasure_unknown"
    READ_BACK_MISMATCH = "read_back_mismatch"
    OVERDUE = "overdue"
    SAME_OCCASION = "same_occasion"
    REPRINT = "reprint"
    COUNT_MISMATCH = "count_mismatch"
    EXPIRED_HANDLER = "expired_handler"
    CLOCK_STEP = "clock_step"
    GAP = "gap"
    UNEXPECTED_START = "unexpected_start"
    REFUSED_PEER = "refused_peer"
    STRANGE_DEVICE = "strange_device"
    STALE_PATTERNS = "stale_patterns"


SEEN_BY_THE_DESK: Final = frozenset(
    {
        FindingKind.LOW_DISK,
        FindingKind.CLOCK_OFF,
        FindingKind.NO_PRESENCE,
        FindingKind.DRIFT,
        FindingKind.CERTIFICATE_ENDS,
        FindingKind.DAMAGED,
        FindingKind.MORE,
    }
)

# Of the machine and of nobody, the worst first: everyone at it may know. A clock that is off tells a greeting.
OF_THE_STATION: Final = (
    FindingKind.DAMAGED,
    FindingKind.LOW_DISK,
    FindingKind.DRIFT,
    FindingKind.STALE_PATTERNS,
    FindingKind.CERTIFICATE_ENDS,
)


class Disposition(Enum):
    """What became of it. INCIDENT and MEASURES are told by a paper."""

    EXPLAINED = "explained"
    PLANNED = "planned"
    MEASURES = "measures"
    INCIDENT = "incident"


TOLD_BY_A_PAPER: Final = frozenset({Disposition.MEASURES, Disposition.INCIDENT})


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingRaised(Event):
    """`first` and `last` are the sequences of the records that it is about (-1 where there are none), by which, with
    its kind, it is known: what was raised is not raised again. `day` is the day that it is of (JST, ISO).

    `concerned` are operators, who can't be its reviewers. `detail` is without personal data.
    """

    name = "finding.raised"
    requirements = ("S8",)
    finding: str
    kind: FindingKind
    concerned: tuple[str, ...]
    first: int
    last: int
    day: str
    detail: str

    @property
    def outcome(self) -> Outcome:
        return Outcome.UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingDisposed(Event):
    """`binder` is the number of the paper that tells more, or empty."""

    name = "finding.disposed"
    requirements = ("S8",)
    finding: str
    disposition: Disposition
    binder: str
    reviewer: str


def noticed(finding: str, kind: FindingKind, day: str, detail: str) -> FindingRaised:
    """By the desk itself: it is about no records and concerns nobody."""
    return FindingRaised(finding=finding, kind=kind, concerned=(), first=-1, last=-1, day=day, detail=detail)


class FindingState(Enum):
    RAISED = "raised"
    DISPOSED = "disposed"


FINDING = Machine(
    noun="finding",
    key="finding",
    states=FindingState,
    table={
        (None, FindingRaised): FindingState.RAISED,
        (FindingState.RAISED, FindingDisposed): FindingState.DISPOSED,
    },
)
