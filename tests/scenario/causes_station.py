"""What leaves the station or keeps it: exports, backups, reviews, keys, network, printer. What leads to each refusal."""

import errno
import os
import socket
import tempfile
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from unittest import mock

import hands_in_memory
from asyncvarlink import FileDescriptor
from causes import administrators, by, cause, refused, settings, somebody, two
from causes_accounts import setting
from causes_payload import brings
from hands_in_memory import STICK_BYTES
from one_process import BOOTTIME_MS, IDENTITY, OneProcess
from pattern_supplies import PUBLISHER, package, patterns_of, supply
from walking_in_one import PAYLOAD, walk_in

from media_station.age import passphrase
from media_station.age.x25519 import X25519Identity
from media_station.cli.standalone import certificate
from media_station.cli.standalone.setup import setup_host, setup_station
from media_station.clock import admit as clock_admit
from media_station.clock import hand
from media_station.console.station import Station
from media_station.desk.flow import back_up, keep_watch, release
from media_station.desk.hands import cells, drive
from media_station.desk.hands.printer import NoPrinter, printer
from media_station.desk.journal import append
from media_station.doors.cell import Typeset
from media_station.model import asks, network_asks, review_asks
from media_station.model.errors import Refused
from media_station.model.finding import Disposition, FindingKind
from media_station.model.ids import Identity
from media_station.model.operator import Role
from media_station.model.review import Analysis
from media_station.model.steps import StepKind
from media_station.model.supply import SupplyKind
from media_station.patterns import main as patterns_main
from media_station.patterns import try_out
from media_station.proof import once
from media_station.proof.checkpoint import parse_unsigned, sign
from media_station.proof.key import Signer
from media_station.proof.supply import admit_order
from media_station.rehearsal.walk import staff
from media_station.update import main as update_main

S = StepKind
READERS = [X25519Identity.generate(), X25519Identity.generate()]
READER = str(READERS[0].to_public())
NONE = "2222A-2222C-2222E-2222F"
RECIPIENTS = f"[backup]\nrecipients = {[str(each.to_public()) for each in READERS]}\n".replace("'", '"')
PERIOD = ("2000-01-01T00:00:00.000000Z", "2100-01-01T00:00:00.000000Z")


async def new_station(walk, name: str, identity: Identity = IDENTITY):
    """Beside this one: nobody is enrolled there yet."""
    folder = walk.house.folder / name
    setup_host(folder / "host", "district-host")
    setup_station(folder / "station", identity, issued_by="架空区 税務課（訓練）", host_certificate=None)
    # A station that isn't a rehearsal's would have the machine's own folders.
    (folder / "station" / "station.toml").write_text((walk.house.station / "station.toml").read_text())
    made = object.__new__(OneProcess)
    made.__dict__ |= {**walk.house.__dict__, "folder": folder, "station": folder / "station", "host": folder / "host"}
    made.__dict__ |= {"drive": None, "desk": None}
    await made._open()
    return walk_in(made, staff())


@cause("ACC-027")
async def _(walk):
    new = await new_station(walk, "nobody")
    try:
        await new.counter.enrol(new.staff.operator, None)
    finally:
        await new.house._close()


@cause("CLK-001")
async def _(walk):
    new = await new_station(walk, "real", Identity(station="kuyakusho", epoch="e1"))
    try:
        await new.counter.advance(60)
    finally:
        await new.house._close()


refused("BKP-001")(lambda walk: (asks.BackUp(), "administrator", "second_administrator"))


async def backed_up(walk) -> str:
    await settings(walk, RECIPIENTS)
    return (await administrators(walk, asks.BackUp())).facts["bundle"]


def word(code: str, said: str):
    @cause(code, station="backups")
    async def provoke(walk):
        bundle = await backed_up(walk) if not walk.house.told("backup.made") else "R1-B-00001"
        await by(walk, asks.ProveBackup(bundle=bundle, word=said), "administrator")


async def fetch(walk, bundle: str, into: int, who: str = "administrator"):
    await walk.counter.see("FetchBundle", getattr(walk.staff, who), bundle=bundle, into=FileDescriptor(into))


@cause("BKP-006", alone=True)
async def _(walk):
    await settings(walk, RECIPIENTS)
    await back_up.back_up_by_itself(walk.house.desk)
    with tempfile.TemporaryFile() as into:
        await fetch(walk, "R1-B-00001", into.fileno())


def exporting(reader: str = READER, since: str = PERIOD[0], until: str = PERIOD[1]):
    return asks.ExportJournal(since=since, until=until, reader=reader)


