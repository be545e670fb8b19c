"""What the units say of each other."""

import re
from pathlib import Path

UNITS = Path(__file__).parents[3] / "systemd"


def said(unit: str, name: str) -> set[str]:
    lines = (UNITS / unit).read_text().splitlines()
    return {word for line in lines if line.startswith(f"{name}=") for word in line.partition("=")[2].split()}


def test_no_door_of_the_desk_is_open_while_it_is_restored():
    """A knock would start the desk, which ends the restore."""
    doors = said("media-station-desk.service", "Sockets")
    assert "media-station-people.socket" in doors
    for name in ("Conflicts", "After"):
        assert doors | {"media-station-desk.service"} == said("media-station-restore.service", name)


def test_a_timers_hour_is_japans_whatever_zone_the_machine_has():
    """The desk's day is, too: the night's analysis is of whole days."""
    when = [said(path.name, "OnCalendar") for path in sorted(UNITS.glob("*.timer"))]
    assert {"hourly"} in when
    assert all("Asia/Tokyo" in each for each in when if each != {"hourly"})


def test_what_debian_has_an_apparmor_profile_for_is_not_held_by_it():
    """It knows Debian's folders alone: neither the station's settings, patterns and sockets, nor a file in memory."""
    profiles = "".join(each.read_text() for each in Path("/etc/apparmor.d").iterdir() if each.is_file())
    held = set(re.findall(r"(?m)^(/\S+)(?: \S+)* \{$", profiles))
    units = {path.name for path in UNITS.glob("*.service") if said(path.name, "ExecStart") & held}
    assert units == {"media-station-clamd.service", "media-station-cups.service"}
    assert all(said(each, "AppArmorProfile") == {"-unconfined"} for each in units)
