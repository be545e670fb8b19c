"""What the drive refuses or can't do: its own code in this process, with files in place of media."""

import asyncio
import fcntl
import os
from contextlib import contextmanager
from dataclasses import replace
from types import SimpleNamespace
from unittest import mock

from bench._bay import bay_at
from causes import by, cause, settings, two
from hands_in_memory import STICK_BYTES
from machine_tree import Machine
from one_process import BOOTTIME_MS

from media_station.drive import admit, perform
from media_station.drive import erase as erasing
from media_station.drive import server as drive_server
from media_station.drive.kernel import Kernel
from media_station.drive.server import Bench
from media_station.drive.spent import Spent
from media_station.model import asks
from media_station.model.ids import Identity
from media_station.model.kind import MediumKind
from media_station.model.order import Action
from media_station.model.steps import StepKind
from media_station.proof.key import Signer

S = StepKind
STICK, DISC = "R1-U-00001", "R1-D-00001"
A_DAY_MS = 86_400_000


class DriveHere:
    """In place of the walk's drive: the bench, at the walk's orders. `between`: what happens once the desk has looked."""

    def __init__(self, walk, **other) -> None:
        folder = walk.house.folder / "drive"
        folder.mkdir(exist_ok=True)
        self.walk = walk
        self.stick, self.disc = folder / "stick", folder / "disc"
        self.stick.write_bytes(bytes(STICK_BYTES))
        self.disc.touch()
        serial = walk.house.shelf[STICK].serial if STICK in walk.house.shelf else "S1"
        looks = {"vendor": "REHEARSAL"}
        bays = (
            replace(bay_at(self.stick, serial=serial, size_bytes=STICK_BYTES), model="STICK", **looks),
            replace(bay_at(self.disc, MediumKind.DVD_R, size_bytes=4_700_372_992), model="DISC", **looks),
        )
        self.between = lambda: None
        spent = Spent(folder / "spent")
        spent.since_ms(admit.boot(), 0)
        of = {
            "kernel": Kernel(),
            "settled": {each.name: each for each in bays},
            "finding": False,
            "identity": walk.house.desk.house.identity,
            "orders_key": walk.house.desk.keys.orders.verifier,
            "two_person": frozenset({"write"}),
            "spent": spent,
            "tool": "media-station 0",
        }
        self.bench = Bench(**{**of, **other})
        object.__setattr__(walk.house.desk, "drive", self)

    async def bays(self):
        return self.bench.loaded()

    async def write(self, order, image, bay, tell):
        return await self._done(order, Action.WRITE, bay, image.fileno())

    async def read(self, order, bay, tell):
        return await self._done(order, Action.READ, bay)

    async def erase(self, order, bay, tell):
        return await self._done(order, Action.ERASE, bay)

    async def _done(self, order, action, bay, image: int = -1):
        self.between()
        work = self.bench.start(order, action, bay, image)
        await asyncio.wait({work.task})
        return work.task.result()

    async def forget(self, number) -> None:
        self.bench.spent.forget(number)


async def write(walk, bay: str = "usb0"):
    return await two(walk, asks.Write(medium=STICK if bay == "usb0" else DISC, bay=bay))


def writing(code: str, between=lambda drive: None, *, bay: str = "usb0", **other):
    """The stick that is to be written; between the desk's look and the drive's, something happens."""

    @cause(code, at=S.WRITE, alone=True)
    async def provoke(walk):
        drive = DriveHere(walk, **other)
        drive.between = lambda: between(drive)
        return await write(walk, bay)


def patched(code: str, *patch):
    @cause(code, at=S.WRITE, alone=True)
    async def provoke(walk):
        DriveHere(walk)
        with mock.patch.object(*patch):
            return await write(walk)


