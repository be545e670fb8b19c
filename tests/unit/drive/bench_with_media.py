import asyncio
import hashlib
import os
from dataclasses import asdict, replace
from pathlib import Path

from bench._bay import bay_at

from media_station.drive.admit import boottime_ms
from media_station.drive.kernel import Kernel
from media_station.drive.server import Bench
from media_station.drive.spent import Spent
from media_station.model.ids import Identity
from media_station.model.kind import MediumKind
from media_station.model.order import Action, Evidence, Order
from media_station.proof.key import Signer
from media_station.proof.note import sign_json

IDENTITY = Identity(station="kita-zei-1", epoch="r1")
MIB = 1 << 20


class BenchWithMedia:
    """A bench with a stick and a disc on it, and the desk's key to sign orders with."""

    def __init__(self, folder: Path, stick: Path, size: int) -> None:
        self.folder = folder
        self.stick = stick
        self.disc = folder / "disc"
        self.disc.touch()
        self.key = Signer.generate(IDENTITY.key_name("orders"))
        self.numbers = 0
        self.bays = {
            each.name: each
            for each in (
                bay_at(stick, serial="S1", size_bytes=size),
                bay_at(self.disc, MediumKind.DVD_R, size_bytes=4 * MIB),
            )
        }
        self.restart()

    def restart(self) -> None:
        """Another drive process, with what the one before left behind."""
        self.bench = Bench(
            kernel=Kernel(),
            settled=self.bays,
            finding=False,
            identity=IDENTITY,
            orders_key=self.key.verifier,
            two_person=frozenset({"write"}),
            spent=Spent(self.folder / "spent"),
            tool="media-station 0",
        )

    def loaded(self, bay: str):
        return next(each for each in self.bench.loaded() if each.bay == bay)

    def order(self, action: Action, bay: str = "usb0", image: bytes = b"", **other) -> Order:
        self.numbers += 1
        now = boottime_ms()
        order = Order(
            number=IDENTITY.order_number(self.numbers),
            identity=IDENTITY.name,
            boot_id=Path("/proc/sys/kernel/random/boot_id").read_text().strip(),
            action=action,
            transfer="R1-T-00001" if action in {Action.WRITE, Action.READ} else "",
            medium=f"R1-{self.bays[bay].kind.letter}-00001",
            fingerprint=self.loaded(bay).fingerprint,
            image_sha256=hashlib.sha256(image).hexdigest() if image else "",
            image_length=len(image),
            requester="sousa-hanako",
            approver="shonin-ichiro",
            issued_ms=now,
            start_by_ms=now + 60_000,
        )
        return replace(order, **other)

    def signed(self, order: Order, key: Signer | None = None) -> str:
        return sign_json("order", asdict(order) | {"action": order.action.value}, key or self.key).decode()

    def does(self, order: Order, bay: str = "usb0", image: bytes = b"", action: Action | None = None) -> Evidence:
        """As the door asks for it; a refusal is raised."""
        return self.does_signed(self.signed(order), action or order.action, bay, image)

    def does_signed(self, signed: str, action: Action, bay: str = "usb0", image: bytes = b"") -> Evidence:
        async def work() -> Evidence:
            passed = os.memfd_create("image")
            os.write(passed, image)
            try:
                work = self.bench.start(signed, action, bay, passed if action is Action.WRITE else -1)
            finally:
                os.close(passed)
            await asyncio.wait({work.task})
            await asyncio.sleep(0)
            return work.task.result()

        return asyncio.run(work())

    def content(self) -> bytes:
        return self.stick.read_bytes()
