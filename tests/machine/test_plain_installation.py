"""A plain Debian without a network becomes a station by the commands of docs/installing.md, and outlives power cuts."""

import hashlib
import json
import os
import random
import re
from pathlib import Path

import pytest
from plain import Plain

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "docs" / "installing.md"
CUTS = int(os.environ.get("MEDIA_STATION_POWER_CUTS", "2"))
PLAIN = os.environ.get("MEDIA_STATION_PLAIN", "")
ANSWERS = 'station = "kita-zei-1"\nissued_by = "北市 税務部 税務課"\n'
# Its disk is not encrypted, and nobody has set up a printer.
KNOWN = {"DOC-012", "DOC-015"}
RUNNING = ("desk.service", "drive.service", "guard.service", "people.socket")
# Records without an end: a restart is two of them.
WORK = "while :; do systemctl restart media-station-desk.service; done"
pytestmark = pytest.mark.skipif(not PLAIN, reason="scripts/test-machine builds the plain machine")


@pytest.fixture(scope="module")
def machine(tmp_path_factory):
    built = Path(PLAIN)
    (bundle,) = built.glob("*.iso")
    with Plain(built, bundle, tmp_path_factory.mktemp("plain")) as running:
        yield running


@pytest.fixture(scope="module")
def installed(machine):
    """By the guide's blocks alone, with its own answers and what the publisher's sheet says."""
    machine.does(f"cat >answers.toml <<'END'\n{ANSWERS}END")
    key = (Path(PLAIN) / "key").read_text().strip()
    sha256 = hashlib.sha256((ROOT / "scripts" / "bundle" / "install").read_bytes()).hexdigest()
    *steps, look = re.findall(r"(?ms)^```sh\n(.*?)^```$", GUIDE.read_text())
    for block in steps:
        for line in block.splitlines():
            machine.types(line.replace("$KEY", key).replace("$SHA256", sha256))
    return look.strip()


def wrong(machine, look: str) -> set[str]:
    """The codes that the doctor names."""
    said = machine.does(f"{look} --json; test $? -le 3")
    rows = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
    assert len(rows) > len(KNOWN)
    return {row["code"] for row in rows if row["state"] == "wrong"}


def verify(machine) -> int:
    """The journal by the stand-alone verifier; how many records it has."""
    machine.does("systemctl is-active " + " ".join(f"media-station-{each}" for each in RUNNING))
    said = machine.does(
        "PYTHONPATH=/usr/lib/media-station python3 /usr/share/media-station/verify_journal.py "
        "/var/lib/media-station/desk/journal --key /etc/media-station/public/journal.pub"
    )
    return int(re.findall(r"(?m)^whole: (\d+) records of", said)[0])


def test_the_guide_alone_makes_a_station(machine, installed):
    assert wrong(machine, installed) <= KNOWN
    assert verify(machine) >= 1


def test_it_is_one_after_a_restart(machine, installed):
    before = verify(machine)
    machine.does("sync; systemctl stop media-station.target")
    machine.cut_power()
    machine.on()
    machine.does("systemctl start media-station.target")
    assert wrong(machine, installed) <= KNOWN
    assert verify(machine) >= before


@pytest.mark.parametrize("cut", range(CUTS))
def test_a_power_cut_at_any_moment_leaves_a_journal_that_verifies(machine, installed, cut):
    before = verify(machine)
    machine.does("sync")
    machine.begin(WORK)
    machine.does(f"sleep {random.Random(cut).uniform(1, 20):.1f}")
    machine.cut_power()
    machine.on()
    machine.does("systemctl start media-station.target")
    assert verify(machine) >= before
    assert wrong(machine, installed) <= KNOWN
