"""By what the station's clock was borne out: a token's code is right for a minute or so, and no other clock made it."""

from itertools import pairwise
from typing import Final

from media_station.desk.ledger.index import Ledger
from media_station.model.asks import SetClock
from media_station.model.clock import ClockSet, ClockStepped
from media_station.model.event import Event
from media_station.model.operator import OperatorEnrolled
from media_station.model.sign_in import RecoveryCodeUsed, SignInAccepted, StepUpAccepted
from media_station.proof.record import Record

# A code was checked against the time of each of these.
_BEARING_OUT: Final = (SignInAccepted, StepUpAccepted, OperatorEnrolled, ClockSet)


def last_borne_out(ledger: Ledger, before: int | None = None) -> Record | None:
    """The last record (before this sequence) whose time a token's code bore out."""
    return next(iter(reversed(_since_borne_out(ledger, before))), None)


def latest_borne_out(ledger: Ledger) -> str:
    """The latest wall time that is sure: that of such a record, or of one that followed it in the same boot, without a
    step between. Empty before any.

    A clock that was wrong when the machine started, or that stepped ahead, makes records as any other; they don't keep
    people from setting it right.
    """
    records = _since_borne_out(ledger, None)
    latest = ""
    for record in reversed(records):
        if record.at.boot_id != records[-1].at.boot_id or isinstance(record.event, ClockStepped):
            break
        latest = max(latest, record.at.wall)
    return latest


def _since_borne_out(ledger: Ledger, before: int | None) -> list[Record]:
    """Newest first, the one that was borne out last; none if there isn't one. A recovery code tells no time."""
    records = []
    for record, earlier in pairwise(ledger.backwards(before)):
        records.append(record)
        if _is_borne_out(record.event) and not isinstance(earlier.event, RecoveryCodeUsed):
            return records
    return []


def _is_borne_out(event: Event | None) -> bool:
    """The codes of those who set the clock are of another time than their record's."""
    if isinstance(event, StepUpAccepted) and event.action == SetClock.__name__:
        return False
    return isinstance(event, _BEARING_OUT)
