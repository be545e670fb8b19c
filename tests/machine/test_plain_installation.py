"""A plain Debian without a network becomes a station by the commands of docs/installing.md; its people do the main job at
it, with its own stick, burner and printer, as far as it goes in a day; and it outlives power cuts.
"""

import os
import random
from pathlib import Path

import pytest
from installed import Installed
from plain import Plain
from section import Section

CUTS = int(os.environ.get("MEDIA_STATION_POWER_CUTS", "2"))
PLAIN = os.environ.get("MEDIA_STATION_PLAIN", "")
# Its disk is not encrypted.
KNOWN = {"DOC-012"}
# Records without an end: a restart is two of them.
WORK = "while :; do systemctl restart media-station-desk.service; done"
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
    assert station.wrong() <= KNOWN
    assert station.verify() >= 1


def test_it_is_a_station_after_a_restart(station):
    before = station.verify()
    sealing_key = station.machine.does("cat /etc/media-station/public/sealing.pub")
    station.machine.off()
    station.section.seals(sealing_key)
    station.machine.on(days=1)
    assert station.verify() >= before
    assert station.wrong() <= KNOWN


def test_its_people_are_enrolled(station):
    station.office("enrol")


def test_its_people_do_the_main_job_as_far_as_it_goes_in_a_day(station):
    """From the section's stick to what is handed over, a notice's sheet scanned back among it; by the tables, too."""
    station.works_until_tomorrow()
    station.machine.does("sleep 60")  # until no code that was used today is good any more
    (how,) = station.office("how")
    for noun, seen in how["seen"].items():
        assert seen == {number: state for number, state in how["states"][noun].items() if number in seen}
    assert "issued" not in how["states"]["order"].values()


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
