"""What the doctor sees of a machine that is a folder: its disks, its clock, its kernel, its drives."""

import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from media_station.cli.standalone import credentials
from media_station.cli.standalone.doctor import main, processes, things
from media_station.cli.standalone.doctor.place import Place
from media_station.model.chore import IntegrityVerified, StationAlive
from media_station.model.ids import Identity
from media_station.model.instant import Instant
from media_station.model.review import LogAnalysed
from media_station.proof.record import encode
from media_station.settings import Backup, Policy, Printing, Scanner, Settings, Station
from media_station.texts.nouns import CHECKS

SETTINGS = Settings(
    station=Station(state=Path("/"), run=Path("/"), keys=Path("/"), issued_by="-", fonts=()),
    policy=Policy(two_person=()),
)
IDENTITY = Identity(station="tax", epoch="e1")
SEALED = "[Service]\nLoadCredentialEncrypted=vault.key:/etc/media-station/keys/desk/vault.key\n"
STATE = "var/lib/media-station/desk/journal"


@pytest.fixture
def place(tmp_path):
    (tmp_path / STATE).mkdir(parents=True)
    return Place(root=tmp_path, now=datetime(2026, 11, 26, tzinfo=UTC))


def codes(check, place) -> list[str]:
    return [error.code for error in check(place, SETTINGS)]


def block(place, *, uuid="", on=()):
    """The block device of the folder's disk, as /sys shows it; `on`: the uuid of each that it lies on."""
    device = (place.root / STATE).stat().st_dev
    path = place.path(f"/sys/dev/block/{os.major(device)}:{os.minor(device)}")
    for folder, text in ((path, uuid), *((path / "slaves" / f"dm-{number}", each) for number, each in enumerate(on))):
        (folder / "dm").mkdir(parents=True)
        (folder / "dm" / "uuid").write_text(text)


@pytest.mark.parametrize(
    ("uuid", "on", "found"),
    [
        ("CRYPT-LUKS2-0123", (), []),
        ("LVM-0123", ("CRYPT-LUKS2-0123",), []),
        ("LVM-0123", (), ["DOC-012"]),
        ("CRYPT-VERITY-0123", (), ["DOC-012"]),
        ("CRYPT-VERITY-0123", ("CRYPT-LUKS2-0123",), []),
        ("LVM-0123", ("CRYPT-LUKS2-0123", ""), ["DOC-012"]),
    ],
)
def test_a_disk_is_encrypted_if_all_that_it_lies_on_is(place, uuid, on, found):
    block(place, uuid=uuid, on=on)
    assert codes(things.disk, place) == found


def test_a_disk_of_which_nothing_is_known_is_not_encrypted(place):
    assert codes(things.disk, place) == ["DOC-012"]


@pytest.mark.parametrize(("uuid", "found"), [("CRYPT-PLAIN-swap", []), ("LVM-0123", ["DOC-012", "DOC-013"])])
def test_swap_is_looked_at_as_the_disk_is(place, uuid, found):
    block(place, uuid=uuid)
    (place.root / "swapfile").touch()
    (place.root / "proc").mkdir()
    place.path("/proc/swaps").write_text("Filename Type Size Used Priority\n/swapfile file 1048572 0 -2\n")
    assert codes(things.disk, place) == found


@pytest.mark.parametrize(("value", "found"), [("0\n", []), ("438\n", ["DOC-020"]), ("", ["DOC-020"])])
def test_sysrq_is_to_be_off(place, value, found):
    place.path("/proc/sys/kernel").mkdir(parents=True)
    place.path("/proc/sys/kernel/sysrq").write_text(value)
    assert codes(things.kernel, place) == found


@pytest.mark.parametrize(("socket", "named"), [("", False), ("/run/media-station-clamd/clamd.sock", True)])
def test_clamd_and_its_unit_are_looked_for_where_the_station_has_a_scanner(place, monkeypatch, socket, named):
    monkeypatch.setattr(Place, "says", lambda *_: (3, "inactive\n"))
    settings = replace(SETTINGS, scanner=Scanner(socket=socket))
    programs = {error.parameters.get("program") for error in processes.programs(place, settings)}
    units = {error.parameters["unit"] for error in processes.units(place, settings)}
    assert ("clamd" in programs, "media-station-clamd.service" in units) == (named, named)


def recorded(place, day, *events):
    """A day's segment, each event with its hour and actor."""
    text = b""
    for sequence, (event, hour, actor) in enumerate(events):
        at = Instant(wall=f"{day}T{hour:02}:00:00.000000Z", boottime_ms=0, boot_id="boot")
        text += encode(event, sequence=sequence, identity=IDENTITY, key_id="0" * 8, at=at, actor=actor) + b"\n"
    (place.root / STATE / f"{day}.jsonl").write_bytes(text)


ALIVE = StationAlive()
VERIFIED = IntegrityVerified(records=0, files=0, damaged=())
ANALYSED = LogAnalysed(since="2026-11-24", until="2026-11-24", records=0, detections=0, raised=0)


