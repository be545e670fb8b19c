"""SEAL.html as a section uses it on its intranet PC: what it seals, the station takes."""

import base64
import hashlib
import io
import subprocess
from pathlib import Path

import pyrage
import pytest
from at_a_page import NO_PICKER, PICKER, READ, SECONDS, UNWRITABLE, Page, saved_file
from one_process import OneProcess, cheap
from selenium.webdriver.common.by import By
from walking_in_one import RECORDS, staff, walk_in

from media_station.age.decrypt import decrypt
from media_station.desk.flow import receive
from media_station.model import asks
from media_station.model.errors import IntegrityViolation
from media_station.model.kind import MediumKind
from media_station.model.payload import PayloadInspected
from media_station.proof.key import Signer
from media_station.rehearsal.payload import synthesize

PASSPHRASE = "kirin wasabi bunbougu"
PAYLOAD = synthesize(RECORDS, 7)


class SealPage(Page):
    def fill(self, **values: str) -> None:
        for name, value in values.items():
            self.at(name.replace("_", "-")).send_keys(value)

    def make(self, again: str = PASSPHRASE) -> None:
        self.browser.find_element(By.CSS_SELECTOR, "#new summary").click()
        self.fill(name="zei-1", new_passphrase=PASSPHRASE, again=again)
        self.at("make").click()
        self.until(lambda: self.at("result").get_attribute("class") in {"good", "bad"})

    def unlock(self, export: Path, key: Path, passphrase: str = PASSPHRASE, consignment: str = "tax-1") -> bool:
        self.fill(files=str(export), consignment=consignment, key=str(key), passphrase=passphrase)
        self.at("seal").click()
        self.until(lambda: self.at("seal").is_enabled() or self.browser.find_elements(By.ID, "save"))
        return bool(self.browser.find_elements(By.ID, "save"))

    def save(self) -> str:
        self.at("save").click()
        self.until(lambda: self.at("result").get_attribute("class") in {"good", "bad"})
        return self.at("result").get_attribute("class")


def kept(browser) -> bytes:
    """What was saved last where the person said."""
    browser.set_script_timeout(SECONDS)
    return base64.b64decode(browser.execute_async_script(READ).partition(",")[2])


@pytest.fixture(scope="module")
def station(tmp_path_factory):
    """Set up; its consignment is not open yet."""
    with cheap():
        station = OneProcess(tmp_path_factory.mktemp("sealed-to"))
        yield station
        station.close()


@pytest.fixture(scope="module")
def page(station) -> Path:
    return station.station / "public" / "SEAL.html"


@pytest.fixture(scope="module")
def key(browser, saved, page, tmp_path_factory) -> Path:
    """Made in the page; the public part beside it."""
    sealing = SealPage(browser, page, picker=NO_PICKER)
    sealing.make()
    folder = tmp_path_factory.mktemp("section")
    for button in ("save-key", "save-public"):
        sealing.at(button).click()
    for name in ("submission.key.age", "submission.pub"):
        (folder / name).write_bytes(saved_file(sealing, saved, name))
    assert sealing.at("public").text == (folder / "submission.pub").read_text().strip()
    return folder / "submission.key.age"


@pytest.fixture
def export(tmp_path) -> Path:
    path = tmp_path / "抽出.csv"
    path.write_bytes(PAYLOAD)
    return path


def on_a_disc(walk, folder: Path, files: dict[str, bytes]) -> str:
    """The number of a disc that was registered blank, with these files on it."""
    walk.house.drive.bays_now["dvd0"] = piece = walk.house.drive.new_piece(MediumKind.DVD_R)
    registered = walk.house.run(walk.counter.do(asks.RegisterMedium(bay="dvd0"), walk.staff.operator))
    (folder / "disc").mkdir()
    for name, content in files.items():
        (folder / "disc" / name).write_bytes(content)
    burning = ["genisoimage", "-quiet", "-J", "-o", folder / "image", folder / "disc"]
    subprocess.run(burning, check=True, capture_output=True, timeout=60)
    piece.content, piece.written = (folder / "image").read_bytes(), True
    return registered.facts["medium"]


