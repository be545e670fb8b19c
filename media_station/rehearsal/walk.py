"""The whole way of the data: asks the station what is to be done next, and does it, until the transfer is closed.

Nothing here remembers how far it is: after any crash the next step is again what the station says.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from media_station.model import asks
from media_station.model.asks import Ask
from media_station.model.consignment import Item, ItemType
from media_station.model.errors import PeerFault, Refused
from media_station.model.kind import MediumKind
from media_station.model.operator import Role
from media_station.model.order import Verdict
from media_station.model.steps import Step, StepKind
from media_station.model.transfer import Count
from media_station.model.views import MediumView, PayloadView, TransferView
from media_station.rehearsal.house import House, run_cli
from media_station.rehearsal.media import Bay, insert_blank
from media_station.rehearsal.people import Counter, Person

HANDLER = "hakobiya"
BAG = "カバン-3"
DAY_SECONDS = 86_400
PULLED = 2
SPARE_SHEETS = 100
SPOILED_SHEETS = 40
TRIES = 12
_ORDERED = frozenset(
    {
        StepKind.WRITE,
        StepKind.IDENTIFY,
        StepKind.ERASE,
        StepKind.PRINT_NOTICE,
        StepKind.DESTROY,
        StepKind.DESTROY_PASSWORD,
    }
)
# What a request answers when it was done already, before a crash took the answer.
DONE_ALREADY = frozenset({"FLW-001", "FLW-002", "CON-004", "PAP-011", "STK-003", "CLS-001"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """Five people, as the smallest section has them."""

    operator: Person
    approver: Person
    administrator: Person
    second_administrator: Person
    auditor: Person

    def all(self) -> tuple[Person, ...]:
        return (self.administrator, self.second_administrator, self.operator, self.approver, self.auditor)


def staff() -> Staff:
    """Invented people."""
    return Staff(
        operator=Person(operator="sousa-hanako", name="操作 花子", roles=(Role.OPERATOR,)),
        approver=Person(operator="shonin-ichiro", name="承認 一郎", roles=(Role.APPROVER,)),
        administrator=Person(operator="kanri-jiro", name="管理 次郎", roles=(Role.ADMINISTRATOR,)),
        second_administrator=Person(operator="kanri-misaki", name="管理 美咲", roles=(Role.ADMINISTRATOR,)),
        auditor=Person(operator="kansa-saburo", name="監査 三郎", roles=(Role.AUDITOR,)),
    )


@dataclass(slots=True, kw_only=True)
class Walk:
    """`told` hears of each step before it is done; `written` and `erased` of each medium after it."""

    house: House
    counter: Counter
    staff: Staff
    bays: list[Bay]
    payload: Path
    records: int
    terms: dict[str, object]
    told: Callable[[Step], None]
    written: Callable[[str, Bay], None]
    erased: Callable[[str, Bay], None]
    transfer: str = ""
    failures: int = field(default=0)

    async def enrol(self) -> None:
        """Two administrators at setup; they enrol the others."""
        people = self.staff.all()
        for number, person in enumerate(people):
            await self.counter.enrol(person, None if number < 2 else self.staff.administrator)

    async def to_the_end(self) -> TransferView:
        """Until the transfer is closed. An answer that a crash took away is asked for anew."""
        while True:
            try:
                view = await self._once()
            except (PeerFault, Refused) as error:
                self.failures += 1
                if self.failures > TRIES or (isinstance(error, Refused) and error.code not in DONE_ALREADY):
                    raise
                await asyncio.sleep(0.1)
                continue
            if view is not None and view.state == "closed":
                return view

    async def _once(self) -> TransferView | None:
        """One thing that is to be done now."""
        transfers: list[TransferView] = await self.counter.see("Transfers", self.staff.operator)
        if not transfers:
            await self.before()
            self.failures = 0
            return None
        view = transfers[-1]
        self.transfer = view.transfer
        if view.steps:
            await self._take(view.steps[0], view)
            self.failures = 0
        elif view.state != "closed":
            await asyncio.sleep(0.2)  # the drive is at work for an order of before
        return view

    async def before(self) -> None:
        """Stock, consignment, payload: what comes before there is a transfer."""
        await self.consign()
        for kind in MediumKind:
            await self.ready(kind)
        payloads: list[PayloadView] = await self.counter.see("Payloads", self.staff.operator)
        if not payloads:
            await asyncio.to_thread(self.send)
            payloads = await self.counter.see("Payloads", self.staff.operator)
        payload = payloads[-1]
        if payload.state == "received":
            await self.counter.do(asks.Inspect(payload=payload.payload), self.staff.operator)
        await self.counter.do(asks.Approve(payload=payload.payload, records=self.records), self.staff.approver)

    async def consign(self) -> None:
        """The consignment of the sample, opened by two people, with its handler."""
        today = (await self.counter.now()).date()
        terms = self.terms | {
            "starts": (today - timedelta(days=30)).isoformat(),
            "ends": (today + timedelta(days=300)).isoformat(),
            "items": [Item(heading=i["heading"], type=ItemType(i["type"])) for i in self.terms["items"]],  # type: ignore[attr-defined]
            "kinds": [MediumKind(kind) for kind in self.terms["kinds"]],  # type: ignore[attr-defined]
            "submission_key": (self.house.host / "submission.pub").read_text().strip(),
        }
        number = str(self.terms["consignment"])
        everyone: list[tuple[Ask, Person]] = [
            (asks.ProposeConsignment(**terms), self.staff.operator),  # type: ignore[arg-type]
            (asks.OpenConsignment(consignment=number), self.staff.approver),
            (
                asks.RegisterHandler(consignment=number, handler=HANDLER, person="運搬 四郎（架空）"),
                self.staff.administrator,
            ),
        ]
        for ask, by in everyone:
            await self._unless_done(self.counter.do(ask, by))

    async def _unless_done(self, doing: Awaitable[object]) -> None:
        try:
            await doing
        except Refused as error:
            if error.code not in DONE_ALREADY:
                raise

    def send(self) -> None:
        """The district host's part: seals, signs, uploads, verifies the receipt."""
        public = self.house.station / "public"
        run_cli(
            *("send", str(self.payload), "--consignment", str(self.terms["consignment"])),
            *("--to", f"127.0.0.1:{self.house.gate_port}", "--host-keys", str(self.house.host)),
            *("--gate-cert", str(self.house.station / "public" / "gate.crt")),
            *("--sealing-key", str(public / "sealing.pub"), "--receipts-key", str(public / "receipts.pub")),
        )

    async def ready(self, kind: MediumKind) -> str:
        """A numbered medium of this kind that may be written: from stock, or a new one."""
        stock: list[MediumView] = await self.counter.see("Stock", self.staff.operator)
        for medium in stock:
            if medium.kind is kind and medium.state == "ready":
                return medium.medium
        new = next((m for m in stock if m.kind is kind and m.state == "stock"), None)
        if new is None:
            answer = await self.counter.do(
                asks.RegisterMedium(bay=self._empty_bay(kind, stock).name), self.staff.operator
            )
            number = answer.facts["medium"]
        else:
            number = new.medium
        if kind is MediumKind.USB:
            bay = await self._bay(number)
            await self._ordered(asks.Erase(medium=number, bay=bay.name))
        return await self.ready(kind)

    def _empty_bay(self, kind: MediumKind, stock: list[MediumView]) -> Bay:
        """Where a new medium goes: another stick, or a new disc in the tray."""
        known = {medium.serial for medium in stock}
        bay = next(b for b in self.bays if b.kind == kind.value and (kind.write_once or b.serial not in known))
        if kind.write_once:
            insert_blank(bay)
        return bay

    async def _bay(self, number: str) -> Bay:
        stock: list[MediumView] = await self.counter.see("Stock", self.staff.operator)
        medium = next(m for m in stock if m.medium == number)
        return next(b for b in self.bays if b.kind == medium.kind.value and b.serial == medium.serial)

    async def _ordered(self, ask: Ask) -> None:
        """What needs an order needs both people's codes."""
        await self.counter.do(ask, self.staff.operator, second=self.staff.approver)

    async def _take(self, step: Step, view: TransferView) -> None:
        self.told(step)
        subject, transfer = step.subject, view.transfer
        if step.kind in _ORDERED:
            await self._take_ordered(step)
        elif step.kind is StepKind.SEAL:
            await self._do(asks.Seal(transfer=transfer, medium=await self.ready(MediumKind(subject))))
        elif step.kind is StepKind.VALIDATE:
            self.erased(subject, await self._bay(subject))
            await self.counter.do(asks.Validate(medium=subject), self.staff.approver)
        elif step.kind is StepKind.CERTIFY:
            await self.counter.do(asks.Certify(medium=subject), self.staff.approver)
        elif step.kind is StepKind.CLOSE:
            await self.counter.do(asks.Close(transfer=transfer), self.staff.approver)
        else:
            await self._another_day(self._plain(step, transfer))

    async def _take_ordered(self, step: Step) -> None:
        """Both people's codes."""
        subject = step.subject
        ask: Ask
        match step.kind:
            case StepKind.WRITE:
                ask = asks.Write(medium=subject, bay=(await self._bay(subject)).name)
            case StepKind.IDENTIFY:
                bay = await self._bay(subject)
                self.written(subject, bay)
                ask = asks.Identify(medium=subject, bay=bay.name)
            case StepKind.ERASE:
                ask = asks.Erase(medium=subject, bay=(await self._bay(subject)).name)
            case StepKind.PRINT_NOTICE:
                ask = asks.PrintNotice(medium=subject)
            case StepKind.DESTROY:
                ask = _destroy(subject, self.staff.approver.operator)
            case _:
                ask = asks.DestroyPassword(medium=subject)
        await self._ordered(ask)

    def _plain(self, step: Step, transfer: str) -> Ask:
        """Steps that are one request by the operator."""
        subject = step.subject
        table: dict[StepKind, Callable[[], Ask]] = {
            StepKind.HAND_OVER_MEDIUM: lambda: asks.HandOverMedium(medium=subject, handler=HANDLER, bag=BAG),
            StepKind.PRINT_SLIP: lambda: asks.PrintSlip(paper=subject),
            StepKind.HAND_OVER_ENCLOSURES: lambda: asks.HandOverEnclosures(
                transfer=transfer, handler=HANDLER, bag=BAG, sheets=self.records + SPARE_SHEETS
            ),
            StepKind.HAND_OVER_NOTICE: lambda: asks.HandOverNotice(medium=subject, handler=HANDLER, bag=BAG),
            StepKind.RECEIVE_NOTICE: lambda: asks.ReceiveNotice(medium=subject, handler=HANDLER, bag=BAG),
            StepKind.REPORT_COUNT: lambda: asks.ReportCount(
                transfer=transfer, count=Count(subject), value=self._count(Count(subject)), note=""
            ),
            StepKind.RECEIVE_MEDIUM: lambda: asks.ReceiveMedium(medium=subject, handler=HANDLER, bag=BAG),
            StepKind.RECEIVE_LETTERS: lambda: asks.ReceiveLetters(
                transfer=transfer, handler=HANDLER, letters=self.records
            ),
            StepKind.INSPECT_LETTERS: lambda: asks.InspectLetters(
                transfer=transfer, verdict=Verdict.PASS, inspected=self.records, pulled=PULLED
            ),
            StepKind.HAND_OVER_LETTERS: lambda: asks.HandOverLetters(
                transfer=transfer, handler=HANDLER, letters=self.records - PULLED
            ),
            StepKind.ACCOUNT_ENCLOSURES: lambda: asks.AccountEnclosures(
                transfer=transfer,
                enclosed=self.records,
                spoiled=SPOILED_SHEETS,
                returned=SPARE_SHEETS - SPOILED_SHEETS,
            ),
            StepKind.FILE_REPORT: lambda: asks.FileReport(transfer=transfer, binder="別紙-12"),
            StepKind.RENDER_CERTIFICATE: lambda: asks.RenderCertificate(certificate=subject),
            StepKind.PRINT_DESTRUCTION_RECORD: lambda: asks.PrintDestructionRecord(paper=subject),
            StepKind.PURGE: lambda: asks.Purge(transfer=transfer),
        }
        return table[step.kind]()

    def _count(self, count: Count) -> int:
        return self.records - PULLED if count is Count.POSTED else self.records

    async def _do(self, ask: Ask) -> None:
        await self.counter.do(ask, self.staff.operator)

    async def _another_day(self, ask: Ask) -> None:
        """O5 by the calendar: refused today, done on the day after."""
        try:
            await self._do(ask)
        except Refused as error:
            if error.code != "HND-001":
                raise
            await self.counter.advance(DAY_SECONDS)
            await self._do(ask)


def _destroy(medium: str, witness: str) -> asks.Destroy:
    return asks.Destroy(
        medium=medium,
        reason="追記型媒体のため消去不可",
        method="細断",
        device="オフィスシュレッダー（訓練用）",
        particle="4 mm × 40 mm 以下",
        place="税務課 媒体管理室",
        residue="産業廃棄物として処理",
        witness=witness,
    )


def sample_terms(path: Path) -> dict[str, object]:
    """config/consignment.sample.json."""
    terms: dict[str, object] = json.loads(path.read_text(encoding="utf-8"))
    return terms
