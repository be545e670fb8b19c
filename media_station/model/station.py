"""The station's own events: its starts and stops, its papers, what it refused."""

from dataclasses import dataclass
from enum import Enum

from media_station.model.event import Event, Outcome
from media_station.model.machine import Machine


@dataclass(frozen=True, slots=True, kw_only=True)
class StationStarted(Event):
    """`records` is the number of records found and verified; `vault_sha256` the vault found (empty before any)."""

    name = "station.started"
    requirements = ("S8",)
    version: str
    records: int
    vault_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StationRestored(Event):
    """A backup became a station again, or the machine was replaced: the first record of an epoch, under its new key.

    `former` is the identity before (<station>/<epoch>), `former_checkpoint` its signed head of exactly the `records`
    before this one. `known`, `known_size`, `known_root` (hex) are identity, size and root of the last head that is
    known from paper or a witness: with more than `records`, or of a later epoch, what lies between is lost. Orders,
    recovery codes and media passwords of before are void; `vault_sha256` is of the vault made of the backup's.
    """

    name = "station.restored"
    requirements = ("S9",)
    bundle: str
    backup_sha256: str
    former: str
    former_checkpoint: str
    records: int
    known: str
    known_size: int
    known_root: str
    new_key: str
    vault_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StationStopped(Event):
    """In order, as a desk's last record. A start without one before it came after a crash or a pulled plug."""

    name = "station.stopped"
    requirements = ("S8",)


@dataclass(frozen=True, slots=True, kw_only=True)
class TailSetAside(Event):
    """What stood beyond the checkpoint (a crash in mid-append) was moved aside; it was never acknowledged."""

    name = "tail.set_aside"
    requirements = ("S8",)
    file: str
    length: int
    sha256: str

    @property
    def outcome(self) -> Outcome:
        return Outcome.UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftMended(Event):
    """Something of the station's own was not as it was left, and was made anew; `what` names it."""

    name = "drift.mended"
    requirements = ("S8",)
    what: str

    @property
    def outcome(self) -> Outcome:
        return Outcome.FAILURE


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRefused(Event):
    """A refusal, with its code. `door` is where it was asked, `request` empty where nothing was that the door knows.

    `unrecorded`: how many of the same came before it and have no record of their own (one a minute has). `uid` is -1
    where there were too many kinds to tell apart.
    """

    name = "request.refused"
    requirements = ("S8",)
    door: str
    request: str
    code: str
    uid: int
    unrecorded: int

    @property
    def outcome(self) -> Outcome:
        return Outcome.FAILURE


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadWitnessed(Event):
    """Another machine cosigned the journal's head of `size` records, grown from the last one that it had seen.

    `cosigner` is its key's name, `cosigned_at` its own time, `root` hex.
    """

    name = "head.witnessed"
    requirements = ("S8",)
    cosigner: str
    size: int
    root: str
    cosigned_at: str


class PaperKind(Enum):
    """Papers of this version; certificates and notices have events of their own."""

    SLIP = "slip"
    CORRECTION = "correction"
    DESTRUCTION_RECORD = "destruction_record"
    INCIDENT_REPORT = "incident_report"
    COMPLIANCE = "compliance"
    LOG_REPORT = "log_report"
    LEDGER = "ledger"
    CASE_SHEET = "case_sheet"
    STOCK_LIST = "stock_list"
    CONTACT_TREE = "contact_tree"
    KEY_SHEET = "key_sheet"
    LABEL = "label"
    COUNTS_FORM = "counts_form"
    ERASURE_FORM = "erasure_form"
    TURN_BACK = "turn_back"
    RECEIPT = "receipt"
    ENTRUSTED = "entrusted"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperPrinted(Event):
    """`medium`, `incident`: what the sheet is about, empty where it is about neither. `qr_sha256`: of its QR code as
    sheet_code.py reads it.

    Comes before the printing: no sheet is out of which no record tells. It counts only once it has been scanned back;
    until then it may be printed anew, and the one before it doesn't count any more.
    """

    name = "paper.printed"
    requirements = ("O7", "P")
    paper: str
    kind: PaperKind
    medium: str
    incident: str
    sha256: str
    qr_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperScanned(Event):
    """The sheet is out: its QR code was scanned from it. `sha256` is that printing's."""

    name = "paper.scanned"
    requirements = ("O7", "P")
    paper: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperStamped(Event):
    """押印済: the wet seals are on it, and it stands in the binder under this number."""

    name = "paper.stamped"
    requirements = ("O7", "P")
    paper: str
    binder: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperCopied(Event):
    """再印刷（写）: the same sheet under its number once more, as copy `copy` (from 1). Comes before the printing."""

    name = "paper.copied"
    requirements = ("O7", "P")
    paper: str
    copy: int
    reason: str
    sha256: str


class PaperState(Enum):
    PRINTED = "printed"
    SCANNED = "scanned"
    STAMPED = "stamped"


PAPER = Machine(
    noun="paper",
    key="paper",
    states=PaperState,
    table={
        (None, PaperPrinted): PaperState.PRINTED,
        (PaperState.PRINTED, PaperPrinted): PaperState.PRINTED,
        (PaperState.PRINTED, PaperScanned): PaperState.SCANNED,
        (PaperState.SCANNED, PaperStamped): PaperState.STAMPED,
        **{(state, PaperCopied): state for state in PaperState},
    },
)
