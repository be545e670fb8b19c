"""O11 S7: what is sealed for a reader leaves on a medium, by an order; who reads it needs age and his key alone."""

import hashlib
import json
import subprocess
from contextlib import suppress
from types import SimpleNamespace

import pytest
from at_the_counter import at_the_counter, check_the_journal_verifies, told
from test_crashes import crashing, edges
from test_evidence_leaves_sealed import keygen, refused
from typing_commands import MEDIA_STATION, Typing

from media_station.model import asks
from media_station.model.errors import IntegrityViolation, PeerFault, Refused
from media_station.model.incident import IncidentKind
from media_station.model.order import Action
from media_station.rehearsal.media import insert_blank

MIB = 1 << 20
PERIOD = ("2000-01-01T00:00:00.000000Z", "2100-01-01T00:00:00.000000Z")


@pytest.fixture(scope="module")
def did(tmp_path_factory):
    """A stick and a disc with exports at one station's counter, and what it left."""
    folder = tmp_path_factory.mktemp("exported")
    seen = SimpleNamespace(codes={}, states={}, folder=folder, reader=keygen(folder / "reader.txt"))

    async def doing(walk):
        operator, approver, auditor = walk.staff.operator, walk.staff.approver, walk.staff.auditor
        await walk.consign()
        do, codes = walk.counter.do, seen.codes

        async def state(medium: str) -> tuple[str, str]:
            view = await walk.counter.see("Medium", operator, medium=medium)
            return view.state, view.custody

        def out(**other):
            given = {"taker": "監査太郎", "bag": "カバン-2", "binder": "受領-1", "back_by": ""}
            return asks.HandOverBundle(medium=stick, **{**given, **other})

        stick, disc = [(await do(asks.RegisterMedium(bay=each.name), operator)).facts["medium"] for each in walk.bays]
        lost = asks.OpenIncident(kind=IncidentKind.OTHER, transfer="", medium="", binder="事故-1")
        incident = (await do(lost, operator)).facts["incident"]
        evidence = asks.ExportEvidence(incident=incident, reader=seen.reader)
        bundle = (await do(evidence, auditor, second=approver)).facts["bundle"]
        onto_stick = asks.WriteBundle(bundle=bundle, medium=stick, bay="usb0")
        codes["not erased"] = await refused(do(onto_stick, auditor, second=approver))
        await do(asks.Erase(medium=stick, bay="usb0"), operator, second=approver)
        codes |= {
            "an operator": await refused(do(onto_stick, operator, second=approver)),
            "no code": await refused(do(onto_stick, auditor)),
            "no second person": await refused(do(onto_stick, auditor, fresh=True)),
            "no bundle": await refused(
                do(asks.WriteBundle(bundle="R1-B-00009", medium=stick, bay="usb0"), auditor, second=approver)
            ),
            "another bay": await refused(
                do(asks.WriteBundle(bundle=bundle, medium=stick, bay="dvd0"), auditor, second=approver)
            ),
            "out before it is written": await refused(do(out(), auditor)),
        }
        seen.states["refused"] = await state(stick)

        seen.due_sealed = [(each.what, each.subject) for each in await walk.counter.all("Due", operator)]
        seen.written = await do(onto_stick, auditor, second=approver)
        seen.states["written"] = await state(stick)
        seen.on_stick = folder / "stick.img"
        seen.on_stick.write_bytes(walk.bays[0].path.read_bytes())
        codes |= {
            "twice": await refused(do(onto_stick, auditor, second=approver)),
            "as a transfer's": await refused(do(asks.Write(medium=stick, bay="usb0"), operator, second=approver)),
            "stopped by an auditor when nothing is under way": await refused(do(asks.Cancel(medium=stick), auditor)),
            "no receipt": await refused(do(out(binder=""), auditor)),
            "nobody takes it": await refused(do(out(taker=""), auditor)),
            "in no bag": await refused(do(out(bag=""), auditor)),
            "back before it leaves": await refused(do(out(back_by="2020-01-01"), auditor)),
            "out by an operator": await refused(do(out(), operator)),
        }
        # As if the drive's answer had been lost, and its order's end asked for later.
        seen.images_dir = walk.house.station / "state" / "desk" / "images"
        (seen.images_dir / f"{stick}.img").write_bytes(b"left")
        seen.due_written = [(each.what, each.subject) for each in await walk.counter.all("Due", operator)]
        await do(asks.PurgeBundle(bundle=bundle), auditor)
        seen.after_purge = list(seen.images_dir.iterdir())
        typing = Typing(walk=walk)
        taken = ("--taker", "監査太郎", "--bag", "カバン-2", "--binder", "受領-1")
        handed = ("medium", "hand-over", stick, *taken, "--back-by", "2100-01-04", "--json")
        seen.handed = await typing.piped(*handed, by=auditor)
        seen.states["out"] = await state(stick)
        seen.due = [(each.what, each.subject, each.day) for each in await walk.counter.all("Due", operator)]
        seen.row = (await walk.counter.all("Ledger", operator))[-1]
        seen.back = await typing.piped("medium", "take-back", stick, "--binder", "受領-1", "--json", by=operator)
        seen.states["back"] = await state(stick)
        seen.due_after = [(each.what, each.subject) for each in await walk.counter.all("Due", operator)]
        await do(asks.Erase(medium=stick, bay="usb0"), operator, second=approver)
        seen.states["erased"] = await state(stick)

        # The journal's lines, onto a disc, by one command each.
        period = asks.ExportJournal(since=PERIOD[0], until=PERIOD[1], reader=seen.reader)
        lines = (await do(period, auditor, second=approver)).facts
        seen.lines = lines
        command = ("medium", "export", disc, "--bundle", lines["bundle"], "--bay", "dvd0", "--json")
        seen.typed = await typing.of_two(*MEDIA_STATION, *command, by=auditor, second=approver)
        await walk.counter.advance(60)
        seen.on_disc = walk.bays[1].backing.read_bytes()
        how = ("--reason", "write-once", "--device", "office-shredder", "--place", "kinko")
        shredding = ("medium", "destroy", disc, *how, "--witness", approver.operator, "--json")
        (seen.images_dir / f"{disc}.img").write_bytes(b"left")
        seen.shredded = await typing.of_two(*MEDIA_STATION, *shredding, by=operator, second=approver)
        await walk.counter.advance(60)
        seen.after_destroying = list(seen.images_dir.iterdir())
        seen.states["destroyed"] = await state(disc)
        insert_blank(walk.bays[1])
        seen.given = (await do(asks.RegisterMedium(bay="dvd0"), operator)).facts["medium"]
        firm = (
            "--reason",
            "worn",
            "--firm",
            "yokai-center",
            "--taker",
            "回収太郎",
            "--bag",
            "B-9",
            "--binder",
            "受領-7",
        )
        entrusting = ("medium", "entrust", seen.given, *firm, "--proof-by", "2100-01-04", "--json")
        seen.entrusted = await typing.of_two(*MEDIA_STATION, *entrusting, by=operator, second=approver)
        seen.states["entrusted"] = await state(seen.given)
        await walk.counter.advance(60)
        day = (await walk.counter.today()).isoformat()
        paper = ("--binder", "別紙-40", "--day", day, "--method", "溶解", "--witness", approver.operator)
        proving = ("medium", "proved", seen.given, *paper, "--json")
        seen.proved = await typing.of_two(*MEDIA_STATION, *proving, by=operator, second=approver)
        await walk.counter.advance(60)
        seen.states["proved"] = await state(seen.given)

        insert_blank(walk.bays[1])
        seen.left = (await do(asks.RegisterMedium(bay="dvd0"), operator)).facts["medium"]
        onto_disc = asks.WriteBundle(bundle=lines["bundle"], medium=seen.left, bay="dvd0")
        await do(onto_disc, auditor, second=approver)
        keep = asks.KeepBundle(medium=seen.left, binder="受領-4")
        codes["kept before it leaves"] = await refused(do(keep, auditor))
        await do(asks.HandOverBundle(medium=seen.left, taker="監査", bag="B", binder="受領-4", back_by=""), auditor)
        seen.due_out = [(each.what, each.subject) for each in await walk.counter.all("Due", operator)]
        codes |= {
            "kept by an operator's word": await refused(do(keep, operator)),
            "kept without a receipt": await refused(do(asks.KeepBundle(medium=seen.left, binder=""), auditor)),
        }
        seen.kept = await typing.piped("medium", "kept", seen.left, "--binder", "受領-4", "--json", by=auditor)
        seen.states["kept"] = await state(seen.left)
        seen.due_kept = [(each.what, each.subject) for each in await walk.counter.all("Due", operator)]
        seen.kept_row = (await walk.counter.all("Ledger", operator))[-1]
        codes["kept and back"] = await refused(do(asks.TakeBackBundle(medium=seen.left, binder="受領-4"), auditor))

        # Changed in the spool: no image of it, and the medium is as it was.
        third = (await do(evidence, auditor, second=approver)).facts["bundle"]
        with (walk.house.station / "state" / "desk" / "exports" / f"{third}.age").open("r+b") as changed:
            changed.seek(300)
            changed.write(b"\0\0\0\0")
        with pytest.raises(IntegrityViolation, match="SPL-005"):
            await do(asks.WriteBundle(bundle=third, medium=stick, bay="usb0"), auditor, second=approver)
        seen.states["changed"] = await state(stick)
        seen.images = [each.name for each in (walk.house.station / "state" / "desk" / "images").iterdir()]
        lost = asks.OpenIncident(kind=IncidentKind.LOST_MEDIUM, transfer="", medium=stick, binder="事故-2")
        await do(lost, operator)
        back = asks.TakeBackBundle(medium=stick, binder="受領-2")
        codes["back with what was erased"] = await refused(do(back, operator))
        seen.stick, seen.disc, seen.bundle = stick, disc, bundle

    seen.house = at_the_counter(folder, doing, stick_bytes=40 * MIB, two_person="export")
    return seen


