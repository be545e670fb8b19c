"""What others have published, and what earlier versions have left behind: tests/vectors."""

import subprocess
import sys
from pathlib import Path

import pytest
from script import PATH as SCRIPT

from media_station.proof import quick
from media_station.proof.checkpoint import open_checkpoint
from media_station.proof.key import Verifier
from media_station.proof.note import split_note
from media_station.proof.record import decode
from media_station.proof.succession import Reign, reigns
from media_station.proof.verify import verify_journal

VECTORS = Path(__file__).parents[2] / "vectors"
NOTE = (VECTORS / "c2sp" / "signed-note.txt").read_bytes()
CHECKPOINT = (VECTORS / "c2sp" / "tlog-checkpoint.txt").read_bytes()
SUM_GOLANG_ORG = Verifier.parse("sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8")
VERSIONS = sorted((VECTORS / "journals").iterdir())
ROTATED = sorted((VECTORS / "rotated").iterdir())  # of three keys; the first one's public part beside them

versions = pytest.mark.parametrize("version", VERSIONS, ids=lambda version: version.name)


def test_the_signed_note_of_the_specification_is_one():
    text, (line,) = split_note(NOTE)
    assert text.startswith("Ognuno sta solo")
    assert text.endswith("di sole:\n\ned è subito sera.\n")
    assert (line.name, len(line.data)) == ("quasimodo.example/salvatore", 4 + 64)


def test_the_checkpoint_of_the_specification_bears_a_signature_that_holds_under_its_true_origin():
    text, (line,) = split_note(CHECKPOINT)
    origin, size, root = text.splitlines()
    assert (origin, line.name, line.data[:4].hex()) == ("example.com/behind-the-sofa",) * 2 + (SUM_GOLANG_ORG.key_id,)
    true = f"go.sum database tree\n{size}\n{root}\n"
    assert SUM_GOLANG_ORG.is_signature(true.encode(), line.data[4:])
    assert not SUM_GOLANG_ORG.is_signature(text.encode(), line.data[4:])


@versions
def test_a_journal_of_an_earlier_version_verifies(version):
    key = Verifier.parse((version / "journal.pub").read_text())
    verified = verify_journal(version / "journal", [key], None)
    assert verified.size > 100


@versions
def test_evidence_of_an_earlier_version_is_read_and_what_it_did_not_have_is_not_known(version):
    lines = [line for each in sorted((version / "journal").glob("*.jsonl")) for line in each.read_bytes().splitlines()]
    told = [decode(line).event.evidence for line in lines if b'"bad_sectors"' in line]
    assert len(told) >= 4
    assert {(each.device_read, each.device_written, each.differs_at) for each in told} == {(-1, -1, -1)}


@pytest.mark.parametrize("version", ROTATED, ids=lambda version: version.name)
def test_a_journal_of_an_earlier_version_whose_key_was_rotated_verifies(version):
    key = Verifier.parse((version / "journal.pub").read_text())
    assert len(reigns(version / "journal", [key])) == 3
    assert verify_journal(version / "journal", [key], None).size > 10
    command = [sys.executable, "-I", SCRIPT, version / "journal", "--key", version / "journal.pub"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, encoding="utf-8")
    assert (done.returncode, done.stdout.partition(":")[0]) == (0, "whole")


@versions
def test_a_journal_of_an_earlier_version_goes_the_quick_way(version):
    key = Verifier.parse((version / "journal.pub").read_text())
    covered = open_checkpoint((version / "journal" / "checkpoint").read_bytes(), [key])
    expected = quick.Expected(identity=covered.identity, reigns=[Reign(start=0, key=key)], sizes={covered.size})
    assert quick.read(version / "journal", expected, processes=1)[1][covered.size] == covered.root


@versions
def test_sheet_and_certificate_of_an_earlier_version_fit_its_journal(version):
    (certificate,) = version.glob("*.pdf")
    kept = ["--head", version / "sheet", "--paper", certificate]
    command = [sys.executable, "-I", SCRIPT, version / "journal", "--key", version / "journal.pub", *kept]
    done = subprocess.run(command, capture_output=True, text=True, check=False, encoding="utf-8")
    assert (done.returncode, done.stdout.partition(":")[0]) == (0, "whole")
