"""The people of an installed station at its own people door, with its own stick, burner and printer: the main job.

`office.py WHAT`, with what the office knows (its people's factors) in /root/office.json. `enrol`: all but the two
administrators that setup enrolled. `on`: how all stands; then each step that the station says is to be done, until the
transfer is closed, or nothing can be done before tomorrow; and how all stands then. Each step, and what is asked of the
station for it, is printed before.
"""

import asyncio
import json
import sys
import time
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

sys.path.insert(0, "/usr/lib/media-station")

from media_station.doors.socket import makers
from media_station.model import asks
from media_station.model.confirmation import confirmation_code
from media_station.model.errors import PeerFault, Refused
from media_station.model.exemption import ExceptionKind
from media_station.model.kind import MediumKind
from media_station.model.operator import Role
from media_station.model.steps import StepKind
from media_station.model.transfer import ENDED, TransferState
from media_station.model.vocabulary import MACHINES
from media_station.proof.record import decode
from media_station.rehearsal.house import _KEYWORDS
from media_station.rehearsal.people import Counter, Person
from media_station.rehearsal.walk import DONE_ALREADY, Staff, Walk, sample_masters, sample_terms

DOOR = Path("/run/media-station/people.sock")
JOURNAL = Path("/var/lib/media-station/desk/journal")
KNOWN = Path("/root/office.json")
SHARED = Path("/usr/share/media-station")
TRAY = Path("/run/media-station-cups/tray")
TOMORROW = 75


class Clocked(Counter):
    """By the machine's own clock: a token shows a new code when it does. A code of before the boot may have been used."""

    async def _fresh(self, *people: Person):
        while True:
            now = await self.now()
            booted = now - timedelta(seconds=time.clock_gettime(time.CLOCK_BOOTTIME))
            if all(person.step(now) > max(person.used_step, person.step(booted)) for person in people):
                return now
            await asyncio.sleep(1)

    async def advance(self, seconds: int) -> None:
        raise SystemExit(TOMORROW)

    async def _ask(self, ask, *by):
        tell(_told[-1], asks=type(ask).__name__, medium=getattr(ask, "medium", ""))
        return await super()._ask(ask, *by)


class Printer:
    """What lies in its tray, and the district host's files."""

    host = Path("/root")

    def scan(self, paper: str) -> str:
        sheet = TRAY / f"{paper}.pdf"
        for _ in range(100):
            if sheet.exists():
                return _KEYWORDS.search(sheet.read_bytes())[1].decode()
            time.sleep(0.1)
        return ""


class Office(Walk):
    sha256 = ""

    def read_back(self) -> str:
        return confirmation_code(self.transfer, self.sha256)

    async def _in(self, kind: MediumKind, fits):
        """The first bay with such a medium."""
        for _ in range(300):
            bays = await self.counter.see("Bays", self.staff.operator)
            for each in sorted(bays, key=lambda each: each.serial):
                if each.kind is kind and fits(each):
                    return SimpleNamespace(name=each.bay)
            await asyncio.sleep(0.2)
        raise SystemExit(f"no such {kind.value} in any bay")

    async def _bay(self, number: str):
        medium = await self.counter.see("Medium", self.staff.operator, medium=number)
        return await self._in(medium.kind, lambda each: each.serial == medium.serial)

    async def registered(self, kind: MediumKind):
        """The medium of this kind that is at hand, numbered; a new one, if that was spoiled."""
        stock = [each for each in await self.counter.all("Stock", self.staff.operator) if each.kind is kind]
        at_hand = [each for each in stock if each.state not in ("spoiled", "written", "destroyed")]
        if at_hand:
            return at_hand[-1]
        known = {each.serial for each in stock}
        bay = await self._in(kind, lambda each: each.blank if kind.write_once else each.serial not in known)
        number = (await self.counter.do(asks.RegisterMedium(bay=bay.name), self.staff.operator)).facts["medium"]
        return await self.counter.see("Medium", self.staff.operator, medium=number)

    async def ready(self, kind: MediumKind) -> str:
        medium = await self.registered(kind)
        if medium.state != "ready" and not kind.write_once:
            bay = await self._bay(medium.medium)
            await self._ordered(asks.Erase(medium=medium.medium, bay=bay.name))
        return medium.medium

    async def take(self, step, view) -> None:
        """All that comes back in a visit at once: media on one day, notices on the next. All that is shredded, too."""
        together = [each.subject for each in view.steps if each.kind is step.kind]
        if step.kind is StepKind.RECEIVE_MEDIUM:
            self.told(step)
            await self._another_day(self.taking_back(view.transfer, media=together))
        elif step.kind is StepKind.RECEIVE_NOTICE:
            self.told(step)
            await self._another_day(self.taking_back(view.transfer, notices=together))
        elif step.kind is StepKind.DESTROY and len(together) > 1:
            self.told(step)
            destroy = asks.DestroyTogether(
                media=together,
                reason="write-once",
                device="office-shredder",
                place="kinko",
                witness=self.staff.approver.operator,
            )
            await self._ordered(destroy)
        else:
            await super().take(step, view)

    async def before(self) -> None:
        """Each part unless it was done before the power went."""
        await self.consign()
        payloads = await self.counter.all("Payloads", self.staff.operator)
        if not payloads:
            tell("import")
            stick = await self.registered(MediumKind.USB)
            ask = asks.Import(medium=stick.medium, bay=(await self._bay(stick.medium)).name, which=1)
            await self.counter.do(ask, self.staff.operator, fresh=True)
            payloads = await self.counter.all("Payloads", self.staff.operator)
        tell("prepare")
        await self.ready(MediumKind.USB)
        await self.registered(MediumKind.DVD_R)
        payload = payloads[-1]
        if payload.state == "received":
            tell("inspect")
            await self.inspect(payload.payload)
        tell("approve")
        today = await self.counter.today()
        approve = asks.Approve(
            payload=payload.payload, records=self.records, kinds=list(self.kinds), tax_due=today.isoformat()
        )
        await self.counter.do(approve, self.staff.approver)

    async def inspect(self, payload: str) -> None:
        """The tests' own patterns are of no known day."""
        try:
            await self.counter.do(asks.Inspect(payload=payload), self.staff.operator)
        except Refused as error:
            if error.code != "SCN-002":
                raise
            stale = asks.GrantException(
                kind=ExceptionKind.STALE_PATTERNS, transfer="", payload=payload, binder="別紙-7"
            )
            await self.counter.do(stale, self.staff.approver, fresh=True)
            await self.counter.do(asks.Inspect(payload=payload), self.staff.operator)


