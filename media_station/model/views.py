"""What a person may see: answers and views as they cross the people door."""

from dataclasses import dataclass

from media_station.model.instant import Instant
from media_station.model.kind import MediumKind
from media_station.model.steps import Step


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
class Greeting:
    """Shown before sign-in: who this is, what time it thinks it is, where its journal stands."""

    identity: str
    rehearsal: bool
    now: Instant
    records: int
    last_record_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """A medium in a bay, as the drive saw it. `size_bytes` is its capacity, `fingerprint` binds an order to it."""

    bay: str
    kind: MediumKind
    vendor: str
    model: str
    serial: str
    serial_source: str
    size_bytes: int
    blank: bool
    fingerprint: str


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
    medium: str
    kind: MediumKind
    state: str
    notice: str
    serial: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferView:
    """`steps`: what may be done now, what comes first in the flow first."""

    transfer: str
    consignment: str
    state: str
    records: int
    media: list[MediumView]
    steps: list[Step]
