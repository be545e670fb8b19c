"""F1 by hand: what SEAL.html saves is taken from a stick (FAT32, a loop device) and from a disc, and nothing else is."""

import hashlib
import io
import json
import secrets
import shutil
import subprocess
from dataclasses import asdict
from pathlib import Path
from types import SimpleNamespace

import pytest
from at_the_counter import at_the_counter, check_the_journal_verifies, told
from typing_commands import Typing

from media_station.age.encrypt import encrypt
from media_station.age.x25519 import X25519Recipient
from media_station.model import asks
from media_station.model.errors import StationError
from media_station.model.payload import Submission
from media_station.model.station import PaperKind
from media_station.proof.key import Signer
from media_station.proof.note import sign_json
from media_station.rehearsal.payload import synthesize

MIB = 1 << 20
RECORDS = 20
PAYLOAD = synthesize(RECORDS, 7)


class Section:
    """The staff's PC: SEAL.html's two files, as it saves them."""

    def __init__(self, walk, folder: Path) -> None:
        self.walk, self.folder = walk, folder
        self.recipient = X25519Recipient.parse((walk.house.station / "public" / "sealing.pub").read_text().strip())
        self.key = Signer.parse((walk.house.host / "submission.key").read_text().strip())

    def seals(self, *, key: Signer | None = None, **changed: object) -> str:
        """Its number; `changed` is what the submission says other than the truth."""
        sealed = b"".join(map(bytes, encrypt(io.BytesIO(PAYLOAD), self.recipient)))
        submission = Submission(
            payload=secrets.token_hex(16),
            consignment=self.walk.terms.consignment,
            ciphertext_length=len(sealed),
            ciphertext_sha256=hashlib.sha256(sealed).hexdigest(),
            plaintext_length=len(PAYLOAD),
            plaintext_sha256=hashlib.sha256(PAYLOAD).hexdigest(),
            records=RECORDS,
        )
        name = submission.payload
        (self.folder / f"{name}.age").write_bytes(sealed)
        signed = sign_json("submission", asdict(submission) | changed, key or self.key)
        (self.folder / f"{name}.json").write_bytes(signed)
        return name

    def onto_a_stick(self, device: Path, *names: str) -> None:
        run("mkfs.vfat", "-I", "-F", "32", "-s", "1", device)
        for name in names:
            run("mcopy", "-i", device, self.folder / name, "::/")

    def onto_a_disc(self, disc: Path, *names: str) -> None:
        (self.folder / "disc").mkdir()
        for name in names:
            shutil.copyfile(self.folder / name, self.folder / "disc" / name)
        run("genisoimage", "-quiet", "-J", "-o", disc, self.folder / "disc")


def run(*command: object) -> None:
    subprocess.run(list(map(str, command)), check=True, capture_output=True, timeout=60)


def files(payload: str) -> tuple[str, str]:
    return f"{payload}.age", f"{payload}.json"


@pytest.fixture(scope="module")
def did(tmp_path_factory):
    """All that is done at one station's counter, and what it left."""
    folder = tmp_path_factory.mktemp("imported")
    (folder / "section").mkdir()
    seen = SimpleNamespace(codes={})

    async def doing(walk):
        section = Section(walk, folder / "section")
        operator = walk.staff.operator
        await walk.consign()
        stick, disc = walk.bays
        seen.real = stick.path != stick.backing

        async def takes(medium: str, bay: str, which: int = 1):
            return await walk.counter.do(asks.Import(medium=medium, bay=bay, which=which), operator, fresh=True)

        async def code(doing) -> str:
            try:
                await doing
            except StationError as error:
                return error.code
            return ""

        async def state(medium: str) -> str:
            return (await walk.counter.see("Medium", operator, medium=medium)).state

        usb, dvd = [
            (await walk.counter.do(asks.RegisterMedium(bay=each.name), operator)).facts["medium"]
            for each in (stick, disc)
        ]
        codes = seen.codes

        good, foreign, longer = section.seals(), section.seals(key=Signer.generate(section.key.name)), section.seals()
        (section.folder / f"{longer}.age").write_bytes(b"x" + (section.folder / f"{longer}.age").read_bytes()[1:])
        section.onto_a_stick(stick.path, f"{good}.age")
        codes["no submission"] = await code(takes(usb, "usb0"))
        seen.after_a_refusal = await state(usb)
        section.onto_a_stick(stick.path, *files(foreign))
        codes["foreign signature"] = await code(takes(usb, "usb0"))
        section.onto_a_stick(stick.path, *files(longer))
        codes["another ciphertext"] = await code(takes(usb, "usb0"))
        section.onto_a_stick(stick.path, *files(good))
        with stick.path.open("r+b") as hostile:
            hostile.seek(36)
            hostile.write(b"\xff\xff\xff\x7f")
        codes["hostile image"] = await code(takes(usb, "usb0"))
        section.onto_a_stick(stick.path, *files(good), *files(foreign))
        number = sorted([good, foreign]).index(good) + 1
        codes["no such payload"] = await code(takes(usb, "usb0", 3))
        seen.taken = (await takes(usb, "usb0", number)).facts
        codes["replay"] = await code(takes(usb, "usb0", number))
        seen.good = good
        await walk.counter.do(asks.PrintSheet(kind=PaperKind.RECEIPT, subject=good), operator)
        codes["no order"] = await code(walk.counter.do(asks.Import(medium=usb, bay="usb0", which=1), operator))
        await walk.counter.do(asks.Inspect(payload=good), operator)
        codes["sealed onto it"] = await code(walk.counter.do(asks.Seal(transfer="R1-T-00001", medium=usb), operator))
        second = walk.staff.approver
        await walk.counter.do(asks.Erase(medium=usb, bay="usb0"), operator, second=second)
        seen.erased = await state(usb)

        on_disc = section.seals()
        section.onto_a_disc(disc.backing, *files(on_disc))
        typed = await Typing(walk=walk).fresh("medium", "import", dvd, "--bay", "dvd0", "--json", by=operator)
        assert (typed.code, typed.err) == (0, "")
        seen.typed, seen.on_disc, seen.disc_after = typed, on_disc, await state(dvd)
        codes["disc erased"] = await code(walk.counter.do(asks.Erase(medium=dvd, bay="dvd0"), operator, second=second))
        shredded = asks.Destroy(
            medium=dvd, reason="write-once", device="office-shredder", place="kinko", witness=second.operator
        )
        await walk.counter.do(shredded, operator, second=second)
        seen.destroyed = await state(dvd)
        seen.usb, seen.dvd = usb, dvd

    seen.house = at_the_counter(folder, doing, stick_bytes=40 * MIB)
    return seen


