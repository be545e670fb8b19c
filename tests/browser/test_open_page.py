"""OPEN.html as a contractor opens it from the medium: what is saved is the payload, or nothing is."""

import base64
import hashlib
import io
import json
import os
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from at_a_page import BLOCKED_PICKER, NO_PICKER, PICKER, READ, SECONDS, UNWRITABLE, Page, saved_file
from made_medium import TRANSFER, Medium, make_medium
from selenium.webdriver.common.by import By
from selenium.webdriver.support.wait import WebDriverWait

from media_station.age.encrypt import encrypt
from media_station.age.scrypt import ScryptRecipient
from media_station.age.x25519 import X25519Identity
from media_station.desk.image.build import ImageKind
from media_station.model.confirmation import confirmation_code

ROOT = Path(__file__).parents[2]
VECTORS = ROOT / "tests" / "vectors"


@pytest.fixture(scope="module")
def stick(tmp_path_factory) -> Medium:
    return make_medium(tmp_path_factory.mktemp("stick"), ImageKind.USB, "R1-U-00001", 1_000_000)


@pytest.fixture(scope="module")
def disc(tmp_path_factory) -> Medium:
    return make_medium(tmp_path_factory.mktemp("disc"), ImageKind.DVD, "R1-D-00001", 200_000)


class OpenPage(Page):
    def choose(self, *paths: Path) -> None:
        self.at("files").send_keys("\n".join(map(str, paths)))

    def type(self, password: str) -> None:
        script = (
            "const e = document.getElementById('password'); e.value = arguments[0]; e.dispatchEvent(new Event('input'))"
        )
        self.browser.execute_script(script, password)

    def unlock(self) -> bool:
        self.at("open").click()
        self.until(lambda: self.at("open").is_enabled() and self.at("result").text)
        return bool(self.browser.find_elements(By.ID, "save"))

    def save(self) -> str:
        """What was said; `good` or `bad`."""
        self.at("save").click()
        self.until(lambda: self.at("result").get_attribute("class") in {"good", "bad"})
        return self.at("result").get_attribute("class")


def opened(
    browser, medium: Medium, *, password: str = "", picker: str = NO_PICKER, file: Path | None = None
) -> OpenPage:
    page = OpenPage(browser, medium.page, picker=picker)
    page.choose(file or medium.file, medium.manifest)
    page.type(password or medium.password)
    return page


@pytest.mark.parametrize("name", ["stick", "disc"])
def test_what_it_saves_is_the_payload(browser, saved, name, request):
    medium = request.getfixturevalue(name)
    page = opened(browser, medium)
    assert page.unlock()
    assert page.save() == "good"
    assert saved_file(page, saved, f"{medium.number}.csv") == medium.plaintext
    assert page.at("records").text == f"{medium.records:,}"
    assert page.at("code").text == confirmation_code(TRANSFER, hashlib.sha256(medium.plaintext).hexdigest())
    assert page.at("password").get_attribute("value") == ""


def test_the_page_on_the_medium_is_the_one_whose_hash_is_printed(stick, disc):
    sums = (ROOT / "media_station" / "pages" / "SHA256SUMS").read_text()
    for medium in (stick, disc):
        assert f"{hashlib.sha256(medium.page.read_bytes()).hexdigest()}  OPEN.html\n" in sums


def test_it_saves_where_the_person_says(browser, stick):
    page = opened(browser, stick, picker=PICKER.replace("FULL;", ""))
    assert page.unlock()
    assert page.save() == "good"
    browser.set_script_timeout(SECONDS)
    assert base64.b64decode(browser.execute_async_script(READ).partition(",")[2]) == stick.plaintext
    assert browser.execute_script("return kept.asked") == 1


def test_a_blocked_picker_only_means_another_way(browser, saved, stick):
    page = opened(browser, stick, picker=BLOCKED_PICKER)
    assert page.unlock()
    assert page.save() == "good"
    assert saved_file(page, saved, f"{stick.number}.csv") == stick.plaintext


