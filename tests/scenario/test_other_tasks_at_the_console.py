"""What no transfer asks for by itself, each at the keys: couriers, corrections, imports, incidents, exports, accounts."""

import json
from unittest import mock

import pytest
from at_a_console import at_a_console
from hands_in_memory import Luck, lucky
from one_process import BAYS, cheap
from test_a_payload_on_a_medium import Section, files

from media_station.age.x25519 import X25519Identity
from media_station.desk.flow import back_up
from media_station.model import asks
from media_station.model.incident import IncidentKind
from media_station.model.kind import MediumKind
from media_station.model.masters import COLUMNS, MasterKind
from media_station.model.steps import StepKind
from media_station.rehearsal.walk import DAY_SECONDS
from media_station.texts.texts import catalogue

READERS = [str(X25519Identity.generate().to_public()) for _ in range(2)]


class Desk:
    """Whoever does a task signs in for it."""

    def __init__(self, keys, walk) -> None:
        self.keys, self.walk, self.here = keys, walk, None

    async def sign_in(self, person) -> None:
        if self.here is not person:
            await self.keys.press("f12")
            await self.keys.sign_in(person)
            self.here = person

    async def filled(self, person, name: str, second=None, **answers) -> None:
        await self.sign_in(person)
        await self.keys.press("f4")
        await self.keys.open(name)
        await self.keys.fill(person, second or self.walk.staff.approver, **answers)

    async def does(self, person, name: str, second=None, **answers) -> dict:
        """The data of the record that was made last."""
        await self.filled(person, name, second, **answers)
        assert next(style for _, style in self.keys.console._said("ja")) == "done", self.keys.screen
        return json.loads(self.walk.house.lines()[-1])["media_station"]["data"]


def at_the_keys(walk, doing):
    async def begun():
        async with at_a_console(walk) as keys:
            await doing(Desk(keys, walk))

    walk.house.run(begun())


def test_a_courier_whom_nobody_registered_stands_at_the_counter_and_leaves_with_the_medium(walk):
    """Nobody types a name: it stands on the paper with a copy of what he showed."""
    operator = walk.staff.operator

    async def doing(desk):
        keys = desk.keys
        added = await desk.does(operator, "AddCourier", shown="12", employer=1)
        assert (added["handler"], added["person"], added["employer"]) == ("courier-1", "別紙12のとおり", "")
        await keys.open(f"{walk.transfer} hand_over_medium")
        await keys.fill(operator, handler="courier-1", bag="BAG-3", sheets="30")
        keys.shows("済")
        await walk.counter.advance(DAY_SECONDS)
        desk.here = None
        again = await desk.does(operator, "AddCourierAgain")
        assert again | {"starts": "", "ends": ""} == added | {"starts": "", "ends": ""}
        assert again["starts"] > added["starts"]
        another = await desk.does(operator, "AddCourier", shown="13", employer=2)
        assert (another["handler"], another["employer"]) == ("courier-2", "別紙13のとおり")

    walk.house.run(walk.until(StepKind.HAND_OVER_MEDIUM))
    at_the_keys(walk, doing)
    (handed,) = walk.house.told("medium.handed_over")
    assert handed["handler"] == "courier-1"


def test_a_slip_is_put_right_in_its_bag_and_its_carrier(walk):
    operator = walk.staff.operator

    async def doing(desk):
        handed = walk.house.told("enclosures.handed_over")[0]
        bag = await desk.does(operator, "CorrectHandover", slip=handed["slip"], field=1, becomes="BAG-9", binder="5")
        assert (bag["field"], bag["was"], bag["becomes"]) == ("bag", handed["bag"], "BAG-9")
        carrier = await desk.does(operator, "CorrectHandler", slip=handed["slip"], becomes=1, binder="6")
        assert (carrier["field"], carrier["was"], carrier["becomes"]) == ("handler", "hakobiya", "sekinin")

    walk.house.run(walk.until(StepKind.REPORT_COUNT))
    at_the_keys(walk, doing)


def test_a_payload_that_came_on_a_disc_is_taken_in(walk, tmp_path):
    operator = walk.staff.operator
    section = Section(walk, tmp_path)
    payload = section.seals()
    section.onto_a_disc(tmp_path / "disc.iso", *files(payload))
    disc = walk.house.drive.new_piece(MediumKind.DVD_R)
    disc.content = (tmp_path / "disc.iso").read_bytes()
    walk.house.drive.bays_now = {BAYS[MediumKind.DVD_R]: disc}

    async def doing(desk):
        await desk.does(operator, "RegisterMedium")
        assert (await desk.does(operator, "Import"))["payload"] == payload

    at_the_keys(walk, doing)