async def exported(walk) -> str:
    return (await by(walk, exporting(), "auditor", "approver")).facts["bundle"]


refused("AGE-030")(lambda walk: (exporting("age1"), "auditor", "approver"))
refused("JNL-004")(lambda walk: (exporting(until="2000-01-02T00:00:00.000000Z"), "auditor", "approver"))
refused("KEY-003")(lambda walk: (asks.RotateKey(key_id="0" * 8), "administrator", "second_administrator"))


@cause("SPL-004")
async def _(walk):
    bundle = await exported(walk)
    reads, writes = os.pipe()
    try:
        await fetch(walk, bundle, writes)
    finally:
        os.close(reads)
        os.close(writes)


@cause("SPL-005")
async def _(walk):
    bundle = await exported(walk)
    lies = walk.house.station / "state" / "desk" / "exports" / f"{bundle}.age"
    lies.write_bytes(lies.read_bytes()[:-1])
    await by(walk, asks.ReleaseBundle(bundle=bundle), "auditor", "approver")


@cause("SPL-006", alone=True)
async def _(walk):
    medium = await walk.ready(walk.kinds[0])
    writing = asks.WriteBundle(bundle=await exported(walk), medium=medium, bay=walk.house.load(medium))
    walk.house.drive.luck.append(hands_in_memory.Luck.REFUSED)
    with suppress(Refused):
        await by(walk, writing, "auditor", "approver")
    await by(walk, asks.PurgeBundle(bundle=writing.bundle), "auditor")


@cause("SPL-007", alone=True)
async def _(walk):
    with mock.patch.object(release, "MOST", 1):  # of 64
        for _ in range(2):
            await by(walk, asks.ReleaseBundle(bundle=await exported(walk)), "auditor", "approver")


@cause("FLW-003")
async def _(walk):
    bundle = await exported(walk)
    walk.house.desk.performing.add(bundle)  # as while somebody fetches it
    try:
        await by(walk, asks.PurgeBundle(bundle=bundle), "auditor")
    finally:
        walk.house.desk.performing.discard(bundle)


refused("GAT-040")(lambda walk: (network_asks.AdoptHost(certificates=["x"]), "administrator", "second_administrator"))
refused("GRD-010")(lambda walk: (network_asks.AdoptBaseline(entries=[]), "administrator", "second_administrator"))


@cause("GRD-011", alone=True)
async def _(walk):
    keep_watch.hear(walk.house.desk, ["interface eth0 52:54:00:00:00:01"], [], [])
    await administrators(walk, network_asks.AdoptBaseline(entries=[]))


@cause("PRN-001", at=S.PRINT_NOTICE, alone=True)
async def _(walk):
    object.__setattr__(walk.house.desk, "printer", NoPrinter())
    await two(walk, asks.PrintNotice(medium="R1-U-00001"))


@cause("PRN-002", at=S.PRINT_SLIP, alone=True)
async def _(walk):
    gone = printer(
        queue="papers", server=walk.house.folder / "none", seconds=1, papers=walk.house.folder, identity=IDENTITY
    )
    object.__setattr__(walk.house.desk, "printer", gone)
    await by(walk, asks.PrintSlip(paper="REHEARSAL-R1-S-00001"))


def proving(code: str, record: int, kept: str):
    @cause(code)
    async def provoke(walk):
        await walk.counter.see("ProveRecord", walk.staff.auditor, record=record, kept=kept)


word("BKP-005", passphrase.generate(back_up.WORD_GROUPS))
word("AGE-040", "2222A")
word("AGE-041", "2222A-2222C-2222E-2222H")
proving("PRF-030", 999_999, "")
proving("PRF-024", 0, "x")


@cause("PRF-026")
async def _(walk):
    desk = walk.house.desk
    another = replace(parse_unsigned(desk.journal.head), root=bytes(32))
    kept = sign(another, desk.journal.signer).decode()
    await walk.counter.see("ProveRecord", walk.staff.auditor, record=0, kept=kept)


@cause("SCN-001", alone=True)
async def _(walk):
    payload = await walk.hand_in()
    await walk.counter.see("OpenFindings", walk.staff.operator)
    real = replace(walk.house.desk.house, identity=Identity(station="rehearsal", epoch="e1"))
    object.__setattr__(walk.house.desk, "house", real)
    await by(walk, asks.Inspect(payload=payload))


