"""The drive and a real burner (F2): a burn counts by its read-back alone, and no disc is taken for another."""

import pytest
from burner.disc import Disc, Profile, Status
from burner.faults import Faults
from conftest import start_drive
from sealed import opened_by_age
from station import in_the_table, told

BLOCKS = 16384  # 32 MiB
OLD = b"old"
AT = 800  # a block in the middle of the image
REWRITABLE = [Profile.DVD_RW, Profile.DVD_RW_RESTRICTED, Profile.DVD_PLUS_RW, Profile.DVD_RAM]


@pytest.fixture
def blank(tmp_path):
    return Disc.blank(tmp_path / "disc", Profile.DVD_R, BLOCKS)


def burnt(station):
    """What came of an order to write what is in now."""
    station.until_loaded("dvd")
    return station.does("write", "dvd")


@pytest.mark.parametrize("kind", [Profile.DVD_R, Profile.DVD_PLUS_R], ids=lambda kind: kind.name)
def test_a_payload_goes_to_a_disc_and_comes_back(station, burner_with, dvd, tmp_path, kind):
    blank = Disc.blank(tmp_path / "disc", kind, BLOCKS)
    with burner_with(blank):
        given = burnt(station)
        assert given["evidence"]["verdict"] == "PASS"
        assert given["evidence"]["bytes_verified"] == len(dvd.image)
        assert station.loaded("dvd")["blank"] is False
        assert station.does("read", "dvd")["evidence"]["sha256"] == given["evidence"]["sha256"]
        assert station.does("write", "dvd") == {"refused": "DRV-020"}
    assert blank.status is Status.COMPLETE
    assert blank.image.read_bytes()[: len(dvd.image)] == dvd.image
    assert opened_by_age(dvd, blank.image, tmp_path) == dvd.plaintext


@pytest.mark.parametrize("kind", REWRITABLE, ids=lambda kind: kind.name)
def test_a_rewritable_disc_is_erased_and_carries_a_payload(station, burner_with, dvd, tmp_path, kind):
    disc = Disc.closed(tmp_path / "disc", kind, OLD * 100000, 4096)
    with burner_with(disc):
        station.until_loaded("dvd")
        assert told(station.does("erase", "dvd")) == "PASS"
        assert OLD * 100 not in disc.image.read_bytes()
        given = station.does("write", "dvd")
        assert given["evidence"]["verdict"] == "PASS"
        assert station.does("read", "dvd")["evidence"]["sha256"] == given["evidence"]["sha256"]
    assert disc.image.read_bytes()[: len(dvd.image)] == dvd.image
    assert opened_by_age(dvd, disc.image, tmp_path) == dvd.plaintext


@pytest.mark.parametrize(
    ("made", "kind"),
    [
        (Disc.incomplete, Profile.DVD_R),
        (Disc.closed, Profile.DVD_R),
        (Disc.closed, Profile.DVD_PLUS_R),
        (Disc.closed, Profile.DVD_RW),
    ],
    ids=["incomplete", "closed", "closed DVD+R", "closed DVD-RW"],
)
def test_a_disc_with_something_on_it_is_refused(station, burner_with, tmp_path, made, kind):
    disc = made(tmp_path / "disc", kind, OLD * 100000, BLOCKS)
    before = disc.image.read_bytes()
    with burner_with(disc):
        assert burnt(station) == {"refused": "DRV-020"}
    assert disc.image.read_bytes() == before


def test_a_disc_too_small_is_refused(station, burner_with, tmp_path):
    disc = Disc.blank(tmp_path / "disc", Profile.DVD_R, 1024)
    with burner_with(disc):
        assert burnt(station) == {"refused": "DRV-019"}
    assert disc.image.read_bytes() == b""


def test_another_blank_disc_between_order_and_write_is_refused(station, burner_with, blank, tmp_path):
    other = Disc.blank(tmp_path / "other", Profile.DVD_R, BLOCKS)
    with burner_with(blank) as drive:
        station.until_loaded("dvd")
        order = station.order("write", "dvd")
        drive.insert(other)
        assert station.give(order, "write", "dvd") == {"refused": "DRV-018"}
    assert other.image.read_bytes() == blank.image.read_bytes() == b""