def test_a_chosen_place_that_can_not_be_written_is_said_and_asked_for_anew(browser, saved, stick):
    page = opened(browser, stick, picker=UNWRITABLE)
    assert page.unlock()
    assert page.save() == "bad"
    assert (page.finding, browser.execute_script("return window.removed")) == ("place", True)
    assert not list(saved.iterdir())
    browser.execute_script(PICKER.replace("FULL;", ""))
    page.at("save").click()
    page.until(lambda: page.at("result").get_attribute("class") == "good")
    assert browser.execute_script("return kept.asked") == 1
    assert not list(saved.iterdir())


def test_it_saves_into_downloads_if_the_person_says_so(browser, saved, stick):
    page = opened(browser, stick, picker=UNWRITABLE)
    assert page.unlock()
    assert page.save() == "bad"
    page.at("downloads").click()
    page.until(lambda: page.at("result").get_attribute("class") == "good")
    assert saved_file(page, saved, f"{stick.number}.csv") == stick.plaintext


COUNTED = """
window.gone = []; window.later = [];
const [revoke, wait] = [URL.revokeObjectURL.bind(URL), window.setTimeout.bind(window)];
URL.revokeObjectURL = (address) => { gone.push(address); revoke(address); };
window.setTimeout = (call, ms) => (ms >= 60000 ? later.push(call) : wait(call, ms));
"""


def test_what_was_saved_is_not_kept_in_the_tab(browser, saved, stick):
    page = opened(browser, stick)
    browser.execute_script(COUNTED)
    assert page.unlock()
    assert page.save() == "good"
    saved_file(page, saved, f"{stick.number}.csv")
    link = browser.find_element(By.CSS_SELECTOR, "#result a[download]")
    address = link.get_attribute("href")
    assert address.startswith("blob:")
    browser.execute_script("later.forEach((each) => each())")
    assert address in browser.execute_script("return gone")
    assert link.get_attribute("href") is None


def test_who_thinks_better_of_it_may_save_again(browser, stick):
    picker = "window.showSaveFilePicker = async () => { throw new DOMException('no', 'AbortError'); }"
    page = opened(browser, stick, picker=picker)
    assert page.unlock()
    page.at("save").click()
    browser.execute_script(PICKER.replace("FULL;", ""))
    assert page.save() == "good"


def test_a_file_greater_than_a_blob_may_be_comes_in_parts(browser, saved, disc, tmp_path):
    """Not by half a gigabyte, but by a page that says less."""
    small = replace(disc, folder=tmp_path)
    for path in disc.folder.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    text = disc.page.read_text()
    assert text.count("= 5e8;") + text.count("= 500000000;") + text.count("= 500_000_000;") == 1
    text = text.replace("500_000_000;", "90_000;").replace("= 5e8;", "= 90_000;")
    script = text.partition("</script>\n<script>")[2].partition("</script>")[0]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    was = text.partition("script-src 'sha256-")[2].partition("'")[0]
    small.page.write_text(text.replace(was, digest))
    page = opened(browser, small)
    assert page.unlock()
    assert page.save() == "good"
    parts = [f"{disc.number}.csv.{number:03}" for number in (1, 2, 3)]
    for link in browser.find_elements(By.CSS_SELECTOR, "#result a.button"):
        link.click()
    assert b"".join(saved_file(page, saved, each) for each in parts) == disc.plaintext
    assert " + ".join(parts).replace(" + ", '"+"') in page.at("result").text


@pytest.mark.long
def test_a_gibibyte_is_opened_in_parts(browser, saved, tmp_path):
    (tmp_path / "medium").mkdir()
    medium = make_medium(tmp_path / "medium", ImageKind.USB, "R1-U-00002", 1 << 30)
    page = opened(browser, medium)
    assert page.unlock()
    page.at("save").click()
    WebDriverWait(browser, 600).until(lambda _: page.at("result").get_attribute("class") in {"good", "bad"})
    digest = hashlib.sha256()
    for link in browser.find_elements(By.CSS_SELECTOR, "#result a.button"):
        link.click()
        digest.update(saved_file(page, saved, link.get_attribute("download")))
    assert digest.hexdigest() == hashlib.sha256(medium.plaintext).hexdigest()
    assert page.at("code").text == confirmation_code(TRANSFER, digest.hexdigest())
    medium.file.unlink()