def opened(did, image, medium: str) -> bytes:
    """By mtools or 7z from the image, then by age with the reader's key."""
    sealed = did.folder / f"{medium}.age"
    if medium == did.stick:
        subprocess.run(["mcopy", "-i", image, f"::{medium}.age", sealed], check=True, capture_output=True)
    else:
        (did.folder / "disc.iso").write_bytes(image)
        command = ["7z", "x", "-y", f"-o{did.folder}", did.folder / "disc.iso", f"{medium}.age"]
        subprocess.run(command, check=True, capture_output=True)
    opening = ["age", "-d", "-i", did.folder / "reader.txt", sealed]
    return subprocess.run(opening, capture_output=True, check=True).stdout


def test_the_reader_opens_the_evidence_from_the_stick_with_age_and_his_key(did):
    (sealed, _) = told(did.house, "bundle.sealed")
    archive = opened(did, did.on_stick, did.stick)
    assert hashlib.sha256(archive).hexdigest() == sealed["archive_sha256"]
    check_the_journal_verifies(did.house)


def test_the_reader_opens_the_journals_lines_from_the_disc(did):
    lines = opened(did, did.on_disc, did.disc)
    assert hashlib.sha256(lines).hexdigest() == did.lines["ndjson_sha256"]


def test_beside_it_are_a_leaflet_that_says_how_and_a_signed_manifest_of_its_hash(did):
    listed = subprocess.run(["mdir", "-b", "-i", did.on_stick], check=True, capture_output=True, text=True).stdout
    assert len(listed.split()) == 3
    leaflet = subprocess.run(["mtype", "-i", did.on_stick, "::README.TXT"], check=True, capture_output=True).stdout
    text = leaflet.decode("utf-8-sig")
    assert f"age  -d -i key.txt -o evidence.tar {did.stick}.age" in text
    assert "REHEARSAL" in text.upper()
    manifest = subprocess.run(["mtype", "-i", did.on_stick, "::manifest.json"], check=True, capture_output=True).stdout
    (sealed, _) = told(did.house, "bundle.sealed")
    told_there = json.loads(manifest)
    assert (told_there["bundle"], told_there["sha256"]) == (did.bundle, sealed["sha256"])