FAULTS = {
    "a block can't be written": (Faults(write_error_at=AT), "FAIL DRV-031"),
    "taken out while it is written": (Faults(removed_at=AT), "UNKNOWN DRV-033"),
    "write-protected": (Faults(write_protected=True), "FAIL DRV-031"),
    "can't be closed": (Faults(close_fails=True), in_the_table("EIO on write", "close")),
    "taken out while it is closed": (Faults(removed_closing=True), in_the_table("pull", "close")),
    "what is written is lost": (Faults(lost_from=AT), "FAIL DRV-030"),
    "a block reads back differently": (Faults(differs_at=AT), "FAIL DRV-030"),
    "a block can't be read back": (Faults(read_error_at=AT), "FAIL DRV-031"),
    "taken out while it is read back": (Faults(removed_reading_at=AT), "UNKNOWN DRV-033"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_disc_that_goes_wrong_never_passes(station, burner_with, blank, fault):
    faults, cell = FAULTS[fault]
    with burner_with(blank, faults=faults):
        assert told(burnt(station)) == cell


@pytest.mark.parametrize(
    "slow", [Faults(seconds_per_block=0.002), Faults(seconds_to_close=5)], ids=["writes", "closes"]
)
def test_a_burner_that_is_slow_is_waited_for(station, burner_with, blank, dvd, slow):
    with burner_with(blank, faults=slow):
        assert told(burnt(station)) == in_the_table("slow", "close")
    assert blank.image.read_bytes()[: len(dvd.image)] == dvd.image


def test_a_slim_drives_tray_is_pushed_in_by_hand(station, burner_with, blank):
    with burner_with(blank, slim=True) as drive:
        station.until_loaded("dvd")
        order = station.order("write", "dvd")
        station.begin(order, "write", "dvd")
        station.guest.until(lambda: drive.tray.value == "open")
        drive.push()
        assert station.outcome(order)["evidence"]["verdict"] == "PASS"


def test_another_disc_pushed_in_after_the_burn_fails(station, burner_with, blank, tmp_path):
    other = Disc.closed(tmp_path / "other", Profile.DVD_R, b"other" * 1000000, BLOCKS)
    with burner_with(blank, slim=True) as drive:
        station.until_loaded("dvd")
        order = station.order("write", "dvd")
        station.begin(order, "write", "dvd")
        station.guest.until(lambda: drive.tray.value == "open")
        drive.insert(other)
        assert told(station.outcome(order)) == in_the_table("swapped", "close")


WRITES_SLOWLY, CLOSES_SLOWLY = Faults(seconds_per_block=0.02), Faults(seconds_to_close=12)


@pytest.fixture(params=["written", "closed"])
def at_work(request, station, burner_with, blank):
    """An order whose disc is just being written, or closed."""
    closed = request.param == "closed"
    with burner_with(blank, faults=CLOSES_SLOWLY if closed else WRITES_SLOWLY) as drive:
        station.until_loaded("dvd")
        order = station.order("write", "dvd")
        station.begin(order, "write", "dvd")
        station.guest.until(lambda: drive.closing if closed else blank.written)
        yield order


def test_a_burner_unplugged_at_work_fails(station, at_work):
    station.guest.pull("burner")
    assert told(station.outcome(at_work)) == "UNKNOWN DRV-033"
    assert station.loaded("dvd") is None


def test_work_that_is_cancelled_fails(station, at_work):
    station.cancel(at_work)
    assert told(station.outcome(at_work)) == in_the_table("cancelled", "close")


def test_a_drive_killed_at_work_has_no_evidence(station, at_work):
    station.guest.does("sh", "-c", f"kill -KILL {station.process}; rm /tmp/station/run/media.sock")
    start_drive(station.guest)
    assert station.ask(at_work) == {"known": "broken_off", "evidence": None}  # of which the desk makes DRV-092


def test_a_power_cut_at_work_leaves_a_disc_that_isnt_closed(station, at_work, blank):
    station.guest.cut_power()
    assert blank.status is not Status.COMPLETE


def test_what_a_killed_desk_began_goes_on_and_its_evidence_waits(station, burner_with, blank, dvd):
    with burner_with(blank, faults=CLOSES_SLOWLY):
        station.until_loaded("dvd")
        order = station.order("write", "dvd")
        station.leave(order, "write", "dvd")
        report = station.guest.until(lambda: found if (found := station.ask(order))["known"] != "running" else None)
        assert told(report) == in_the_table("desk killed", "close")
    assert blank.image.read_bytes()[: len(dvd.image)] == dvd.image
