"""What was tried on a station is what its journal bears out, since it became this station."""

import argparse
import json
from datetime import UTC, datetime

import pytest

from media_station.cli.standalone import setup
from media_station.cli.standalone.doctor import main
from media_station.cli.standalone.doctor.place import Place
from media_station.cli.standalone.doctor.trials import _disc_drives, trials
from media_station.drive.detect import find_bays
from media_station.drive.kernel import Kernel
from media_station.model.erasure import ErasureEnded
from media_station.model.errors import Refused
from media_station.model.ids import Identity
from media_station.model.instant import Instant
from media_station.model.medium import MediumSpoiled, MediumWritten
from media_station.model.order import Action, Evidence, Verdict
from media_station.model.station import PaperKind, PaperPrinted, PaperScanned, StationRestored
from media_station.proof.record import encode

SHA256 = "0" * 64
ABOUT = {"order": "E1-O-00001", "medium": "E1-U-00001", "transfer": ""}
PRINTED = PaperPrinted(
    paper="E1-F-00001", kind=PaperKind.KEY_SHEET, medium="", incident="", sha256=SHA256, qr_sha256=SHA256
)
SCANNED = PaperScanned(paper="E1-F-00001", sha256=SHA256)
RESTORED = StationRestored(
    bundle="E1-B-00001",
    backup_sha256=SHA256,
    former="tax/e1",
    former_checkpoint="",
    records=2,
    known="tax/e1",
    known_size=2,
    known_root=SHA256,
    new_key="",
    vault_sha256="",
)
STICKS = ["DOC-030", "DOC-031"]


def evidence(action, verdict, drive):
    return Evidence(
        order=ABOUT["order"],
        action=action,
        verdict=verdict,
        code="" if verdict is Verdict.PASS else "DRV-030",
        fingerprint=SHA256,
        method="",
        passes=1,
        bytes_written=1,
        bytes_verified=1,
        device_read=1,
        device_written=1,
        sha256="",
        bad_sectors=0,
        differs_at=-1,
        drive=drive,
        tool="",
        started_ms=0,
        ended_ms=1,
    )


def erased(verdict):
    return ErasureEnded(**ABOUT, verdict=verdict, evidence=evidence(Action.ERASE, verdict, "Acme Stick (usb1p1)"))


def written(drive):
    return MediumWritten(**ABOUT, evidence=evidence(Action.WRITE, Verdict.PASS, drive))


SPOILED = MediumSpoiled(**ABOUT, code="DRV-030")


@pytest.fixture
def place(tmp_path):
    return Place(root=tmp_path, now=datetime(2026, 11, 26, tzinfo=UTC))


def recorded(place, *days):
    """A segment for each day's events."""
    journal = place.path("/var/lib/media-station/desk/journal")
    journal.mkdir(parents=True, exist_ok=True)
    for number, events in enumerate(days, 1):
        at = Instant(wall=f"2026-11-{number:02}T09:00:00.000000Z", boottime_ms=0, boot_id="boot")
        identity = Identity(station="tax", epoch="e1")
        lines = [
            encode(each, sequence=count, identity=identity, key_id="0" * 8, at=at, actor="")
            for count, each in enumerate(events)
        ]
        (journal / f"2026-11-{number:02}.jsonl").write_bytes(b"".join(line + b"\n" for line in lines))


def told(place):
    return [(error.code, *error.parameters.values()) for error in trials(place, None)]


@pytest.mark.parametrize(
    ("days", "untried"),
    [
        ([], ["DOC-029", *STICKS]),
        ([(PRINTED,)], ["DOC-029", *STICKS]),
        ([(PRINTED, SCANNED)], STICKS),
        ([(SCANNED, SPOILED, erased(Verdict.FAIL), erased(Verdict.UNKNOWN))], STICKS),
        ([(SCANNED, erased(Verdict.PASS))], ["DOC-030"]),
        ([(SCANNED,), (PRINTED,), (written("Acme Stick (usb1p1)"), erased(Verdict.PASS))], []),
        ([(SCANNED, erased(Verdict.PASS)), (written("x y (usb1p1)"), RESTORED, SCANNED)], STICKS),
    ],
)
def test_what_was_tried_is_what_came_back_since_this_machine_is_the_station(place, days, untried):
    recorded(place, *days)
    assert [code for code, *_ in told(place)] == untried