STRANGER = Signer.generate("rehearsal/r1/orders").verifier
writing("DRV-011", identity=Identity(station="minami-zei", epoch="r1"))
writing("DRV-027", orders_key=STRANGER)
writing("DRV-014", lambda drive: drive.bench.spent.claim("R1-O-00002"))
writing("DRV-015", lambda drive: (drive.stick.parent / "spent" / "since").write_text(f"{admit.boot()} y"))
writing("DRV-017", lambda drive: drive.stick.unlink())
writing("DRV-018", lambda drive: _another(drive.stick))
writing("DRV-024", lambda drive: os.truncate(drive.stick, 1000))
writing("DRV-026", lambda drive: _loops(drive.stick))
patched("DRV-012", admit, "boot", lambda: "another boot")
patched("DRV-013", admit, "boottime_ms", lambda: BOOTTIME_MS + A_DAY_MS)
patched("DRV-028", admit, "boottime_ms", lambda: BOOTTIME_MS - A_DAY_MS)


def _another(stick) -> None:
    os.rename(stick, stick.with_name("former"))
    stick.write_bytes(bytes(STICK_BYTES))


def _loops(stick) -> None:
    stick.unlink()
    stick.symlink_to(stick)


@cause("DRV-010", at=S.WRITE, alone=True)
async def _(walk):
    drive = DriveHere(walk)
    start = drive.bench.start
    drive.bench.start = lambda order, *of: start(order.replace("R1-O", "R1-X"), *of)  # by somebody on the way
    await write(walk)


@cause("DRV-016", at=S.WRITE, alone=True)
async def _(walk):
    drive = DriveHere(walk)
    drive.write = lambda order, image, bay, tell: drive.erase(order, bay, tell)  # a desk that was taken over
    await write(walk)


@cause("DRV-022", at=S.WRITE, alone=True)
async def _(walk):
    drive = DriveHere(walk)
    at_work = SimpleNamespace(bay=drive.bench.settled["usb0"])
    drive.between = lambda: drive.bench.working.update({"R1-O-00099": at_work})
    await write(walk)


@cause("DRV-023", at=S.WRITE, alone=True)
async def _(walk):
    drive = DriveHere(walk)
    with drive.stick.open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_SH)
        await write(walk)


@cause("DRV-029", at=S.WRITE, alone=True)
async def _(walk):
    drive = DriveHere(walk)
    since = drive.stick.parent / "spent" / "since"
    since.unlink()
    drive.bench.spent.since_ms(admit.boot(), BOOTTIME_MS + 1)
    await write(walk)


@cause("DRV-034", at=S.WRITE, alone=True)
async def _(walk):
    await settings(walk, "two_person = []", 'two_person = ["write", "erase", "destroy", "release_notice"]')
    DriveHere(walk)
    await by(walk, asks.Write(medium=STICK, bay="usb0"), fresh=True)


def image(walk):
    return walk.house.station / "state" / "desk" / "images" / f"{STICK}.img"


@cause("DRV-025", at=S.WRITE, alone=True)
async def _(walk):
    DriveHere(walk)
    whole = image(walk).read_bytes()
    image(walk).write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    await write(walk)


@cause("DRV-037", at=S.WRITE, alone=True)
async def _(walk):
    DriveHere(walk)
    image(walk).write_bytes(image(walk).read_bytes()[:-1])
    await write(walk)


@cause("DRV-047", at=S.WRITE, alone=True)
async def _(walk):
    drive = DriveHere(walk)
    with drive.stick.open("r+b") as stick:
        stick.write(b"\xeb\x58\x90".ljust(510, b"\0") + b"\x55\xaa")
    await write(walk)


async def to_a_disc(walk, drive_is):
    """A disc is to be written, and this one is in the tray."""
    walk.kinds = (MediumKind.DVD_R,)
    await walk.before()
    await walk.until(S.WRITE)
    drive = DriveHere(walk)
    drive_is(drive)
    return await write(walk, "dvd0")


def disc(code: str, drive_is):
    @cause(code, alone=True)
    async def provoke(walk):
        return await to_a_disc(walk, drive_is)


