"""When the tokens of several people agree that it is another time, it is the station's clock that is off.

Drift is never learned, and a code of another time is never accepted: the administrator is told by how much.
"""

from typing import Final

from media_station.desk.access.elapsed import passed_ms
from media_station.desk.desk import Desk
from media_station.desk.ledger.findings import numbers
from media_station.model.finding import FindingKind, FindingRaised, noticed
from media_station.model.sign_in import SignInRefused, StepUpRefused

AGREE_WITHIN_MS: Final = 15 * 60_000
AGREE_TO_SECONDS: Final = 60  # a period of the slowest tokens
TOLD_AGAIN_MS: Final = 60 * 60_000
_LOOKED_BACK: Final = 1000


def agreed(desk: Desk, operator: str, offset_seconds: int) -> list[FindingRaised]:
    """A finding, if somebody else's code was as far off a short while ago; once an hour."""
    last = desk.ledger.last()
    if not offset_seconds or last is None:
        return []
    start = max(0, last.sequence - _LOOKED_BACK)
    records = desk.ledger.of(SignInRefused, StepUpRefused, FindingRaised, start=start).records
    agree, told = False, False
    for record in records:
        ago_ms = passed_ms(desk, record)
        match record.event:
            case SignInRefused(operator=other, offset_seconds=off) | StepUpRefused(operator=other, offset_seconds=off):
                close = off != 0 and abs(off - offset_seconds) <= AGREE_TO_SECONDS
                agree = agree or (close and other != operator and ago_ms <= AGREE_WITHIN_MS)
            case FindingRaised(kind=FindingKind.CLOCK_OFF):
                told = told or ago_ms <= TOLD_AGAIN_MS
    if told or not agree:
        return []
    number = next(numbers(desk.ledger, desk.house.identity))
    # A token that is ahead of the station's clock says that the station is behind.
    return [noticed(number, FindingKind.CLOCK_OFF, desk.clock.day(), f"{-offset_seconds:+d} s")]