def test_a_typo_is_located_before_anything_is_tried(browser, stick):
    groups = stick.password.split("-")
    groups[3] = groups[3][:-1] + ("2" if groups[3][-1] != "2" else "3")
    page = opened(browser, stick, password="-".join(groups))
    page.at("open").click()
    page.until(lambda: "4 番目" in page.at("wrong").text)
    assert page.at("password").get_attribute("aria-invalid") == "true"
    classes = [each.get_attribute("class") for each in browser.find_elements(By.CSS_SELECTOR, "#groups li")]
    assert classes == ["right", "right", "right", "wrong", "right", "right"]
    assert browser.switch_to.active_element == page.at("password")


def test_the_password_of_another_medium_is_wrong_and_the_file_is_whole(browser, stick, disc):
    page = opened(browser, stick, password=disc.password)
    assert not page.unlock()
    assert page.finding == "password"


def test_without_the_manifest_it_does_not_say_which(browser, stick, disc):
    page = OpenPage(browser, stick.page)
    page.choose(stick.file)
    page.type(disc.password)
    assert not page.unlock()
    assert page.finding == "password-or-damage"


def flipped(medium: Medium, folder: Path, at: int) -> Path:
    content = bytearray(medium.file.read_bytes())
    content[at] ^= 1
    damaged = folder / medium.file.name
    damaged.write_bytes(content)
    return damaged


@pytest.mark.parametrize("place", [30, 60, 100, 140])
def test_damage_in_the_header_is_not_taken_for_a_wrong_password(browser, stick, tmp_path, place):
    page = opened(browser, stick, file=flipped(stick, tmp_path, place))
    assert not page.unlock()
    assert page.finding in {"damaged", "foreign"}


@pytest.mark.parametrize("picker", [NO_PICKER, PICKER.replace("FULL;", "")], ids=["blob", "picker"])
@pytest.mark.parametrize("place", [300, 700_000, -1])
def test_a_tampered_file_leaves_nothing(browser, saved, stick, tmp_path, place, picker):
    page = opened(browser, stick, file=flipped(stick, tmp_path, place), picker=picker)
    assert page.unlock()
    assert page.save() == "bad"
    assert page.finding == "damaged"
    assert os.listdir(saved) == []
    assert browser.execute_script("return window.kept ? [kept.file, kept.removed] : [null, true]") == [None, True]


def test_a_file_cut_short_leaves_nothing(browser, saved, stick, tmp_path):
    short = tmp_path / stick.file.name
    whole = stick.file.read_bytes()
    header = whole.index(b"\n--- ") + len("\n--- ") + 43 + 1
    short.write_bytes(whole[: header + 16 + 5 * (65_536 + 16)])  # at the end of a chunk
    page = opened(browser, stick, file=short)
    assert not page.unlock() or page.save() == "bad"
    assert page.finding == "damaged"
    assert os.listdir(saved) == []


def test_a_full_disk_leaves_nothing_and_is_said(browser, stick):
    picker = PICKER.replace("FULL;", "throw new DOMException('no room', 'QuotaExceededError');")
    page = opened(browser, stick, picker=picker)
    assert page.unlock()
    assert page.save() == "bad"
    assert page.finding == "room"
    assert browser.execute_script("return [kept.file, kept.removed]") == [None, True]


def test_the_manifest_of_another_medium_is_refused(browser, stick, disc):
    page = OpenPage(browser, stick.page)
    page.choose(stick.file, disc.manifest)
    page.type(stick.password)
    assert not page.unlock()
    assert page.finding == "other"


def sealed(plaintext: bytes, recipient) -> bytes:
    return b"".join(map(bytes, encrypt(io.BytesIO(plaintext), recipient)))