def test_each_was_written_by_an_order_of_two_persons_and_read_back(did):
    orders = [each for each in told(did.house, "order.issued") if each["action"] == Action.WRITE.value]
    written = told(did.house, "medium.written")
    rendered = told(did.house, "bundle.rendered")
    assert [each["order"] for each in orders] == [each["order"] for each in written]
    assert [each["image_sha256"] for each in orders] == [each["evidence"]["sha256"] for each in written]
    assert [each["image_sha256"] for each in orders] == [each["image_sha256"] for each in rendered]
    assert {(each["transfer"], bool(each["approver"])) for each in orders} == {("", True)}
    assert did.written.facts["verdict"] == "PASS"


def test_the_commands_say_what_became_of_it(did):
    assert (did.typed.code, did.handed.code, did.back.code) == (0, 0, 0), did.typed.err
    assert did.shredded.code == 0, did.shredded.err
    shredded, proved = told(did.house, "medium.destroyed")
    assert did.shredded.rows == [{"media": did.disc, "record": shredded["record"]}]
    (entrusted,) = told(did.house, "medium.entrusted")
    assert (did.entrusted.code, did.proved.code) == (0, 0), did.entrusted.err + did.proved.err
    assert did.entrusted.rows == did.proved.rows == [{"media": did.given, "record": entrusted["record"]}]
    assert (proved["record"], proved["proof"]) == (entrusted["record"], "別紙-40") != (shredded["record"], "")
    (row,) = did.typed.rows
    assert (row["bundle"], row["medium"], row["verdict"]) == (did.lines["bundle"], did.disc, "PASS")


