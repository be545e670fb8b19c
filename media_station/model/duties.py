"""Who may be the same person (O3): the duties of one transfer, the pairs that nobody may have, those a master decides.

What the four-eyes checks of single acts refuse (requester and approver of one request, performer and validator of one
erasure) is refused whatever a master says.
"""

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType
from typing import Final


class StaffDuty(Enum):
    """職務. CLERK hands media over, NOTICE_CLERK prints or hands over a notice, PERFORMER erases or destroys."""

    REQUESTER = "requester"
    APPROVER = "approver"
    CLERK = "clerk"
    NOTICE_CLERK = "notice-clerk"
    INSPECTOR = "inspector"
    PERFORMER = "performer"
    VALIDATOR = "validator"
    WITNESS = "witness"
    CERTIFIER = "certifier"


_D = StaffDuty
Pair = frozenset[StaffDuty]

DUTY_NAMES: Mapping[str, StaffDuty] = MappingProxyType(
    {
        "依頼者": _D.REQUESTER,
        "承認者": _D.APPROVER,
        "受渡担当者": _D.CLERK,
        "通知書担当者": _D.NOTICE_CLERK,
        "検査者": _D.INSPECTOR,
        "実施者": _D.PERFORMER,
        "確認者": _D.VALIDATOR,
        "立会者": _D.WITNESS,
        "証明者": _D.CERTIFIER,
    }
)
# No master can allow these.
NEVER: Final[frozenset[Pair]] = frozenset(
    frozenset(pair)
    for pair in (
        (_D.REQUESTER, _D.APPROVER),
        (_D.PERFORMER, _D.VALIDATOR),
        (_D.PERFORMER, _D.WITNESS),
        (_D.PERFORMER, _D.CERTIFIER),
    )
)
# Refused unless the master allows them; any other pair is allowed unless it refuses it.
DECIDED: Final[frozenset[Pair]] = frozenset(
    frozenset(pair) for pair in ((_D.CLERK, _D.NOTICE_CLERK), (_D.CLERK, _D.INSPECTOR))
)
# Of one request each, not of the whole transfer: who asks today may approve somebody else's request tomorrow.
OF_ONE_REQUEST: Final[Pair] = frozenset({_D.REQUESTER, _D.APPROVER})


def is_allowed(one: StaffDuty, other: StaffDuty, said: Mapping[Pair, bool]) -> bool:
    """Whether one person may have both in one transfer; `said` is the master adopted last, empty if none was."""
    pair = frozenset({one, other})
    if pair == OF_ONE_REQUEST or len(pair) == 1:
        return True
    return pair not in NEVER and said.get(pair, pair not in DECIDED)
