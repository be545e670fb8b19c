"""The drive and a real stick (F2, F6): what it says of it is true, whatever the stick, the cable or the power does."""

import pytest
from conftest import prepare, start_drive
from sealed import opened_by_age
from station import Station, told
from stick import MIB, OLD, Stick
from system.faults import expected
from system.faulty_stick import FaultyStick
from virtual import Guest

SIZE = 48 * MIB


@pytest.fixture
def stick(tmp_path):
    return Stick(tmp_path / "stick", SIZE)


def test_a_payload_goes_to_a_stick_and_comes_back(station, stick, usb, tmp_path):
    station.plug(stick)
    given = station.does("write")
    assert given["evidence"]["verdict"] == "PASS"
    assert given["evidence"]["bytes_verified"] == len(usb.image)
    assert stick.content()[: len(usb.image)] == usb.image
    assert station.does("read")["evidence"]["sha256"] == given["evidence"]["sha256"]
    assert opened_by_age(usb, stick.path, tmp_path) == usb.plaintext


def test_a_stick_is_erased_to_its_last_byte(station, stick):
    station.plug(stick)
    assert station.does("erase")["evidence"]["verdict"] == "PASS"
    assert stick.content() == bytes(SIZE)


def test_a_slow_stick_is_written_all_the_same(station, stick, usb):
    station.slow_down()
    station.plug(stick, stick.slow())
    assert station.does("write")["evidence"]["verdict"] == "PASS"
    assert stick.content()[: len(usb.image)] == usb.image


@pytest.mark.parametrize("action", ["write", "erase"])
def test_a_stick_pulled_while_it_is_written_or_erased_fails(station, stick, action):
    station.slow_down()
    station.plug(stick, stick.slow())
    order = station.order(action)
    station.begin(order, action)
    station.guest.until(stick.begun)
    station.guest.pull("stick")
    assert told(station.outcome(order)) == "UNKNOWN DRV-033"
    assert OLD in stick.content()
    assert station.loaded("usb") is None


def test_a_stick_pulled_while_it_is_read_back_fails(station, stick, usb):
    station.plug(stick)
    station.does("write")
    station.guest.pull("stick")
    station.guest.until(lambda: station.loaded("usb") is None)
    station.slow_down(MIB)
    station.plug(stick, stick.slow(), name="again")
    order = station.order("read")
    before = station.bytes_read()
    station.begin(order, "read")
    station.guest.until(lambda: station.bytes_read() > before + MIB // 2)
    station.guest.pull("again")
    assert told(station.outcome(order)) == "UNKNOWN DRV-033"


@pytest.mark.parametrize("action", ["write", "erase"])
def test_a_block_that_cant_be_written_fails(station, stick, action):
    station.plug(stick, stick.failing("write", at=20 * MIB))
    assert told(station.does(action)) == "FAIL DRV-031"
    assert stick.content()[20 * MIB :][: len(OLD)] == OLD


@pytest.mark.parametrize("action", ["write", "erase"])
def test_a_block_that_cant_be_read_back_fails(station, stick, action):
    station.plug(stick, stick.failing("read", at=20 * MIB))
    assert told(station.does(action)) == "FAIL DRV-031"


def test_a_stick_that_is_read_only_stays_as_it_is(station, stick):
    before = stick.content()
    station.guest.plug_stick("stick", stick.node(read_only=True), serial="TWIN0001")
    station.until_loaded("usb")
    for action in ("write", "erase"):
        assert told(station.does(action)) == "refused DRV-041"
    assert stick.content() == before


@pytest.fixture
def lying(tmp_path):
    """A stick that keeps a third of what it says: a file that is served from here, under QEMU's stick."""
    made = FaultyStick(tmp_path, "lying", SIZE, keeps=SIZE // 3)
    yield made
    made.remove()


@pytest.mark.parametrize(("action", "stage"), [("write", "read back"), ("erase", "erase"), ("erase", "verify")])
def test_a_stick_that_keeps_less_than_it_says_never_passes(station, lying, action, stage):
    kept = len(lying.content)
    if stage == "verify":  # sound while the drive looks for such sticks

        def from_now_on(kind, _offset, length):
            if kind == "write" and length > 4096:
                del lying.content[kept:]

        lying.content *= 3
        lying.fault = from_now_on
    loaded = station.plug(lying, {"driver": "file", "filename": str(lying.file), "locking": "off"})
    assert loaded["size_bytes"] == SIZE
    assert told(station.does(action)) == expected("fake capacity", stage)
    assert len(lying.content) == kept


def test_a_twin_plugged_between_order_and_write_is_refused(station, stick, tmp_path):
    twin = Stick(tmp_path / "twin", SIZE)
    station.plug(stick)
    order = station.order("write")
    station.guest.pull("stick")
    station.guest.until(lambda: station.loaded("usb") is None)
    station.plug(twin, name="twin")
    assert station.give(order, "write") == {"refused": "DRV-018"}
    assert OLD * (SIZE // len(OLD)) == twin.content() == stick.content()


def test_a_stick_pulled_and_plugged_again_between_order_and_write_is_refused(station, stick):
    station.plug(stick)
    order = station.order("write")
    station.guest.pull("stick")
    station.guest.until(lambda: station.loaded("usb") is None)
    station.plug(stick, name="again")
    assert station.give(order, "write") == {"refused": "DRV-018"}
    assert stick.content() == OLD * (SIZE // len(OLD))


def test_a_drive_killed_while_it_writes_has_no_evidence_and_repeats_nothing(station, stick):
    station.slow_down()
    station.plug(stick, stick.slow())
    order = station.order("write")
    station.begin(order, "write")
    station.guest.until(stick.begun)
    station.guest.does("sh", "-c", f"kill -KILL {station.process}")
    station.guest.does("rm", "/tmp/station/run/media.sock")
    start_drive(station.guest)
    assert station.ask(order) == {"known": "broken_off", "evidence": None}
    station.until_loaded("usb")
    assert station.give(order, "write") == {"refused": "DRV-014"}


def test_a_power_cut_while_it_writes_leaves_nothing_that_counts(station, stick, usb, machine, sealed, tmp_path):
    station.slow_down()
    station.plug(stick, stick.slow())
    order = station.order("write")
    signed, orders_key = (station.guest.get(each) for each in (order["order"], "/tmp/station/orders"))
    station.begin(order, "write")
    station.guest.until(stick.begun)
    station.guest.cut_power()
    assert stick.content()[: len(usb.image)] != usb.image
    folder = tmp_path / "after"
    folder.mkdir()
    with Guest(*machine, folder) as guest:  # another boot, as after a power cut
        after = Station(guest, prepare(guest, sealed, orders_key.decode()))
        after.plug(stick)
        guest.put(order["order"], signed)
        assert told(after.give(order, "write")) == "refused DRV-012"
        assert told(after.does("read")) == "FAIL DRV-030"
        assert told(after.does("write")) == "refused DRV-047"  # half of an image is a file system, too
        assert after.does("erase")["evidence"]["verdict"] == "PASS"
        assert after.does("write")["evidence"]["verdict"] == "PASS"
    assert stick.content()[: len(usb.image)] == usb.image