@pytest.mark.parametrize(
    ("today", "found"),
    [
        ((), []),
        (((ALIVE, 20, ""),), [("heartbeat", "2026-11-25T20:00:00+00:00")]),
        (((ALIVE, 21, ""), (ANALYSED, 21, "anna")), []),
        (((ALIVE, 21, ""), (VERIFIED, 22, "")), []),
    ],
)
def test_a_chore_is_done_that_the_journal_tells_of_late_enough(place, today, found):
    recorded(place, "2026-11-24", (VERIFIED, 18, ""), (ANALYSED, 18, ""), (ALIVE, 23, ""))
    recorded(place, "2026-11-25", *(today or ((ALIVE, 22, ""),)))
    named = [(error.parameters["chore"], error.parameters["last"]) for error in processes.chores(place, SETTINGS)]
    assert named == found


def test_a_chore_of_long_ago_is_named_and_one_that_somebody_did_by_hand_instead_of_the_station(place):
    recorded(place, "2026-11-20", (VERIFIED, 18, ""), (ANALYSED, 18, ""))
    recorded(place, "2026-11-25", (ALIVE, 22, ""), (ANALYSED, 22, "anna"))
    assert [error.parameters["chore"] for error in processes.chores(place, SETTINGS)] == ["integrity", "analysis"]
    with_backups = replace(SETTINGS, backup=Backup(recipients=("age1a", "age1b")))
    last = [error.parameters["last"] for error in processes.chores(place, with_backups)]
    assert last == ["2026-11-20T18:00:00+00:00", "2026-11-20T18:00:00+00:00", "-"]


def test_on_the_first_day_nothing_is_missed_yet(place):
    recorded(place, "2026-11-25", (ALIVE, 22, ""))
    assert codes(processes.chores, place) == []


def test_a_line_that_is_being_written_is_waited_for_and_one_that_is_no_record_named(place):
    recorded(place, "2026-11-25", (ALIVE, 22, ""))
    segment = place.root / STATE / "2026-11-25.jsonl"
    segment.write_bytes(segment.read_bytes() + b"{")
    assert codes(processes.chores, place) == []
    segment.write_bytes(segment.read_bytes() + b"\n")
    assert codes(processes.chores, place) == ["REC-001"]


def test_a_station_whose_journal_is_gone_has_no_chore_to_trust(place):
    assert codes(processes.chores, place) == ["DOC-022"]


@pytest.mark.parametrize(
    ("settings", "found"),
    [
        ({}, ["DOC-027", "DOC-028"]),
        ({"scanner": Scanner(socket="/run/clamd.sock")}, ["DOC-028"]),
        ({"backup": Backup(recipients=("age1", "age2"))}, ["DOC-027"]),
    ],
)
def test_a_station_that_inspects_nothing_or_has_no_backup_is_told_so(place, settings, found):
    named = [error.code for error in processes.programs(place, replace(SETTINGS, **settings))]
    assert [code for code in named if code != "DOC-001"] == found


def test_a_tpm_that_does_not_protect_the_keys_is_named(place, monkeypatch):
    units, key = place.path(processes.UNITS), place.path("/etc/media-station/keys/desk/vault.key")
    units.mkdir(parents=True)
    key.parent.mkdir(parents=True)
    (units / "media-station-desk.service").write_text(
        "LoadCredential=vault.key:/etc/media-station/keys/desk/vault.key\n"
    )
    drop_in = place.path(f"{processes.LOCAL_UNITS}/media-station-desk.service.d/sealed.conf")
    drop_in.parent.mkdir(parents=True)
    drop_in.write_text(SEALED)
    monkeypatch.setattr(credentials, "unseal", lambda *_: "")
    by_host, by_tpm = "Whxqht+dQJax1aZeCGLxmg==", "k6iUCUgzRLCEygAAAAAAAA=="
    found = []
    for tpm in (False, True):
        if tpm:
            place.path(str(credentials.TPM)).mkdir(parents=True)
        for text in (by_host, by_tpm):
            key.write_text(text)
            key.chmod(0o600)
            found.append([error for error in codes(processes.keys, place) if error != "DOC-006"])
    assert found == [[], [], ["DOC-024"], []]


@pytest.mark.parametrize(
    ("status", "said", "found"),
    [
        (0, "printer office is idle.  enabled since Thu\noffice accepting requests since Thu\n", []),
        (0, "printer office disabled since Thu -\n\tPaused\noffice accepting requests since Thu\n", ["DOC-025"]),
        (0, "printer office is idle.  enabled since Thu\noffice not accepting requests since Thu -\n", ["DOC-025"]),
        (1, "", ["DOC-016"]),
    ],
)
def test_a_queue_that_prints_nothing_is_named(place, monkeypatch, status, said, found):
    monkeypatch.setattr(Place, "says", lambda *_: (status, said))
    settings = replace(SETTINGS, printing=Printing(queue="office"))
    assert [error.code for error in things.printer(place, settings)] == found


def test_a_kernel_of_which_nothing_is_known_is_named(place):
    assert codes(things.kernel, place) == ["DOC-022"]


