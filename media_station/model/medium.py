"""A medium from purchase to destruction: kinds, custody, events, and the table of its life."""

from dataclasses import dataclass
from enum import Enum
from typing import Final, assert_never

from media_station.model.bundle import BundleHandedOver, BundleKept, BundleRendered, BundleReturned
from media_station.model.certificate import CertificateIssued, CertificateVoided
from media_station.model.erasure import (
    Destroyer,
    ErasureEnded,
    ErasureInterrupted,
    ErasureValidated,
    MediumDestroyed,
    MediumEntrusted,
)
from media_station.model.event import Event, Outcome
from media_station.model.handover import MediumHandedOver, MediumReturned
from media_station.model.incident import MediumAttested, MediumLost
from media_station.model.kind import MediumKind
from media_station.model.machine import Machine
from media_station.model.order import Action, Evidence, OrderIssued, OrderLapsed, OrderRefused, Verdict
from media_station.model.payload import ImageAbandoned, ImageSealed


@dataclass(frozen=True, slots=True, kw_only=True)
class MediumRegistered(Event):
    """A new medium got its number; identity as the drive saw it."""

    name = "medium.registered"
    requirements = ("O7", "O8")
    medium: str
    kind: MediumKind
    vendor: str
    model: str
    serial: str
    serial_source: str
    size_bytes: int

    @property
    def branch(self) -> MediumKind:
        return self.kind


@dataclass(frozen=True, slots=True, kw_only=True)
class MediumWritten(Event):
    """Written and read back past the cache, every byte equal to the sealed image. Of an export `transfer` is empty."""

    name = "medium.written"
    requirements = ("F2", "O5")
    order: str
    medium: str
    transfer: str
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class MediumSpoiled(Event):
    name = "medium.spoiled"
    requirements = ("F2", "O7")
    order: str
    medium: str
    transfer: str
    code: str

    @property
    def outcome(self) -> Outcome:
        return Outcome.FAILURE


@dataclass(frozen=True, slots=True, kw_only=True)
class MediumIdentified(Event):
    """A returned medium was read raw and compared with the image that left."""

    name = "medium.identified"
    requirements = ("F6", "O9")
    order: str
    medium: str
    transfer: str
    verdict: Verdict
    evidence: Evidence

    @property
    def branch(self) -> Verdict:
        return self.verdict

    @property
    def outcome(self) -> Outcome:
        return self.verdict.outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class MediumImported(Event):
    """A cell has read what it wanted of a foreign medium; what came of that, `payload.imported` tells."""

    name = "medium.imported"
    requirements = ("F1", "O7")
    order: str
    medium: str
    verdict: Verdict
    evidence: Evidence

    @property
    def outcome(self) -> Outcome:
        return self.verdict.outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class MediumStored(Event):
    """Into the safe or cabinet `place` (a master's id)."""

    name = "medium.stored"
    requirements = ("O8",)
    medium: str
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MediumDrawn(Event):
    """Out of its place, into the hands of who asked."""

    name = "medium.drawn"
    requirements = ("O8",)
    medium: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StockCounted(Event):
    """棚卸: `expected` by the ledger, `found` by the count; `binder` is the paper that explains a difference."""

    name = "stock.counted"
    requirements = ("O8",)
    place: str
    expected: tuple[str, ...]
    found: tuple[str, ...]
    binder: str
    witness: str

    @property
    def outcome(self) -> Outcome:
        return Outcome.SUCCESS if set(self.expected) == set(self.found) else Outcome.FAILURE


class MediumState(Enum):
    STOCK = "stock"
    PREPARING = "preparing"
    READY = "ready"
    IMPORTING = "importing"
    FOREIGN = "foreign"
    CLEARING = "clearing"
    SEALED = "sealed"
    WRITING = "writing"
    WRITTEN = "written"
    SPOILED = "spoiled"
    OUT = "out"
    BACK = "back"
    READING = "reading"
    IDENTIFIED = "identified"
    ATTESTED = "attested"
    ERASING = "erasing"
    ERASED = "erased"
    UNERASED = "unerased"
    VALIDATED = "validated"
    CERTIFIED = "certified"
    ENTRUSTED = "entrusted"
    DESTROYED = "destroyed"
    KEPT = "kept"
    LOST = "lost"


