"""The rehearsal's outcome, looked at with tools that were not written here."""

import hashlib
import json
import re
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pexpect
import pytest
from left_behind import RECORDS
from windows import windows_left

SCRIPT = Path(__file__).parents[2] / "scripts" / "verify_journal.py"
STICK_BYTES = 64 * 1024 * 1024


def run(*command: object) -> str:
    return subprocess.run([str(word) for word in command], capture_output=True, text=True, check=True).stdout


def with_xorriso(image, name, to):
    run("xorriso", "-report_about", "FAILURE", "-osirrox", "on", "-indev", image, "-extract", f"/{name}", to)


def with_7z(image, name, to):
    run("7z", "e", "-y", f"-o{to.parent}", image, name)
    (to.parent / name).rename(to)


def with_mtools(image, name, to):
    run("mcopy", "-i", image, f"::/{name}", to)


TAKEN_OUT = [("dvd", with_xorriso), ("dvd", with_7z), ("usb", with_mtools)]


def taken_out(rehearsed, kind, tool, to):
    medium = rehearsed.medium(kind)
    tool(rehearsed.path(medium["image"]), medium["age_file"], to)
    return medium


@pytest.mark.parametrize(("kind", "tool"), TAKEN_OUT)
def test_age_opens_what_is_on_the_medium(rehearsed, tmp_path, kind, tool):
    medium = taken_out(rehearsed, kind, tool, tmp_path / "payload.age")
    age = pexpect.spawn("age", ["-d", "-o", str(tmp_path / "opened"), str(tmp_path / "payload.age")], timeout=60)
    age.expect("passphrase")
    age.sendline(medium["password"])
    age.expect(pexpect.EOF)
    age.close()
    assert age.exitstatus == 0
    assert (tmp_path / "opened").read_bytes() == rehearsed.path(rehearsed.facts["payload"]["path"]).read_bytes()


@pytest.mark.parametrize(("kind", "tool"), [("dvd", with_xorriso), ("usb", with_mtools)])
def test_our_own_command_opens_it_and_tells_the_code_that_was_read_back(rehearsed, tmp_path, kind, tool):
    medium = rehearsed.medium(kind)
    for name in (medium["age_file"], "manifest.json"):
        tool(rehearsed.path(medium["image"]), name, tmp_path / name)
    (tmp_path / "password").write_text(medium["password"].lower())
    command = [
        sys.executable,
        "-m",
        "media_station.cli.main",
        "open",
        "--password-file",
        tmp_path / "password",
        "--json",
    ]
    opened = json.loads(run(*command, "-o", tmp_path / "opened", tmp_path / medium["age_file"]))
    assert (tmp_path / "opened").read_bytes() == rehearsed.path(rehearsed.facts["payload"]["path"]).read_bytes()
    assert (opened["sha256"], opened["records"]) == (rehearsed.facts["payload"]["sha256"], RECORDS)
    reported = [
        record["media_station"]["data"]
        for record in rehearsed.records()
        if record["event"]["action"] == "count.reported"
    ]
    codes = {each["count"]: each["confirmation_code"] for each in reported if each["confirmation_code"]}
    assert codes == {"printed": opened["confirmation_code"]}


def test_the_real_images_are_clean_and_hold_the_same_files_in_each_view(rehearsed):
    dvd, usb = (rehearsed.path(rehearsed.medium(kind)["image"]) for kind in ("dvd", "usb"))
    assert re.search(r": 5 files, \d+/\d+ clusters$", run("fsck.vfat", "-n", usb).strip())
    views = [run("7z", "l", "-slt", f"-t{view}", dvd) for view in ("iso", "udf")]
    names = [sorted(re.findall(r"^Path = (?!/)(.+)$", view, re.MULTILINE)) for view in views]
    expected = [rehearsed.medium("dvd")["age_file"], "OPEN.html", "manifest.json", "はじめにお読みください.txt"]
    assert names == [sorted(expected)] * 2
    assert run("isoinfo", "-f", "-i", dvd).count(";1") == len(expected)


def test_the_payload_is_what_the_facts_say(rehearsed):
    payload = rehearsed.path(rehearsed.facts["payload"]["path"]).read_bytes()
    assert hashlib.sha256(payload).hexdigest() == rehearsed.facts["payload"]["sha256"]
    rows = payload.decode("cp932").splitlines()
    assert len(rows) - 1 == rehearsed.facts["payload"]["records"] == RECORDS


def test_each_image_is_the_one_that_the_journal_knows(rehearsed):
    written = {
        record["media_station"]["data"]["medium"]: record["media_station"]["data"]["evidence"]["sha256"]
        for record in rehearsed.records()
        if record["event"]["action"] == "medium.written"
    }
    copied = {
        medium["number"]: hashlib.sha256(rehearsed.path(medium["image"]).read_bytes()).hexdigest()
        for medium in rehearsed.facts["media"]
    }
    assert copied == written
    assert copied == {medium["number"]: medium["image_sha256"] for medium in rehearsed.facts["media"]}


