"""O11: an incident's evidence leaves sealed to a reader, who needs nothing of the station's to open and to check it."""

import asyncio
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from asyncvarlink import FileDescriptor
from at_the_counter import ROOT, at_the_counter, check_the_journal_verifies, journal, records, refused, told, until
from typing_commands import MEDIA_STATION, Done, Typing

from media_station.model import asks
from media_station.model.errors import IntegrityViolation, Refused
from media_station.model.incident import IncidentKind
from media_station.model.steps import StepKind
from media_station.rehearsal.__main__ import password_on_paper
from media_station.rehearsal.house import House
from media_station.rehearsal.media import STICK_BYTES
from media_station.rehearsal.payload import synthesize
from media_station.rehearsal.people import Counter

SCRIPT = ROOT / "scripts" / "verify_journal.py"
PAYLOAD = synthesize(20, 7)


@dataclass
class Left:
    """What is left of an incident whose evidence was exported, fetched and purged."""

    house: House
    sealed: Path
    directory: Path
    damaged: Path
    taken_out: Path
    printings: list[str] = field(default_factory=list)
    refusals: dict[str, str] = field(default_factory=dict)
    spool: list[str] = field(default_factory=list)
    typed: list[Done] = field(default_factory=list)


def keygen(path: Path) -> str:
    """The recipient of a new age identity."""
    subprocess.run(["age-keygen", "-o", str(path)], capture_output=True, check=True)
    return re.search(r"age1\w+", path.read_text())[0]


async def fetched(walk, by, bundle: str, into: Path | int):
    descriptor = os.open(into, os.O_RDWR | os.O_CREAT, 0o600) if isinstance(into, Path) else into
    try:
        return await walk.counter.see("FetchBundle", by, bundle=bundle, into=FileDescriptor(descriptor))
    finally:
        os.close(descriptor)


async def printed_at_once(walk, ask) -> list[str]:
    """Of two consoles that ask for the same at the same moment: the paper's number, or the refusal's code."""
    beside = Counter(walk.house.run / "people.sock", walk.house.uids, walk.house.revive)
    asked = [counter.do(ask, walk.staff.operator) for counter in (walk.counter, beside)]
    answers = await asyncio.gather(*asked, return_exceptions=True)
    await beside.close()
    return [answer.code if isinstance(answer, Refused) else answer.facts["paper"] for answer in answers]