def foreign(folder: Path, why: str) -> Path:
    path = folder / "R1-U-00001.age"
    if why == "no age file":
        path.write_bytes(b"PK\3\4" * 1000)
    elif why == "empty":
        path.write_bytes(b"")
    elif why == "a key's":
        path.write_bytes(sealed(b"", X25519Identity.generate().to_public()))
    else:
        salt = base64.b64encode(bytes(16)).decode().rstrip("=")
        body = base64.b64encode(bytes(32)).decode().rstrip("=")
        path.write_text(f"age-encryption.org/v1\n-> scrypt {salt} {why}\n{body}\n--- {body}\n" + "x" * 100)
    return path


@pytest.mark.parametrize(
    ("why", "finding"),
    [("no age file", "not-age"), ("empty", "not-age"), ("a key's", "foreign"), ("30", "foreign"), ("14", "foreign")],
)
def test_what_the_station_did_not_make_is_not_tried(browser, stick, tmp_path, why, finding):
    page = OpenPage(browser, stick.page)
    page.choose(foreign(tmp_path, why))
    page.type(stick.password)
    assert not page.unlock()
    assert page.finding == finding


def test_the_highest_work_factor_still_opens(browser, stick, tmp_path):
    path = tmp_path / "R1-U-00001.age"
    path.write_bytes(sealed(b"1\n", ScryptRecipient(stick.password, 18)))
    page = OpenPage(browser, stick.page)
    page.choose(path)
    page.type(stick.password)
    assert page.unlock()


def test_work_can_be_stopped(browser, stick, tmp_path):
    path = tmp_path / "R1-U-00001.age"
    path.write_bytes(sealed(b"1\n", ScryptRecipient(stick.password, 18)))
    page = OpenPage(browser, stick.page)
    page.choose(path)
    page.type(stick.password)
    page.at("open").click()
    page.until(page.at("stop").is_displayed)
    page.at("stop").click()
    page.until(lambda: page.at("open").is_enabled())
    assert page.finding == "stopped"


def module(name: str, exported: str) -> str:
    """A source of the page as a script that returns what it exports."""
    command = ("--bundle", "--format=iife", "--global-name=it", "--charset=utf8", "--log-level=warning")
    packages = ROOT / "scripts" / "pages" / "node_modules"
    source = ROOT / "media_station" / "pages" / "open" / name
    done = subprocess.run(
        [packages / ".bin" / "esbuild", source, *command],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"NODE_PATH": str(packages)},
    )
    return f"{done.stdout}; return arguments[0].map((each) => it.{exported});"


def test_it_reads_passwords_as_the_station_does(browser):
    vectors = json.loads((VECTORS / "passwords.json").read_text())
    read = browser.execute_script(module("password.js", "parsePassword(each)"), [each["typed"] for each in vectors])
    for each, came in zip(vectors, read, strict=True):
        expected = {"password": each.get("password"), "typo": each.get("typo_in_group")}
        assert {"password": came.get("password"), "typo": (came.get("wrong") or [None])[0]} == expected, each["why"]


def test_its_confirmation_codes_are_the_stations(browser):
    vectors = json.loads((VECTORS / "confirmation_codes.json").read_text())
    given = [[each["transfer"], each["plaintext_sha256"]] for each in vectors]
    codes = browser.execute_script(module("confirmation.js", "confirmationCode(...each)"), given)
    assert codes == [each["code"] for each in vectors]


def test_what_was_unlocked_is_not_saved_under_another_files_name(browser, stick, disc):
    page = opened(browser, stick)
    assert page.unlock()
    page.choose(disc.file, disc.manifest)
    assert browser.find_elements(By.ID, "save") == []


def test_the_keyboard_reaches_all(browser, stick):
    page = OpenPage(browser, stick.page)
    page.choose(stick.file, stick.manifest)
    page.at("password").send_keys(stick.password + "\n")  # the return key opens
    page.until(lambda: browser.find_elements(By.ID, "save"))
    assert browser.switch_to.active_element == page.at("save")
