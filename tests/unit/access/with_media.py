"""At a real desk, a real drive without its socket: sticks that are files, and a transfer whose images are sealed."""

import asyncio
import hashlib
from dataclasses import replace
from pathlib import Path

from at_the_desk import APPROVER, ME, OPERATOR

from media_station.desk.hands.drive import Report
from media_station.desk.serving.jobs import Jobs
from media_station.desk.serving.people import PeopleDoor, Room
from media_station.doors.media import Known
from media_station.doors.refusals import RECORD_SECONDS, Refusals
from media_station.drive.detect import Bay
from media_station.drive.kernel import Kernel
from media_station.drive.server import Bench as DriveBench
from media_station.drive.server import MediaDoor
from media_station.drive.spent import Spent
from media_station.model import consignment, payload, transfer
from media_station.model import medium as media
from media_station.model.errors import Refused
from media_station.model.ids import Identity
from media_station.model.kind import MediumKind
from media_station.model.order import Action, Evidence, OrderIssued, Verdict
from media_station.rehearsal.walk import sample_terms

STICK_BYTES = 16_384
IMAGE_BYTES = 5_000
IDENTITY = Identity(station="rehearsal", epoch="r1")
TERMS = replace(
    sample_terms(Path(__file__).parents[3] / "config" / "consignment.sample.csv"),
    starts="2020-01-01",
    ends="2099-12-31",
)
CONSIGNMENT = TERMS.consignment


def image_of(medium: str) -> bytes:
    return hashlib.shake_256(medium.encode()).digest(IMAGE_BYTES)


class DriveHere:
    """desk/hands/drive.Drive, with the drive's own bench behind it and no socket between."""

    def __init__(self, folder, sticks, orders_key, two_person):
        self.folder, self._key, self._two_person = folder, orders_key, two_person
        self.sticks = {f"usb{number}": folder / f"stick-{number}" for number in range(sticks)}
        for path in self.sticks.values():
            path.write_bytes(bytes(STICK_BYTES))
        self.orders = []
        self.restart()

    def restart(self):
        bays = {
            name: Bay(
                name=name,
                kind=MediumKind.USB,
                path=path,
                vendor="V",
                model="M",
                serial=f"S-{name}",
                serial_source="settings",
                size_bytes=STICK_BYTES,
                found=False,
            )
            for name, path in self.sticks.items()
        }
        self.bench = DriveBench(
            kernel=Kernel(),
            settled=bays,
            finding=False,
            identity=IDENTITY,
            orders_key=self._key,
            two_person=self._two_person,
            spent=Spent(self.folder / "spent"),
            tool="media-station 0",
        )
        self._door = MediaDoor(self.bench, lambda *_: None)

    async def bays(self):
        return self.bench.loaded()

    async def write(self, order, image, bay, tell):
        return await self.perform(order, Action.WRITE, bay, image.fileno())

    async def read(self, order, bay, tell):
        return await self.perform(order, Action.READ, bay)

    async def erase(self, order, bay, tell):
        return await self.perform(order, Action.ERASE, bay)

    async def perform(self, order, action, bay, image=-1) -> Evidence:
        self.orders.append((order, action, bay))
        work = self.bench.start(order, action, bay, image)
        await asyncio.wait({work.task})
        await asyncio.sleep(0)
        return work.task.result()

    async def ask(self, number):
        use = self.bench.spent.use(number)
        if use is None:
            self.bench.spent.claim(number)
        known = {None: Known.UNKNOWN, "void": Known.UNKNOWN, "begun": Known.BROKEN_OFF}
        return Report(
            known=known.get(use and use.value, Known.ENDED),
            evidence=self.bench.spent.evidence(number),
        )

    async def cancel(self, number):
        """Nothing is ever at work while somebody asks."""

    async def forget(self, number):
        self.bench.spent.forget(number)


class Counter:
    """The people door without its socket."""

    def __init__(self, bench, drive):
        self.bench, self.drive = bench, drive
        self.runner = asyncio.Runner()
        self.open()

    def open(self):
        """After each start of the desk."""
        self.bench.desk = replace(self.bench.desk, drive=self.drive)
        self.bench.sessions = type(self.bench.sessions)(self.bench.desk)
        refusals = Refusals(lambda *_: None, seconds=RECORD_SECONDS)

        async def stand():
            return PeopleDoor(Room(self.bench.desk, self.bench.sessions, Jobs(), refusals), ME)

        self.door = self.runner.run(stand())

    def asks(self, ask, session, code=None, second=None):
        """The answer, or the refusal's code."""
        try:
            return self.runner.run(self.door.ask(ask, session, code, second))
        except Refused as error:
            return error.code


def with_drive(bench, sticks: int) -> Counter:
    drive_folder = bench.folder / "drive-here"
    drive_folder.mkdir()
    house = bench.desk.house
    return Counter(bench, DriveHere(drive_folder, sticks, bench.desk.keys.orders.verifier, house.two_person))


