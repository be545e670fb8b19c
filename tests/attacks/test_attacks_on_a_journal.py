"""Each attack of the table and its clean twin, before both verifiers and before a desk that starts upon it."""

import hashlib
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from script import verify_journal as script
from years_of_records import write_journal

from media_station.desk.journal.append import Log
from media_station.desk.journal.recover import recover
from media_station.model.errors import StationError
from media_station.model.ids import Identity
from media_station.proof.cosignature import Witness
from media_station.proof.key import Signer, Verifier
from media_station.proof.verify import verify_journal

HERE = Path(__file__).parent
ATTACKER = HERE / "attack_journal.py"
TABLE = tomllib.loads((HERE / "attacks.toml").read_text())
CODES, ATTACKS = TABLE["codes"], TABLE["attack"]
IDENTITY = Identity(station="kita-zei-1", epoch="e1")
SUCCESSOR = Signer(
    IDENTITY.key_name("journal"), Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"successor").digest())
)
SIGNER = Signer(IDENTITY.key_name("journal"), Ed25519PrivateKey.from_private_bytes(b"1" * 32))
RECORDS = 400  # of three days
WHOLE = "whole"
KEPT = {"head": "head", "copy": "copy", "witness": "witness.pub"}

attacks = pytest.mark.parametrize("attack", ATTACKS, ids=[each["name"] for each in ATTACKS])


def make_attacks(folder: Path) -> Path:
    """A folder for each attack; what it is made from is a journal of the station's own hand and its closed ledger."""
    write_journal(folder / "station" / "journal", SIGNER, IDENTITY, RECORDS)
    assert started(folder / "station") == "starts"
    (folder / "journal.key").write_text(SIGNER.render_secret() + "\n")
    arguments = [folder / "station", folder / "made", "--key", folder / "journal.key"]
    subprocess.run([sys.executable, "-I", ATTACKER, *arguments], check=True)
    return folder / "made"


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    return make_attacks(tmp_path_factory.mktemp("attacks"))


@pytest.fixture
def findings(capsys):
    """What the stand-alone verifier says of a case; what was kept elsewhere is given to it or not."""

    def findings(case: Path, *, kept: bool) -> list[str]:
        arguments = [str(case / "journal")]
        for key in sorted((case / "keys").iterdir()):
            arguments += ["--key", str(key)]
        if kept:
            given = {name: case / file for name, file in KEPT.items() if (case / file).exists()}
            arguments += [each for name, path in given.items() for each in (f"--{name}", str(path))]
        code = script.main(arguments)
        said = [line.partition(":")[0] for line in capsys.readouterr().out.splitlines()]
        assert code == (0 if said[0] == WHOLE else 1)
        return [] if code == 0 else said

    return findings


def code(case: Path, *, kept: bool) -> str:
    """What the package's verifier says."""
    keys = [Verifier.parse(key.read_text()) for key in sorted((case / "keys").iterdir())]
    head, copy, key = (case / file if kept and (case / file).exists() else None for file in KEPT.values())
    witness = Witness.parse(key.read_text()) if key else None
    try:
        verify_journal(case / "journal", keys, head.read_bytes() if head else None, witness=witness, copy=copy)
    except StationError as error:
        return error.code
    return WHOLE


def started(case: Path) -> str:
    try:
        log = Log(case / "journal", IDENTITY, SIGNER, SUCCESSOR)
        found = recover(log, case / "ledger.sqlite", lambda _: None)
    except StationError as error:
        return error.code
    found.ledger.close(log.signer)
    if log.torn:
        return "sets aside"
    return "mends" if found.edited else "starts"


def test_the_table_is_of_the_attacks_that_are_made(made):
    assert sorted(each["name"] for each in ATTACKS) == sorted(path.name for path in made.iterdir())


def test_the_attacker_imports_nothing_of_the_package():
    command = [sys.executable, "-I", "-X", "importtime", ATTACKER, "--help"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    rooms = {line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines()}
    assert "cryptography" in rooms
    assert "media_station" not in rooms


@attacks
def test_both_verifiers_find_what_the_table_says(made, findings, attack):
    case = made / attack["name"] / "attacked"
    assert findings(case, kept=True) == attack["findings"]
    assert code(case, kept=True) == (CODES[attack["findings"][0]] if attack["findings"] else WHOLE)


@attacks
def test_its_clean_twin_is_whole_to_both(made, findings, attack):
    case = made / attack["name"] / "clean"
    assert (findings(case, kept=True), code(case, kept=True)) == ([], WHOLE)


@pytest.mark.parametrize(
    "attack", [each for each in ATTACKS if each["told_by"] in KEPT], ids=lambda attack: attack["name"]
)
def test_without_what_was_kept_elsewhere_it_looks_whole(made, findings, attack):
    case = made / attack["name"] / "attacked"
    assert (findings(case, kept=False), code(case, kept=False)) == ([], WHOLE)


@pytest.mark.parametrize(
    "attack", [each for each in ATTACKS if each["told_by"] == "anyone"], ids=lambda attack: attack["name"]
)
def test_journal_and_keys_are_enough(made, findings, attack):
    case = made / attack["name"] / "attacked"
    found = [each for each in attack["findings"] if not each.startswith(tuple(KEPT))]
    assert findings(case, kept=False) == found != []


@attacks
def test_a_desk_that_starts_upon_it_says_what_the_table_says(made, attack, tmp_path):
    case = shutil.copytree(made / attack["name"] / "attacked", tmp_path / "case")
    assert started(case) == attack["start"]


@attacks
def test_a_desk_that_starts_upon_it_without_its_ledger_says_what_the_table_says(made, attack, tmp_path):
    case = shutil.copytree(made / attack["name"] / "attacked", tmp_path / "case")
    for path in case.glob("ledger.sqlite*"):
        path.unlink()
    assert started(case) == attack.get("alone", attack["start"])


def test_a_desk_starts_upon_a_clean_one(made):
    assert started(made / ATTACKS[0]["name"] / "clean") == "starts"