@pytest.fixture(scope="module")
def left(tmp_path_factory) -> Left:
    folder = tmp_path_factory.mktemp("evidence")
    reader = keygen(folder / "reader.txt")
    found = Left(
        house=None,
        sealed=folder / "fetched.age",
        directory=folder / "R1-B-00001",
        damaged=folder / "damaged.age",
        taken_out=folder / "taken.age",
    )
    found.sealed.write_bytes(b"x" * 2**20)  # longer than what comes

    async def doing(walk):
        operator, approver, auditor = walk.staff.operator, walk.staff.approver, walk.staff.auditor
        view = await until(walk, StepKind.REPORT_COUNT)
        medium = view.media[0].medium
        lost = asks.OpenIncident(kind=IncidentKind.LOST_NOTICE, transfer=walk.transfer, medium=medium, binder="事故-1")
        incident = (await walk.counter.do(lost, operator)).facts["incident"]
        found.printings = await printed_at_once(walk, asks.PrintIncidentReport(incident=incident))
        export = asks.ExportEvidence(incident=incident, reader=reader)
        of_nothing = asks.ExportEvidence(incident="R1-I-00009", reader=reader)
        mistyped = asks.ExportEvidence(incident=incident, reader=reader[:-1] + ("p" if reader[-1] == "q" else "q"))
        refusals = {
            "an operator": walk.counter.do(export, operator, second=approver),
            "no code": walk.counter.do(export, auditor),
            "no second person": walk.counter.do(export, auditor, fresh=True),
            "no key": walk.counter.do(mistyped, auditor, second=approver),
            "no incident": walk.counter.do(of_nothing, auditor, second=approver),
        }
        found.refusals = {what: await refused(each) for what, each in refusals.items()}
        bundle = (await walk.counter.do(export, auditor, second=approver)).facts["bundle"]
        read_end, write_end = os.pipe()
        found.refusals |= {
            "fetched by an operator": await refused(fetched(walk, operator, bundle, folder / "not")),
            "into a pipe": await refused(fetched(walk, approver, bundle, write_end)),
        }
        os.close(read_end)
        await fetched(walk, approver, bundle, found.sealed)
        kept = walk.house.station / "state" / "desk" / "exports"
        found.spool.append(hashlib.sha256((kept / f"{bundle}.age").read_bytes()).hexdigest())
        await walk.counter.do(asks.PurgeBundle(bundle=bundle), auditor)
        found.spool += [path.name for path in kept.iterdir()]
        found.refusals["after the purge"] = await refused(fetched(walk, approver, bundle, folder / "not"))
        command = (*MEDIA_STATION, "incident", "bundle", incident, "--to", reader, "--out", str(found.taken_out))
        for _ in range(2):
            found.typed.append(await Typing(walk=walk).of_two(*command, "--json", by=auditor, second=approver))
        wrong = (*command[:-1], str(folder / "never.age"))
        found.typed.append(await Typing(walk=walk).of_two(*wrong, by=operator, second=approver))
        # A third one: of a kept sheet that is gone, and then changed in the spool.
        sheets = walk.house.station / "state" / "desk" / "sheets"
        report = next(each["sha256"] for each in told(walk.house, "paper.printed") if each["incident"])
        (sheets / f"{report}.age").unlink()
        await walk.counter.do(export, auditor, second=approver)
        with (kept / "R1-B-00003.age").open("r+b") as changed:
            changed.seek(300)
            changed.write(b"\0\0\0\0")
        with pytest.raises(IntegrityViolation, match="SPL-005"):
            await fetched(walk, approver, "R1-B-00003", found.damaged)

    found.house = at_the_counter(folder, doing, payload=PAYLOAD, stick_bytes=STICK_BYTES, two_person="export")
    opened = subprocess.run(
        ["age", "-d", "-i", str(folder / "reader.txt"), str(found.sealed)], capture_output=True, check=True
    ).stdout
    (folder / "bundle.tar").write_bytes(opened)
    subprocess.run(["tar", "-xf", "bundle.tar"], cwd=folder, check=True)
    return found


def checked(left, directory: Path, key: Path | None = None) -> tuple[int, list[str]]:
    """Exit code and the names of the findings, by the script that shares nothing with the package."""
    key = key or left.house.station / "public" / "journal.pub"
    command = [sys.executable, "-I", str(SCRIPT), "--bundle", str(directory), "--key", str(key)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, encoding="utf-8")
    assert done.stderr == ""
    return done.returncode, [line.partition(":")[0] for line in done.stdout.splitlines()]


def test_it_opens_with_the_readers_key_and_proves_itself(left):
    assert checked(left, left.directory)[0] == 0
    subprocess.run(["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"], cwd=left.directory, check=True)
    check_the_journal_verifies(left.house)


def test_its_records_are_the_journals_own_lines(left):
    lines = b"".join(segment.read_bytes() for segment in sorted(journal(left.house).glob("*.jsonl"))).splitlines()
    bundled = (left.directory / "records.jsonl").read_bytes().splitlines()
    places = [json.loads(line)["media_station"]["sequence"] for line in bundled]
    assert places == sorted(places)
    assert bundled == [lines[place] for place in places]


def test_it_holds_what_concerns_the_incident_and_names_everyone_in_it(left):
    bundled = [json.loads(line) for line in (left.directory / "records.jsonl").read_text().splitlines()]
    actions = {each["event"]["action"] for each in bundled}
    assert {"incident.opened", "transfer.frozen", "notice.lost", "transfer.opened", "payload.received"} <= actions
    assert {"medium.registered", "order.issued", "medium.written", "medium.handed_over", "paper.printed"} <= actions
    assert {"consignment.opened", "handler.registered", "step_up.accepted", "sign_in.accepted"} <= actions
    assert "station.started" not in actions
    data = [each["media_station"]["data"] for each in bundled]
    enrolled = {each["operator"] for each in data if "person" in each and "posts" in each}
    acted = {each.get("user", {}).get("name", "") for each in bundled} - {"", "setup"}
    assert acted <= enrolled
    assert enrolled >= {each["approver"] for each in data if each.get("approver")}


