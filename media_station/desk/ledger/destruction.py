"""What each destruction is checked against, in the house and by a firm, and the number of its record."""

from collections.abc import Sequence
from typing import Final

from media_station.desk.ledger.index import Ledger
from media_station.model.erasure import MediumDestroyed, MediumEntrusted
from media_station.model.errors import Refused
from media_station.model.medium import MEDIUM, MediumState
from media_station.model.operator import OPERATOR, OperatorState
from media_station.model.payload import ImageSealed

MOST_TOGETHER: Final = 50
# Nothing that was sealed at this station is on it.
_UNUSED = frozenset({MediumState.STOCK, MediumState.READY, MediumState.FOREIGN, MediumState.CERTIFIED})


def check_batch(media: Sequence[str]) -> None:
    """Refused DST-003 unless they are one to MOST_TOGETHER different media."""
    if not 1 <= len(media) <= MOST_TOGETHER or len(set(media)) < len(media):
        raise Refused("DST-003", most=MOST_TOGETHER)


def check_witness(ledger: Ledger, performer: str, witness: str) -> None:
    """Refused DST-001 if the witness is the performer or nobody known."""
    if witness == performer or ledger.state(OPERATOR, witness) is not OperatorState.ENROLLED:
        raise Refused("DST-001")


def records_given(ledger: Ledger) -> int:
    """How many 媒体物理的破壊記録書 have a number; what left to a firm has its own already."""
    told = ledger.of(MediumEntrusted, MediumDestroyed)
    entrusted, destroyed = told.all(MediumEntrusted), told.all(MediumDestroyed)
    return len({each.record for each in entrusted} | {each.record for each in destroyed})


def data_of(ledger: Ledger, medium: str) -> str:
    """The transfer whose data is on it, or was when its erasure failed; empty for what carries none."""
    sealed = ledger.history("medium", medium).last(ImageSealed)
    return "" if sealed is None or ledger.state(MEDIUM, medium) in _UNUSED else sealed.transfer
