"""A plain Debian without a network becomes a station by the commands of docs/installing.md; its people do the main job at
it to its end, with its own stick, burner and printer; and it outlives power cuts.
"""

import os
import random
from pathlib import Path

import pytest
import transcript
from installed import Installed
from plain import Plain
from section import SERIAL, STICK_BYTES, Section
from system.sandboxes import EXPOSURE

CUTS = int(os.environ.get("MEDIA_STATION_POWER_CUTS", "2"))
PLAIN = os.environ.get("MEDIA_STATION_PLAIN", "")
# Its disk is not encrypted.
KNOWN = {"DOC-012"}
# Records without an end: a restart is two of them.
WORK = "while :; do systemctl restart media-station-desk.service; done"
TRAY = "/run/media-station-cups/tray"
# Of what trying.py tries, by unit. The drive's is a stick; cupsd is root, without keys. No network here: no gate.
CAN = {unit: set() for unit in EXPOSURE if unit not in ("restore", "screen", "gate")}
CAN |= {"clock@": {"the clock"}, "drive": {"a disk"}, "cups": {"keys in /etc", "code that it wrote", "to be root"}}
pytestmark = pytest.mark.skipif(not PLAIN, reason="scripts/test-machine builds the plain machine")


@pytest.fixture(scope="module")
def station(tmp_path_factory):
    built = Path(PLAIN)
    (bundle,) = built.glob("*.iso")
    section = Section(tmp_path_factory.mktemp("section"))
    with section.plugged() as plugged, Plain(built, bundle, tmp_path_factory.mktemp("plain"), *plugged) as machine:
        station = Installed(machine, section)
        station.install(built)
        yield station


def test_the_guide_alone_makes_a_station(station):
    station.looks()
    if "MEDIA_STATION_TRANSCRIPT" in os.environ:
        transcript.PAGE.write_text(transcript.page(station.machine.typed))
    assert station.wrong() <= KNOWN
    assert station.verify() >= 1


def test_no_code_in_a_unit_can_do_more_than_its_own(station):
    found = station.tries()
    assert set(found.pop("").values()) == {"done"}
    assert {unit: {name for name, came in tried.items() if came == "done"} for unit, tried in found.items()} == CAN


def test_each_unit_is_no_more_exposed_than_it_may_be(station):
    exposed = station.exposed()
    assert {unit: said for unit, said in exposed.items() if said > EXPOSURE[unit]} == {}


def test_it_is_a_station_after_a_restart(station):
    before = station.verify()
    sealing_key = station.machine.does("cat /etc/media-station/public/sealing.pub")
    station.machine.off()
    station.section.seals(sealing_key)
    station.machine.on(days=1)
    assert station.verify() >= before
    assert station.wrong() <= KNOWN


def test_its_people_are_enrolled(station):
    station.enrols()


def test_the_main_job_is_done_to_its_end(station):
    """At the end nothing is on the stick that the certificate in the printer's tray tells of, as read from outside."""
    states = station.works()
    assert set(states["transfer"].values()) == {"closed"}
    assert set(states["payload"].values()) == {"purged"}
    assert station.verify() >= 1
    assert station.wrong() <= KNOWN
    (certificate,) = states["certificate"]
    said = station.machine.does(
        f"media-station verify {TRAY}/{certificate}.pdf --json --key /etc/media-station/public/journal.pub "
        "--journal /var/lib/media-station/desk/journal"
    )
    assert SERIAL in said
    assert station.section.stick.read_bytes().count(0) == STICK_BYTES


@pytest.mark.parametrize("cut", range(CUTS))
def test_a_power_cut_at_any_moment_leaves_a_journal_that_verifies(station, cut):
    machine, before = station.machine, station.verify()
    machine.does("sync")
    machine.begin(WORK)
    machine.does(f"sleep {random.Random(cut).uniform(1, 20):.1f}")
    machine.cut_power()
    machine.on()
    assert station.verify() >= before
    assert station.wrong() <= KNOWN