def test_its_papers_are_the_very_bytes_that_were_printed_and_no_notice_is_among_them(left):
    printed = left.house.station / "state" / "papers"
    papers = {path.name: path.read_bytes() for path in (left.directory / "papers").iterdir()}
    assert papers == {path.name: path.read_bytes() for path in printed.glob("*.pdf") if "-N-" not in path.name}
    assert len(list(printed.glob("*-N-*.pdf"))) == 1


def test_neither_password_nor_payload_is_in_anything_of_it(left):
    (medium,) = (each["medium"] for each in told(left.house, "notice.printed"))
    password = password_on_paper(left.house.station / "state" / "papers", journal(left.house), medium)
    rows = PAYLOAD.decode("cp932").splitlines()[1:]
    secrets = [password, password.replace("-", ""), *(cell for row in rows for cell in row.split(",") if len(cell) > 6)]
    assert len(secrets) > 20
    for path in (each for each in left.directory.rglob("*") if each.is_file()):
        text = path.read_bytes().decode(errors="replace")
        if path.suffix == ".pdf":
            command = ["pdftotext", "-raw", str(path), "-"]
            printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
            # A line's end is no part of what is printed; in the file itself it parts numbers.
            text += re.sub(r"\s+", "", printed)
        assert [secret for secret in secrets if secret in text] == [], path.name


def test_it_says_in_both_languages_what_it_is_and_that_it_is_a_rehearsal(left):
    text = (left.directory / "README.txt").read_text()
    assert "証拠一式 R1-B-00001（事故 R1-I-00001）" in text
    assert "Evidence bundle R1-B-00001 (incident R1-I-00001)" in text
    assert "訓練用（無効）" in text
    assert "REHEARSAL" in text


def test_the_journal_knows_what_left_to_whom_and_when_it_was_purged(left):
    first, taken_out, second = told(left.house, "bundle.sealed")
    whole = left.sealed.read_bytes()
    archive = (left.sealed.parent / "bundle.tar").read_bytes()
    assert (first["sha256"], first["length"]) == (hashlib.sha256(whole).hexdigest(), len(whole))
    assert first["archive_sha256"] == hashlib.sha256(archive).hexdigest()
    assert first["reader"] == re.search(r"age1\w+", (left.sealed.parent / "reader.txt").read_text())[0]
    assert first["records"] == len((left.directory / "records.jsonl").read_text().splitlines())
    assert left.spool == [first["sha256"]]
    assert [each["bundle"] for each in told(left.house, "bundle.fetched")] == ["R1-B-00001", taken_out["bundle"]]
    assert [each["bundle"] for each in told(left.house, "bundle.purged")] == ["R1-B-00001"]
    assert (first["papers_missing"], second["papers_missing"]) == (0, 1)
    assert second["papers"] == first["papers"] - 1


def test_a_command_takes_it_out_into_a_new_file_that_is_its_owners(left):
    _, sealed, _ = told(left.house, "bundle.sealed")
    done, again, by_an_operator = left.typed
    assert done.code == 0, done.err
    (row,) = done.rows
    assert (row["bundle"], row["sha256"]) == (sealed["bundle"], sealed["sha256"])
    assert hashlib.sha256(left.taken_out.read_bytes()).hexdigest() == sealed["sha256"]
    assert left.taken_out.stat().st_mode & 0o777 == 0o600
    assert again.code == by_an_operator.code == 3
    assert "CLI-004" in again.err
    assert "ACC-011" in by_an_operator.err
    assert not (left.taken_out.parent / "never.age").exists()


def test_two_printings_at_once_do_not_share_a_number(left):
    printed = [each["paper"] for each in told(left.house, "paper.printed") if each["incident"]]
    assert len(set(left.printings)) == 2
    assert sorted(each for each in left.printings if each != "FLW-003") == sorted(printed)


