"""The 媒体消去証明書: a value that only a verified erasure of a returned medium can make."""

from dataclasses import dataclass
from enum import Enum

from media_station.model.event import Event
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
    name = "certificate.rendered"
    requirements = ("O9", "P")
    certificate: str
    medium: str
    transfer: str
    sha256: str


class CertificateState(Enum):
    ISSUED = "issued"
    RENDERED = "rendered"


CERTIFICATE = Machine(
    noun="certificate",
    key="certificate",
    states=CertificateState,
    table={
        (None, CertificateIssued): CertificateState.ISSUED,
        (CertificateState.ISSUED, CertificateRendered): CertificateState.RENDERED,
    },
)
