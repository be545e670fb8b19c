"""What a person may see: answers and views as they cross the people door."""

from dataclasses import dataclass

from media_station.model.consignment import Duty
from media_station.model.errors import Refused
from media_station.model.finding import FindingKind
from media_station.model.instant import Instant
from media_station.model.kind import MediumKind
from media_station.model.operator import Post, Role
from media_station.model.steps import Step
from media_station.model.transfer import Difference
from media_station.model.way import Stand


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondPerson:
    """The second person at the same console: both factors, for this one action."""

    operator: str
    password: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """`record` is the journal's sequence of what was done; `facts` what the person needs of it."""

    record: int
    action: str
    facts: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A phone's new secret, base32, and the otpauth URI that it scans. Shown once."""

    secret: str
    uri: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorView:
    """`state` is empty for a person who is expected by a personnel change, and not enrolled yet.

    `recovery_codes` are left; `wrong_attempts` in a row since the last good one.
    """

    operator: str
    person: str
    state: str
    posts: list[Post]
    token_period_seconds: int
    recovery_codes: int
    wrong_attempts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NameView:
    """Who may sign in today, and as what: what a console lists, so that nobody types a name."""

    operator: str
    person: str
    roles: list[Role]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleView:
    """What a request asks for. `mine`: the session's operator has one of its `roles` today; `beside`: those of whom the
    second person has one, empty where none is asked for.
    """

    action: str
    mine: bool
    roles: list[Role]
    code: bool
    beside: list[Role]


@dataclass(frozen=True, slots=True, kw_only=True)
class Greeting:
    """Shown before sign-in: who this is, what time it thinks it is, where its journal stands.

    `root` is the hash of the journal's tree over its first `records` records, in hex; empty before the first.
    `behind_seconds`: how far the clock is before the latest record; no work is done then. `clock_off`: how far several
    people's tokens say that it is off (`-3600 s`: behind), empty if they don't. `witnessed` is the size of the head
    that was cosigned last, recorded at `witnessed_at`; 0 and empty before any. `witness_late`: it is older than the
    settings allow, though a witness is known.
    """

    identity: str
    rehearsal: bool
    now: Instant
    records: int
    root: str
    last_record_at: str
    behind_seconds: int
    clock_off: str
    witnessed: int
    witnessed_at: str
    witness_late: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """A medium in a bay, as the drive saw it. `size_bytes` is its capacity, `fingerprint` binds an order to it.

    `refused` is the code by which the drive will not touch it; empty if it will. `other_kind` is what a disc is that
    isn't written here, empty for all others: then `kind` and `size_bytes` say nothing of it.
    """

    bay: str
    kind: MediumKind
    vendor: str
    model: str
    serial: str
    serial_source: str
    other_kind: str
    size_bytes: int
    blank: bool
    refused: str
    fingerprint: str

    def require_usable(self) -> None:
        """Refused with the code by which the drive won't touch it."""
        if self.refused:
            raise Refused(self.refused, bay=self.bay, **({"kind": self.other_kind} if self.other_kind else {}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Of one long work: `done` of `total` bytes; the receiver reckons speed and time left."""

    subject: str
    phase: str
    done: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PayloadView:
    payload: str
    consignment: str
    state: str
    records: int
    transfer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MediumView:
    """`custody` is where it is, `place` the cabinet, handler or firm that has it (empty: in hand), with its name."""

    medium: str
    kind: MediumKind
    state: str
    custody: str
    place: str
    place_name: str
    notice: str
    serial: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferView:
    """`steps`: what may be done now, what comes first in the flow first. `missing`: those of O9's five not there yet.

    `post_by` is the last day for the letters (発送期限). `way`: where it stands at each of the steps ① to ⑧.
    `title` is the consignment's.
    """

    transfer: str
    consignment: str
    title: str
    state: str
    frozen: bool
    records: int
    post_by: str
    media: list[MediumView]
    steps: list[Step]
    missing: list[str]
    differences: list[Difference]
    way: list[Stand]


@dataclass(frozen=True, slots=True, kw_only=True)
class HandlerView:
    """A person of the contractor's, and from when to when he may carry."""

    handler: str
    person: str
    duty: Duty
    employer: str
    starts: str
    ends: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerRow:
    """One row of the 管理簿: who gave what to whom. `at` is UTC; `direction` is out, back or kept.

    `subject` is the number of the thing, or the quantity's unit is said by `item`; `medium` the medium that it is or
    whose notice it is, or empty; `binder` is empty until 押印済; `corrected` holds the numbers of its 訂正票.
    """

    record: int
    at: str
    transfer: str
    direction: str
    item: str
    subject: str
    medium: str
    quantity: int
    clerk: str
    clerk_name: str
    handler: str
    handler_name: str
    bag: str
    seal: str
    occasion: str
    slip: str
    binder: str
    corrected: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryRow:
    """One thing that happened: `details` are the event's own fields that a person can read.

    `names`: of the people and places whose ids stand in it, by field; `actor`'s too.
    """

    record: int
    at: str
    actor: str
    action: str
    outcome: str
    details: dict[str, str]
    names: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class DueRow:
    """What has to be done by a day; `overdue` once the day is over."""

    day: str
    what: str
    subject: str
    consignment: str
    overdue: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingView:
    """`first`, `last`: the records that it is about, or -1. The last four are empty until it is disposed of, `binder`
    also where no paper was needed.
    """

    finding: str
    kind: FindingKind
    day: str
    first: int
    last: int
    detail: str
    concerned: list[str]
    concerned_names: list[str]
    disposition: str
    binder: str
    reviewer: str
    reviewer_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenFindings:
    """How many wait for a reviewer, and the day of the oldest (empty if there is none).

    `worst`: the kind of the worst one that is of the station itself, or empty.
    """

    count: int
    oldest: str
    worst: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplianceRow:
    """One id for one side. `status` is ○, ー or 未; `record` -1, the others empty, where there is no evidence."""

    requirement: str
    title: str
    side: str
    status: str
    evidence: str
    record: int
    confirmer: str
    confirmer_name: str
    day: str
