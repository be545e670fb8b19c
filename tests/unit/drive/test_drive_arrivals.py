"""What has just come is waited for, within bounds; what was there before is not."""

import os
import subprocess

import pytest
from bench_with_media import MIB

from media_station.drive import server
from media_station.drive.arrivals import SETTLE_SECONDS, Arrivals
from media_station.model.errors import Refused


def losetup(*words) -> str:
    return subprocess.run(["losetup", *map(str, words)], capture_output=True, text=True, check=True).stdout.strip()


@pytest.fixture
def clock():
    return [100.0]


@pytest.fixture
def arrivals(clock):
    return Arrivals(lambda: clock[0])


def test_a_disk_is_fresh_from_its_coming_until_it_has_settled(tmp_path, arrivals, clock):
    if os.geteuid() != 0:
        pytest.skip("only root can make a loop device")
    backing = tmp_path / "stick"
    backing.write_bytes(bytes(MIB))
    device = losetup("--find", "--show", backing)
    try:
        arrivals.take()
        name = device.removeprefix("/dev/")
        assert arrivals.is_fresh(name)
        clock[0] += SETTLE_SECONDS
        assert not arrivals.is_fresh(name)
    finally:
        losetup("-d", device)


def test_what_was_there_before_is_not_fresh(arrivals):
    arrivals.take()
    assert not arrivals.is_fresh("sdz")


@pytest.fixture
def late(filed, monkeypatch):
    """A stick that nobody may open for the first few times; `tries` counts them."""
    tries, looked = [], server.look

    def refusing(kernel, bay):
        tries.append(bay.name)
        if bay.name == "usb0" and tries.count("usb0") < 4:
            raise Refused("DRV-026", bay=bay.name, error="EACCES")
        return looked(kernel, bay)

    monkeypatch.setattr(server, "look", refusing)
    monkeypatch.setattr(server.time, "sleep", lambda _: None)
    return filed, tries


def test_a_fresh_stick_is_looked_at_until_it_can_be_opened(late):
    bench, tries = late
    bench.bench.is_fresh = lambda name: name == "stick"
    assert bench.loaded("usb0").bay == "usb0"
    assert tries.count("usb0") == 4


def test_a_stick_that_has_settled_is_looked_at_once(late):
    bench, tries = late
    assert "usb0" not in {each.bay for each in bench.bench.loaded()}
    assert tries.count("usb0") == 1


def test_one_that_stays_closed_is_given_up_when_it_has_settled(late):
    bench, tries = late
    fresh = [True, True, False]
    bench.bench.is_fresh = lambda _: fresh.pop(0)
    assert "usb0" not in {each.bay for each in bench.bench.loaded()}
    assert tries.count("usb0") == 3
