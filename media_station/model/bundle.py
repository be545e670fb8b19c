"""What leaves the station sealed to a reader's key, until it is purged: evidence, a part of the journal, a backup."""

from dataclasses import dataclass, field
from enum import Enum

from media_station.model.backup import BackupMade, BackupProved
from media_station.model.event import Event, before
from media_station.model.machine import Machine


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleSealed(Event):
    """`reader` is the age recipient (age1…). `head` is the number of records that the proofs are against.

    `records`, `papers` count what is in it; `papers_missing` what the journal names and the spool no longer holds as
    it was printed. `archive_sha256` is of the tar inside, `sha256` and `length` of the sealed file.
    """

    name = "bundle.sealed"
    requirements = ("O11", "S7")
    bundle: str
    incident: str
    transfer: str
    reader: str
    head: int
    records: int
    papers: int
    papers_missing: int
    archive_sha256: str
    sha256: str
    length: int


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalExported(Event):
    """The records of a period, sealed to `reader`: `since` ≤ time < `until` (UTC).

    `head` is the journal's size then, `records` how many are in it, `ndjson_sha256` of their lines with newlines;
    `sha256` and `length` of the sealed file.
    """

    name = "journal.exported"
    requirements = ("S8", "S7")
    bundle: str
    reader: str
    since: str
    until: str
    head: int
    records: int
    ndjson_sha256: str
    sha256: str
    length: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleFetched(Event):
    """A copy has left: who took it is the record's actor. `incident` is empty for a part of the journal."""

    name = "bundle.fetched"
    requirements = ("O11",)
    bundle: str
    incident: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleReleased(Event):
    """From here on the district host may fetch it at the gate, until it is purged."""

    name = "bundle.released"
    requirements = ("O11", "S7")
    bundle: str
    incident: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleSent(Event):
    """It leaves by the network: recorded before its first byte, once, whether all of it arrives or not. `clerk` has
    released it.
    """

    name = "bundle.sent"
    requirements = ("O7", "O11", "S3")
    bundle: str
    incident: str
    clerk: str
    day: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BundlePurged(Event):
    """The sealed file is gone from the spool and the gate; what was fetched stays with its reader."""

    name = "bundle.purged"
    requirements = ("S7",)
    bundle: str
    incident: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleRendered(Event):
    """The image that carries it on this medium exists, before any order. `incident` as above."""

    name = "bundle.rendered"
    requirements = ("O11", "S7")
    bundle: str
    incident: str
    medium: str
    image_sha256: str
    image_length: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleHandedOver(Event):
    """The written medium left with `taker`. `binder` is his receipt's number, `back_by` empty if it stays there."""

    name = "bundle.handed_over"
    requirements = ("O7", "O11")
    bundle: str
    incident: str
    medium: str
    binder: str
    day: str
    back_by: str
    taker: str = field(metadata=before(""))
    bag: str = field(metadata=before(""))


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleReturned(Event):
    """The medium is back. Others had it: it is a foreign one, erased before other use or destroyed."""

    name = "bundle.returned"
    requirements = ("O7", "O11")
    bundle: str
    incident: str
    medium: str
    binder: str
    day: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleKept(Event):
    """The medium stays with its reader for good, by his receipt's number (`binder`)."""

    name = "bundle.kept"
    requirements = ("O7", "O11")
    bundle: str
    incident: str
    medium: str
    binder: str
    day: str


class BundleState(Enum):
    SEALED = "sealed"
    RELEASED = "released"
    PURGED = "purged"


KEPT = (BundleState.SEALED, BundleState.RELEASED)

BUNDLE = Machine(
    noun="bundle",
    key="bundle",
    states=BundleState,
    table={
        (None, BundleSealed): BundleState.SEALED,
        (None, JournalExported): BundleState.SEALED,
        (None, BackupMade): BundleState.SEALED,
        **{(state, event): state for state in KEPT for event in (BundleFetched, BundleRendered)},
        (BundleState.SEALED, BundleReleased): BundleState.RELEASED,
        (BundleState.RELEASED, BundleSent): BundleState.RELEASED,
        **{(state, BundlePurged): BundleState.PURGED for state in KEPT},
        # The file that is proved is the one that left; the spool's need not be there any more.
        **{(state, BackupProved): state for state in BundleState},
        # Its media live longer than what the spool holds of it.
        **{(state, moved): state for state in BundleState for moved in (BundleHandedOver, BundleReturned, BundleKept)},
    },
)