def test_what_was_changed_in_the_spool_leaves_nothing_with_who_fetches_it(left):
    assert left.damaged.read_bytes() == b""


def test_a_wrong_person_reader_or_place_is_refused_with_its_code(left):
    assert left.refusals == {
        "an operator": "ACC-011",
        "no code": "ACC-012",
        "no second person": "ACC-013",
        "no key": "AGE-030",
        "no incident": "FLW-002",
        "fetched by an operator": "ACC-011",
        "into a pipe": "SPL-004",
        "after the purge": "FLW-002",
    }


def test_nobody_elses_key_opens_it(left, tmp_path):
    keygen(tmp_path / "other.txt")
    opening = ["age", "-d", "-i", str(tmp_path / "other.txt"), str(left.sealed)]
    assert subprocess.run(opening, capture_output=True, check=False).returncode != 0


def listed_anew(directory: Path) -> None:
    """By someone who knows what SHA256SUMS is for."""
    names = sorted(path.relative_to(directory).as_posix() for path in directory.rglob("*") if path.is_file())
    sums = {name: hashlib.sha256((directory / name).read_bytes()).hexdigest() for name in names if "SHA256" not in name}
    (directory / "SHA256SUMS").write_text("".join(f"{digest}  {name}\n" for name, digest in sums.items()))


def change_a_record(directory: Path) -> None:
    path = directory / "records.jsonl"
    path.write_text(path.read_text().replace('"lost_notice"', '"other"', 1))
    listed_anew(directory)


def leave_a_record_out(directory: Path) -> None:
    path = directory / "records.jsonl"
    path.write_text("".join(line for line in path.read_text().splitlines(keepends=True) if "notice.lost" not in line))
    listed_anew(directory)


def leave_a_record_and_its_proof_out(directory: Path) -> None:
    lines = (directory / "records.jsonl").read_text().splitlines(keepends=True)
    proofs = json.loads((directory / "proofs.json").read_text())
    at = next(number for number, line in enumerate(lines) if "notice.lost" in line)
    del lines[at], proofs["proofs"][at]
    (directory / "records.jsonl").write_text("".join(lines))
    (directory / "proofs.json").write_text(json.dumps(proofs))
    listed_anew(directory)


def leave_the_records_out_of_the_list(directory: Path) -> None:
    path = directory / "SHA256SUMS"
    path.write_text("".join(line for line in path.read_text().splitlines(keepends=True) if "records" not in line))


def change_a_paper(directory: Path) -> None:
    paper = min((directory / "papers").iterdir())
    paper.write_bytes(paper.read_bytes() + b"%\n")
    listed_anew(directory)


TAMPERED = [
    (change_a_record, {"record-unproven", "list-changed"}),
    (leave_a_record_out, {"record-left-out", "list-changed"}),
    (leave_a_record_and_its_proof_out, {"list-changed"}),
    (leave_the_records_out_of_the_list, {"file-unlisted", "list-changed"}),
    (change_a_paper, {"paper-changed", "list-changed"}),
]


@pytest.mark.parametrize(("tamper", "findings"), TAMPERED)
def test_what_was_done_to_it_is_told(left, tmp_path, tamper, findings):
    directory = tmp_path / "bundle"
    shutil.copytree(left.directory, directory)
    tamper(directory)
    code, names = checked(left, directory)
    assert (code, set(names)) == (1, findings)


def test_another_stations_key_does_not_vouch_for_it(left, tmp_path):
    other = House(tmp_path / "other")
    other.set_up([])
    shutil.rmtree(other.run)
    assert checked(left, left.directory, other.station / "public" / "journal.pub") == (
        1,
        ["checkpoint-unknown-key", "list-unsigned"],
    )


def test_nothing_of_it_is_left_readable_in_the_spool(left):
    state = left.house.station / "state" / "desk"
    for folder in ("exports", "sheets"):
        files = list((state / folder).iterdir())
        assert files
        assert all(path.read_bytes().startswith(b"age-encryption.org/v1\n-> X25519 ") for path in files)
    assert not list(state.rglob("*.new"))
    assert [each for each in records(left.house) if each["event"]["action"] == "request.refused"]
