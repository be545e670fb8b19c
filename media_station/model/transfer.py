"""A transfer: one payload on its way out and back, F1 to F8. What is not in a table is refused.

Three tables move with the same events, and an event passes only if each of them lets it pass: TRANSFER is the way
itself, RELEASE keeps erasure and destruction until ⑦ has passed or an approver decides otherwise, FREEZE stops all but
returns while an incident is open.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

from media_station.model.erasure import ErasureValidated, MediumDestroyed, MediumEntrusted
from media_station.model.event import Event, Outcome
from media_station.model.exemption import ExceptionGranted, ExceptionKind
from media_station.model.handover import (
    EnclosuresAccounted,
    EnclosuresHandedOver,
    HandoverCorrected,
    LettersDelivered,
    LettersHandedOver,
    MediumHandedOver,
    MediumReturned,
    NoticeHandedOver,
    NoticePrinted,
    NoticeReturned,
    PasswordDestroyed,
)
from media_station.model.incident import (
    IncidentClosed,
    IncidentOpened,
    MediumAttested,
    MediumLost,
    NoticeLost,
    TransferFrozen,
    TransferResumed,
)
from media_station.model.kind import MediumKind
from media_station.model.machine import Machine
from media_station.model.order import Action, OrderIssued, Verdict
from media_station.model.payload import ImageSealed


class Count(Enum):
    """What is counted at which step: envelopes made, records printed, letters enclosed, records that share an envelope
    with others (合封: what joined another's), spoiled sheets (損紙), letters posted (差出票).
    """

    ENVELOPES = "envelopes"
    PRINTED = "printed"
    ENCLOSED = "enclosed"
    COMBINED = "combined"
    SPOILED = "spoiled"
    POSTED = "posted"


STEP_OF_COUNT = {
    Count.ENVELOPES: "F3",
    Count.PRINTED: "F4",
    Count.ENCLOSED: "F5",
    Count.COMBINED: "F5",
    Count.SPOILED: "F5",
    Count.POSTED: "F8",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferOpened(Event):
    """`kinds` are the media that go out, one medium each. `post_by` is the last day for the letters (発送期限)."""

    name = "transfer.opened"
    requirements = ("F1",)
    transfer: str
    payload: str
    consignment: str
    records: int
    kinds: tuple[MediumKind, ...]
    post_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CountReported(Event):
    """`confirmation_code` beside the printed count: that of the transfer's data, as whoever opened them read it back.
    Empty if he didn't; another tool than ours shows none.
    """

    name = "count.reported"
    requirements = ("F3", "F4", "F5", "F8")
    transfer: str
    count: Count
    value: int
    confirmation_code: str

    @property
    def cites(self) -> tuple[str, ...]:
        return (STEP_OF_COUNT[self.count],)


@dataclass(frozen=True, slots=True, kw_only=True)
class CountCorrected(Event):
    """The value that counts from now on. `binder` is the number of the paper that explains it (別紙番号)."""

    name = "count.corrected"
    requirements = ("O7",)
    transfer: str
    count: Count
    was: int
    value: int
    binder: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LettersInspected(Event):
    """⑦. `pulled` letters were taken out (引抜) and don't go to the post."""

    name = "letters.inspected"
    requirements = ("F7",)
    transfer: str
    verdict: Verdict
    inspected: int
    pulled: int
    inspector: str

    @property
    def branch(self) -> Verdict:
        return self.verdict

    @property
    def outcome(self) -> Outcome:
        return self.verdict.outcome


class Ending(Enum):
    """完了: all is accounted for. 事故終結: what isn't is told by an incident."""

    COMPLETE = "complete"
    INCIDENT = "incident"


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferClosed(Event):
    """`incident`, `binder` (why it ends so) are empty for a complete one."""

    name = "transfer.closed"
    requirements = ("O9",)
    transfer: str
    ending: Ending
    records: int
    posted: int
    incident: str
    binder: str
    approver: str

    @property
    def branch(self) -> Ending:
        return self.ending


class TransferState(Enum):
    OPENED = "opened"
    OUT = "out"
    DELIVERED = "delivered"
    PASSED = "passed"
    POSTED = "posted"
    CLOSED = "closed"
    CLOSED_BY_INCIDENT = "closed_by_incident"


S = TransferState

ENDED = frozenset({S.CLOSED, S.CLOSED_BY_INCIDENT})
# While the data is with the contractor, and after: what may happen without a change of state.
_AWAY = (MediumReturned, NoticeReturned, EnclosuresAccounted, CountReported, CountCorrected, MediumAttested)
_FOUND = (MediumReturned, NoticeReturned, MediumAttested)
# What ends the data; RELEASE says when.
_ENDING = (ErasureValidated, MediumEntrusted, MediumDestroyed, PasswordDestroyed)
_ANY_TIME = (IncidentOpened, IncidentClosed, TransferFrozen, TransferResumed, MediumLost, NoticeLost, ExceptionGranted)


def _orders(state: Enum, *actions: Action) -> dict[Enum, Enum]:
    return dict.fromkeys(actions, state)


TRANSFER = Machine(
    noun="transfer",
    key="transfer",
    states=TransferState,
    table={
        (None, TransferOpened): S.OPENED,
        (S.OPENED, ImageSealed): S.OPENED,
        (S.OPENED, OrderIssued): _orders(S.OPENED, Action.WRITE),
        (S.OPENED, MediumHandedOver): S.OUT,
        (S.OUT, ImageSealed): S.OUT,
        (S.OUT, OrderIssued): _orders(S.OUT, Action.WRITE, Action.READ, Action.ERASE),
        (S.OUT, MediumHandedOver): S.OUT,
        (S.OUT, EnclosuresHandedOver): S.OUT,
        (S.OUT, NoticePrinted): S.OUT,
        (S.OUT, NoticeHandedOver): S.OUT,
        (S.OUT, LettersDelivered): S.DELIVERED,
        (S.DELIVERED, OrderIssued): _orders(S.DELIVERED, Action.READ, Action.ERASE),
        # Not passed: back to ④, with the same medium or a new one.
        (S.DELIVERED, LettersInspected): {Verdict.PASS: S.PASSED, Verdict.FAIL: S.OUT},
        (S.PASSED, OrderIssued): _orders(S.PASSED, Action.READ, Action.ERASE),
        (S.PASSED, LettersHandedOver): S.POSTED,
        (S.POSTED, OrderIssued): _orders(S.POSTED, Action.READ, Action.ERASE),
        (S.POSTED, TransferClosed): {Ending.COMPLETE: S.CLOSED, Ending.INCIDENT: S.CLOSED_BY_INCIDENT},
        **{
            (state, TransferClosed): {Ending.INCIDENT: S.CLOSED_BY_INCIDENT}
            for state in (S.OPENED, S.OUT, S.DELIVERED, S.PASSED)
        },
        **{(state, event): state for event in _AWAY + _ENDING for state in (S.OUT, S.DELIVERED, S.PASSED, S.POSTED)},
        **{(S.OPENED, event): S.OPENED for event in _ENDING},
        **{(state, event): state for event in _ANY_TIME for state in TransferState if state is not S.CLOSED},
        # What was lost may turn up when the transfer has ended without it: it is received, and comes to its own end.
        **{(S.CLOSED_BY_INCIDENT, event): S.CLOSED_BY_INCIDENT for event in (*_FOUND, *_ENDING)},
        (S.CLOSED_BY_INCIDENT, OrderIssued): _orders(S.CLOSED_BY_INCIDENT, Action.READ, Action.ERASE),
        # What its voided certificate doesn't vouch for any more.
        **{(S.CLOSED, event): S.CLOSED for event in (MediumEntrusted, MediumDestroyed)},
        # A slip can be put right, and a paper filed, after the end as well.
        **{(state, HandoverCorrected): state for state in TransferState},
    },
)


class ReleaseState(Enum):
    HELD = "held"
    RELEASED = "released"


_R = ReleaseState

RELEASE = Machine(
    noun="release",
    key="transfer",
    states=ReleaseState,
    table={
        (None, TransferOpened): _R.HELD,
        (_R.HELD, LettersInspected): {Verdict.PASS: _R.RELEASED, Verdict.FAIL: _R.HELD},
        (_R.HELD, ExceptionGranted): {
            ExceptionKind.SAME_OCCASION: _R.HELD,
            ExceptionKind.BEFORE_INSPECTION: _R.RELEASED,
        },
        (_R.HELD, OrderIssued): _orders(_R.HELD, Action.WRITE, Action.READ),
        (_R.RELEASED, LettersInspected): dict.fromkeys((Verdict.PASS, Verdict.FAIL), _R.RELEASED),
        (_R.RELEASED, ExceptionGranted): dict.fromkeys(
            (ExceptionKind.SAME_OCCASION, ExceptionKind.BEFORE_INSPECTION), _R.RELEASED
        ),
        (_R.RELEASED, OrderIssued): _orders(_R.RELEASED, *Action),
        **{(_R.RELEASED, event): _R.RELEASED for event in _ENDING},
    },
)


class FreezeState(Enum):
    MOVING = "moving"
    FROZEN = "frozen"


_F = FreezeState
_STOPPED = (
    *(ImageSealed, MediumHandedOver, EnclosuresHandedOver, NoticePrinted, NoticeHandedOver, LettersHandedOver),
    *_ENDING,
)

FREEZE = Machine(
    noun="freeze",
    key="transfer",
    states=FreezeState,
    table={
        (None, TransferOpened): _F.MOVING,
        (_F.MOVING, TransferFrozen): _F.FROZEN,
        (_F.FROZEN, TransferFrozen): _F.FROZEN,
        (_F.FROZEN, TransferResumed): _F.MOVING,
        (_F.MOVING, OrderIssued): _orders(_F.MOVING, *Action),
        # What came back may be read while it is looked into.
        (_F.FROZEN, OrderIssued): _orders(_F.FROZEN, Action.READ),
        (_F.MOVING, TransferClosed): dict.fromkeys(Ending, _F.MOVING),
        **{(_F.MOVING, event): _F.MOVING for event in _STOPPED},
    },
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Two numbers that should be equal: what they are of, and the count whose explained correction settles it."""

    count: Count
    expected: int
    found: int


def differences(
    *,
    records: int,
    counts: Mapping[Count, int],
    explained: frozenset[Count],
    delivered: int | None,
    passed: int | None,
) -> Iterator[Difference]:
    """出力 = 印字, 印字 = 封入 + 合封, 封入 = 納品, 検査合格 − 引抜 = 差出; all that nobody has explained.

    What nobody has reported yet (not in `counts`, None) differs from nothing. `explained` holds the counts of which a
    correction with its paper was the last word.
    """
    printed, combined = counts.get(Count.PRINTED), counts.get(Count.COMBINED)
    letters = None if printed is None or combined is None else printed - combined
    pairs = ((Count.PRINTED, records), (Count.ENCLOSED, letters), (Count.ENCLOSED, delivered), (Count.POSTED, passed))
    for count, expected in pairs:
        found = counts.get(count)
        if expected is not None and found is not None and expected != found and count not in explained:
            yield Difference(count=count, expected=expected, found=found)
