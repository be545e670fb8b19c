"""media-stationd desk: opens everything that lies on the desk, resumes what was open, opens the doors."""

import asyncio
import signal
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from importlib.metadata import version
from pathlib import Path

from media_station.desk.access.images import drop_unrecorded
from media_station.desk.access.permit import LONGEST_PERMIT_MINUTES
from media_station.desk.access.rules import POLICIES
from media_station.desk.access.session import Sessions
from media_station.desk.desk import Desk, House
from media_station.desk.flow import back_up, install_patterns, install_update, witness
from media_station.desk.hands import keys
from media_station.desk.hands.cells import Cells
from media_station.desk.hands.clock import Clock
from media_station.desk.hands.clock_setter import ClockSetter
from media_station.desk.hands.disk import Disk
from media_station.desk.hands.drive import Drive
from media_station.desk.hands.patterns import PatternsInstaller
from media_station.desk.hands.printer import printer
from media_station.desk.hands.scanner import Scanner
from media_station.desk.hands.spool import Spool
from media_station.desk.hands.systemd import Starting
from media_station.desk.hands.updates import Updates
from media_station.desk.hands.vault import Vault
from media_station.desk.journal.append import Log
from media_station.desk.journal.commit import Journal
from media_station.desk.journal.recover import recover
from media_station.desk.resume import settle
from media_station.desk.serving.chores import ChoresDoor
from media_station.desk.serving.findings import FindingsDoor
from media_station.desk.serving.intake import IntakeDoor, Offers
from media_station.desk.serving.jobs import Jobs
from media_station.desk.serving.people import PeopleDoor, Room
from media_station.desk.serving.refusals import record_refusal
from media_station.doors.log import log_line
from media_station.doors.refusals import RECORD_SECONDS, Refusals
from media_station.doors.sandbox import confine
from media_station.doors.socket import listen, makers, ready, users
from media_station.model.errors import PeerFault, Refused, StationError
from media_station.model.event import Event
from media_station.model.ids import Identity
from media_station.model.order import LONGEST_START_SECONDS, OrderState
from media_station.model.station import DriftMended, StationStarted, StationStopped, TailSetAside
from media_station.model.supply import SupplyKind
from media_station.model.views import Progress
from media_station.model.vocabulary import ORDER
from media_station.proof.cosignature import Witness
from media_station.proof.key import Verifier
from media_station.settings import Settings, load

SETTLE_SECONDS = 0.5
LOOK_SECONDS = 5.0
_PATTERNS = Path("/var/lib/media-station-patterns")  # systemd/media-station-patterns@.service
_UPDATES = Path("/var/lib/media-station-update")  # systemd/media-station-update@.service


def main(settings_path: Path) -> int:
    """Runs until SIGTERM."""
    settings = load(settings_path)
    confine(settings.identity("desk"))
    asyncio.run(_run(settings))
    return 0


async def _run(settings: Settings) -> None:
    jobs = Jobs()
    desk = open_desk(settings, jobs.tell)
    identity, run = desk.house.identity, settings.station.run
    refusals = Refusals(partial(record_refusal, desk), seconds=RECORD_SECONDS)
    sessions = Sessions(desk)
    room = Room(desk, sessions, jobs, refusals)
    offers, shown = Offers({}), dict[str, int]()
    doors = (
        listen(run / "people.sock", lambda peer: PeopleDoor(room, peer), uids=users(identity, "console") | {0}),
        listen(
            run / "intake.sock",
            lambda peer: IntakeDoor(desk, offers, shown, refusals, peer),
            uids=users(identity, "gate"),
        ),
        listen(run / "findings.sock", lambda peer: FindingsDoor(desk, refusals, peer), uids=users(identity, "guard")),
        listen(run / "chores.sock", lambda peer: ChoresDoor(desk, refusals, peer), uids=users(identity, "chore")),
    )
    stop = asyncio.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(each, stop.set)
    settling = asyncio.create_task(_keep_settling(desk))
    sweeping = asyncio.create_task(sessions.keep_sweeping())
    looking = asyncio.create_task(_keep_looking(desk))
    for keeping in (settling, sweeping, looking):
        keeping.add_done_callback(lambda _: stop.set())
    ready()
    await stop.wait()
    for door in doors:
        door.close()
    for keeping in (settling, sweeping, looking):
        if keeping.done():
            keeping.result()
        keeping.cancel()
    refusals.close()
    with suppress(StationError):  # a full disk keeps no desk from stopping
        desk.journal.commit(StationStopped())
    desk.ledger.close(desk.journal.signer)


