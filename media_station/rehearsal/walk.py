"""The whole way of the data: asks the station what is to be done next, and does it, until the transfer is closed.

Nothing here remembers how far it is: after any crash the next step is again what the station says.
"""

import asyncio
import csv
import hashlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pyotp

from media_station.model import asks
from media_station.model.asks import Ask
from media_station.model.confirmation import confirmation_code
from media_station.model.consignment import Terms
from media_station.model.erasure_report import ErasureReport
from media_station.model.errors import PeerFault, Refused
from media_station.model.forms import read_terms
from media_station.model.handover import Legible, NoticeState
from media_station.model.ids import PaperLetter
from media_station.model.kind import MediumKind
from media_station.model.masters import COLUMNS, MasterKind
from media_station.model.operator import Role
from media_station.model.order import Verdict
from media_station.model.steps import Step, StepKind
from media_station.model.transfer import ENDED, Count, Ending, TransferState
from media_station.model.views import Answer, MediumView, PayloadView, TransferView
from media_station.rehearsal.house import House, run_cli
from media_station.rehearsal.media import Bay, insert_blank
from media_station.rehearsal.people import Counter, Person

HANDLER = "hakobiya"
BAG = "カバン-3"
DAY_SECONDS = 86_400
PULLED = 2
SPARE_SHEETS = 100
SPOILED_SHEETS = 40
TRIES = 24
ERASURE_REPORT = ErasureReport(
    computer="架空PC-1（資産 0042）",
    files="対象者データ一式",
    copies="なし",
    spool="消去済",
    spoiled_sheets="40枚・細断",
    method="完全削除ツール 2.1",
    ended="2025-03-20 17:00",
    worker="取扱 太郎（架空）",
    checker="確認 次郎（架空）",
)
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
# By the letter of a paper's number.
_PRINTS: Mapping[str, Callable[[str], Ask]] = {
    PaperLetter.CERTIFICATE.value: lambda number: asks.RenderCertificate(certificate=number),
    PaperLetter.DESTRUCTION_RECORD.value: lambda number: asks.PrintDestructionRecord(paper=number),
    **dict.fromkeys(
        (PaperLetter.SLIP.value, PaperLetter.CORRECTION.value), lambda number: asks.PrintSlip(paper=number)
    ),
}
_PERMITS: Mapping[StepKind, type[asks.PermitWrites] | type[asks.PermitErasures]] = {
    StepKind.WRITE: asks.PermitWrites,
    StepKind.ERASE: asks.PermitErasures,
}
# What a request answers when it was done already, before a crash took the answer.
DONE_ALREADY = frozenset({"FLW-001", "FLW-002", "CON-004", "PAP-011", "STK-003", "CLS-001", "CNT-006"})


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
        second_administrator=Person(
            operator="kanri-misaki",
            name="管理 美咲",
            roles=(Role.ADMINISTRATOR,),
            secret=pyotp.random_base32(),
            period_seconds=60,
        ),
        auditor=Person(operator="kansa-saburo", name="監査 三郎", roles=(Role.AUDITOR,)),
    )


