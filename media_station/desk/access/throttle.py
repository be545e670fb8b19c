"""Wrong factors in a row make an operator wait, then close the account; read from the journal, so a restart forgets
nothing.

Refused attempts cost nothing: no factor is looked at. They are recorded once a minute at most, with how many were left
out. Names that aren't known share one place in the queue. An account is locked only if two administrators can still
sign in afterwards; who can't be locked waits.
"""

from dataclasses import replace
from itertools import islice, takewhile
from typing import Final

from media_station.desk.access import clock_off
from media_station.desk.access.elapsed import passed_ms
from media_station.desk.access.factors import Wrong
from media_station.desk.desk import Desk
from media_station.desk.ledger import people
from media_station.model.errors import Refused
from media_station.model.event import Event
from media_station.model.operator import (
    ADMINISTRATORS_AT_LEAST,
    OPERATOR,
    UNKNOWN,
    OperatorEnrolled,
    OperatorLocked,
    OperatorRenewed,
    OperatorState,
    OperatorUnlocked,
)
from media_station.model.sign_in import SignInAccepted, SignInRefused, StepUpAccepted, StepUpRefused
from media_station.proof.record import Record

Attempt = SignInRefused | StepUpRefused

WRONG: Final = "ACC-002"
# Seconds to wait after the third wrong attempt in a row, the fourth, …; the last one after each further.
WAITS_SECONDS: Final = (5, 10, 20, 40, 80, 160, 300)
FREE_ATTEMPTS: Final = 2
LOCKED_AT: Final = 10
# Nobody signs in under a name that isn't known, and ends its row: after so long it is forgotten.
UNKNOWN_FORGOTTEN_SECONDS: Final = 3600
RECORDED_EVERY_MS: Final = 60_000
_ENDS_A_ROW: Final = (SignInAccepted, StepUpAccepted, OperatorUnlocked, OperatorRenewed, OperatorEnrolled)
# Enough for ten wrong attempts, with the refusals recorded between them while each waited five minutes.
_LOOKED_BACK: Final = 100


def admit(desk: Desk, attempt: Attempt) -> None:
    """Before factors are checked: Refused THR-001 with the seconds to wait, THR-002 if locked.

    `attempt` is the record of the refusal but for its code.
    """
    row = _row(desk, attempt.operator)
    if desk.ledger.state(OPERATOR, attempt.operator) is OperatorState.LOCKED:
        refused = Refused("THR-002")
    else:
        wrong = [record for record in row if _is_wrong(record)]
        left_ms = _wait_ms(len(wrong)) - passed_ms(desk, wrong[0]) if wrong else 0
        if left_ms <= 0:
            return
        refused = Refused("THR-001", seconds=-(-left_ms // 1000))
    if row and not _is_wrong(row[0]) and passed_ms(desk, row[0]) < RECORDED_EVERY_MS:
        desk.left_out[attempt.operator] = desk.left_out.get(attempt.operator, 0) + 1
    else:
        _record(desk, replace(attempt, code=refused.code))
    raise refused


def refuse(desk: Desk, attempt: Attempt, wrong: Wrong) -> Refused:
    """Records wrong factors, and that the account is locked if this was once too often; the answer at the door."""
    number = wrong_attempts(desk, attempt.operator) + 1
    more: list[Event] = [*clock_off.agreed(desk, attempt.operator, wrong.offset_seconds)]
    if number >= LOCKED_AT and _may_lock(desk, attempt):
        more.append(OperatorLocked(operator=attempt.operator))
    _record(desk, replace(attempt, factor=wrong.factor, offset_seconds=wrong.offset_seconds, code=WRONG), *more)
    return Refused(WRONG)


def wrong_attempts(desk: Desk, operator: str) -> int:
    """In a row, as far as they count."""
    return sum(map(_is_wrong, _row(desk, operator)))


def recorded_name(desk: Desk, operator: str) -> str:
    """What a record may say of a name as it was typed: it may have been the password."""
    return operator if operator in desk.vault.accounts else UNKNOWN


def _may_lock(desk: Desk, attempt: Attempt) -> bool:
    if desk.ledger.state(OPERATOR, attempt.operator) is not OperatorState.ENROLLED:
        return False
    left = people.administrators_left(desk.ledger, desk.clock.day(), {attempt.operator: ()})
    now = people.administrators_left(desk.ledger, desk.clock.day(), {})
    return left >= min(now, ADMINISTRATORS_AT_LEAST)


def _record(desk: Desk, attempt: Attempt, *more: Event) -> None:
    counted = replace(attempt, left_out=desk.left_out.pop(attempt.operator, 0))
    desk.journal.commit(counted, *more, actor=attempt.operator)


def _row(desk: Desk, operator: str) -> list[Record]:
    """The refusals since something was right, the newest first."""
    kinds = (SignInRefused, StepUpRefused, *_ENDS_A_ROW)
    newest_first = islice(desk.ledger.newest_first("operator", operator, *kinds), _LOOKED_BACK)
    row = list(takewhile(lambda record: not isinstance(record.event, _ENDS_A_ROW), newest_first))
    if operator == UNKNOWN:
        row = [record for record in row if passed_ms(desk, record) < UNKNOWN_FORGOTTEN_SECONDS * 1000]
    return row


def _is_wrong(record: Record) -> bool:
    return isinstance(record.event, Attempt) and record.event.code == WRONG


def _wait_ms(number: int) -> int:
    """After so many wrong attempts in a row."""
    if number <= FREE_ATTEMPTS:
        return 0
    return WAITS_SECONDS[min(number - FREE_ATTEMPTS, len(WAITS_SECONDS)) - 1] * 1000
