"""An evidence bundle: its archive has fixed bytes, and each attack on its files is told by the script alone."""

import hashlib
import io
import json
import subprocess
import sys
import tarfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from written_journal import IDENTITY, signer

from media_station.model.ids import Identity
from media_station.proof.bundle import NOTE, SUMS, Bundle, archive, archive_length, files
from media_station.proof.note import sign_note
from media_station.proof.prove import prove

SCRIPT = Path(__file__).parents[3] / "scripts" / "verify_journal.py"
WRITTEN = datetime(2026, 4, 1, 9, 0, 9, tzinfo=UTC)
SHEET = b"%PDF-1.7 a paper\n"
PAPER = "KITA-ZEI-1-R1-S-00001"
PRINTED = {"event": {"action": "paper.printed"}, "data": {"paper": PAPER, "sha256": hashlib.sha256(SHEET).hexdigest()}}


@pytest.fixture
def content(journal) -> dict[str, bytes]:
    """Of records 1, 4 and 10 of eleven; the last tells of the paper."""
    lines = journal.read()
    last = json.loads(journal.record(10, data=PRINTED["data"])) | {"event": PRINTED["event"]}
    journal.seal([*lines, json.dumps(last).encode()])
    bundle = Bundle(
        identity=IDENTITY,
        number="R1-B-00001",
        incident="R1-I-00001",
        readme="証拠一式\n",
        checkpoint=journal.checkpoint.read_bytes(),
        records=prove(journal.directory, journal.checkpoint.read_bytes(), [1, 4, 10]).records,
        papers={PAPER: SHEET},
    )
    return files(bundle, journal.key)


@pytest.fixture
def unpacked(content, journal, tmp_path) -> Path:
    (tmp_path / "journal.pub").write_text(journal.key.verifier.render() + "\n")
    with tarfile.open(fileobj=io.BytesIO(b"".join(archive("R1-B-00001", content, WRITTEN)))) as tar:
        tar.extractall(tmp_path, filter="data")
    return tmp_path / "R1-B-00001"


def found(directory: Path) -> list[str]:
    """Each line that the script prints, up to its colon; none if all is well."""
    command = [sys.executable, "-I", SCRIPT, "--bundle", directory, "--key", directory.parent / "journal.pub"]
    done = subprocess.run(
        [str(word) for word in command], capture_output=True, text=True, check=False, encoding="utf-8"
    )
    assert done.stderr == ""
    names = [line.partition(":")[0] for line in done.stdout.splitlines()]
    return names if done.returncode else []


def test_the_same_files_make_the_same_archive_of_the_length_that_was_said(content):
    once, again = (b"".join(archive("R1-B-00001", dict(content), WRITTEN)) for _ in range(2))
    assert once == again
    assert len(once) == archive_length(content)


def test_a_foreign_tar_lists_it_with_fixed_owner_mode_and_time(content, tmp_path):
    (tmp_path / "bundle.tar").write_bytes(b"".join(archive("R1-B-00001", content, WRITTEN)))
    command = ["tar", "--utc", "--full-time", "--numeric-owner", "-tvf", str(tmp_path / "bundle.tar")]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    assert [line.split()[-1] for line in listed] == [f"R1-B-00001/{name}" for name in content]
    assert {tuple(line.split()[:2] + line.split()[3:5]) for line in listed} == {
        ("-rw-r--r--", "0/0", "2026-04-01", "09:00:09")
    }


def test_it_is_whole_and_its_lines_are_the_journals(unpacked, journal):
    lines = journal.read()
    assert (unpacked / "records.jsonl").read_bytes().splitlines() == [lines[1], lines[4], lines[10]]
    assert found(unpacked) == []


def naive_root(leaf: bytes, place: int, size: int, proof: list[bytes]) -> bytes:
    """RFC 9162 section 2.1.3.2, word for word."""
    fn, sn, r = place, size - 1, leaf
    for p in proof:
        assert sn
        if fn & 1 or fn == sn:
            r = hashlib.sha256(b"\x01" + p + r).digest()
            while fn and not fn & 1:
                fn, sn = fn >> 1, sn >> 1
        else:
            r = hashlib.sha256(b"\x01" + r + p).digest()
        fn, sn = fn >> 1, sn >> 1
    assert sn == 0
    return r