@dataclass(slots=True, kw_only=True)
class Walk:
    """`told` hears of each step before it is done; `written` and `erased` of each medium after it.

    `permitted` are media for whose next order codes were shown together with others'.
    """

    house: House
    counter: Counter
    staff: Staff
    bays: list[Bay]
    payload: Path
    records: int
    terms: Terms
    masters: Mapping[MasterKind, Sequence[Sequence[str]]]
    told: Callable[[Step], None]
    written: Callable[[str, Bay], None]
    erased: Callable[[str, Bay], None]
    kinds: tuple[MediumKind, ...] = (MediumKind.USB, MediumKind.DVD_R)
    handler: str = HANDLER
    transfer: str = ""
    permitted: set[str] = field(default_factory=set)
    failures: int = field(default=0)

    async def enrol(self) -> None:
        """Two administrators at setup; they enrol the others."""
        people = self.staff.all()
        for number, person in enumerate(people):
            by = (None, None) if number < 2 else (self.staff.administrator, self.staff.second_administrator)
            await self.counter.enrol(person, *by)

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
            if view is not None and TransferState(view.state) in ENDED:
                return view

    async def _once(self) -> TransferView | None:
        """One thing that is to be done now."""
        if not self.transfer:
            going_on: list[TransferView] = await self.counter.all("Transfers", self.staff.operator)
            if not going_on:
                await self.before()
                self.failures = 0
                return None
            self.transfer = going_on[-1].transfer
        view: TransferView = await self.counter.see("Transfer", self.staff.operator, transfer=self.transfer)
        if view.steps:
            await self.take(view.steps[0], view)
            self.failures = 0
        elif TransferState(view.state) not in ENDED:
            await asyncio.sleep(0.2)  # the drive is at work for an order of before
        return view

    async def before(self) -> None:
        """Stock, consignment, payload: what comes before there is a transfer."""
        await self.consign()
        for kind in self.kinds:
            await self.ready(kind)
        payloads: list[PayloadView] = await self.counter.all("Payloads", self.staff.operator)
        if not payloads:
            await asyncio.to_thread(self.send)
            payloads = await self.counter.all("Payloads", self.staff.operator)
        payload = payloads[-1]
        if payload.state == "received":
            await self.counter.do(asks.Inspect(payload=payload.payload), self.staff.operator)
        today = await self.counter.today()
        approve = asks.Approve(
            payload=payload.payload, records=self.records, kinds=list(self.kinds), tax_due=today.isoformat()
        )
        await self.counter.do(approve, self.staff.approver)

    async def consign(self) -> None:
        """The consignment of the sample, opened by two people, with its handler from a master that two people adopt."""
        today = await self.counter.today()
        terms = replace(
            self.terms,
            starts=(today - timedelta(days=30)).isoformat(),
            ends=(today + timedelta(days=300)).isoformat(),
            privacy_mark_until=(today + timedelta(days=400)).isoformat(),
            submission_key=(self.house.host / "submission.pub").read_text().strip(),
        )
        self.terms = terms
        await self._unless_done(self.counter.do(asks.ProposeConsignment(terms=terms), self.staff.operator))
        await self._unless_done(
            self.counter.do(asks.OpenConsignment(consignment=terms.consignment), self.staff.approver)
        )
        for kind, rows in self.masters.items():
            if kind is MasterKind.HANDLERS:
                known = await self.counter.all("Handlers", self.staff.operator, consignment=terms.consignment)
                rows = [[*row[:-2], terms.starts, terms.ends] for row in rows]  # noqa: PLW2901
            else:
                known = await self.counter.all("Masters", self.staff.operator, kind=kind)
            if not known:
                await self.adopt(kind, rows)

    async def adopt(self, kind: MasterKind, rows: Sequence[Sequence[str]]) -> None:
        """A master's table, as a CSV holds it, proposed by one person and adopted by another."""
        propose = asks.ProposeMasters(kind=kind, lines=[list(COLUMNS[kind]), *map(list, rows)], sha256="0" * 64)
        answer = await self.counter.do(propose, self.staff.operator)
        await self.counter.do(asks.AdoptMasters(masters=answer.facts["masters"]), self.staff.approver)

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
            *("send", str(self.payload), "--consignment", self.terms.consignment),
            *("--to", f"127.0.0.1:{self.house.gate_port}", "--host-keys", str(self.house.host)),
            *("--gate-cert", str(self.house.station / "public" / "gate.crt")),
            *("--sealing-key", str(public / "sealing.pub"), "--receipts-key", str(public / "receipts.pub")),
            *("--keep", str(self.house.folder / "sending")),
        )

    async def ready(self, kind: MediumKind) -> str:
        """A numbered medium of this kind that may be written: from stock, or a new one."""
        stock: list[MediumView] = await self.counter.all("Stock", self.staff.operator)
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
        if not kind.write_once:
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
        stock: list[MediumView] = await self.counter.all("Stock", self.staff.operator)
        medium = next(m for m in stock if m.medium == number)
        return next(b for b in self.bays if b.kind == medium.kind.value and b.serial == medium.serial)

    async def _ordered(self, ask: Ask) -> Answer:
        """What needs an order needs both people's codes."""
        return await self.counter.do(ask, self.staff.operator, second=self.staff.approver)

    async def take(self, step: Step, view: TransferView) -> None:
        self.told(step)
        subject, transfer = step.subject, view.transfer
        if step.kind in _ORDERED:
            await self._take_ordered(step, view)
        elif step.kind is StepKind.SEAL:
            await self._do(asks.Seal(transfer=transfer, medium=await self.ready(MediumKind(subject))))
        elif step.kind in {StepKind.SCAN_PAPER, StepKind.SCAN_NOTICE}:
            await self._scan(step, view)
        elif step.kind is StepKind.VALIDATE:
            self.erased(subject, await self._bay(subject))
            await self.counter.do(asks.Validate(medium=subject), self.staff.approver)
        elif step.kind is StepKind.CERTIFY:
            await self.counter.do(asks.Certify(medium=subject), self.staff.approver)
        elif step.kind is StepKind.CLOSE:
            close = asks.Close(transfer=transfer, ending=Ending.COMPLETE, incident="", binder="")
            await self.counter.do(close, self.staff.approver)
        else:
            await self._another_day(self._plain(step, transfer))

    async def _take_ordered(self, step: Step, view: TransferView) -> None:
        """Both people's codes; once, where several media wait for the same."""
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
                ask = asks.Destroy(
                    medium=subject,
                    reason="write-once",
                    device="office-shredder",
                    place="kinko",
                    witness=self.staff.approver.operator,
                )
            case _:
                ask = asks.DestroyPassword(medium=subject)
        permit = _PERMITS.get(step.kind)
        if permit is not None and [each.kind for each in view.steps].count(step.kind) > 1:
            answer = await self._ordered(permit(transfer=view.transfer))
            self.permitted |= set(answer.facts["media"].split())
        if subject not in self.permitted:
            await self._ordered(ask)
            return
        self.permitted.discard(subject)
        try:
            await self.counter.do(ask, self.staff.operator)
        except Refused as error:
            if error.code != "ACC-012":  # the session with its permit is gone
                raise
            await self._ordered(ask)

    def _plain(self, step: Step, transfer: str) -> Ask:
        """Steps that are one request by the operator."""
        subject = step.subject
        table: dict[StepKind, Callable[[], Ask]] = {
            StepKind.HAND_OVER_MEDIUM: lambda: self.handing_over(transfer, media=[subject]),
            StepKind.PRINT_SLIP: lambda: asks.PrintSlip(paper=subject),
            StepKind.HAND_OVER_ENCLOSURES: lambda: self.handing_over(transfer, sheets=self.records + SPARE_SHEETS),
            StepKind.HAND_OVER_NOTICE: lambda: self.handing_over(transfer, notices=[subject]),
            StepKind.HAND_OVER_LETTERS: lambda: self.handing_over(transfer, letters=self.records - PULLED),
            StepKind.RECEIVE_MEDIUM: lambda: self.taking_back(transfer, media=[subject]),
            StepKind.RECEIVE_NOTICE: lambda: self.taking_back(transfer, notices=[subject]),
            StepKind.RECEIVE_LETTERS: lambda: self.taking_back(transfer, letters=self.records),
            StepKind.REPORT_COUNT: lambda: asks.ReportCount(
                transfer=transfer,
                count=Count(subject),
                value=self._count(Count(subject)),
                confirmation_code=self.read_back() if Count(subject) is Count.PRINTED else "",
            ),
            StepKind.INSPECT_LETTERS: lambda: asks.InspectLetters(
                transfer=transfer, verdict=Verdict.PASS, inspected=self.records, pulled=PULLED
            ),
            StepKind.ACCOUNT_ENCLOSURES: lambda: asks.AccountEnclosures(
                transfer=transfer,
                enclosed=self.records,
                spoiled=SPOILED_SHEETS,
                returned=SPARE_SHEETS - SPOILED_SHEETS,
            ),
            StepKind.FILE_REPORT: lambda: asks.TakeErasureReport(
                transfer=transfer, statement=ERASURE_REPORT, binder="別紙-12"
            ),
            StepKind.RENDER_CERTIFICATE: lambda: asks.RenderCertificate(certificate=subject),
            StepKind.PRINT_DESTRUCTION_RECORD: lambda: asks.PrintDestructionRecord(paper=subject),
            StepKind.PURGE: lambda: asks.Purge(payload=subject),
        }
        return table[step.kind]()

    def handing_over(
        self,
        transfer: str,
        *,
        media: Sequence[str] = (),
        notices: Sequence[str] = (),
        sheets: int = 0,
        letters: int = 0,
    ) -> Ask:
        return asks.HandOver(
            transfer=transfer,
            handler=self.handler,
            bag=BAG,
            seal="",
            visit=1,
            media=list(media),
            notices=list(notices),
            sheets=sheets,
            letters=letters,
        )

    def taking_back(
        self, transfer: str, *, media: Sequence[str] = (), notices: Sequence[str] = (), letters: int = 0
    ) -> Ask:
        return asks.TakeBack(
            transfer=transfer,
            handler=self.handler,
            bag=BAG,
            seal="",
            visit=1,
            media=list(media),
            notices=list(notices),
            letters=letters,
        )

    def _count(self, count: Count) -> int:
        """Nothing combined; what was enclosed is what was printed."""
        known = {Count.COMBINED: 0, Count.SPOILED: SPOILED_SHEETS, Count.POSTED: self.records - PULLED}
        return known.get(count, self.records)

    def read_back(self) -> str:
        """What whoever opened the medium sees, and reads back by telephone."""
        return confirmation_code(self.transfer, hashlib.sha256(self.payload.read_bytes()).hexdigest())

    async def _do(self, ask: Ask) -> None:
        await self.counter.do(ask, self.staff.operator)

    async def _scan(self, step: Step, view: TransferView) -> None:
        """What never came out of the printer is printed again; a notice is recorded as spoiled first."""
        scan = self.house.scan(step.subject)
        if scan:
            await self._do(asks.ScanPaper(scan=scan))
        elif step.kind is StepKind.SCAN_NOTICE:
            medium = next(each.medium for each in view.media if each.notice == NoticeState.PRINTED.value)
            await self._ordered(asks.SpoilNotice(medium=medium, legible=Legible.NO, reason="jam"))
        else:
            await self._do(_PRINTS[step.subject.split("-")[-2]](step.subject))

    async def _another_day(self, ask: Ask) -> None:
        """O5 by the calendar: refused today, done on the day after."""
        try:
            await self._do(ask)
        except Refused as error:
            if error.code != "HND-001":
                raise
            await self.counter.advance(DAY_SECONDS)
            await self._do(ask)


def sample_terms(path: Path) -> Terms:
    """config/consignment.sample.csv."""
    with path.open(encoding="utf-8", newline="") as form:
        return read_terms(list(csv.reader(form)))


def sample_masters(folder: Path) -> dict[MasterKind, list[list[str]]]:
    """config/masters/*.sample.csv, without their headings."""
    tables = {}
    for kind in MasterKind:
        with (folder / f"{kind.value}.sample.csv").open(encoding="utf-8", newline="") as table:
            tables[kind] = list(csv.reader(table))[1:]
    return tables