class Silent(Place):
    """Its commands succeed."""

    def says(self, *_command):
        return 0, ""


CHAIN = "chain input {\n\t\ttype filter hook input priority filter; policy drop;\n\t}\n"
ARP = "table arp media_station {\n\t" + CHAIN + "}\n"


@pytest.mark.parametrize(
    ("inet", "found"),
    [
        (f"\t{CHAIN}", []),
        ("", ["DOC-008"]),
        (f"\tflags dormant\n\t{CHAIN}", ["DOC-008"]),
        ("\t" + CHAIN.replace("hook input", "hook forward"), ["DOC-008"]),
        ("\t" + CHAIN.replace("drop", "accept"), ["DOC-008"]),
    ],
)
def test_each_table_of_the_firewall_is_to_be_closed_itself(inet, found):
    class Listing(Place):
        def says(self, *_command):
            return 0, "table inet media_station {\n" + inet + "}\n" + ARP

    assert codes(processes.firewall, Listing()) == found


def test_a_station_that_does_not_start_by_itself_is_named(place):
    class Standing(Place):
        def says(self, *command):
            return 0, "active" if "is-active" in command else "disabled"

    assert codes(processes.units, Standing(root=place.root)) == ["DOC-023", "DOC-023"]


def test_updates_that_nothing_waits_for_are_named(place):
    class Waiting(Place):
        def says(self, *command):
            return 0, "failed" if command[-1] == "update-media-station.path" else command[1].removeprefix("is-")

    (said,) = processes.units(Waiting(root=place.root), SETTINGS)
    assert (said.code, said.parameters) == ("DOC-002", {"unit": "update-media-station.path", "state": "failed"})


@pytest.mark.parametrize(("minutes", "up", "found"), [(19, 60, []), (21, 60, ["DOC-033"]), (600, 2, [])])
def test_an_update_that_comes_to_no_end_is_named(place, minutes, up, found):
    class Running(Place):
        def says(self, *command):
            return 0, command[1].removeprefix("is-")

    ordered = place.path("/var/lib/media-station-update/ordered.json")
    ordered.parent.mkdir(parents=True)
    ordered.touch()
    uptime = place.path("/proc/uptime")
    uptime.parent.mkdir(exist_ok=True)
    uptime.write_text(f"{up * 60}.50 99.00\n")
    since = place.now.timestamp() - minutes * 60
    os.utime(ordered, (since, since))
    assert codes(processes.units, Running(root=place.root, now=place.now)) == found


@pytest.mark.parametrize(
    ("file", "text", "found"),
    [
        ("etc/systemd/system/media-station-desk.service.d/sealed.conf", SEALED, []),
        ("etc/systemd/system/media-station-desk.service.d/sealed.conf", f"{SEALED}ProtectHome=no\n", ["DOC-003"]),
        ("etc/systemd/system/media-station-gate.socket.d/network.conf", "[Socket]\nIPAddressAllow=any\n", ["DOC-003"]),
        ("etc/systemd/system/media-.service.d/more.conf", "", ["DOC-003"]),
        ("etc/systemd/system/service.d/more.conf", "", ["DOC-003"]),
        ("run/systemd/system/media-station-desk.service.d/sealed.conf", SEALED, ["DOC-003"]),
        ("etc/systemd/system.control/media-station-desk.service.d/50-CPU.conf", "", ["DOC-003"]),
    ],
)
def test_a_drop_in_is_trusted_for_what_it_says_where_setup_puts_it(place, file, text, found):
    (place.root / file).parent.mkdir(parents=True)
    (place.root / file).write_text(text)
    assert codes(processes.sandboxes, Silent(root=place.root)) == found


def test_a_station_without_a_journal_has_no_clock_to_trust(place):
    assert codes(things.clock, place) == ["DOC-022"]


def test_a_disc_drive_that_is_not_the_drives_own_is_named(place):
    for folder in ("/sys/class/block/sr0", "/usr/lib/udev/rules.d", "/dev"):
        place.path(folder).mkdir(parents=True)
    place.path("/usr/lib/udev/rules.d/71-media-station.rules").touch()
    place.path("/dev/sr0").touch()
    assert codes(things.drive, place) == ["DOC-019"]


def test_a_disc_drive_that_udev_is_still_at_is_waited_for(place, monkeypatch):
    class Settling(Place):
        def says(self, *command):
            assert command == ("udevadm", "settle")
            self.path("/dev/sr0").touch()
            return 0, ""

    for folder in ("/sys/class/block/sr0", "/usr/lib/udev/rules.d", "/dev"):
        place.path(folder).mkdir(parents=True)
    place.path("/usr/lib/udev/rules.d/71-media-station.rules").touch()
    monkeypatch.setattr(things, "_GROUP", place.root.group())
    assert codes(things.drive, Settling(root=place.root)) == []


def test_without_settings_that_alone_is_said(tmp_path):
    ((name, (error,)),) = main.examine(Place(root=tmp_path))
    assert (name, error.code) == ("settings", "SET-001")


def test_each_check_has_its_word():
    assert set(CHECKS) == set(main.NAMES)