def test_each_proof_holds_by_the_rfcs_own_words(unpacked, journal):
    proofs = json.loads((unpacked / "proofs.json").read_text())["proofs"]
    lines = (unpacked / "records.jsonl").read_bytes().splitlines()
    root = journal.checkpoint.read_text().splitlines()[2]
    for line, each in zip(lines, proofs, strict=True):
        nodes = [bytes.fromhex(node) for node in each["proof"]]
        leaf = hashlib.sha256(b"\x00" + line).digest()
        assert each["leaf_hash"] == leaf.hex()
        made = naive_root(leaf, each["leaf_index"], each["tree_size"], nodes)
        assert subprocess.run(["base64"], input=made, capture_output=True, check=True).stdout.decode().strip() == root


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def first_proof(change):
    def attack(directory: Path) -> None:
        path = directory / "proofs.json"
        whole = json.loads(path.read_text())
        change(whole["proofs"][0])
        path.write_text(json.dumps(whole))

    return attack


def sign_for(identity: Identity, seed: int = 1):
    def attack(directory: Path) -> None:
        sums = hashlib.sha256((directory / SUMS).read_bytes()).hexdigest()
        text = f"media-station/bundle/v1/{identity.name}\nR1-B-00001\nR1-I-00001\n{sums}\n"
        (directory / NOTE).write_bytes(sign_note("bundle", text, signer(seed, identity=identity)))

    return attack


def checkpoint_of_another_key(directory: Path) -> None:
    text = (directory / "checkpoint").read_text().partition("\n\n")[0] + "\n"
    (directory / "checkpoint").write_bytes(sign_note("checkpoint", text, signer(2)))


ATTACKS = [
    ("a checkpoint of another key", checkpoint_of_another_key, ["checkpoint-unknown-key", "file-changed"]),
    ("the checkpoint removed", lambda d: (d / "checkpoint").unlink(), ["checkpoint-missing", "file-missing"]),
    ("the signature removed", lambda d: (d / NOTE).unlink(), ["list-unsigned"]),
    ("the signature damaged", lambda d: flip(d / NOTE), ["list-unsigned"]),
    ("signed with another key", sign_for(IDENTITY, 2), ["list-unsigned"]),
    ("signed for another epoch", sign_for(Identity(station="kita-zei-1", epoch="r2")), ["list-unsigned"]),
    ("the list removed", lambda d: (d / SUMS).unlink(), ["list-unreadable"]),
    ("the list emptied", lambda d: (d / SUMS).write_text("x\n"), ["list-unreadable"]),
    ("README changed", lambda d: flip(d / "README.txt"), ["file-changed"]),
    ("README removed", lambda d: (d / "README.txt").unlink(), ["file-missing"]),
    ("a file put in", lambda d: (d / "new").write_text("x"), ["file-unlisted"]),
    (
        "a paper put in",
        lambda d: (d / "papers" / "A-R1-S-00009.pdf").write_text("x"),
        ["file-unlisted", "paper-unknown"],
    ),
    ("a paper changed", lambda d: flip(d / "papers" / f"{PAPER}.pdf"), ["file-changed", "paper-changed"]),
    ("the proofs damaged", lambda d: (d / "proofs.json").write_text("[]"), ["file-changed", "records-unreadable"]),
    ("the records removed", lambda d: (d / "records.jsonl").unlink(), ["file-missing", "records-unreadable"]),
    ("a proof cut short", first_proof(lambda p: p["proof"].pop()), ["file-changed", "record-unproven"]),
    ("a proof made longer", first_proof(lambda p: p["proof"].append("00" * 32)), ["file-changed", "record-unproven"]),
    ("another tree's proof", first_proof(lambda p: p.update(tree_size=8)), ["file-changed", "record-unproven"]),
    (
        "another record's proof",
        first_proof(lambda p: p.update(leaf_index=2)),
        ["file-changed", "record-unproven", "record-left-out"],
    ),
]


@pytest.mark.parametrize(("attack", "findings"), [each[1:] for each in ATTACKS], ids=[each[0] for each in ATTACKS])
def test_an_attack_is_told(unpacked, attack, findings):
    attack(unpacked)
    assert found(unpacked) == findings


def test_a_files_name_does_not_reach_the_terminal_as_it_is(unpacked):
    (unpacked / "papers" / "\x1b]0;new title\x07\udcff.pdf").write_text("x")
    command = [sys.executable, SCRIPT, "--bundle", unpacked, "--key", unpacked.parent / "journal.pub"]
    done = subprocess.run([str(word) for word in command], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (1, b"")
    assert b"papers/??0?new?title??.pdf" in done.stdout


def test_a_head_is_for_a_whole_journal(unpacked):
    command = [sys.executable, SCRIPT, "--bundle", unpacked, "--key", unpacked.parent / "journal.pub"]
    command += ["--head", unpacked / "checkpoint"]
    assert subprocess.run([str(word) for word in command], capture_output=True, check=False).returncode == 2
