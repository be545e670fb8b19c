"""Each attack of the table and its clean twin, before both verifiers and before a desk that starts upon it."""

import importlib.util
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from years_of_records import write_journal

from media_station.desk.journal.append import Log
from media_station.desk.journal.recover import recover
from media_station.model.errors import StationError
from media_station.model.ids import Identity
from media_station.proof.key import Signer, Verifier
from media_station.proof.verify import verify_journal

HERE = Path(__file__).parent
ATTACKER = HERE / "attack_journal.py"
TABLE = tomllib.loads((HERE / "attacks.toml").read_text())
CODES, ATTACKS = TABLE["codes"], TABLE["attack"]
IDENTITY = Identity(station="kita-zei-1", epoch="e1")
SIGNER = Signer(IDENTITY.key_name("journal"), Ed25519PrivateKey.from_private_bytes(b"1" * 32))
RECORDS = 400  # of three days
WHOLE = "whole"

attacks = pytest.mark.parametrize("attack", ATTACKS, ids=[each["name"] for each in ATTACKS])


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    """A folder for each attack; what it is made from is a journal of the station's own hand and its closed ledger."""
    folder = tmp_path_factory.mktemp("attacks")
    write_journal(folder / "station" / "journal", SIGNER, IDENTITY, RECORDS)
    assert started(folder / "station") == "starts"
    (folder / "journal.key").write_text(SIGNER.render_secret() + "\n")
    arguments = [folder / "station", folder / "made", "--key", folder / "journal.key"]
    subprocess.run([sys.executable, "-I", ATTACKER, *arguments], check=True)
    return folder / "made"


@pytest.fixture(scope="module")
def script():
    spec = importlib.util.spec_from_file_location("verify_journal", HERE.parents[1] / "scripts" / "verify_journal.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


@pytest.fixture
def findings(script, capsys):
    """What the stand-alone verifier says of a case."""

    def findings(case: Path, *, head: bool) -> list[str]:
        arguments = [str(case / "journal")]
        for key in sorted((case / "keys").iterdir()):
            arguments += ["--key", str(key)]
        if head and (case / "head").exists():
            arguments += ["--head", str(case / "head")]
        code = script.main(arguments)
        said = [line.partition(":")[0] for line in capsys.readouterr().out.splitlines()]
        assert code == (0 if said[0] == WHOLE else 1)
        return [] if code == 0 else said

    return findings


def code(case: Path, *, head: bool) -> str:
    """What the package's verifier says."""
    keys = [Verifier.parse(key.read_text()) for key in sorted((case / "keys").iterdir())]
    kept = case / "head"
    try:
        verify_journal(case / "journal", keys, kept.read_bytes() if head and kept.exists() else None)
    except StationError as error:
        return error.code
    return WHOLE


def started(case: Path) -> str:
    try:
        log = Log(case / "journal", IDENTITY, SIGNER)
        found = recover(log, case / "ledger.sqlite", lambda _: None)
    except StationError as error:
        return error.code
    found.ledger.close()
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
    assert findings(case, head=True) == attack["findings"]
    assert code(case, head=True) == (CODES[attack["findings"][0]] if attack["findings"] else WHOLE)


@attacks
def test_its_clean_twin_is_whole_to_both(made, findings, attack):
    case = made / attack["name"] / "clean"
    assert (findings(case, head=True), code(case, head=True)) == ([], WHOLE)


@pytest.mark.parametrize(
    "attack", [each for each in ATTACKS if each["told_by"] == "head"], ids=lambda attack: attack["name"]
)
def test_without_the_head_it_looks_whole(made, findings, attack):
    case = made / attack["name"] / "attacked"
    assert (findings(case, head=False), code(case, head=False)) == ([], WHOLE)


@pytest.mark.parametrize(
    "attack", [each for each in ATTACKS if each["told_by"] == "anyone"], ids=lambda attack: attack["name"]
)
def test_journal_and_keys_are_enough(made, findings, attack):
    case = made / attack["name"] / "attacked"
    assert findings(case, head=False) == attack["findings"] != []


@attacks
def test_a_desk_that_starts_upon_it_says_what_the_table_says(made, attack):
    assert started(made / attack["name"] / "attacked") == attack["start"]


def test_a_desk_starts_upon_a_clean_one(made):
    assert started(made / ATTACKS[0]["name"] / "clean") == "starts"