def test_each_disc_drive_is_tried_by_itself_wherever_it_hangs(place):
    disc = place.path("/sys/devices/usb1/1-2/1-2:1.0/host0/block/sr0/device")
    disc.mkdir(parents=True)
    (disc / "vendor").write_text("Bridge\n")
    (disc / "model").write_text("of its own\n")
    (disc.parents[3] / "bInterfaceClass").write_text("08\n")
    (disc.parents[4] / "manufacturer").write_text("Acme\x07\n")
    (disc.parents[4] / "product").write_text("Burner 2\n")
    inside = place.path("/sys/devices/ata1/block/sr1/device")
    inside.mkdir(parents=True)
    (inside / "vendor").write_text("HL     \n")
    (inside / "model").write_text("Slim\n")
    place.path("/sys/class/block").mkdir(parents=True)
    place.path("/sys/block").mkdir()
    for name, target in (("sr0", disc.parent), ("sr1", inside.parent)):
        (target / "device" / "type").write_text("5\n")
        for folder in ("/sys/class/block", "/sys/block"):
            (place.path(folder) / name).symlink_to(target)
    for file in ("/proc/self/mountinfo", "/proc/swaps"):
        place.path(file).parent.mkdir(parents=True, exist_ok=True)
        place.path(file).touch()
    bays = find_bays(Kernel(place.root)).values()
    assert _disc_drives(place) == {f"{each.vendor} {each.model}" for each in bays}, "as the drive's process names them"
    recorded(place, (SCANNED, erased(Verdict.PASS), written("Acme Burner 1 (dvd1p2)")))
    assert told(place) == [("DOC-032", "Acme Burner 2"), ("DOC-032", "HL Slim")]
    recorded(place, (SCANNED, erased(Verdict.PASS), written("Acme Burner 2 (dvd1p3)")))
    assert told(place) == [("DOC-032", "HL Slim")]


@pytest.mark.parametrize(("can", "wanted"), [("0", []), ("1", [("DOC-032", "QEMU Virtual")])])
def test_a_drive_that_burns_nothing_is_not_to_be_tried(place, can, wanted):
    for name in ("sr0", "sr1"):
        device = place.path(f"/sys/class/block/{name}/device")
        device.mkdir(parents=True)
        (device / "vendor").write_text("QEMU\n" if name == "sr1" else "HL\n")
        (device / "model").write_text("Virtual\n" if name == "sr1" else "Slim\n")
    info = place.path("/proc/sys/dev/cdrom/info")
    info.parent.mkdir(parents=True)
    rows = f"drive name:\t\tsr1\tsr0\nCan write DVD-R:\t{can}\t1\nCan write DVD-RAM:\t0\t0\n"
    info.write_text(f"CD-ROM information, Id: cdrom.c 3.20\n\n{rows}")
    recorded(place, (SCANNED, erased(Verdict.PASS), written("HL Slim (dvd1)")))
    assert told(place) == wanted


@pytest.mark.parametrize(("found", "code"), [([], 0), ([Refused("DOC-020")], 3)])
def test_what_was_never_tried_is_told_but_is_not_wrong(place, monkeypatch, capsys, found, code):
    recorded(place, (SCANNED,))
    monkeypatch.setattr(main, "examine", lambda _: [("kernel", found), ("trials", list(trials(place, None)))])
    assert main.run(argparse.Namespace(json=True, lang="en")) == code
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {row["state"] for row in rows if row["check"] == "trials"} == {"untried"}
    assert main.run(argparse.Namespace(json=False, lang="en")) == code
    said = capsys.readouterr().out
    assert ("NOT TRIED trials" in said, "WRONG  kernel" in said) == (True, bool(found))
    assert "media-station backup make --onto MEDIUM" in said


def test_a_journal_that_cannot_be_read_proves_nothing_and_is_wrong(place, monkeypatch, capsys):
    recorded(place, ())
    segment = place.path("/var/lib/media-station/desk/journal/2026-11-02.jsonl")
    segment.write_bytes(b"paper.scanned\n")
    assert [code for code, *_ in told(place)] == ["REC-001"]
    monkeypatch.setattr(main, "examine", lambda _: [("trials", list(trials(place, None)))])
    assert main.run(argparse.Namespace(json=False, lang="en")) == 3
    assert "WRONG  trials" in capsys.readouterr().out


@pytest.mark.parametrize(("as_json", "said"), [(False, True), (True, False)])
def test_a_setup_ends_with_what_was_never_tried(place, monkeypatch, capsys, as_json, said):
    recorded(place, (PRINTED,))
    monkeypatch.setattr(setup.machine, "run", lambda *_: 0)
    monkeypatch.setattr(main, "Place", lambda: place)
    monkeypatch.setattr(main, "load", lambda _: None)
    assert setup.run(argparse.Namespace(whose="machine", json=as_json, lang="en")) == 0
    assert ("DOC-029 The printer was not tried" in capsys.readouterr().out) == said