def test_its_way_out_and_back_is_in_the_ledger_and_what_is_due_is_told(did):
    assert (did.row.item, did.row.subject, did.row.medium, did.row.binder) == (
        "bundle",
        did.bundle,
        did.stick,
        "受領-1",
    )
    assert (did.row.handler_name, did.row.bag) == ("監査太郎", "カバン-2")
    ways = ("bundle", "hand_over")
    waited = [[each for each in due if each[0] in ways] for due in (did.due_sealed, did.due_written, did.due_after)]
    assert waited == [[("bundle", did.bundle)], [("bundle", did.bundle), ("hand_over", did.stick)], []]
    assert ("medium", did.stick, "2100-01-04") in did.due
    assert ("erase", did.stick) in did.due_after
    assert did.states == {
        "refused": ("ready", "hand"),
        "written": ("written", "hand"),
        "out": ("out", "away"),
        "back": ("foreign", "hand"),
        "erased": ("ready", "hand"),
        "destroyed": ("destroyed", "gone"),
        "entrusted": ("entrusted", "away"),
        "proved": ("destroyed", "gone"),
        "kept": ("kept", "gone"),
        "changed": ("ready", "hand"),
    }


def test_what_its_reader_keeps_is_out_no_longer_and_stands_in_the_ledger(did):
    assert did.kept.code == 0, did.kept.err
    row = did.kept_row
    assert (row.direction, row.item, row.medium, row.binder) == ("kept", "bundle", did.left, "受領-4")
    assert ("kept", did.left) in did.due_out
    assert not [each for each in did.due_kept if each[1] == did.left]


def test_an_export_that_has_left_awaits_no_way_out(did):
    assert ("bundle", did.lines["bundle"]) not in did.due_out