@cause("SUP-021", alone=True)
async def _(walk):
    with mock.patch.object(try_out, "CLAMD", "/nowhere/clamd"):
        await install_by(walk, Oneshot(walk, tried=partial(try_out.try_out, dated=False)))


refused("RVW-001")(lambda walk: (review_asks.AnalyseLog(since="2026-05-01", until="2026-04-01"), "auditor"))
refused("RVW-005")(lambda walk: (review_asks.MakeReport(month="2026-04"), "auditor"))


def other_certificate(end: datetime) -> str:
    with mock.patch.object(certificate, "_NO_END", end):
        return certificate.issue("host", certificate.HOST).certificate


@cause("GAT-041", alone=True)
async def _(walk):
    ends = other_certificate(await walk.counter.now() + timedelta(days=1))
    await walk.counter.advance(3 * 86_400)
    await administrators(walk, network_asks.AdoptHost(certificates=[ends]))


@contextmanager
def says(hand, answer=None, *told):
    """Who is at the other end of the desk's hand isn't what it was: it answers with this."""

    class Door:
        async def call(self, method, **parameters):
            return answer

        async def stream(self, method, **parameters):
            for each in told:
                yield each

    @asynccontextmanager
    async def connect(path, interface, *, uids):
        yield Door()

    with mock.patch.object(hand, "connect", connect):
        yield


def real_cells(walk) -> None:
    object.__setattr__(walk.house.desk, "cells", cells.Cells(walk.house.folder / "none", frozenset()))


@cause("HND-010", at=S.WRITE, alone=True)
async def _(walk):
    bay = walk.house.load("R1-U-00001")
    real = drive.Drive(walk.house.folder / "none", frozenset())
    walk.house.drive.write = real.write
    with says(drive):
        await two(walk, asks.Write(medium="R1-U-00001", bay=bay))


@cause("HND-011", at=S.PRINT_SLIP, alone=True)
async def _(walk):
    real_cells(walk)
    with says(cells, Typeset(length=0)):
        await by(walk, asks.PrintSlip(paper="REHEARSAL-R1-S-00001"))


@cause("HND-012", alone=True)
async def _(walk):
    payload = await walk.hand_in()
    inspected = await walk.house.desk.cells.inspect(iter([PAYLOAD]), walk.terms.items, individual_numbers_allowed=False)
    real_cells(walk)
    with says(cells, replace(inspected, encoding="山田 太郎")):
        await by(walk, asks.Inspect(payload=payload))


def analysing(code: str, **other):
    @cause(code, alone=True)
    async def provoke(walk):
        whole = Analysis(found=0, kinds=[0] * len(FindingKind), detections=[], figures=(await analysed(walk)).figures)
        real_cells(walk)
        with says(cells, replace(whole, **other)):
            await by(walk, review_asks.AnalyseLog(since="2026-04-06", until="2026-04-06"), "auditor")


async def analysed(walk) -> Analysis:
    seen = []
    real = walk.house.cells.analyse

    async def looking(*of, **more):
        seen.append(await real(*of, **more))
        return seen[-1]

    walk.house.cells.analyse = looking
    await by(walk, review_asks.AnalyseLog(since="2026-04-06", until="2026-04-06"), "auditor")
    return seen[-1]


analysing("HND-013", found=1)


@cause("HND-014", alone=True)
async def _(walk):
    walk.house.cells.unpack = cells.Cells(walk.house.folder / "none", frozenset()).unpack
    with says(cells, cells.Unpacked(submission="", length=1, payloads=1)):
        await brings(walk, bytes(STICK_BYTES))


@cause("RVW-004", alone=True)
async def _(walk):
    auditor = walk.staff.auditor
    code = auditor.code(await walk.counter._fresh(auditor))
    signing = {"operator": auditor.operator, "password": auditor.password, "code": code}
    auditor.session = await walk.house.call("SignIn", **signing)
    with suppress(Refused):
        await walk.house.call("SignIn", **signing)  # the same code once more: a finding
    await by(walk, review_asks.AnalyseLog(since="2026-04-06", until="2026-04-06"), "auditor")
    rows = await walk.counter.all("Findings", auditor)
    number = next(each.finding for each in rows if each.concerned == [auditor.operator])
    mine = review_asks.DisposeFindings(findings=[number], disposition=Disposition.EXPLAINED, binder="")
    await by(walk, mine, "auditor", fresh=True)


