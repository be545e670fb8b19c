"""The records of an office's years, valid by the tables: as many as asked for, the same ones each time.

Each transfer takes a stick that is used again and again, and a disc that is destroyed; now and then something goes
wrong. What the flow checks beyond the tables is of no matter here.
"""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count, islice
from pathlib import Path

from media_station.model import (
    backup,
    bundle,
    certificate,
    chore,
    clock,
    compliance,
    consignment,
    erasure,
    erasure_report,
    exemption,
    finding,
    handover,
    incident,
    masters,
    network,
    operator,
    order,
    payload,
    review,
    sign_in,
    staff,
    station,
    supply,
    transfer,
)
from media_station.model import medium as media
from media_station.model.event import Event
from media_station.model.ids import Identity, PaperLetter
from media_station.model.instant import Instant, wall_text
from media_station.model.item import Item, ItemType
from media_station.model.kind import MediumKind
from media_station.model.order import Action, Verdict
from media_station.proof.checkpoint import Checkpoint, sign
from media_station.proof.key import Signer
from media_station.proof.merkle import Tree, leaf_hash
from media_station.proof.record import encode

STICKS = 40
MINUTES_APART = 10
BEGINNING = datetime(2025, 4, 1, tzinfo=UTC)
BOOT = "3a1c9c1e-0000-4000-8000-000000000000"
CLERK, APPROVER, AUDITOR = "sousa-hanako", "shonin-ichiro", "kansa-saburo"
STAFF = {CLERK: "operator", APPROVER: "approver", AUDITOR: "auditor", "kanri-jiro": "administrator"}


def write_journal(directory: Path, signer: Signer, identity: Identity, records: int) -> None:
    """So many records as a station with this key leaves them: a segment for each day, and the checkpoint."""
    directory.mkdir(parents=True)
    tree = Tree()
    day, segment = "", None
    for at, line in islice(lines(signer, identity), records):
        if at.wall[:10] != day:
            day = at.wall[:10]
            if segment is not None:
                segment.close()
            segment = (directory / f"{day}.jsonl").open("wb")
        segment.write(line + b"\n")
        tree.append(leaf_hash(line))
    segment.close()
    head = Checkpoint(origin=identity.origin, size=tree.size, root=tree.root())
    (directory / "checkpoint").write_bytes(sign(head, signer))


def lines(signer: Signer, identity: Identity) -> Iterator[tuple[Instant, bytes]]:
    """Without end."""
    for sequence, event in enumerate(Office(identity).events()):
        wall = wall_text(BEGINNING + sequence * timedelta(minutes=MINUTES_APART))
        at = Instant(wall=wall, boottime_ms=sequence * 60_000, boot_id=BOOT)
        key_id = signer.key_id
        yield at, encode(event, sequence=sequence, identity=identity, key_id=key_id, at=at, actor=CLERK)


def post(role: str) -> tuple[operator.Post, ...]:
    return (operator.Post(role=operator.Role(role), starts="2025-04-01", ends="", deputy_of=""),)


