"""The payload: what was approved to leave (D), what arrived, what was found in it, and its sealed image."""

from dataclasses import dataclass, field
from enum import Enum

from media_station.model.event import Event, Outcome, before
from media_station.model.exemption import ExceptionGranted, ExceptionKind
from media_station.model.fields import check_types
from media_station.model.ids import parse_consignment, parse_payload, parse_sha256
from media_station.model.kind import MediumKind
from media_station.model.machine import Machine


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """submission.json v1, signed as JSON with purpose `submission` by the sender's key. Lengths in bytes."""

    payload: str
    consignment: str
    ciphertext_length: int
    ciphertext_sha256: str
    plaintext_length: int
    plaintext_sha256: str
    records: int

    def __post_init__(self) -> None:
        check_types(self)
        if min(self.ciphertext_length, self.plaintext_length, self.records) < 0:
            raise ValueError("a length below nothing")
        parse_payload(self.payload)
        parse_consignment(self.consignment)
        parse_sha256(self.ciphertext_sha256)
        parse_sha256(self.plaintext_sha256)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """The sum of a column of amounts, in yen, for a person to compare with the export's list."""

    item: str
    yen: int


# What a payload may be written in; nothing where that can't be told.
ENCODINGS = ("", "utf-8", "utf-8-sig", "cp932")


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """What a cell found: counts, sums and approved headings, never a text of the file. `code` is empty if all is well.

    `row` counts from 1 with the header as row 1, `column` from 1; both 0 where they don't apply. `item` is the approved
    heading that is concerned, or empty. `sums` are of a whole payload: there are none beside a fault.
    """

    code: str
    row: int
    column: int
    item: str
    records: int
    duplicates: int
    sums: list[Sum]
    encoding: str
    length: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PayloadReceived(Event):
    name = "payload.received"
    requirements = ("F1", "S3")
    payload: str
    consignment: str
    ciphertext_length: int
    ciphertext_sha256: str
    plaintext_length: int
    plaintext_sha256: str
    records: int
    key_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PayloadImported(Event):
    """It was received from this medium, not at the gate."""

    name = "payload.imported"
    requirements = ("F1", "O7")
    payload: str
    medium: str
    order: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PayloadInspected(Event):
    """`scanner` is the engine with its patterns' number that found nothing in it, empty where none looked (a rehearsal
    without one); `patterns` their day, empty where that can't be told.
    """

    name = "payload.inspected"
    requirements = ("F1", "D", "S5")
    payload: str
    records: int
    duplicates: int
    sums: tuple[Sum, ...]
    encoding: str
    plaintext_sha256: str
    scanner: str = field(metadata=before(""))
    patterns: str = field(metadata=before(""))


@dataclass(frozen=True, slots=True, kw_only=True)
class PayloadRefused(Event):
    """Not as approved: `code` with row, column and item, no value. `signature` names what the scanner found."""

    name = "payload.refused"
    requirements = ("F1", "D")
    payload: str
    code: str
    row: int
    column: int
    item: str
    signature: str = field(metadata=before(""))

    @property
    def outcome(self) -> Outcome:
        return Outcome.FAILURE


@dataclass(frozen=True, slots=True, kw_only=True)
class PayloadApproved(Event):
    name = "payload.approved"
    requirements = ("F1",)
    payload: str
    records: int
    requester: str
    approver: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PayloadRejected(Event):
    """The counts aren't what the section exported: a person said no. `binder` is the number of the reason's paper."""

    name = "payload.rejected"
    requirements = ("F1",)
    payload: str
    binder: str
    approver: str

    @property
    def outcome(self) -> Outcome:
        return Outcome.FAILURE


@dataclass(frozen=True, slots=True, kw_only=True)
class PayloadPurged(Event):
    """The sealed payload and its images are gone from the spool: at the transfer's end, or after a refusal."""

    name = "payload.purged"
    requirements = ("S7",)
    payload: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageSealed(Event):
    """The image and its hash exist before any order. The password is in the vault alone.

    `opener_sha256`: of the OPEN.html in it, for the notice.
    """

    name = "image.sealed"
    requirements = ("F2", "O5")
    payload: str
    transfer: str
    medium: str
    kind: MediumKind
    image_sha256: str
    image_length: int
    ciphertext_sha256: str
    ciphertext_length: int
    opener_sha256: str
    vault_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageAbandoned(Event):
    """Somebody ended the sealing: it makes no image, and the medium is as it was. What lies of one is removed at once,
    or, if the desk is killed first, when it starts.
    """

    name = "image.abandoned"
    requirements = ("F2",)
    medium: str


class PayloadState(Enum):
    RECEIVED = "received"
    INSPECTED = "inspected"
    REFUSED = "refused"
    REJECTED = "rejected"
    APPROVED = "approved"
    PURGED = "purged"


PAYLOAD = Machine(
    noun="payload",
    key="payload",
    states=PayloadState,
    table={
        (None, PayloadReceived): PayloadState.RECEIVED,
        (PayloadState.RECEIVED, PayloadImported): PayloadState.RECEIVED,
        (PayloadState.RECEIVED, PayloadInspected): PayloadState.INSPECTED,
        (PayloadState.RECEIVED, PayloadRefused): PayloadState.REFUSED,
        (PayloadState.RECEIVED, ExceptionGranted): {ExceptionKind.STALE_PATTERNS: PayloadState.RECEIVED},
        # Numbers that only look like 個人番号: an approver says so, and it is inspected again.
        (PayloadState.REFUSED, ExceptionGranted): {ExceptionKind.INDIVIDUAL_NUMBER: PayloadState.RECEIVED},
        (PayloadState.INSPECTED, PayloadApproved): PayloadState.APPROVED,
        (PayloadState.INSPECTED, PayloadRejected): PayloadState.REJECTED,
        (PayloadState.APPROVED, ImageSealed): PayloadState.APPROVED,
        (PayloadState.APPROVED, PayloadPurged): PayloadState.PURGED,
        (PayloadState.REFUSED, PayloadPurged): PayloadState.PURGED,
        (PayloadState.REJECTED, PayloadPurged): PayloadState.PURGED,
    },
)