@cause("RVW-006", alone=True)
async def _(walk):
    both = await somebody(walk, Role.OPERATOR, Role.AUDITOR)
    await walk.counter.advance(40 * 86_400)
    report = (await by(walk, review_asks.MakeReport(month="2026-04"), "auditor")).facts["report"]
    await by(walk, asks.ScanPaper(scan=walk.house.scan(report)), "auditor")
    await walk.counter.do(review_asks.ReviewReport(report=report, binder="綴り-9"), both, fresh=True)


async def take(walk, content: bytes):
    with tempfile.TemporaryFile() as file:
        file.write(content)
        file.flush()
        await walk.counter.see("TakeSupply", walk.staff.administrator, supply=FileDescriptor(file.fileno()))


async def publisher(walk) -> None:
    if not walk.house.desk.house.publishers[SupplyKind.PATTERNS]:
        await settings(walk, f'[supplies]\npatterns = ["{PUBLISHER.verifier.render()}"]\n')


def patterns(number: int, body: bytes = patterns_of(b"x")) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        return supply(Path(folder), number, body).read_bytes()


SUPPLIES = "supplies"
cause("SUP-001", station=SUPPLIES)(lambda walk: take(walk, b"x"))
refused("SUP-004")(lambda walk: (asks.InstallPatterns(supply="patterns-7"), "administrator", "second_administrator"))


@cause("SUP-003", station=SUPPLIES)
async def _(walk):
    await publisher(walk)
    for _ in range(2):
        await take(walk, patterns(7))


class Oneshot:
    """The oneshot's own code in this process, with its key, identity and what it has of before."""

    def __init__(self, walk, **other) -> None:
        house = walk.house
        self.of = {
            "key": house.desk.keys.orders.verifier,
            "identity": house.desk.house.identity,
            "folder": house.folder / "oneshot",
            **other,
        }
        self.folder = self.of["folder"]
        self.folder.mkdir(exist_ok=True)
        self.open: set[str] = set()

    async def set(self, untrusted_order: str) -> None:
        now = clock_admit.admit(
            untrusted_order, orders_key=self.of["key"], identity=self.of["identity"], spent=self.folder / "spent"
        )
        hand.rehearsals(self.of.get("ahead", self.folder / "ahead"))(now)

    def admitted(self, untrusted_order: str):
        spent = self.folder / "spent"
        return admit_order(untrusted_order, key=self.of["key"], identity=self.of["identity"], spent=spent)

    async def take(self, untrusted_order: str, file) -> str:
        order, publishers = self.admitted(untrusted_order), {SupplyKind.UPDATE: [PUBLISHER.verifier]}
        return update_main.take(order, file.fileno(), publishers, self.folder, present="0.1.0")

    async def install(self, untrusted_order: str, file) -> str:
        order = self.admitted(untrusted_order)
        publishers = {SupplyKind.PATTERNS: [PUBLISHER.verifier]}
        tried = self.of.get("tried", lambda _: "ClamAV 1.4.6/7/Mon Apr  6 01:00:00 2026")
        return patterns_main._install(order, file.fileno(), publishers, self.folder, tried)

    def present(self) -> str:
        return ""


STRANGER = Signer.generate(IDENTITY.key_name("orders")).verifier
ELSEWHERE = Identity(station="minami-zei", epoch="r1")


async def set_by(walk, oneshot: Oneshot, now_ms: int = BOOTTIME_MS):
    object.__setattr__(walk.house.desk, "setter", oneshot)
    with mock.patch.object(once, "boottime_ms", lambda: now_ms):
        await setting(walk, await walk.counter.now() + timedelta(hours=1), "")


async def install_by(walk, oneshot: Oneshot, now_ms: int = BOOTTIME_MS):
    await publisher(walk)
    if not walk.house.told("supply.received"):
        await take(walk, patterns(7))
    object.__setattr__(walk.house.desk, "patterns", oneshot)
    with mock.patch.object(once, "boottime_ms", lambda: now_ms):
        await administrators(walk, asks.InstallPatterns(supply="patterns-7"))


def spends(walk) -> Oneshot:
    """Has seen the number before: the desk's disk was rolled back behind it."""
    made = Oneshot(walk)
    (made.folder / "spent").mkdir(exist_ok=True)
    for number in ("R1-W-00001", "R1-A-00001"):
        (made.folder / "spent" / number).touch()
    return made