_told = [""]


def tell(what: str, **more: object) -> None:
    _told.append(what)
    print(json.dumps({"step": what, **more, "at": round(time.monotonic(), 1)}, ensure_ascii=False), flush=True)


async def on(office: Office) -> None:
    """As Walk.to_the_end, one step at a time. Both sign in while their codes are fresh: later each would wait for one."""
    for person in (office.staff.operator, office.staff.approver):
        await office.counter.all("Transfers", person)
    await how(office)
    tries = 0
    while True:
        try:
            view = await office._once()
        except (PeerFault, Refused) as error:
            tries += 1
            if tries > 9 or (isinstance(error, Refused) and error.code not in DONE_ALREADY):
                raise
            await asyncio.sleep(1)
            continue
        tries = 0
        if view is None or not office.transfer:
            continue
        view = await office.counter.see("Transfer", office.staff.operator, transfer=office.transfer)
        if TransferState(view.state) in ENDED:
            await how(office)
            return


def by_the_tables() -> dict[str, dict[str, str]]:
    """Each noun's state as the transition tables have it from the journal's records; FLW-001 where one doesn't allow
    what stands there.
    """
    states = {}
    for segment in sorted(JOURNAL.glob("*.jsonl")):
        for line in segment.read_bytes().splitlines(keepends=True):
            if not line.endswith(b"\n"):  # the desk is just writing it
                continue
            record = decode(line)
            for machine in MACHINES:
                if number := machine.concerns(record.event):
                    of = states.setdefault(machine.noun, {})
                    of[number] = machine.step(of.get(number), record.event)
    return {noun: {number: state.value for number, state in of.items()} for noun, of in states.items()}


async def how(office: Office) -> None:
    """What people see of each medium, transfer and payload; and the same by the tables. An order of before the power
    went is settled once the drive runs.
    """
    operator = office.staff.operator
    for _ in range(100):
        if "issued" not in by_the_tables().get("order", {}).values():
            break
        await asyncio.sleep(1)
    seen = {
        "medium": {each.medium: each.state for each in await office.counter.all("Stock", operator)},
        "transfer": {each.transfer: each.state for each in await office.counter.all("Transfers", operator)},
        "payload": {each.payload: each.state for each in await office.counter.all("Payloads", operator)},
    }
    tell("how", seen=seen, states=by_the_tables())


async def main() -> None:
    (what,) = sys.argv[1:]
    known = json.loads(KNOWN.read_text())
    people = {
        name: Person(**{**each, "roles": tuple(map(Role, each["roles"]))}) for name, each in known["people"].items()
    }
    counter = Clocked(DOOR, makers(), nothing)
    office = Office(
        house=Printer(),
        counter=counter,
        staff=Staff(**people),
        bays=[],
        payload=Path(),
        records=known["records"],
        terms=sample_terms(SHARED / "consignment.sample.csv"),
        masters=sample_masters(SHARED),
        told=lambda step: tell(step.kind.value, subject=step.subject),
        written=lambda *_: None,
        erased=lambda *_: None,
        kinds=(MediumKind.USB, MediumKind.DVD_R),
    )
    office.sha256 = known["sha256"]
    try:
        if what == "enrol":
            # The auditor last: until he is there, the others' codes that were typed here are good no more.
            for person in (office.staff.operator, office.staff.approver, office.staff.auditor):
                await counter.enrol(person, office.staff.administrator, office.staff.second_administrator)
        else:
            await on(office)
    finally:
        await counter.close()


async def nothing() -> None:
    """Whoever starts the desk again is systemd."""


asyncio.run(main())
