"""What lies on the desk."""

from collections.abc import Callable
from dataclasses import dataclass, field

from media_station.desk.hands.cells import Cells
from media_station.desk.hands.clock import Clock
from media_station.desk.hands.clock_setter import ClockSetter
from media_station.desk.hands.disk import Disk
from media_station.desk.hands.drive import Drive
from media_station.desk.hands.keys import Keys
from media_station.desk.hands.machine import Machine
from media_station.desk.hands.patterns import PatternsInstaller
from media_station.desk.hands.printer import Printer
from media_station.desk.hands.scanner import Scanner
from media_station.desk.hands.spool import Spool
from media_station.desk.hands.turns import Turns
from media_station.desk.hands.updates import Updates
from media_station.desk.hands.vault import Vault
from media_station.desk.journal.commit import Journal
from media_station.desk.ledger.index import Ledger
from media_station.model.ids import Identity
from media_station.model.review import Thresholds
from media_station.model.views import Progress
from media_station.proof.supply import Publishers


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """Who and where the station is, and its policy: from settings, as values."""

    identity: Identity
    issued_by: str
    version: str
    two_person: frozenset[str]
    order_seconds: int
    analysis: Thresholds
    permit_minutes: int
    witnesses: tuple[str, ...]
    witness_days: int
    certificate_days: int = 30
    host_pins: tuple[str, ...] = ()
    backup_recipients: tuple[str, ...] = ()
    settings: str = ""
    block_days: int = 14
    publishers: Publishers = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The hands, the journal and the ledger. No methods: use cases are functions over it.

    `performing` holds the numbers of the orders, media, papers, bundles and payloads that a use case of this process
    works on, `stopping` those of them whose work somebody wants to end; `checking` is held while someone's factors are
    checked; `left_out` counts the refusals of an operator that were not recorded. `scanner` is None where
    none is set up.
    """

    house: House
    clock: Clock
    setter: ClockSetter
    patterns: PatternsInstaller
    updates: Updates
    disk: Disk
    keys: Keys
    vault: Vault
    spool: Spool
    drive: Drive
    cells: Cells
    printer: Printer
    journal: Journal
    ledger: Ledger
    tell: Callable[[Progress], None]
    performing: set[str]
    stopping: set[str] = field(default_factory=set)
    scanner: Scanner | None = None
    machine: Machine = field(default_factory=Machine)
    checking: Turns = field(default_factory=Turns)
    left_out: dict[str, int] = field(default_factory=dict)