def test_no_image_is_left_in_the_spool(did):
    assert (did.after_purge, did.after_destroying, did.images) == ([], [], [])


def test_whoever_may_not_or_whatever_is_not_ready_is_refused_with_its_code(did):
    assert did.codes == {
        "not erased": "SEA-001",
        "an operator": "ACC-011",
        "no code": "ACC-012",
        "no second person": "ACC-013",
        "no bundle": "FLW-002",
        "another bay": "ORD-002",
        "out before it is written": "FLW-002",
        "twice": "SEA-001",
        "as a transfer's": "FLW-002",
        "stopped by an auditor when nothing is under way": "FLW-002",
        "no receipt": "CNT-002",
        "nobody takes it": "HND-015",
        "in no bag": "HND-003",
        "back before it leaves": "DUE-001",
        "out by an operator": "ACC-011",
        "back with what was erased": "FLW-002",
        "kept before it leaves": "FLW-002",
        "kept by an operator's word": "ACC-011",
        "kept without a receipt": "CNT-002",
        "kept and back": "FLW-002",
    }


def test_a_day_that_is_none_is_refused(did):
    with pytest.raises(Refused, match="CON-005"):
        asks.HandOverBundle(medium=did.stick, taker="監査太郎", bag="カバン-2", binder="受領-1", back_by="soon")


async def until_it_is_back(asking):
    while True:
        with suppress(PeerFault):
            return await asking()


def test_a_desk_killed_between_any_two_records_of_it_writes_the_same_image_once(tmp_path):
    where = tmp_path / "where"
    where.write_text(
        "".join(f"{place}\n" for place in edges() - {"bundle.rendered", "order.issued write", "medium.written"})
    )
    seen = SimpleNamespace(states=[], codes={})

    async def doing(walk):
        operator, auditor = walk.staff.operator, walk.staff.auditor
        await walk.consign()
        disc = (await walk.counter.do(asks.RegisterMedium(bay="dvd0"), operator)).facts["medium"]
        period = asks.ExportJournal(since=PERIOD[0], until=PERIOD[1], reader=keygen(tmp_path / "reader.txt"))
        first, other = [(await walk.counter.do(period, auditor, fresh=True)).facts["bundle"] for _ in range(2)]
        second = walk.staff.approver
        seen.images = walk.house.station / "state" / "desk" / "images"
        for _ in range(3):
            with pytest.raises(PeerFault):
                await walk.counter.do(asks.WriteBundle(bundle=first, medium=disc, bay="dvd0"), auditor, second=second)
            seen.states.append(
                (await until_it_is_back(lambda: walk.counter.see("Medium", operator, medium=disc))).state
            )
            if len(seen.states) == 1:
                another = asks.WriteBundle(bundle=other, medium=disc, bay="dvd0")
                seen.codes["another"] = await refused(walk.counter.do(another, auditor, second=second))
                seen.codes["purge"] = await refused(walk.counter.do(asks.PurgeBundle(bundle=first), auditor))
        seen.left = list(seen.images.iterdir())
        await walk.counter.do(asks.PurgeBundle(bundle=first), auditor)
        seen.disc = walk.bays[1].backing.read_bytes()

    house = at_the_counter(tmp_path, doing, commands={"desk": crashing("desk", where)})
    assert seen.states == ["sealed", "sealed", "written"]
    assert seen.codes == {"another": "SEA-001", "purge": "SPL-006"}
    assert seen.left == []
    (rendered,) = told(house, "bundle.rendered")
    assert [each["image_sha256"] for each in told(house, "order.issued")] == [rendered["image_sha256"]] * 2
    on_disc, behind = seen.disc[: rendered["image_length"]], seen.disc[rendered["image_length"] :]
    assert hashlib.sha256(on_disc).hexdigest() == rendered["image_sha256"]
    assert not any(behind)  # xorriso fills a file up to 64 KiB
    check_the_journal_verifies(house)
