"""What an approver may decide otherwise: each exception has a kind, a subject, a reason on paper, and a name."""

from dataclasses import dataclass
from enum import Enum

from media_station.model.event import Event


class ExceptionKind(Enum):
    """SAME_OCCASION (O5) and BEFORE_INSPECTION (F7) are of a transfer, INDIVIDUAL_NUMBER (D) and STALE_PATTERNS (S5)
    of a payload.
    """

    SAME_OCCASION = "same_occasion"
    BEFORE_INSPECTION = "before_inspection"
    INDIVIDUAL_NUMBER = "individual_number"
    STALE_PATTERNS = "stale_patterns"


_REQUIREMENTS = {
    ExceptionKind.SAME_OCCASION: "O5",
    ExceptionKind.BEFORE_INSPECTION: "F7",
    ExceptionKind.INDIVIDUAL_NUMBER: "D",
    ExceptionKind.STALE_PATTERNS: "S5",
}
OF_PAYLOADS = frozenset({ExceptionKind.INDIVIDUAL_NUMBER, ExceptionKind.STALE_PATTERNS})


@dataclass(frozen=True, slots=True, kw_only=True)
class ExceptionGranted(Event):
    """`binder` is the number of the paper that says why. SAME_OCCASION holds for `day` alone."""

    name = "exception.granted"
    kind: ExceptionKind
    transfer: str
    payload: str
    binder: str
    day: str
    approver: str

    @property
    def branch(self) -> ExceptionKind:
        return self.kind

    @property
    def cites(self) -> tuple[str, ...]:
        return (_REQUIREMENTS[self.kind],)