def test_nothing_of_the_ciphertext_is_left_on_the_erased_stick(rehearsed, tmp_path):
    taken_out(rehearsed, "usb", with_mtools, tmp_path / "payload.age")
    (erased,) = rehearsed.facts["erased"]
    image = rehearsed.path(erased["image"])
    assert image.stat().st_size == STICK_BYTES
    assert windows_left((tmp_path / "payload.age").read_bytes(), image) == 0


def test_a_window_in_the_last_bytes_would_be_found(rehearsed, tmp_path):
    taken_out(rehearsed, "usb", with_mtools, tmp_path / "payload.age")
    ciphertext = (tmp_path / "payload.age").read_bytes()
    (erased,) = rehearsed.facts["erased"]
    planted = bytearray(rehearsed.path(erased["image"]).read_bytes())
    planted[-32:] = ciphertext[1001:1033]
    (tmp_path / "planted").write_bytes(planted)
    assert windows_left(ciphertext, tmp_path / "planted") == 1


def all_papers(rehearsed):
    return [rehearsed.path(paper) for kind in rehearsed.facts["papers"].values() for paper in kind]


def test_each_paper_has_embedded_fonts_only(rehearsed):
    papers = all_papers(rehearsed)
    assert len(papers) == 15  # certificate, destruction record, two notices, eleven slips
    for paper in papers:
        lines = run("pdffonts", paper).splitlines()
        assert lines[0].endswith("emb sub uni object ID")
        assert len(lines) > 2
        assert {line.split()[-5] for line in lines[2:]} == {"yes"}


def test_each_paper_says_that_it_is_void(rehearsed):
    for paper in all_papers(rehearsed):
        assert "訓練用（無効）" in run("pdftotext", "-layout", paper, "-")


def test_each_paper_is_the_one_that_the_journal_knows(rehearsed):
    printed = {
        record["media_station"]["data"]["sha256"]
        for record in rehearsed.records()
        if record["event"]["action"] in {"paper.printed", "certificate.rendered"}
    }
    printed |= {
        record["media_station"]["data"].get("sheet_sha256") or record["media_station"]["data"].get("sha256")
        for record in rehearsed.records()
        if record["event"]["action"] == "notice.printed"
    }
    assert {hashlib.sha256(paper.read_bytes()).hexdigest() for paper in all_papers(rehearsed)} <= printed


def one(records, action, **data):
    found = [
        record
        for record in records
        if record["event"]["action"] == action and data.items() <= record["media_station"]["data"].items()
    ]
    return found[-1]


# Somebody's token was right by the station's clock.
BORNE_OUT = {"sign_in.accepted", "step_up.accepted", "operator.enrolled", "clock.set"}


def test_each_field_of_the_certificate_is_the_journals(rehearsed):
    (certificate,) = rehearsed.facts["papers"]["certificate"]
    text = re.sub(r"\s+", "", run("pdftotext", "-layout", rehearsed.path(certificate), "-"))
    records = rehearsed.records()
    issued = one(records, "certificate.issued")["media_station"]["data"]
    medium = one(records, "medium.registered", medium=issued["medium"])["media_station"]["data"]
    erasure = one(records, "erasure.ended", medium=issued["medium"])
    evidence = erasure["media_station"]["data"]["evidence"]
    payload = one(records, "payload.approved")["media_station"]["data"]
    names = {
        record["media_station"]["data"]["operator"]: record["media_station"]["data"]["person"]
        for record in records
        if record["event"]["action"] == "operator.enrolled"
    }
    ended = datetime.fromisoformat(erasure["@timestamp"]) - timedelta(
        milliseconds=erasure["media_station"]["boottime_ms"] - evidence["ended_ms"]
    )
    before = [each for each in records if each["media_station"]["sequence"] < erasure["media_station"]["sequence"]]
    borne_out = [each["@timestamp"] for each in before if each["event"]["action"] in BORNE_OUT][-1]
    checked = datetime.fromisoformat(borne_out) + timedelta(hours=9)
    for field in (
        issued["certificate"],
        f"時計の最終確認令和{checked.year - 2018}年{checked.month}月{checked.day}日{checked.hour}時{checked.minute:02d}分",
        issued["medium"],
        f"シリアル番号{medium['serial']}",
        f"メーカー{medium['vendor']}",
        f"型番{medium['model']}",
        f"容量{medium['size_bytes']:,}バイト",
        f"件数{payload['records']:,}件",
        f"検証範囲{evidence['bytes_verified']:,}バイト",
        f"回数{evidence['passes']}回",
        f"不良セクタ数{evidence['bad_sectors']}",
        f"判定{evidence['verdict']}",
        f"実施者検証者承認者{''.join(names[issued[who]] for who in ('performer', 'validator', 'approver'))}".replace(
            " ", ""
        ),
        (ended + timedelta(hours=9)).strftime("%Y-%m-%dT%H:%M:%S+09:00"),
    ):
        assert field in text, field