def test_the_station_takes_what_it_seals(browser, saved, station, page, key, export, tmp_path):
    (station.host / "submission.pub").write_bytes(key.with_name("submission.pub").read_bytes())
    walk = walk_in(station, staff())

    async def open_consignment():
        await walk.enrol()
        await walk.consign()

    station.run(open_consignment())
    sealing = SealPage(browser, page, picker=NO_PICKER)
    assert sealing.unlock(export, key, consignment=walk.terms.consignment.lower())
    assert sealing.save() == "good"
    payload = sealing.at("payload").text
    assert sealing.at("records").text == str(RECORDS)
    sealing.at("submission").click()
    sealed, signed = (saved_file(sealing, saved, f"{payload}.{kind}") for kind in ("age", "json"))
    assert b"".join(map(bytes, decrypt(io.BytesIO(sealed), station.desk.keys.sealing))) == PAYLOAD

    with pytest.raises(IntegrityViolation, match="PRF-008"):
        receive.offer(station.desk, signed.decode().replace(f'"records":{RECORDS}', f'"records":{RECORDS + 1}'))
    medium = on_a_disc(walk, tmp_path, {f"{payload}.age": sealed, f"{payload}.json": signed})
    taking = asks.Import(medium=medium, bay="dvd0", which=1)
    taken = station.run(walk.counter.do(taking, walk.staff.operator, fresh=True))
    assert taken.facts["payload"] == payload
    station.run(walk.counter.do(asks.Inspect(payload=payload), walk.staff.operator))
    inspected = station.desk.ledger.history("payload", payload).the(PayloadInspected)
    assert (inspected.records, inspected.plaintext_sha256) == (RECORDS, hashlib.sha256(PAYLOAD).hexdigest())


def test_the_page_bears_the_key_of_its_station(browser, station, page):
    SealPage(browser, page, picker=NO_PICKER)
    recipient = str(station.desk.keys.sealing.to_public())
    told = [browser.find_element(By.ID, name).text for name in ("identity", "recipient", "fingerprint")]
    assert told == ["rehearsal/r1", recipient, hashlib.sha256(recipient.encode()).hexdigest()]


def test_it_saves_where_the_person_says(browser, page, key, export):
    sealing = SealPage(browser, page, picker=PICKER.replace("FULL;", ""))
    assert sealing.unlock(export, key)
    assert sealing.save() == "good"
    assert kept(browser).startswith(b"age-encryption.org/v1\n-> X25519 ")
    sealing.at("submission").click()
    sealing.until(lambda: "保存しました" in sealing.at("result").text)
    assert b'"schema":"media-station/submission/v1"' in kept(browser)


def test_a_full_medium_leaves_nothing_and_is_said(browser, page, key, export):
    sealing = SealPage(
        browser, page, picker=PICKER.replace("FULL;", "throw new DOMException('', 'QuotaExceededError');")
    )
    assert sealing.unlock(export, key)
    assert sealing.save() == "bad"
    assert sealing.finding == "room"
    assert browser.execute_script("return [kept.file, kept.removed]") == [None, True]


def test_a_place_that_can_not_be_written_is_said_and_no_other_is_taken(browser, saved, page, key, export):
    sealing = SealPage(browser, page, picker=UNWRITABLE)
    assert sealing.unlock(export, key)
    assert sealing.save() == "bad"
    assert sealing.finding == "place"
    assert not list(saved.iterdir())


def test_other_tools_read_the_key_too(key):
    signer = Signer.parse(pyrage.passphrase.decrypt(key.read_bytes(), PASSPHRASE).decode())
    assert signer.name == "media-station-host/zei-1/submission"
    assert signer.verifier.render() == key.with_name("submission.pub").read_text().strip()


def test_a_wrong_passphrase_is_said(browser, page, key, export):
    sealing = SealPage(browser, page, picker=NO_PICKER)
    assert not sealing.unlock(export, key, passphrase=PASSPHRASE + "x")
    assert sealing.finding == "passphrase"


def test_a_file_that_is_no_key_is_said(browser, page, export):
    sealing = SealPage(browser, page, picker=NO_PICKER)
    assert not sealing.unlock(export, export)
    assert sealing.finding == "not-key"


def test_two_passphrases_that_differ_make_no_key(browser, page):
    sealing = SealPage(browser, page, picker=NO_PICKER)
    sealing.make(again=PASSPHRASE + "x")
    assert sealing.finding == "again"