S = MediumState
_AT_REST = (
    *(S.STOCK, S.READY, S.FOREIGN, S.SEALED, S.WRITTEN, S.SPOILED, S.OUT, S.BACK, S.IDENTIFIED, S.ATTESTED),
    *(S.ERASED, S.UNERASED, S.VALIDATED, S.CERTIFIED, S.ENTRUSTED),
)
# What is in the house and may come to its end, there or at a firm: what can't be erased, what was sealed or written and
# may not leave any more, new stock that is not wanted any more, what was erased and goes out of use, a disc that was
# imported.
DESTROYABLE = (
    *(S.IDENTIFIED, S.ATTESTED, S.UNERASED, S.SPOILED, S.SEALED, S.WRITTEN),
    *(S.STOCK, S.READY, S.FOREIGN, S.CERTIFIED),
)
_BEFORE_USE: dict[Enum, Enum] = {Verdict.PASS: S.READY, Verdict.FAIL: S.SPOILED, Verdict.UNKNOWN: S.SPOILED}

MEDIUM = Machine(
    noun="medium",
    key="medium",
    states=MediumState,
    table={
        # A write-once disc is blank or refused; anything rewritable is erased and verified before its first use.
        (None, MediumRegistered): {kind: S.READY if kind.write_once else S.STOCK for kind in MediumKind},
        (S.STOCK, OrderIssued): {Action.ERASE: S.PREPARING, Action.IMPORT: S.IMPORTING},
        **{(S.PREPARING, end): S.STOCK for end in (ErasureInterrupted, OrderLapsed, OrderRefused)},
        **{(state, ErasureEnded): _BEFORE_USE for state in (S.PREPARING, S.CLEARING)},
        (S.READY, ImageSealed): S.SEALED,
        (S.READY, ImageAbandoned): S.READY,
        # Whatever came of an import, others have written on it: a stick is erased before other use, a disc destroyed.
        (S.READY, OrderIssued): {Action.IMPORT: S.IMPORTING},
        **{(S.IMPORTING, end): S.FOREIGN for end in (MediumImported, OrderLapsed, OrderRefused)},
        (S.FOREIGN, OrderIssued): {Action.ERASE: S.CLEARING, Action.IMPORT: S.IMPORTING},
        **{(S.CLEARING, end): S.FOREIGN for end in (ErasureInterrupted, OrderLapsed, OrderRefused)},
        (S.READY, BundleRendered): S.SEALED,
        (S.SEALED, OrderIssued): {Action.WRITE: S.WRITING},
        (S.WRITING, MediumWritten): S.WRITTEN,
        (S.WRITING, MediumSpoiled): S.SPOILED,
        (S.WRITING, OrderLapsed): S.SEALED,
        (S.WRITING, OrderRefused): S.SEALED,
        (S.WRITTEN, MediumHandedOver): S.OUT,
        (S.OUT, MediumReturned): S.BACK,
        # An export: what comes back from its reader is as foreign as what came with an import.
        (S.WRITTEN, BundleHandedOver): S.OUT,
        **{(state, BundleReturned): S.FOREIGN for state in (S.OUT, S.LOST)},
        (S.OUT, BundleKept): S.KEPT,
        (S.BACK, OrderIssued): {Action.READ: S.READING},
        (S.READING, MediumIdentified): {Verdict.PASS: S.IDENTIFIED, Verdict.FAIL: S.BACK, Verdict.UNKNOWN: S.BACK},
        (S.READING, OrderLapsed): S.BACK,
        (S.READING, OrderRefused): S.BACK,
        (S.IDENTIFIED, OrderIssued): {Action.ERASE: S.ERASING},
        (S.ERASING, ErasureEnded): {Verdict.PASS: S.ERASED, Verdict.FAIL: S.UNERASED, Verdict.UNKNOWN: S.UNERASED},
        (S.ERASING, ErasureInterrupted): S.IDENTIFIED,
        (S.ERASING, OrderLapsed): S.IDENTIFIED,
        (S.ERASING, OrderRefused): S.IDENTIFIED,
        (S.ERASED, ErasureValidated): S.VALIDATED,
        (S.VALIDATED, CertificateIssued): S.CERTIFIED,
        # Erased, verified and certified: it may carry again, within the same consignment.
        (S.CERTIFIED, ImageSealed): S.SEALED,
        (S.CERTIFIED, ImageAbandoned): S.CERTIFIED,
        # What nobody vouches for any more can only be destroyed.
        (S.CERTIFIED, CertificateVoided): S.UNERASED,
        (S.BACK, MediumAttested): S.ATTESTED,
        **{(state, MediumDestroyed): {Destroyer.HOUSE: S.DESTROYED} for state in DESTROYABLE},
        # What left to a firm is destroyed by the firm's proof alone, or lost.
        **{(state, MediumEntrusted): S.ENTRUSTED for state in DESTROYABLE},
        (S.ENTRUSTED, MediumDestroyed): {Destroyer.FIRM: S.DESTROYED},
        **{(state, MediumLost): S.LOST for state in _AT_REST},
        (S.LOST, MediumReturned): S.BACK,
    },
)