def verify(directory, key, *more):
    command = [sys.executable, "-I", str(SCRIPT), str(directory), "--key", str(key), *map(str, more)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def copied(rehearsed, tmp_path):
    directory = tmp_path / "journal"
    directory.mkdir()
    for file in rehearsed.path("journal").iterdir():
        (directory / file.name).write_bytes(file.read_bytes())
    return directory


def test_the_journal_verifies_against_its_key_and_head(rehearsed):
    done = verify(rehearsed.path("journal"), rehearsed.path("journal.pub"), "--head", rehearsed.path("head"))
    assert (done.returncode, done.stderr) == (0, "")
    assert str(rehearsed.facts["journal"]["records"]) in done.stdout


def flip_a_byte(lines):
    lines[20] = lines[20].replace(b'"outcome":"success"', b'"outcome":"sucdess"')


def remove_a_line(lines):
    del lines[20]


def swap_two(lines):
    lines[20], lines[21] = lines[21], lines[20]


def double_a_line(lines):
    lines.insert(20, lines[20])


def cut_the_tail(lines):
    del lines[-1]


ATTACKS = [flip_a_byte, remove_a_line, swap_two, double_a_line, cut_the_tail]


def attacked(rehearsed, tmp_path, attack):
    directory = copied(rehearsed, tmp_path)
    segments = sorted(directory.glob("*.jsonl"))
    segment = segments[-1] if attack is cut_the_tail else segments[0]
    lines = segment.read_bytes().splitlines()
    before = list(lines)
    attack(lines)
    assert lines != before
    segment.write_bytes(b"".join(line + b"\n" for line in lines))
    return verify(directory, rehearsed.path("journal.pub"))


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_on_the_journal_is_told(rehearsed, tmp_path, attack):
    assert attacked(rehearsed, tmp_path, attack).returncode == 1


def another_key(rehearsed, tmp_path):
    return verify(rehearsed.path("journal"), rehearsed.path("station/public/orders.pub"))


def test_another_key_is_told(rehearsed, tmp_path):
    assert another_key(rehearsed, tmp_path).returncode == 1


def test_each_attack_is_told_in_a_sentence_of_its_own(rehearsed, tmp_path):
    told = []
    for attack in ATTACKS:
        folder = tmp_path / attack.__name__
        folder.mkdir()
        done = attacked(rehearsed, folder, attack)
        told.append(frozenset(re.findall(r"^([a-z-]+):", done.stdout + done.stderr, re.MULTILINE)))
    done = another_key(rehearsed, tmp_path)
    told.append(frozenset(re.findall(r"^([a-z-]+):", done.stdout + done.stderr, re.MULTILINE)))
    assert all(told)
    assert len(set(told)) == len(told), told


def test_the_passwords_are_in_no_file_but_the_facts_and_the_notices(rehearsed):
    passwords = [medium["password"].encode() for medium in rehearsed.facts["media"]]
    for file in rehearsed.folder.rglob("*"):
        if file.is_file() and file.name != "facts.json":
            content = file.read_bytes()
            assert not any(password in content for password in passwords), file.name


def test_no_plaintext_is_in_any_file_but_the_payload(rehearsed):
    payload = rehearsed.path(rehearsed.facts["payload"]["path"])
    row = payload.read_bytes().splitlines()[7]
    for file in rehearsed.folder.rglob("*"):
        if file.is_file() and file != payload:
            assert row not in file.read_bytes(), file.name


def test_the_flow_is_in_the_journal_step_by_step(rehearsed):
    actions = [record["event"]["action"] for record in rehearsed.records()]
    first = {action: actions.index(action) for action in dict.fromkeys(actions)}
    flow = ["payload.received", "payload.inspected", "payload.approved", "image.sealed"]
    flow += ["medium.written", "medium.handed_over", "notice.printed", "notice.handed_over", "count.reported"]
    flow += ["medium.returned", "medium.identified", "erasure.validated", "certificate.issued"]
    flow += ["medium.destroyed", "payload.purged", "transfer.closed"]
    places = [first[action] for action in flow]
    assert places == sorted(places)


def test_run_again_it_works_again(rehearsed, tmp_path):
    folder = tmp_path / "again"
    for _ in range(2):
        command = [sys.executable, "-m", "media_station.rehearsal", str(folder), "--records", "12"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    assert json.loads((folder / "facts.json").read_text())["payload"]["records"] == 12


def test_a_folder_with_something_else_in_it_is_left_alone(tmp_path):
    (tmp_path / "mine").write_text("mine")
    command = [sys.executable, "-m", "media_station.rehearsal", str(tmp_path), "--records", "12"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, [each.name for each in tmp_path.iterdir()]) == (2, ["mine"])