def test_a_return_that_cannot_be_read_is_attested_and_its_evidence_leaves_on_a_medium(walk):
    operator, approver, auditor = walk.staff.operator, walk.staff.approver, walk.staff.auditor

    async def doing(desk):
        view = await walk.see()
        medium = view.steps[0].subject
        lucky(walk.house.drive, Luck.BAD)
        await walk.counter.do(asks.Identify(medium=medium, bay=walk.house.load(medium)), operator, second=approver)
        kind = IncidentKind.UNREADABLE_RETURN
        told = asks.OpenIncident(kind=kind, transfer=walk.transfer, medium=medium, binder="事故-1")
        incident = (await walk.counter.do(told, operator)).facts["incident"]
        assert (await desk.does(operator, "Attest"))["incident"] == incident
        assert (await desk.does(operator, "PrintIncidentReport", incident=incident))["incident"] == incident
        sealed = await desk.does(auditor, "ExportEvidence", incident=incident, reader=READERS[0])
        walk.house.drive.bays_now = {"usb0": walk.house.drive.new_piece(MediumKind.USB)}
        empty = (await desk.does(operator, "RegisterMedium"))["medium"]
        await walk.counter.do(asks.Erase(medium=empty, bay="usb0"), operator, second=approver)
        await desk.does(auditor, "WriteBundle", bundle=sealed["bundle"])
        handed = await desk.does(auditor, "HandOverBundle", bag="BAG-1", binder="7")
        assert (handed["medium"], handed["bundle"], handed["taker"]) == (empty, sealed["bundle"], "別紙7のとおり")
        assert (await desk.does(operator, "TakeBackBundle", binder="8"))["medium"] == empty
        await walk.counter.do(asks.Erase(medium=empty, bay="usb0"), operator, second=approver)
        await desk.does(auditor, "WriteBundle", bundle=sealed["bundle"])
        await desk.does(auditor, "HandOverBundle", bag="BAG-1", binder="9")
        assert (await desk.does(auditor, "KeepBundle", binder="9"))["medium"] == empty
        await desk.does(auditor, "PurgeBundle", bundle=sealed["bundle"])

    walk.house.run(walk.until(StepKind.IDENTIFY))
    at_the_keys(walk, doing)
    assert walk.house.told("bundle.purged")


def test_a_backup_and_a_part_of_the_journal_are_sealed_and_a_proof_is_recorded(prepared_for_backups):
    walk = prepared_for_backups
    administrator, auditor = walk.staff.administrator, walk.staff.auditor
    word, another = (back_up.passphrase.generate(back_up.WORD_GROUPS) for _ in range(2))

    async def doing(desk):
        with mock.patch.object(back_up.passphrase, "generate", return_value=word):
            made = await desk.does(administrator, "BackUp")
        assert made["readers"] == READERS
        await desk.filled(administrator, "ProveBackup", bundle=made["bundle"], word=another)
        desk.keys.shows("BKP-005", catalogue("ja")["BKP-005"].title)
        await desk.keys.press("escape")
        assert (await desk.does(administrator, "ProveBackup", bundle=made["bundle"], word=word))["sha256"]
        day = (await walk.counter.today()).isoformat()
        lines = await desk.does(auditor, "ExportJournal", since=day, until=day, reader=READERS[1])
        assert lines["records"] > 10
        assert lines["since"] < f"{day}T00" < lines["until"] == f"{day}T15:00:00.000000Z"
        await desk.filled(auditor, "ExportJournal", since="x", until=day, reader=READERS[1])
        desk.keys.shows(catalogue("ja")["CON-005"].title)

    at_the_keys(walk, doing)


@pytest.fixture
def prepared_for_backups(prepared, tmp_path):
    with cheap():
        walk = prepared.opened(tmp_path / "backed-up", f"\n[backup]\nrecipients = {json.dumps(READERS)}\n")
        yield walk
        walk.house.close()


def test_a_certificate_is_reissued_and_voided(walk):
    operator, approver = walk.staff.operator, walk.staff.approver

    async def doing(desk):
        (issued,) = walk.house.told("certificate.issued")
        again = await desk.does(approver, "ReissueCertificate", certificate=issued["certificate"])
        assert again["supersedes"] == issued["certificate"]
        voided = await desk.does(operator, "VoidCertificate", certificate=again["certificate"], binder="9")
        assert voided["certificate"] == again["certificate"]

    walk.house.run(walk.until(StepKind.DESTROY_PASSWORD))
    at_the_keys(walk, doing)


def test_accounts_masters_and_evidence_are_looked_after(walk):
    staff = walk.staff
    operator, approver, administrator, auditor = staff.operator, staff.approver, staff.administrator, staff.auditor

    async def doing(desk):
        filed = await desk.does(operator, "FileEvidence", requirement="O10", side=2, result=1, binder="3")
        assert (filed["requirement"], filed["side"], filed["result"]) == ("O10", "contractor", "met")
        await desk.does(auditor, "PrintCompliance")
        rows = [["kinko-2", "二つ目の金庫"]]
        propose = asks.ProposeMasters(
            kind=MasterKind.PLACES, lines=[list(COLUMNS[MasterKind.PLACES]), *rows], sha256="0" * 64
        )
        masters = (await walk.counter.do(propose, operator)).facts["masters"]
        await desk.does(approver, "AdoptMasters", masters=masters)
        came = await desk.does(administrator, "RecordPresence", operator=operator.operator, entered=1)
        assert came["operator"] == operator.operator
        await desk.does(auditor, "ComparePresence")
        await desk.does(approver, "EndConsignment", consignment=walk.terms.consignment)
        suspended = await desk.does(administrator, "Suspend", second=approver, operator=auditor.operator)
        assert suspended["operator"] == auditor.operator

    at_the_keys(walk, doing)