def open_desk(settings: Settings, tell: Callable[[Progress], None]) -> Desk:
    """Everything verified and in its place, its start recorded; IntegrityViolation if anything isn't as it was left."""
    identity = settings.identity("desk")
    unknown = set(settings.policy.two_person) - POLICIES
    if unknown:
        raise Refused("SET-002", problems=f"policy.two_person: {', '.join(sorted(unknown))}")
    if not 0 < settings.policy.order_seconds <= LONGEST_START_SECONDS:
        raise Refused("SET-002", problems=f"policy.order_seconds: 1 to {LONGEST_START_SECONDS}")
    if not 0 <= settings.policy.permit_minutes <= LONGEST_PERMIT_MINUTES:
        raise Refused("SET-002", problems=f"policy.permit_minutes: 0 to {LONGEST_PERMIT_MINUTES}")
    if problems := settings.analysis.problems():
        raise Refused("SET-002", problems=f"analysis: {', '.join(problems)}")
    if not 1 <= settings.journal.witness_days <= witness.LONGEST_DAYS:
        raise Refused("SET-002", problems=f"journal.witness_days: 1 to {witness.LONGEST_DAYS}")
    back_up.parse_recipients(settings.backup.recipients)
    for each in settings.journal.witnesses:
        Witness.parse(each)
    state = settings.station.state / "desk"
    settings.station.run.mkdir(mode=0o700, parents=True, exist_ok=True)
    held = keys.load(settings.credentials("desk"), identity)
    if identity.follows and not any(state.glob("journal/*")):
        raise Refused("RST-003")
    log = Log(state / "journal", identity, held.journal, held.journal_next)
    disk = Disk(state, warn_bytes=settings.disk.warn_bytes, refuse_bytes=settings.disk.refuse_bytes)
    found = recover(log, state / "ledger.sqlite", Starting().tell)
    clock = Clock(settings.station.state / "clock" / "ahead_ms" if identity.rehearsal else None)
    last = found.ledger.last()
    clock.resume(found.latest_wall, None if last is None else last.at)
    vault = Vault(state / "vault", held.vault, identity)
    vault.open(found.vault_sha256)
    journal = Journal(log=log, ledger=found.ledger, clock=clock, disk=disk, identity=identity)
    started: list[Event] = [TailSetAside(file=each.file, length=each.length, sha256=each.sha256) for each in found.torn]
    if found.edited:
        started.append(DriftMended(what="ledger"))
    release = version("media-station")
    started.append(StationStarted(version=release, records=log.size, vault_sha256=vault.sha256))
    journal.commit(*started)
    run = settings.station.run
    desk = Desk(
        house=House(
            identity=identity,
            issued_by=settings.station.issued_by,
            version=release,
            two_person=frozenset(settings.policy.two_person),
            order_seconds=settings.policy.order_seconds,
            analysis=settings.analysis,
            permit_minutes=settings.policy.permit_minutes,
            witnesses=settings.journal.witnesses,
            witness_days=settings.journal.witness_days,
            certificate_days=settings.gate.certificate_days,
            host_pins=settings.gate.host_pins,
            backup_recipients=settings.backup.recipients,
            settings=settings.text,
            block_days=settings.scanner.block_days,
            publishers={
                SupplyKind.PATTERNS: [Verifier.parse(each) for each in settings.supplies.patterns],
                SupplyKind.UPDATE: [Verifier.parse(each) for each in settings.supplies.update],
            },
        ),
        clock=clock,
        setter=ClockSetter(run / "clock.sock", makers()),
        patterns=PatternsInstaller(
            run / "patterns.sock",
            makers(),
            settings.station.state / "patterns" if identity.rehearsal else _PATTERNS,
        ),
        updates=Updates(
            run / "update.sock",
            makers(),
            settings.station.state / "update" if identity.rehearsal else _UPDATES,
        ),
        disk=disk,
        keys=held,
        vault=vault,
        spool=Spool(state, spare_bytes=settings.disk.refuse_bytes),
        drive=Drive(run / "media.sock", makers()),
        cells=Cells(run / "cell.sock", makers()),
        printer=printer(
            queue=settings.printing.queue,
            server=settings.printing.server,
            seconds=settings.printing.seconds,
            papers=settings.station.state / "papers",
            identity=identity,
        ),
        scanner=_scanner(settings, identity),
        journal=journal,
        ledger=found.ledger,
        tell=tell,
        performing=set(),
    )
    drop_unrecorded(desk)
    install_update.resume(desk)
    return desk


def _scanner(settings: Settings, identity: Identity) -> Scanner | None:
    """Refused DOR-019 where the machine has no such user as clamd's."""
    of = settings.scanner
    if not of.socket:
        return None
    return Scanner(Path(of.socket), users(identity, "clamd"), largest_bytes=of.largest_bytes, seconds=of.seconds)


async def _keep_settling(desk: Desk) -> None:
    """Open orders of an earlier desk or of a drive that went away are settled as soon as the drive answers."""
    absent = False
    while True:
        try:
            await settle(desk)
            absent = False
        except PeerFault as error:
            if not absent:
                log_line("warning", "drive.absent", code=error.code)
            absent = True
        if not desk.ledger.in_state(ORDER, OrderState.ISSUED):
            await desk.journal.beyond(desk.ledger.head()[0])
        await asyncio.sleep(SETTLE_SECONDS)


async def _keep_looking(desk: Desk) -> None:
    """A step of the clock is recorded though nobody does anything, and what an earlier desk had installed."""
    while True:
        with suppress(StationError):  # a journal that can't be written says so to whoever works
            desk.journal.commit()
            await install_patterns.record_what_is_in_place(desk)
            install_update.record_what_became(desk)
        await asyncio.sleep(LOOK_SECONDS)