def test_what_the_section_sealed_is_received_and_the_record_says_from_which_medium(did):
    sha256 = hashlib.sha256(PAYLOAD).hexdigest()
    assert did.taken == {"payload": did.good, "records": str(RECORDS), "payloads": "2", "sha256": sha256}
    stick, disc = told(did.house, "payload.imported")
    assert [each["payload"] for each in told(did.house, "payload.received")] == [did.good, did.on_disc]
    assert (stick["payload"], stick["medium"]) == (did.good, did.usb)
    assert (disc["payload"], disc["medium"]) == (did.on_disc, did.dvd)
    (inspected,) = told(did.house, "payload.inspected")
    assert inspected["plaintext_sha256"] == sha256
    check_the_journal_verifies(did.house)


@pytest.mark.parametrize(
    ("case", "code"),
    [
        ("no submission", "UNP-004"),
        ("foreign signature", "PRF-007"),
        ("another ciphertext", "SPL-001"),
        ("hostile image", "UNP-002"),
        ("no such payload", "UNP-005"),
        ("replay", "RCV-002"),
        ("no order", "ACC-012"),
        ("sealed onto it", "SEA-001"),
        ("disc erased", "ERA-001"),
    ],
)
def test_nothing_else_is_taken(did, case, code):
    assert did.codes[case] == code


def test_whatever_came_of_it_the_medium_is_foreign_until_it_is_erased(did):
    assert (did.after_a_refusal, did.erased) == ("foreign", "ready")
    assert (did.disc_after, did.destroyed) == ("foreign", "destroyed")


def test_only_what_was_wanted_was_read_past_the_cache_and_nothing_else_is_in_the_spool(did):
    imports = told(did.house, "medium.imported")
    assert len(imports) == len([each for each in told(did.house, "order.issued") if each["action"] == "import"])
    for each in imports:
        evidence = each["evidence"]
        assert (each["verdict"], evidence["method"], evidence["bytes_written"]) == ("PASS", "pieces", 0)
        assert 0 < evidence["bytes_verified"] < MIB
        if did.real and each["medium"] == did.usb:
            assert evidence["device_read"] >= evidence["bytes_verified"]
            assert evidence["device_written"] == 0
    inbox = did.house.station / "state" / "desk" / "inbox"
    assert sorted(each.name for each in inbox.iterdir()) == sorted([f"{did.good}.age", f"{did.on_disc}.age"])


def test_the_command_tells_what_it_took(did):
    said = json.loads(did.typed.out)
    assert (said["payload"], said["records"], said["payloads"]) == (did.on_disc, str(RECORDS), "1")


def test_the_section_gets_a_receipt_that_says_what_its_page_has_said(did):
    (printed,) = told(did.house, "paper.printed")
    (sheet,) = (did.house.station / "state" / "papers").glob("*.pdf")
    text = subprocess.run(["pdftotext", "-raw", sheet, "-"], capture_output=True, text=True, check=True).stdout
    said = "".join(text.split())
    assert printed["kind"] == "receipt"
    for each in ("データ受領書", did.good, f"{RECORDS}件", hashlib.sha256(PAYLOAD).hexdigest(), f"媒体{did.usb}"):
        assert each in said
