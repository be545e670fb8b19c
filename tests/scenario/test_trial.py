"""疎通試験: a medium with synthetic data for the contractor's PC, by a rehearsal's station of its own."""

import asyncio
import json
import subprocess
import sys

import pytest

from media_station.rehearsal import media
from media_station.rehearsal.__main__ import try_out
from media_station.rehearsal.payload import synthesize

RECORDS = 20


@pytest.fixture(scope="module")
def tried(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tried")
    bays = [media.blank_disc(folder, "dvd0")]
    return folder, bays[0].backing, asyncio.run(try_out(folder, "dvd0", RECORDS, 7, bays=bays))


def extracted(tried, to):
    """The disc's files, as the contractor's PC has them."""
    _, disc, _ = tried
    subprocess.run(["7z", "x", f"-o{to}", str(disc)], check=True, stdout=subprocess.DEVNULL, timeout=60)
    return to


def test_it_opens_with_the_password_on_its_notice(tried, tmp_path):
    _, _, (number, notice, password) = tried
    assert notice.exists()
    files = extracted(tried, tmp_path / "disc")
    (tmp_path / "password").write_text(password)
    opening = ["media_station.cli.main", "open", "--password-file", str(tmp_path / "password"), "-o", "-"]
    sealed = files / f"{number}.age"
    done = subprocess.run([sys.executable, "-m", *opening, str(sealed)], check=True, capture_output=True, timeout=60)
    assert done.stdout == synthesize(RECORDS, 7)


def test_the_medium_says_that_it_is_a_rehearsal_and_the_record_is_the_rehearsals_own(tried, tmp_path):
    folder, _, (number, _, _) = tried
    files = extracted(tried, tmp_path / "disc")
    (readme,) = files.glob("*.txt")
    assert "訓練用・疎通試験（無効）" in readme.read_text(encoding="utf-8-sig").splitlines()[0]
    assert b"rehearsal/r1" in (files / "manifest.json").read_bytes()
    lines = [
        json.loads(line)
        for segment in sorted((folder / "station" / "state" / "desk" / "journal").glob("*.jsonl"))
        for line in segment.read_bytes().splitlines()
    ]
    (written,) = [each for each in lines if each["event"]["action"] == "medium.written"]
    assert (written["media_station"]["epoch"], written["media_station"]["data"]["medium"]) == ("r1", number)