class Office:
    """Its counters, and what it does all day."""

    def __init__(self, identity: Identity) -> None:
        self.identity = identity
        self._counts: dict[str, Iterator[int]] = {}
        self._hashes = count()
        self._sticks: list[str] = []
        self._visits = count(1)
        self.consignment = ""

    def events(self) -> Iterator[Event]:
        yield station.StationStarted(version="0.1.0", records=0, vault_sha256="")
        yield station.StationStopped()
        yield station.StationStarted(version="0.1.0", records=2, vault_sha256="")
        for name, role in STAFF.items():
            yield operator.OperatorEnrolled(operator=name, person=name, posts=post(role), vault_sha256=self.hash())
        for year in count(1):
            yield from self.year(f"TAX-{year:04d}")

    def clock(self) -> Iterator[Event]:
        """Its battery was changed."""
        went, wall = 3600, wall_text(BEGINNING)
        yield clock.ClockStepped(against=clock.Against.JOURNAL, expected=wall, seconds=-went)
        number = self.identity.clock_order_number(self.next("clock"))
        yield clock.ClockOrdered(
            clock_order=number, wall=wall, requester="kanri-jiro", approver="kanri-misaki", key_id="0a1b2c3d"
        )
        yield clock.ClockSet(clock_order=number, seconds=went)
        yield clock.ClockAdvanced(seconds=went)

    def year(self, number: str) -> Iterator[Event]:
        self.consignment = number
        yield from self.clock()
        yield from self.watched()
        yield operator.OperatorEnrolled(
            operator=f"ido-{number.lower()}", person="異動 太郎", posts=post("operator"), vault_sha256=self.hash()
        )
        leaves = staff.Move(
            operator=f"ido-{number.lower()}",
            person="異動 太郎",
            kind=staff.MoveKind.LEAVE,
            starts="2025-04-01",
            posts=(),
        )
        change = self.identity.staff_number(self.next("staff"))
        yield staff.StaffProposed(staff=change, moves=(leaves,), sha256=self.hash())
        yield staff.StaffAdopted(staff=change)
        yield operator.OperatorSuspended(operator=f"ido-{number.lower()}")
        for kind in masters.MasterKind:
            proposed = self.identity.masters_number(self.next("masters"))
            row = masters.Row(values=("a", "b"))
            yield masters.MastersProposed(masters=proposed, kind=kind, rows=(row,) * 20, sha256=self.hash())
            yield masters.MastersAdopted(masters=proposed, kind=kind, approver=APPROVER)
        terms = self.terms()
        yield consignment.ConsignmentProposed(consignment=number, terms=terms)
        yield consignment.ConsignmentOpened(consignment=number, approver=APPROVER)
        for name in ("hakobiya", "tantou"):
            yield consignment.HandlerRegistered(
                consignment=number,
                handler=name,
                person="運搬 一郎",
                duty=consignment.Duty.HANDLER,
                employer="",
                starts="2025-04-01",
                ends="2026-03-31",
                approver=APPROVER,
            )
        while len(self._sticks) < STICKS:
            self._sticks.append((yield from self.new(MediumKind.USB)))
        for week in range(150):
            yield from self.transfer()
            if week % 20 == 7:
                yield from self.trouble()
            if week % 10 == 3:
                yield from self.reviewed()
            if week % 50 == 9:
                yield consignment.ConsignmentAmended(
                    consignment=number, terms=terms, consultation="協議-1", approver=APPROVER
                )
                found = tuple(self._sticks)
                yield media.StockCounted(place="kinko", expected=found, found=found, binder="", witness=APPROVER)
        yield consignment.ConsignmentEnded(consignment=number, approver=APPROVER)

    def transfer(self) -> Iterator[Event]:
        """F1 to F8, both media back and gone."""
        stick, disc = self._sticks[self.next("stick") % STICKS], (yield from self.new(MediumKind.DVD_R))
        received = yield from self.payload()
        number = self.identity.transfer_number(self.next("transfer"))
        yield transfer.TransferOpened(
            transfer=number,
            payload=received,
            consignment=self.consignment,
            records=5400,
            kinds=(MediumKind.USB, MediumKind.DVD_R),
            post_by="2025-06-20",
        )
        for medium, kind in ((stick, MediumKind.USB), (disc, MediumKind.DVD_R)):
            yield media.MediumDrawn(medium=medium)
            yield self.sealed(received, number, medium, kind)
        yield sign_in.PermitGranted(
            operator=CLERK, second=APPROVER, action=Action.WRITE, transfer=number, media=(stick, disc), seconds=900
        )
        for medium in (stick, disc):
            yield from self.ordered(Action.WRITE, number, medium)
        out = self.visit(number)
        for medium in (stick, disc):
            yield handover.MediumHandedOver(medium=medium, **out)
        yield handover.EnclosuresHandedOver(sheets=5500, **out)
        yield from self.paper(station.PaperKind.SLIP, out["slip"])
        out, notices = self.visit(number), {}
        for medium in (stick, disc):
            spoilt = self.identity.paper_number(PaperLetter.NOTICE, self.next("notice"))
            yield self.notice(spoilt, medium, number)
            yield handover.NoticeSpoiled(
                notice=spoilt,
                medium=medium,
                transfer=number,
                legible=handover.Legible.NO,
                reason="jam",
                approver=APPROVER,
            )
            notices[medium] = self.identity.paper_number(PaperLetter.NOTICE, self.next("notice"))
            yield from self.stepped_up("print_notice")
            yield self.notice(notices[medium], medium, number)
            yield handover.NoticeScanned(notice=notices[medium], medium=medium, transfer=number, sha256=self.hash())
            yield handover.NoticeHandedOver(notice=notices[medium], medium=medium, **out)
        yield from self.paper(station.PaperKind.SLIP, out["slip"])
        yield from self.counted(number)
        back = self.visit(number)
        for medium in (stick, disc):
            yield handover.MediumReturned(medium=medium, **back)
            yield from self.ordered(Action.READ, number, medium)
        back = self.visit(number)
        for medium in (stick, disc):
            yield handover.NoticeReturned(notice=notices[medium], medium=medium, **back)
        yield from self.paper(station.PaperKind.SLIP, back["slip"])
        yield handover.EnclosuresAccounted(transfer=number, enclosed=5390, spoiled=40, returned=70)
        yield erasure_report.ErasureReportTurnedBack(transfer=number, missing=("checker",))
        yield erasure_report.ErasureReportAccepted(transfer=number, statement=self.erasure_report(), binder="綴り-3")
        yield compliance.EvidenceFiled(
            requirement="O9",
            side=compliance.Side.CONTRACTOR,
            result=compliance.Result.MET,
            consignment=self.consignment,
            transfer=number,
            binder="綴り-3",
            sha256=self.hash(),
            day="2025-06-30",
            expires="",
        )
        yield from self.erased_and_certified(number, stick)
        yield from self.destroyed(number, disc)
        for medium in (stick, disc):
            yield handover.PasswordDestroyed(medium=medium, transfer=number, vault_sha256=self.hash())
        yield media.MediumStored(medium=stick, place="kinko")
        yield payload.PayloadPurged(payload=received)
        yield transfer.TransferClosed(
            transfer=number,
            ending=transfer.Ending.COMPLETE,
            records=5400,
            posted=5388,
            incident="",
            binder="",
            approver=APPROVER,
        )

    def trouble(self) -> Iterator[Event]:
        """A lost notice, a spoiled and a lost medium; the transfer ends by its incident."""
        yield from self.imported()
        received = yield from self.payload()
        number = self.identity.transfer_number(self.next("transfer"))
        yield transfer.TransferOpened(
            transfer=number,
            payload=received,
            consignment=self.consignment,
            records=20,
            kinds=(MediumKind.USB,),
            post_by="2025-06-20",
        )
        spoiled, lost = (yield from self.new(MediumKind.USB)), (yield from self.new(MediumKind.USB))
        for medium in (spoiled, lost):
            yield media.MediumDrawn(medium=medium)
            yield payload.ImageAbandoned(medium=medium)
            yield self.sealed(received, number, medium, MediumKind.USB)
        issued = yield from self.issued(Action.WRITE, number, spoiled)
        yield order.OrderCancelled(order=issued, medium=spoiled)
        yield media.MediumSpoiled(order=issued, medium=spoiled, transfer=number, code="DRV-092")
        for end in (order.OrderLapsed, order.OrderRefused):
            issued = yield from self.issued(Action.WRITE, number, lost)
            yield end(order=issued, medium=lost, code="DRV-091")
        yield from self.ordered(Action.WRITE, number, lost)
        out = self.visit(number)
        yield handover.MediumHandedOver(medium=lost, **out)
        notice = self.identity.paper_number(PaperLetter.NOTICE, self.next("notice"))
        yield self.notice(notice, lost, number)
        yield exemption.ExceptionGranted(
            kind=exemption.ExceptionKind.SAME_OCCASION,
            transfer=number,
            payload="",
            binder="別紙-3",
            day=out["day"],
            approver=APPROVER,
        )
        opened = self.identity.incident_number(self.next("incident"))
        yield incident.IncidentOpened(
            incident=opened,
            kind=incident.IncidentKind.LOST_MEDIUM,
            transfer=number,
            medium=lost,
            binder="事故-1",
            day=out["day"],
        )
        yield incident.TransferFrozen(transfer=number, incident=opened)
        yield incident.MediumLost(medium=lost, transfer=number, incident=opened)
        yield incident.NoticeLost(medium=lost, transfer=number, incident=opened)
        yield from self.paper(station.PaperKind.INCIDENT_REPORT, self.number(PaperLetter.FORM))
        yield incident.TransferResumed(transfer=number, incident=opened, approver=APPROVER)
        yield incident.IncidentClosed(incident=opened, transfer=number, measures="協議-2", approver=APPROVER)
        yield from self.evidence(opened, number)
        yield handover.HandoverCorrected(
            correction=self.number(PaperLetter.CORRECTION),
            slip=out["slip"],
            transfer=number,
            field=handover.Correctable.BAG,
            was="カバン-3",
            becomes="カバン-4",
            binder="別紙-4",
        )
        yield transfer.TransferClosed(
            transfer=number,
            ending=transfer.Ending.INCIDENT,
            records=20,
            posted=0,
            incident=opened,
            binder="事故-2",
            approver=APPROVER,
        )

    def watched(self) -> Iterator[Event]:
        """The guard's year: what two administrators adopted, somebody at the wire, a cable that came and went."""
        entries = ("interface eth0 52:54:00:00:00:01", "socket tcp 192.0.2.2:8443")
        yield network.BaselineAdopted(entries=entries, approver="kanri-misaki")
        yield network.PeerAdopted(
            pins=("0" * 64,), certificates=("-----BEGIN CERTIFICATE-----",), approver="kanri-misaki"
        )
        wall = wall_text(BEGINNING)
        yield network.PeerRefused(address="192.0.2.3", ports=("tcp/22", "icmp"), packets=3, first_at=wall, last_at=wall)
        yield network.DriftFound(what="interface", detail="eth1 52:54:00:00:00:02")
        yield station.DriftMended(what="interface")
        yield supply.SupplyReceived(
            supply="patterns-7", number=7, made=wall, length=300_000_000, sha256="0" * 64, key_id="00112233"
        )
        yield chore.StationAlive()
        yield chore.IntegrityVerified(records=self.next("verified"), files=3, damaged=())
        order = self.identity.supply_order_number(self.next("supply order"))
        yield supply.SupplyOrdered(
            supply_order=order,
            supply="patterns-7",
            sha256="0" * 64,
            requester="kanri-jiro",
            approver="kanri-misaki",
            key_id="0a1b2c3d",
        )
        yield supply.PatternsUpdated(
            supply_order=order, supply="patterns-7", made=wall, scanner="ClamAV 1.4.3/27500/Mon Apr  6 01:00:00 2026"
        )

        order = self.identity.supply_order_number(self.next("supply order"))
        yield supply.SupplyOrdered(
            supply_order=order,
            supply="former",
            sha256="0" * 64,
            requester="kanri-jiro",
            approver="kanri-misaki",
            key_id="0a1b2c3d",
        )
        yield supply.UpdateFailed(supply_order=order, supply="former", version="0.2.0")
        yield supply.UpdateInstalled(supply_order=order, supply="former", version="0.1.0")

    def reviewed(self) -> Iterator[Event]:
        yield review.LogAnalysed(since="2025-04-01", until="2025-04-30", records=100, detections=2, raised=1)
        number = self.identity.finding_number(self.next("finding"))
        yield finding.FindingRaised(
            finding=number,
            kind=finding.FindingKind.OUT_OF_HOURS,
            concerned=(CLERK,),
            first=self.next("found"),
            last=100,
            day="2025-04-05",
            detail="",
        )
        yield finding.FindingDisposed(
            finding=number, disposition=finding.Disposition.EXPLAINED, binder="", reviewer=AUDITOR
        )
        report = self.number(PaperLetter.FORM)
        yield from self.paper(station.PaperKind.LOG_REPORT, report)
        yield review.ReportMade(report=report, month="2025-04", records=100, sha256=self.hash())
        yield review.ReportReviewed(report=report, reviewer=AUDITOR, binder="綴り-9")

    def payload(self) -> Iterator[Event]:
        """The number of one that was approved; one that was refused comes before it."""
        refused, number = self.hash()[:32], self.hash()[:32]
        for each in (refused, number):
            yield self.received(each)
        yield payload.PayloadRefused(payload=refused, code="INS-004", row=17, column=3, item="課税額", signature="")
        yield payload.PayloadPurged(payload=refused)
        sums = tuple(payload.Sum(item=item, yen=123_456_789) for item in ("課税額", "督促額"))
        yield payload.PayloadInspected(
            payload=number,
            records=5400,
            duplicates=1,
            sums=sums,
            encoding="cp932",
            plaintext_sha256=self.hash(),
            scanner="ClamAV 1.4.6/27500",
            patterns="2025-04-01",
        )
        yield from self.signed_in(APPROVER)
        yield payload.PayloadApproved(payload=number, records=5400, requester=CLERK, approver=APPROVER)
        return number

    def received(self, number: str) -> Event:
        return payload.PayloadReceived(
            payload=number,
            consignment=self.consignment,
            ciphertext_length=700_123,
            ciphertext_sha256=self.hash(),
            plaintext_length=699_000,
            plaintext_sha256=self.hash(),
            records=5400,
            key_id="0a1b2c3d",
        )

    def imported(self) -> Iterator[Event]:
        """A payload on a stick, which is not what the office exported."""
        stick, number = (yield from self.new(MediumKind.USB)), self.hash()[:32]
        yield media.MediumDrawn(medium=stick)
        yield from self.ordered(Action.IMPORT, "", stick)
        yield self.received(number)
        yield payload.PayloadImported(payload=number, medium=stick, order=self.identity.order_number(1))
        yield payload.PayloadRefused(payload=number, code="INS-004", row=17, column=3, item="課税額", signature="")
        yield payload.PayloadPurged(payload=number)

    def new(self, kind: MediumKind) -> Iterator[Event]:
        """The number of a medium that is ready and in its place."""
        number = self.identity.medium_number(kind.letter, self.next(kind.letter))
        yield media.MediumRegistered(
            medium=number,
            kind=kind,
            vendor="Aobano",
            model="Stick 8",
            serial=number[::-1],
            serial_source="usb",
            size_bytes=8_000_000_000,
        )
        if kind is MediumKind.USB:
            yield from self.ordered(Action.ERASE, "", number)
        yield media.MediumStored(medium=number, place="kinko")
        return number

    def ordered(self, action: Action, number: str, medium: str) -> Iterator[Event]:
        """An order, and its good end."""
        issued = yield from self.issued(action, number, medium)
        sha256 = self.hash()
        evidence = order.Evidence(
            order=issued,
            action=action,
            verdict=Verdict.PASS,
            code="",
            fingerprint=self.hash(),
            method="raw",
            passes=1,
            bytes_written=8_000_000_000,
            bytes_verified=8_000_000_000,
            device_read=-1,
            device_written=-1,
            sha256=sha256,
            bad_sectors=-1,
            differs_at=-1,
            drive="Aobano USB 3.1",
            tool="media-station 0.1.0",
            started_ms=1,
            ended_ms=2,
        )
        common = {"order": issued, "medium": medium, "transfer": number, "evidence": evidence}
        match action:
            case Action.WRITE:
                yield media.MediumWritten(**common)
            case Action.READ:
                yield media.MediumIdentified(verdict=Verdict.PASS, **common)
            case Action.IMPORT:
                yield media.MediumImported(order=issued, medium=medium, verdict=Verdict.PASS, evidence=evidence)
            case Action.ERASE:
                yield erasure.ErasureEnded(verdict=Verdict.PASS, **common)

    def issued(self, action: Action, number: str, medium: str) -> Iterator[Event]:
        yield from self.stepped_up(action.value)
        issued = self.identity.order_number(self.next("order"))
        yield order.OrderIssued(
            order=issued,
            action=action,
            transfer=number,
            medium=medium,
            fingerprint=self.hash(),
            image_sha256=self.hash(),
            requester=CLERK,
            approver=APPROVER,
            key_id="0a1b2c3d",
        )
        return issued

    def counted(self, number: str) -> Iterator[Event]:
        """F3 to F8, the letters among them."""
        for each in (transfer.Count.ENVELOPES, transfer.Count.PRINTED, transfer.Count.ENCLOSED):
            code = "KY6C-3HK2" if each is transfer.Count.PRINTED else ""
            yield transfer.CountReported(transfer=number, count=each, value=5390, confirmation_code=code)
        yield transfer.CountCorrected(
            transfer=number, count=transfer.Count.PRINTED, was=5390, value=5400, binder="別紙-5"
        )
        delivered = self.visit(number)
        yield handover.LettersDelivered(letters=5390, **delivered)
        yield transfer.LettersInspected(
            transfer=number, verdict=Verdict.PASS, inspected=5390, pulled=2, inspector=CLERK
        )
        yield handover.LettersHandedOver(letters=5388, **self.visit(number))
        yield transfer.CountReported(transfer=number, count=transfer.Count.POSTED, value=5388, confirmation_code="")

    def erased_and_certified(self, number: str, medium: str) -> Iterator[Event]:
        yield from self.ordered(Action.ERASE, number, medium)
        yield erasure.ErasureValidated(medium=medium, transfer=number, performer=CLERK, validator=AUDITOR)
        issued = self.number(PaperLetter.CERTIFICATE)
        yield certificate.CertificateIssued(
            certificate=issued,
            medium=medium,
            transfer=number,
            erasure=7,
            performer=CLERK,
            validator=AUDITOR,
            approver=APPROVER,
        )
        of = {"certificate": issued, "medium": medium, "transfer": number}
        yield certificate.CertificateRendered(**of, sha256=self.hash(), qr_sha256=self.hash())
        yield certificate.CertificateScanned(**of, sha256=self.hash())
        anew = self.number(PaperLetter.CERTIFICATE)
        yield certificate.CertificateSuperseded(certificate=issued, successor=anew)
        yield certificate.CertificateReissued(
            certificate=anew,
            supersedes=issued,
            medium=medium,
            transfer=number,
            erasure=7,
            performer=CLERK,
            validator=AUDITOR,
            approver=APPROVER,
            reason="misprint",
        )
        yield certificate.CertificateVoided(
            certificate=anew, medium="", reason="doubtful", binder="別紙-30", approver=APPROVER
        )

    def destroyed(self, number: str, medium: str) -> Iterator[Event]:
        record = self.number(PaperLetter.DESTRUCTION_RECORD)
        yield erasure.MediumDestroyed(
            medium=medium,
            transfer=number,
            record=record,
            reason="write-once",
            method="shredder",
            device="shredder-1",
            particle="2 mm",
            place="庁舎",
            residue="焼却",
            performer=CLERK,
            witness=APPROVER,
            proof="",
            day="",
        )
        yield from self.paper(station.PaperKind.DESTRUCTION_RECORD, record)

    def entrusted(self, medium: str) -> Iterator[Event]:
        """To a firm, and its proof."""
        common = {"medium": medium, "transfer": "", "record": self.number(PaperLetter.DESTRUCTION_RECORD)}
        yield erasure.MediumEntrusted(
            reason="write-once",
            firm="架空溶解センター",
            taker="回収 太郎",
            bag="カバン-3",
            binder="受領-7",
            day="2025-06-21",
            proof_by="2025-07-10",
            **common,
        )
        yield erasure.MediumDestroyed(
            reason="write-once",
            method="溶解",
            device="架空溶解センター",
            particle="",
            place="",
            residue="",
            performer=CLERK,
            witness=APPROVER,
            proof="別紙-40",
            day="2025-07-01",
            **common,
        )

    def erasure_report(self) -> erasure_report.ErasureReport:
        return erasure_report.ErasureReport(
            computer="PC-1",
            files="一式",
            copies="なし",
            spool="消去済",
            spoiled_sheets="40枚・細断",
            method="完全削除",
            ended="2025-06-30",
            worker="取扱 太郎",
            checker="確認 次郎",
        )

    def notice(self, number: str, medium: str, of_transfer: str) -> handover.NoticePrinted:
        return handover.NoticePrinted(
            notice=number, medium=medium, transfer=of_transfer, sha256=self.hash(), qr_sha256=self.hash()
        )

    def paper(self, kind: station.PaperKind, number: str) -> Iterator[Event]:
        yield station.PaperPrinted(
            paper=number, kind=kind, medium="", incident="", sha256=self.hash(), qr_sha256=self.hash()
        )
        yield station.PaperScanned(paper=number, sha256=self.hash())
        yield station.PaperStamped(paper=number, binder="綴り-8")
        yield station.PaperCopied(paper=number, copy=1, reason="lost-paper", sha256=self.hash())

    def evidence(self, about: str, of_transfer: str) -> Iterator[Event]:
        number = self.identity.bundle_number(self.next("bundle"))
        yield bundle.BundleSealed(
            bundle=number,
            incident=about,
            transfer=of_transfer,
            reader="age1" + "q" * 58,
            head=100,
            records=33,
            papers=4,
            papers_missing=0,
            archive_sha256=self.hash(),
            sha256=self.hash(),
            length=666_000,
        )
        yield bundle.BundleFetched(bundle=number, incident=about, sha256=self.hash())
        yield from self.carried(number, about)
        yield bundle.BundleReleased(bundle=number, incident=about)
        yield bundle.BundleSent(bundle=number, incident=about, clerk=CLERK, day="2025-06-21", sha256=self.hash())
        yield bundle.BundlePurged(bundle=number, incident=about)
        yield bundle.JournalExported(
            bundle=self.identity.bundle_number(self.next("bundle")),
            reader="age1" + "q" * 58,
            since="2025-04-01T00:00:00.000000Z",
            until="2025-05-01T00:00:00.000000Z",
            head=1000,
            records=700,
            ndjson_sha256=self.hash(),
            sha256=self.hash(),
            length=500_000,
        )
        number = self.identity.bundle_number(self.next("bundle"))
        yield backup.BackupMade(
            bundle=number,
            readers=("age1" + "q" * 58, "age1" + "p" * 58),
            head=1000,
            root=self.hash(),
            archive_sha256=self.hash(),
            sha256=self.hash(),
            length=5_000_000,
            word_sha256=self.hash(),
        )
        yield backup.BackupProved(bundle=number, head=1000, sha256=self.hash())

    def carried(self, number: str, about: str) -> Iterator[Event]:
        """Out to its reader on a disc, and back."""
        disc = yield from self.new(MediumKind.DVD_R)
        yield media.MediumDrawn(medium=disc)
        common = {"bundle": number, "incident": about, "medium": disc}
        yield bundle.BundleRendered(image_sha256=self.hash(), image_length=4_194_304, **common)
        yield from self.ordered(Action.WRITE, "", disc)
        yield bundle.BundleHandedOver(
            binder="受領-1", day="2025-06-02", back_by="2025-06-20", taker="監査 太郎", bag="カバン-2", **common
        )
        yield bundle.BundleReturned(binder="受領-1", day="2025-06-20", **common)
        yield from self.entrusted(disc)
        given = yield from self.new(MediumKind.DVD_R)
        yield media.MediumDrawn(medium=given)
        common["medium"] = given
        yield bundle.BundleRendered(image_sha256=self.hash(), image_length=4_194_304, **common)
        yield from self.ordered(Action.WRITE, "", given)
        yield bundle.BundleHandedOver(
            binder="受領-2", day="2025-06-21", back_by="", taker="監査 太郎", bag="カバン-2", **common
        )
        yield bundle.BundleKept(binder="受領-2", day="2025-06-21", **common)

    def stepped_up(self, action: str) -> Iterator[Event]:
        yield sign_in.StepUpRefused(
            operator=CLERK, action=action, factor=sign_in.Factor.CODE, code="ACC-002", left_out=0, offset_seconds=0
        )
        yield from self.signed_in(CLERK)
        yield sign_in.StepUpAccepted(operator=CLERK, second=APPROVER, action=action, vault_sha256=self.hash())

    def signed_in(self, who: str) -> Iterator[Event]:
        yield sign_in.SignInRefused(
            operator=who, factor=sign_in.Factor.PASSWORD, code="ACC-002", left_out=0, offset_seconds=0
        )
        yield sign_in.SignInAccepted(operator=who, vault_sha256=self.hash())
        yield station.RequestRefused(door="people", request="Transfer", code="FLW-002", uid=1000, unrecorded=0)

    def sealed(self, received: str, number: str, medium: str, kind: MediumKind) -> Event:
        return payload.ImageSealed(
            payload=received,
            transfer=number,
            medium=medium,
            kind=kind,
            image_sha256=self.hash(),
            image_length=4_194_304,
            ciphertext_sha256=self.hash(),
            ciphertext_length=700_123,
            opener_sha256=self.hash(),
            vault_sha256=self.hash(),
        )

    def visit(self, number: str) -> dict[str, object]:
        visit = next(self._visits)
        return {
            "transfer": number,
            "slip": self.number(PaperLetter.SLIP),
            "clerk": CLERK,
            "handler": "hakobiya",
            "bag": "カバン-3",
            "seal": "",
            "visit": visit,
            "day": "2025-06-02",
        }

    def terms(self) -> consignment.Terms:
        item = Item(heading="指定番号", type=ItemType.DESIGNATED_NUMBER)
        texts = (
            *("title", "section", "business", "committee_item", "contractor", "privacy_mark", "privacy_mark_until"),
            *("contract_number", "information", "classification", "submission_key", "cloud", "workflow"),
            *("contact_tree", "procedure_confirmed"),
        )
        return consignment.Terms(
            **dict.fromkeys(texts, "督促状の印字・封入封緘"),
            consignment=self.consignment,
            starts="2025-04-01",
            ends="2026-03-31",
            items=[item] * 7,
            kinds=list(MediumKind),
            return_days=14,
            post_days=20,
            separation=consignment.Separation.DAY,
            seal_required=False,
            special_terms_sha256=self.hash(),
            predecessor="",
        )

    def number(self, letter: PaperLetter) -> str:
        return self.identity.paper_number(letter, self.next(letter.value))

    def next(self, what: str) -> int:
        return next(self._counts.setdefault(what, count(1)))

    def hash(self) -> str:
        return hashlib.sha256(b"%d" % next(self._hashes)).hexdigest()