def consign(bench) -> None:
    bench.desk.journal.commit(
        consignment.ConsignmentProposed(consignment=CONSIGNMENT, terms=TERMS),
        consignment.ConsignmentOpened(consignment=CONSIGNMENT, approver=APPROVER),
    )


def open_transfer(bench, *media: str) -> str:
    """Of a payload that was approved, with the images of these media sealed."""
    journal, ledger = bench.desk.journal, bench.desk.ledger
    number = IDENTITY.transfer_number(ledger.count(transfer.TransferOpened) + 1)
    body = hashlib.sha256(number.encode()).hexdigest()
    received = body[:32]
    journal.commit(
        payload.PayloadReceived(
            payload=received,
            consignment=CONSIGNMENT,
            ciphertext_length=9,
            ciphertext_sha256=body,
            plaintext_length=7,
            plaintext_sha256=body,
            records=3,
            key_id="0a1b2c3d",
        )
    )
    inspected = payload.PayloadInspected(
        payload=received,
        records=3,
        duplicates=0,
        sums=(),
        encoding="utf-8",
        plaintext_sha256=body,
        scanner="",
        patterns="",
    )
    journal.commit(inspected, actor=OPERATOR)
    journal.commit(
        payload.PayloadApproved(payload=received, records=3, requester=OPERATOR, approver=APPROVER),
        transfer.TransferOpened(
            transfer=number,
            payload=received,
            consignment=CONSIGNMENT,
            records=3,
            kinds=(MediumKind.USB,),
            post_by="2099-12-31",
        ),
        actor=APPROVER,
    )
    for medium in media:
        seal(bench, number, medium)
    return number


def register(bench, drive, bay: str) -> str:
    """What is in the bay as new stock."""
    loaded = next(each for each in drive.bench.loaded() if each.bay == bay)
    number = IDENTITY.medium_number(loaded.kind.letter, bench.desk.ledger.count(media.MediumRegistered) + 1)
    bench.desk.journal.commit(
        media.MediumRegistered(
            medium=number,
            kind=loaded.kind,
            vendor=loaded.vendor,
            model=loaded.model,
            serial=loaded.serial,
            serial_source=loaded.serial_source,
            size_bytes=loaded.size_bytes,
        )
    )
    return number


def ready(bench, drive, bay: str) -> str:
    """As `register`, and erased as the table asks for it; nothing was done."""
    medium = register(bench, drive, bay)
    ended_well(bench, Action.ERASE, "", medium)
    return medium


def ended_well(bench, action: Action, number: str, medium: str) -> None:
    """An order and its good end, as records alone."""
    order = IDENTITY.order_number(bench.desk.ledger.count(OrderIssued) + 1)
    sha256 = hashlib.sha256(image_of(medium)).hexdigest()
    evidence = Evidence(
        order=order,
        action=action,
        verdict=Verdict.PASS,
        code="",
        fingerprint=sha256,
        method="",
        passes=2,
        bytes_written=0,
        bytes_verified=0,
        device_read=-1,
        device_written=-1,
        sha256=sha256,
        bad_sectors=0,
        differs_at=-1,
        drive="",
        tool="",
        started_ms=1,
        ended_ms=2,
    )
    bench.desk.journal.commit(
        OrderIssued(
            order=order,
            action=action,
            transfer=number,
            medium=medium,
            fingerprint=sha256,
            image_sha256="" if action is Action.ERASE else sha256,
            requester=OPERATOR,
            approver=APPROVER,
            key_id="0a1b2c3d",
        )
    )
    issued = bench.desk.ledger.history("order", order).the(OrderIssued)
    bench.desk.journal.commit(media.ended(issued, evidence))


def seal(bench, number: str, medium: str) -> None:
    """An image of the station's, of no plaintext."""
    image = image_of(medium)
    with bench.desk.spool.new_image(medium, len(image)) as out:
        out.write(image)
    opened = bench.desk.ledger.history("transfer", number).the(transfer.TransferOpened)
    sealed = payload.ImageSealed(
        payload=opened.payload,
        transfer=number,
        medium=medium,
        kind=MediumKind.USB,
        image_sha256=hashlib.sha256(image).hexdigest(),
        image_length=len(image),
        ciphertext_sha256=hashlib.sha256(image).hexdigest(),
        ciphertext_length=len(image),
        opener_sha256=hashlib.sha256(image).hexdigest(),
        vault_sha256="",
    )
    bench.desk.journal.commit(
        sealed, actor=OPERATOR, vault=lambda: bench.desk.vault.put_password(medium, "no password at all")
    )


def holds(drive, bay: str, medium: str) -> bool:
    """Whether this medium's image is on what is in the bay."""
    return drive.sticks[bay].read_bytes()[:IMAGE_BYTES] == image_of(medium)