class CustodyState(Enum):
    """Where a medium is: in hand, in its place, with the contractor or a firm, gone for good, or lost."""

    HAND = "hand"
    STORED = "stored"
    AWAY = "away"
    GONE = "gone"
    LOST = "lost"


C = CustodyState

CUSTODY = Machine(
    noun="custody",
    key="medium",
    states=CustodyState,
    table={
        (None, MediumRegistered): dict.fromkeys(MediumKind, C.HAND),
        (C.HAND, MediumStored): C.STORED,
        (C.STORED, MediumDrawn): C.HAND,
        # What is locked away is neither written nor erased nor handed over.
        (C.HAND, OrderIssued): dict.fromkeys(Action, C.HAND),
        (C.HAND, MediumHandedOver): C.AWAY,
        (C.AWAY, MediumReturned): C.HAND,
        (C.LOST, MediumReturned): C.HAND,
        (C.HAND, BundleHandedOver): C.AWAY,
        **{(state, BundleReturned): C.HAND for state in (C.AWAY, C.LOST)},
        (C.AWAY, BundleKept): C.GONE,
        (C.HAND, MediumDestroyed): {Destroyer.HOUSE: C.GONE},
        (C.HAND, MediumEntrusted): C.AWAY,
        (C.AWAY, MediumDestroyed): {Destroyer.FIRM: C.GONE},
        **{(state, MediumLost): C.LOST for state in (C.HAND, C.STORED, C.AWAY)},
    },
)

NOT_THE_IMAGE: Final = "DRV-090"  # a drive claims a PASS, but of other bytes
ORDER_ENDS = (MediumWritten, MediumSpoiled, MediumIdentified, MediumImported, ErasureEnded, ErasureInterrupted)


def ended(order: OrderIssued, evidence: Evidence) -> Event:
    """What the drive's evidence makes true. Success only by evidence: the hash read back is the order's."""
    medium, transfer = order.medium, order.transfer
    match order.action:
        case Action.WRITE:
            if evidence.verdict is Verdict.PASS and evidence.sha256 == order.image_sha256:
                return MediumWritten(order=order.order, medium=medium, transfer=transfer, evidence=evidence)
            code = evidence.code or NOT_THE_IMAGE
            return MediumSpoiled(order=order.order, medium=medium, transfer=transfer, code=code)
        case Action.READ:
            same = evidence.verdict is Verdict.PASS and evidence.sha256 == order.image_sha256
            verdict = Verdict.PASS if same else Verdict.FAIL
            return MediumIdentified(
                order=order.order, medium=medium, transfer=transfer, verdict=verdict, evidence=evidence
            )
        case Action.ERASE:
            return ErasureEnded(
                order=order.order, medium=medium, transfer=transfer, verdict=evidence.verdict, evidence=evidence
            )
        case Action.IMPORT:
            return MediumImported(order=order.order, medium=medium, verdict=evidence.verdict, evidence=evidence)
    assert_never(order.action)


def broken_off(order: OrderIssued, code: str) -> Event:
    """The drive began and didn't end: nothing is claimed."""
    match order.action:
        case Action.WRITE:
            return MediumSpoiled(order=order.order, medium=order.medium, transfer=order.transfer, code=code)
        case Action.READ | Action.IMPORT:
            return OrderLapsed(order=order.order, medium=order.medium, code=code)
        case Action.ERASE:
            return ErasureInterrupted(order=order.order, medium=order.medium, transfer=order.transfer, code=code)
    assert_never(order.action)
