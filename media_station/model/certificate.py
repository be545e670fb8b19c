"""The 媒体消去証明書: a value that only a verified erasure of a returned medium can make."""

from dataclasses import dataclass
from enum import Enum

from media_station.model.event import Event, Outcome
from media_station.model.machine import Machine


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateIssued(Event):
    """Comes before the PDF, which holds its proof. `erasure` is the sequence of the erasure's record."""

    name = "certificate.issued"
    requirements = ("O9",)
    certificate: str
    medium: str
    transfer: str
    erasure: int
    performer: str
    validator: str
    approver: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateRendered(Event):
    """Comes before the printing. Until it is scanned back it may be printed anew, and the one before doesn't count."""

    name = "certificate.rendered"
    requirements = ("O9", "P")
    certificate: str
    medium: str
    transfer: str
    sha256: str
    qr_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateScanned(Event):
    """The sheet is out: its QR code was scanned from it. `sha256` is that printing's."""

    name = "certificate.scanned"
    requirements = ("O9", "P")
    certificate: str
    medium: str
    transfer: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateReissued(Event):
    """再発行: the same erasure under a new number, in place of `supersedes`, which is void. `reason` as the masters say
    it.
    """

    name = "certificate.reissued"
    requirements = ("O9", "P")
    certificate: str
    supersedes: str
    medium: str
    transfer: str
    erasure: int
    performer: str
    validator: str
    approver: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateSuperseded(Event):
    """Void, since `successor` stands in its place."""

    name = "certificate.superseded"
    requirements = ("O9", "P")
    certificate: str
    successor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateVoided(Event):
    """Void, and nothing stands in its place: its erasure is not relied on any more.

    `medium` is the one that still rested on it, and is to be destroyed; empty where it has gone on since. `binder`: the
    number of the paper that says why.
    """

    name = "certificate.voided"
    requirements = ("O9", "P")
    certificate: str
    medium: str
    reason: str
    binder: str
    approver: str

    @property
    def outcome(self) -> Outcome:
        return Outcome.FAILURE


Issued = CertificateIssued | CertificateReissued


class CertificateState(Enum):
    ISSUED = "issued"
    RENDERED = "rendered"
    SCANNED = "scanned"
    VOID = "void"


S = CertificateState
_VALID = (S.ISSUED, S.RENDERED, S.SCANNED)

CERTIFICATE = Machine(
    noun="certificate",
    key="certificate",
    states=CertificateState,
    table={
        (None, CertificateIssued): S.ISSUED,
        (None, CertificateReissued): S.ISSUED,
        (S.ISSUED, CertificateRendered): S.RENDERED,
        (S.RENDERED, CertificateRendered): S.RENDERED,
        (S.RENDERED, CertificateScanned): S.SCANNED,
        **{(state, CertificateSuperseded): S.VOID for state in _VALID},
        **{(state, CertificateVoided): S.VOID for state in _VALID},
    },
)
