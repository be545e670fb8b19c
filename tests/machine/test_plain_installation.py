"""A plain Debian without a network becomes a station by the commands of docs/installing.md; its people do the main job at
it to its end, with its own sticks, burner and printer, though the power fails while they are at it.
"""

import os
import random
import re
from pathlib import Path

import pytest
import transcript
from installed import Installed
from plain import Plain
from section import STICK_BYTES, Section
from system.sandboxes import EXPOSURE

# Where in the main job, in its order: a step, and what is then asked for it; and the most seconds that it goes on.
PLACES = {
    "import": ("Import", 4),
    "prepare": ("Erase", 8),
    "inspect": ("Inspect", 30),  # first refused for the age of the patterns
    "seal": ("Seal", 4),
    "write a stick": ("Write.*-U-", 8),
    "write a disc": ("Write.*-D-", 12),
    "hand_over_enclosures": ("HandOver", 2),
    "print_notice": ("PrintNotice", 4),
    "receive_medium": ("TakeBack", 4),
    "erase": ("Erase", 8),
}
# Once media are out, or back, their notices are not before tomorrow.
DAYS = {"hand_over_enclosures": 1, "receive_medium": 1}
# Which of them, the most telling first.
CUTS = sorted((6, 8, 5, 9, 0, 4, 1, 2, 3, 7)[: int(os.environ.get("MEDIA_STATION_POWER_CUTS", "3"))])
PLAIN = os.environ.get("MEDIA_STATION_PLAIN", "")
# Its disk is not encrypted.
KNOWN = {"DOC-012"}
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
    named = station.looks()
    if "MEDIA_STATION_TRANSCRIPT" in os.environ:
        transcript.PAGE.write_text(transcript.page(station.machine.typed))
    assert named <= KNOWN
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
    station.machine.on()
    assert station.verify() >= before
    assert station.wrong() <= KNOWN


def test_its_people_are_enrolled(station):
    station.enrols()


@pytest.mark.parametrize("cut", CUTS)
def test_a_power_cut_in_the_main_job_leaves_a_journal_that_verifies(station, cut):
    """Whoever goes on from there finds states that the tables allow: `works` looks. If what was to be cut was done before
    the last cut, this one comes at a later place.
    """
    places = list(PLACES)[cut:]
    station.works("|".join(f'"step": "{place.split()[0]}", "asks": "{PLACES[place][0]}' for place in places))
    seconds = random.Random(cut).uniform(0, PLACES[places[0]][1])
    before = station.records()
    station.machine.does(f"sleep {seconds:.1f}")
    station.machine.cut_power()
    station.machine.on(days=DAYS.get(places[0], 0))
    after = station.verify()
    assert after >= before
    assert station.wrong() <= KNOWN
    print(f"{places[0]} + {seconds:.1f} s: {before} records before, {after} after")


def test_the_main_job_is_done_to_its_end(station):
    """At the end nothing is on the sticks that the certificate in the printer's tray tells of, as read from outside."""
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
    (serial,) = set(re.findall(r"OFFICE\d", said))
    assert station.section.sticks[serial].read_bytes().count(0) == STICK_BYTES
