"""`faults_at_the_station.py FAULT FOLDER BOOT_ID`: a station in FOLDER/house meets the fault at each stage of its drive's
work; prints what came of it, as one line of JSON by stage.

FOLDER/house is a small disk, and BOOT_ID a file in the place of the kernel's, both in this process's mount namespace.
"""

import asyncio
import json
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from at_the_counter import at_the_counter, check_the_journal_verifies, records, refused
from faulty_stick import FaultyStick, no_fault
from filling import fill
from striking import strike

from media_station.model import asks
from media_station.model.errors import PeerFault
from media_station.model.kind import MediumKind
from media_station.rehearsal.media import Bay
from media_station.rehearsal.people import Counter
from media_station.rehearsal.walk import Walk

MIB = 1 << 20
SMALL, LARGE = 4 * MIB, 40 * MIB
DISK = "\n[disk]\nwarn_bytes = 33554432\nrefuse_bytes = 16777216\n"
STRIKING = Path(__file__).with_name("striking.py")
UNDER_WAY = {"preparing", "clearing", "writing", "reading", "erasing"}


class Station:
    """A house with sticks that call out at a stage."""

    def __init__(self, fault: str, folder: Path, boot_id: Path) -> None:
        self.fault, self.folder, self.boot_id = fault, folder, boot_id
        self.sticks = [FaultyStick(folder, f"stick{n}", size) for n, size in enumerate([SMALL] * 3 + [LARGE] * 3)]
        self.said: dict[str, list[str]] = {}
        self.walk: Walk
        self.filler = folder / "house" / "filler"

    def bays(self) -> list[Bay]:
        return [
            Bay(
                name=f"usb{n}",
                kind="usb",
                path=each.path,
                backing=each.path,
                serial=f"F{n}",
                size_bytes=each.size_bytes,
            )
            for n, each in enumerate(self.sticks)
        ]

    def strike(self) -> None:
        if self.fault == "disk full":
            fill(self.filler)
            return
        house = self.walk.house
        if self.fault == "cancelled":
            cancelling = self.beside.do(asks.Cancel(medium=self.at_work), self.walk.staff.operator)
            asyncio.run_coroutine_threadsafe(cancelling, self.loop).result()
            return
        pids = {role: house.pid(role) for role in ("drive", "desk")}
        strike(self.fault, pids, house.run / "drive", self.boot_id)

    def at(self, *kinds: str) -> Callable[[str, int, int], None]:
        """Strikes in the middle of the first large request of each kind, one after the other."""
        left = list(kinds)

        def fault(kind: str, offset: int, length: int) -> None:
            if left and kind == left[0] and length > 4096 and offset >= MIB:
                del left[0]
                self.strike()

        return fault

    async def ordered(self, ask: asks.Erase | asks.Write) -> list[str]:
        """What the journal says of its order in the end, and the medium's state."""
        before, self.at_work = len(self._orders()), ask.medium
        with suppress(PeerFault):
            await self.walk.counter.do(ask, self.walk.staff.operator, second=self.walk.staff.approver)
        while True:
            await asyncio.sleep(0.1)
            with suppress(PeerFault):
                stock = await self.walk.counter.all("Stock", self.walk.staff.operator)
                state = next(each.state for each in stock if each.medium == ask.medium)
                if state not in UNDER_WAY:
                    break
        (order,) = self._orders()[before:]
        return [self._ending(order), state]

    def _orders(self) -> list[str]:
        every = records(self.walk.house)
        return [each["media_station"]["data"]["order"] for each in every if each["event"]["action"] == "order.issued"]

    def _ending(self, order: str) -> str:
        (last,) = (
            each
            for each in records(self.walk.house)
            if each["media_station"]["data"].get("order") == order
            and each["event"]["action"] not in {"order.issued", "order.cancelled"}
        )
        data = last["media_station"]["data"]
        match last["event"]["action"]:
            case "medium.written":
                return data["evidence"]["verdict"]
            case "erasure.ended":
                return f"{data['verdict']} {data['evidence']['code']}".strip()
            case "order.lapsed":
                return f"lapsed {data['code']}"
            case "erasure.interrupted" | "medium.spoiled":
                return f"{'FAIL' if data['code'] == 'DRV-045' else 'broken off'} {data['code']}"
        return last["event"]["action"]

    async def new(self, number: int) -> str:
        answer = await self.walk.counter.do(asks.RegisterMedium(bay=f"usb{number}"), self.walk.staff.operator)
        return answer.facts["medium"]

    async def erase(self, number: int, medium: str, *kinds: str) -> list[str]:
        self.sticks[number].fault = self.at(*kinds)
        said = await self.ordered(asks.Erase(medium=medium, bay=f"usb{number}"))
        self.sticks[number].fault = no_fault
        self.filler.unlink(missing_ok=True)
        return said

    async def whole(self, walk: Walk) -> None:
        self.walk, self.walk.kinds = walk, (MediumKind.USB,)
        self.loop = asyncio.get_running_loop()
        self.beside = Counter(walk.house.run / "people.sock", walk.house.uids, walk.house.revive)
        try:
            await self.stages()
        finally:
            await self.beside.close()

    async def stages(self) -> None:
        walk = self.walk
        first = await self.new(0)
        if self.fault == "disk full":
            await walk.counter.advance(60)  # each has a new code without asking for one when the disk is full
            fill(self.filler)
            code = await refused(self.ordered(asks.Erase(medium=first, bay="usb0")))
            self.said["identify"] = [f"refused {code}", "stock"]
            self.filler.unlink()
        elif self.fault != "cancelled":
            self.said["identify"] = await self.erase(0, first)
        self.said["erase"] = await self.erase(1, await self.new(1), "write")
        self.said["verify"] = await self.erase(2, await self.new(2), "read")
        await walk.consign()
        await asyncio.to_thread(walk.send)
        transfer = await self.transfer()
        self.said["write"] = await self.write(3, transfer, "write")
        if self.said["write"][1] == "written":
            # The one medium of the transfer is written: the next stage came in the same order.
            self.said["read back"] = self.said["write"]
        else:
            self.said["read back"] = await self.write(4, transfer, "read")

    async def transfer(self) -> str:
        (payload,) = await self.walk.counter.all("Payloads", self.walk.staff.operator)
        await self.walk.counter.do(asks.Inspect(payload=payload.payload), self.walk.staff.operator)
        approve = asks.Approve(
            payload=payload.payload,
            records=self.walk.records,
            kinds=[MediumKind.USB],
            tax_due=(await self.walk.counter.now()).date().isoformat(),
        )
        await self.walk.counter.do(approve, self.walk.staff.approver)
        (transfer,) = await self.walk.counter.all("Transfers", self.walk.staff.operator)
        return transfer.transfer

    async def write(self, number: int, transfer: str, kind: str) -> list[str]:
        medium = await self.new(number)
        assert await self.erase(number, medium) == ["PASS", "ready"]
        await self.walk.counter.do(asks.Seal(transfer=transfer, medium=medium), self.walk.staff.operator)
        goes_on = self.fault in {"desk killed", "disk full"}
        self.sticks[number].fault = self.at("write", "read") if goes_on else self.at(kind)
        said = await self.ordered(asks.Write(medium=medium, bay=f"usb{number}"))
        self.sticks[number].fault = no_fault
        self.filler.unlink(missing_ok=True)
        return said

    def commands(self) -> dict[str, list[str]]:
        """The first order meets the fault between its record and its sending; later ones meet it at the stick."""
        if self.fault in {"disk full", "cancelled"}:
            return {}
        pid, once = self.folder / "drive.pid", self.folder / "struck"
        keeping = ["/bin/sh", "-c", f'echo $$ > {pid}; exec "$@"', "sh", sys.executable, "-m", "media_station"]
        desk = [sys.executable, str(STRIKING), self.fault, str(pid), str(self.boot_id), str(once), "--"]
        return {"desk": desk, "drive": keeping}


def main() -> None:
    _, fault, folder, boot_id = sys.argv
    station = Station(fault, Path(folder), Path(boot_id))
    try:
        house = at_the_counter(
            Path(folder),
            station.whole,
            sticks=0,
            plugged=station.bays(),
            commands=station.commands(),
            more_settings=DISK,
        )
    finally:
        for stick in station.sticks:
            stick.remove()
    check_the_journal_verifies(house)
    print(json.dumps(station.said))


if __name__ == "__main__":
    main()