for by_order, of in ((set_by, "CLK"), (install_by, "SUP")):
    cause(f"{of}-010", alone=True)(lambda walk, go=by_order: go(walk, Oneshot(walk, key=STRANGER)))
    cause(f"{of}-011", alone=True)(lambda walk, go=by_order: go(walk, Oneshot(walk, identity=ELSEWHERE)))
    cause(f"{of}-012", alone=True)(lambda walk, go=by_order: go(walk, spends(walk)))
    cause(f"{of}-013", alone=True)(lambda walk, go=by_order: restarted(walk, go))
    cause(f"{of}-014", alone=True)(lambda walk, go=by_order: go(walk, Oneshot(walk), BOOTTIME_MS + 3_600_000))


async def restarted(walk, go):
    other = walk.house.folder / "boot_id"
    other.write_text("another boot")
    with mock.patch.object(once, "_BOOT_ID", other):
        await go(walk, Oneshot(walk))


@cause("CLK-015", alone=True)
async def _(walk):
    (walk.house.folder / "a file").touch()
    await set_by(walk, Oneshot(walk, ahead=walk.house.folder / "a file" / "ahead"))


def laid(walk) -> Path:
    return walk.house.station / "state" / "desk" / "supplies" / "patterns.supply"


@cause("SUP-002", alone=True)
async def _(walk):
    await publisher(walk)
    await take(walk, patterns(7))
    laid(walk).write_bytes(laid(walk).read_bytes()[:-1] + b"x")
    await install_by(walk, Oneshot(walk))


@cause("SUP-016", alone=True)
async def _(walk):
    class Another(Oneshot):
        async def install(self, order, file):
            with tempfile.TemporaryFile() as other:
                other.write(patterns(8))
                other.seek(0)
                return await super().install(order, other)

    await install_by(walk, Another(walk))


@cause("SUP-017", alone=True)
async def _(walk):
    newer = Oneshot(walk)
    (newer.folder / "patterns-9").mkdir()
    (newer.folder / "now").symlink_to("patterns-9")
    await install_by(walk, newer)


@cause("SUP-018", alone=True)
async def _(walk):
    await publisher(walk)
    await take(walk, patterns(7, b"no tar" * 999))
    await install_by(walk, Oneshot(walk))


@cause("SUP-019", alone=True)
async def _(walk):
    class OnAFullDisk(Oneshot):
        async def install(self, order, file):
            with mock.patch.object(patterns_main.tempfile, "TemporaryFile", lambda **_: open("/dev/full", "w+b", 0)):
                return await super().install(order, file)

    await install_by(walk, OnAFullDisk(walk))


@cause("SUP-020", alone=True)
async def _(walk):
    with mock.patch.object(try_out, "CLAMD", "/bin/false"):
        await install_by(walk, Oneshot(walk, tried=partial(try_out.try_out, dated=False)))


refused("SUP-022")(lambda walk: (asks.InstallUpdate(supply="former"), "administrator", "second_administrator"))


async def update_by(walk, name: str, version: str, present: str = "0.1.0"):
    await settings(walk, f'[supplies]\nupdate = ["{PUBLISHER.verifier.render()}"]\n')
    with tempfile.TemporaryDirectory() as folder:
        body = package(Path(folder), version, name)
        await take(walk, supply(Path(folder), 7, body, kind=SupplyKind.UPDATE).read_bytes())
        oneshot = Oneshot(walk)
        (oneshot.folder / "present.deb").write_bytes(package(Path(folder) / "present", present))
    object.__setattr__(walk.house.desk, "updates", oneshot)
    with mock.patch.object(once, "boottime_ms", lambda: BOOTTIME_MS):
        await administrators(walk, asks.InstallUpdate(supply="update-7"))


cause("SUP-023", alone=True)(lambda walk: update_by(walk, "another", "9.0"))
cause("SUP-024", alone=True)(lambda walk: update_by(walk, "media-station", "0.0.9"))
cause("SUP-025", alone=True)(lambda walk: update_by(walk, "media-station", "9.0", present="0.0.9"))


@cause("DOR-001")
async def _(walk):
    await Station(walk.house.folder / "none").greet()


@cause("DOR-004", alone=True)
async def _(walk):
    path = walk.house.folder / "people.sock"
    with socket.socket(socket.AF_UNIX) as another:
        another.bind(str(path))
        another.listen()
        with mock.patch("media_station.console.station.makers", lambda: frozenset({os.getuid() + 1})):
            await Station(path).greet()


@cause("JNL-001", alone=True)
async def _(walk):
    await walk.counter.see("OpenFindings", walk.staff.operator)
    with mock.patch.object(append.Log, "_write", side_effect=OSError(errno.EIO, "")):
        await by(walk, asks.DrawMedium(medium=await walk.ready(walk.kinds[0])))