disc("DRV-020", lambda drive: drive.disc.write_bytes(bytes(4096)))
disc("DRV-019", lambda drive: drive.bench.settled.update(dvd0=replace(drive.bench.settled["dvd0"], size_bytes=4096)))


@contextmanager
def once_done(within, name: str, then):
    """The drive's own code, and then something happens to the medium."""
    real = getattr(within, name)

    def doing(*of):
        done = real(*of)
        then()
        return done

    with mock.patch.object(within, name, doing):
        yield


def spoil(path) -> None:
    with path.open("r+b") as medium:
        medium.seek(12_345)
        medium.write(b"\1\2")


@cause("DRV-030", at=S.WRITE, alone=True)
async def _(walk):
    drive = DriveHere(walk)
    with once_done(perform.block, "write_image", lambda: spoil(drive.stick)):
        return await write(walk)


@cause("DRV-031", at=S.WRITE, alone=True)
async def _(walk):
    DriveHere(walk)
    with mock.patch.object(perform.block, "write_image", side_effect=OSError(5, "")):
        return await write(walk)


@cause("DRV-033", at=S.WRITE, alone=True)
async def _(walk):
    drive = DriveHere(walk)
    with once_done(perform.block, "write_image", lambda: _another(drive.stick)):
        return await write(walk)


@cause("DRV-045", at=S.WRITE, alone=True)
async def _(walk):
    drive = DriveHere(walk)
    made = perform.Progress

    def cancelling(**of):
        for each in drive.bench.working.values():
            each.cancelled = True
        return made(**of)

    with mock.patch.object(perform, "Progress", cancelling):
        return await write(walk)


async def erase(walk):
    return await two(walk, asks.Erase(medium=STICK, bay="usb0"))


@cause("DRV-035", at=S.ERASE, alone=True)
async def _(walk):
    drive = DriveHere(walk)
    with once_done(erasing, "write", lambda: spoil(drive.stick)):
        return await erase(walk)


@cause("DRV-044", at=S.ERASE, alone=True)
async def _(walk):
    DriveHere(walk)
    wrote, half = os.pwrite, STICK_BYTES // 2
    with mock.patch.object(erasing.os, "pwrite", lambda file, data, at: wrote(file, data, at % half)):
        return await erase(walk)


def in_a_machine(code: str, build):
    """New stock is plugged in; the kernel says this of it."""

    @cause(code, alone=True)
    async def provoke(walk):
        machine = Machine(walk.house.folder / "machine")
        drive = DriveHere(walk, kernel=Kernel(machine.root))
        drive.bench.settled = {"usb0": replace(drive.bench.settled["usb0"], found=True)}
        look, disk = drive_server.look, build(machine)
        with mock.patch.object(
            drive_server, "look", lambda kernel, bay: replace(look(kernel, replace(bay, found=False)), disk=disk)
        ):
            await by(walk, asks.RegisterMedium(bay="usb0"))


def _system(machine):
    disk = machine.disk("sda")
    machine.mount(machine.part(disk, "sda1"), "/")
    return disk


in_a_machine("DRV-038", _system)
in_a_machine("DRV-039", lambda machine: machine.stick(removable=0))
in_a_machine("DRV-040", lambda machine: machine.stick(interfaces=("08", "03")))


@cause("DRV-041", at=S.WRITE, alone=True)
async def _(walk):
    machine = Machine(walk.house.folder / "machine")
    DriveHere(walk, kernel=Kernel(machine.root))
    look, disk = admit.look, machine.stick(ro=1)
    with mock.patch.object(admit, "look", lambda kernel, bay: replace(look(kernel, bay), disk=disk)):
        await write(walk)


@cause("DRV-090", at=S.WRITE, alone=True)
async def _(walk):
    """A drive that says PASS of another image."""
    real = walk.house.drive._evidence
    walk.house.drive._evidence = lambda *of: replace(real(*of), sha256="0" * 64)
    walk.house.load(STICK)
    return await write(walk)
