"""A transfer's way through the office, as its row of the plan says."""

import asyncio
import os
import resource
from pathlib import Path

import pytest
from year_counter import NUMBERS, Counterwork
from year_plan import (
    COUNT_PUT_RIGHT,
    COURIER,
    LOST_NOTICE,
    ONE_OCCASION,
    SHEETS_PUT_RIGHT,
    SPOILED_BURN,
    SPOILED_SHEETS,
    UNREADABLE,
    Row,
)

from media_station.model import asks
from media_station.model.errors import Refused
from media_station.model.exemption import ExceptionKind
from media_station.model.handover import Correctable
from media_station.model.incident import IncidentKind
from media_station.model.order import Verdict
from media_station.model.transfer import Count, Ending
from media_station.rehearsal.house import run_cli
from media_station.rehearsal.payload import synthesize
from media_station.rehearsal.walk import ERASURE_REPORT


class Way(Counterwork):
    """From the export to its closing."""

    async def prepare(self, row: Row) -> None:
        """Sent, inspected, approved, sealed and written: read back before it is in the bag."""
        path = self.house.folder / "export.csv"
        path.write_bytes(synthesize(row.records, int(row.transfer[-2:])))
        await asyncio.to_thread(self.send, path, NUMBERS[row.consignment])
        payload = (await self.counter.all("Payloads", self.operator))[-1].payload
        await self.ask(asks.Inspect(payload=payload))
        approve = asks.Approve(payload=payload, records=row.records, kinds=[], tax_due=str(row.out))
        assert (await self.approve(approve)).facts["transfer"] == row.transfer
        if row.medium.startswith("R1-U-"):
            await self.stick(row)
        else:
            await self.burn(row)

    def send(self, path: Path, consignment: str) -> None:
        public = self.house.station / "public"
        run_cli(
            *("send", str(path), "--consignment", consignment, "--host-keys", str(self.house.host)),
            *("--to", f"127.0.0.1:{self.house.gate_port}", "--gate-cert", str(public / "gate.crt")),
            *("--sealing-key", str(public / "sealing.pub"), "--receipts-key", str(public / "receipts.pub")),
            *("--keep", str(self.house.folder / "sending")),
        )

    async def stick(self, row: Row) -> None:
        """A new one is erased first; one that came back certified is used again."""
        known = {view.medium for view in await self.counter.all("Stock", self.operator)}
        bay = self.bay(row.medium)
        if row.medium not in known:
            assert (await self.ask(asks.RegisterMedium(bay=bay))).facts["medium"] == row.medium
            await self.order(asks.Erase(medium=row.medium, bay=bay))
        await self.ask(asks.Seal(transfer=row.transfer, medium=row.medium))
        await self.order(asks.Write(medium=row.medium, bay=bay))

    async def burn(self, row: Row) -> None:
        if row.transfer.endswith(SPOILED_BURN[0]):
            await self.spoil(row)
        disc = await self.new_disc()
        assert disc == row.medium
        await self.ask(asks.Seal(transfer=row.transfer, medium=disc))
        await self.order(asks.Write(medium=disc, bay=self.tray.name))

    async def spoil(self, row: Row) -> None:
        """The drive can't write all of it (a file system's limit, for the drive's process alone)."""
        disc = await self.new_disc()
        assert disc.endswith(SPOILED_BURN[1])
        await self.ask(asks.Seal(transfer=row.transfer, medium=disc))
        drive, unlimited = self.house.pid("drive"), (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
        resource.prlimit(drive, resource.RLIMIT_FSIZE, (300_000, resource.RLIM_INFINITY))
        answer = await self.order(asks.Write(medium=disc, bay=self.tray.name))
        resource.prlimit(drive, resource.RLIMIT_FSIZE, unlimited)
        assert answer.action == "medium.spoiled"

    async def new_disc(self) -> str:
        self.tray.backing.unlink()
        self.tray.backing.write_bytes(b"")
        number = (await self.ask(asks.RegisterMedium(bay=self.tray.name))).facts["medium"]
        os.link(self.tray.backing, self.shelf / number)
        return number

    def insert(self, medium: str) -> None:
        self.tray.backing.unlink()
        os.link(self.shelf / medium, self.tray.backing)

    def bay(self, medium: str) -> str:
        return f"usb{int(medium[-1]) - 1}" if medium.startswith("R1-U-") else self.tray.name

    async def hand_over(self, row: Row) -> None:
        out = self.out(row, media=[row.medium], sheets=row.sheets)
        if row.transfer.endswith(COURIER):
            assert await self.refused(out) == "HND-002"
            courier = asks.AddCourier(
                consignment=NUMBERS[row.consignment], handler="tobiiri", person="飛入 七郎（架空）", employer=""
            )
            await self.order(courier)
        slip = await self.slip(out)
        await self.ask(asks.StampPaper(paper=slip, binder=f"綴り-{row.transfer[-2:]}"))
        if row.transfer.endswith(SHEETS_PUT_RIGHT):
            put_right = asks.CorrectHandover(
                slip=slip, field=Correctable.SHEETS, becomes=str(row.sheets - 1), binder="別紙-14"
            )
            await self.out_of_the_printer(asks.PrintSlip(paper=(await self.ask(put_right)).facts["paper"]))

    async def notice(self, row: Row) -> None:
        await self.scanned((await self.order(asks.PrintNotice(medium=row.medium))).facts["notice"])
        out = self.out(row, notices=[row.medium])
        if row.transfer.endswith(ONE_OCCASION):
            assert await self.refused(out) == "HND-001"
            grant = asks.GrantException(
                kind=ExceptionKind.SAME_OCCASION, transfer=row.transfer, payload="", binder="別紙-15"
            )
            await self.approve(grant, fresh=True)
        await self.slip(out)

    async def fail(self, row: Row) -> None:
        """⑦ not passed: back to ④, and all is counted again."""
        await self.counts(row)
        await self.slip(self.back(row, letters=row.letters))
        inspect = asks.InspectLetters(
            transfer=row.transfer, verdict=Verdict.FAIL, inspected=row.letters, pulled=row.letters
        )
        await self.ask(inspect)

    async def counts(self, row: Row) -> None:
        printed = row.records - 2 if row.transfer.endswith(COUNT_PUT_RIGHT) else row.records
        for count, value in (
            (Count.ENVELOPES, row.letters),
            (Count.PRINTED, printed),
            (Count.ENCLOSED, row.letters),
            (Count.COMBINED, row.combined),
            (Count.SPOILED, SPOILED_SHEETS),
        ):
            await self.ask(asks.ReportCount(transfer=row.transfer, count=count, value=value, confirmation_code=""))

    async def deliver(self, row: Row) -> None:
        await self.counts(row)
        await self.slip(self.back(row, letters=row.letters))
        passed = asks.InspectLetters(
            transfer=row.transfer, verdict=Verdict.PASS, inspected=row.letters, pulled=row.pulled
        )
        await self.ask(passed)
        await self.slip(self.out(row, letters=row.posted))
        await self.ask(
            asks.ReportCount(transfer=row.transfer, count=Count.POSTED, value=row.posted, confirmation_code="")
        )

    async def return_medium(self, row: Row) -> None:
        await self.slip(self.back(row, media=[row.medium]))
        if row.medium.startswith("R1-D-"):
            self.insert(row.medium)
        if row.transfer.endswith(UNREADABLE):
            disc = bytearray((self.shelf / row.medium).read_bytes())
            disc[32_768:34_816] = bytes(2048)  # a scratch through the volume descriptor
            (self.shelf / row.medium).write_bytes(disc)
        answer = await self.order(asks.Identify(medium=row.medium, bay=self.bay(row.medium)))
        assert answer.facts["verdict"] == ("FAIL" if row.transfer.endswith(UNREADABLE) else "PASS")
        if row.transfer.endswith(UNREADABLE):
            incident = await self.incident(row.transfer, IncidentKind.UNREADABLE_RETURN, row.medium)
            attest = asks.Attest(medium=row.medium, incident=incident, witness=self.approver.operator)
            await self.ask(attest)
            await self.close_incident(row.transfer)

    async def end(self, row: Row) -> None:
        """The notice is back (or lost): nothing of the data is left, and the transfer is closed."""
        if row.notice_back is not None:
            await self.slip(self.back(row, notices=[row.medium]))
        spoiled = SPOILED_SHEETS
        sheets = row.sheets - (1 if row.transfer.endswith(SHEETS_PUT_RIGHT) else 0)
        accounted = asks.AccountEnclosures(
            transfer=row.transfer, enclosed=row.records, spoiled=spoiled, returned=sheets - row.records - spoiled
        )
        await self.ask(accounted)
        report = asks.TakeErasureReport(
            transfer=row.transfer, statement=ERASURE_REPORT, binder=f"消去報告-{row.transfer[-2:]}"
        )
        await self.ask(report)
        if row.medium.startswith("R1-U-"):
            await self.erase(row)
        else:
            await self.destroy(row.medium)
        await self.order(asks.DestroyPassword(medium=row.medium))
        if row.transfer.endswith(SPOILED_BURN[0]):
            spoilt = f"R1-{SPOILED_BURN[1]}"
            await self.destroy(spoilt)
            await self.order(asks.DestroyPassword(medium=spoilt))
        await self.close(row)

    async def erase(self, row: Row) -> None:
        await self.order(asks.Erase(medium=row.medium, bay=self.bay(row.medium)))
        await self.approve(asks.Validate(medium=row.medium))
        certificate = (await self.approve(asks.Certify(medium=row.medium))).facts["certificate"]
        await self.out_of_the_printer(asks.RenderCertificate(certificate=certificate))

    async def destroy(self, medium: str, reason: str = "write-once") -> None:
        destroy = asks.Destroy(
            medium=medium, reason=reason, device="office-shredder", place="kinko", witness=self.approver.operator
        )
        record = (await self.order(destroy)).facts["record"]
        await self.out_of_the_printer(asks.PrintDestructionRecord(paper=record))

    async def close(self, row: Row) -> None:
        complete = asks.Close(transfer=row.transfer, ending=Ending.COMPLETE, incident="", binder="")
        view = await self.counter.see("Transfer", self.operator, transfer=row.transfer)
        await self.ask(asks.Purge(payload=view.steps[0].subject))
        if row.transfer.endswith(COUNT_PUT_RIGHT):
            with pytest.raises(Refused, match="CLS-002"):
                await self.approve(complete)
            right = asks.CorrectCount(transfer=row.transfer, count=Count.PRINTED, value=row.records, binder="別紙-24")
            await self.ask(right)
        if row.transfer.endswith((LOST_NOTICE[0], UNREADABLE)):
            with pytest.raises(Refused, match="CLS-003"):
                await self.approve(complete)
            incident = self.incidents[row.transfer]
            by_incident = asks.Close(
                transfer=row.transfer, ending=Ending.INCIDENT, incident=incident, binder="事故終結-1"
            )
            await self.approve(by_incident)
        else:
            await self.approve(complete)

    async def incident(self, transfer: str, kind: IncidentKind, medium: str = "") -> str:
        opened = asks.OpenIncident(kind=kind, transfer=transfer, medium=medium, binder=f"事故-{transfer[-2:]}")
        self.incidents[transfer] = (await self.ask(opened)).facts["incident"]
        await self.ask(asks.PrintIncidentReport(incident=self.incidents[transfer]))
        return self.incidents[transfer]

    async def close_incident(self, transfer: str) -> None:
        closed = asks.CloseIncident(incident=self.incidents[transfer], measures=f"協議-{transfer[-2:]}")
        await self.approve(closed, fresh=True)
