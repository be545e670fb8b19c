"""scripts/test-machine runs what lies here; without the machine that it builds, there is nothing to collect."""

import os
from contextlib import contextmanager
from pathlib import Path

import pytest
from burner.iscsi import running
from burner.mmc import Drive
from sealed import seal
from station import Station
from stick import MIB
from virtual import Guest

from media_station.desk.image.build import ImageKind

if "MEDIA_STATION_MACHINE" not in os.environ:
    collect_ignore_glob = ["test_*.py"]


def pytest_collection_modifyitems(items):
    """The longest module first: the other worker has time for all else meanwhile."""
    items.sort(key=lambda item: item.path.name != "test_plain_installation.py")


def start_drive(guest, *as_whom):
    """The drive's process, below a command that gives it its rights; its number in the guest."""
    command = [*as_whom, "python3", "-m", "media_station", "drive", "--settings", "/tmp/station/station.toml"]
    process = guest.start(*command)
    guest.until(lambda: guest.run("test", "-S", "/tmp/station/run/media.sock").status == 0)
    return process


@pytest.fixture(scope="session")
def sealed():
    """A payload of 3 MiB for each kind of image."""
    return {kind: seal(kind, 3 * MIB) for kind in ImageKind}


@pytest.fixture(scope="session")
def usb(sealed):
    return sealed[ImageKind.USB]


@pytest.fixture(scope="session")
def dvd(sealed):
    return sealed[ImageKind.DVD]


@pytest.fixture(scope="session")
def machine():
    """What scripts/test-machine built: the guest's files, and the project as it is now."""
    return Path(os.environ["MEDIA_STATION_MACHINE"]), Path(os.environ["MEDIA_STATION_MACHINE_PROJECT"])


@pytest.fixture(scope="session")
def booted(tmp_path_factory, machine, sealed):
    """A guest saved when it had booted and the drive ran, with nothing plugged in; and the drive's process."""
    folder = tmp_path_factory.mktemp("booted")
    with Guest(*machine, folder) as guest:
        process = prepare(guest, sealed)
        guest.save(folder / "saved")
    return folder / "saved", process


def prepare(guest, sealed, orders_key=None):
    """Images, keys (a new one for orders, if none is given) and settings, and the drive's process."""
    for kind, each in sealed.items():
        guest.put(f"/tmp/{kind.value}", each.image)
    guest.call("set_up", settings="[drive]\nreal_media = true", orders_key=orders_key)
    return start_drive(guest)


@pytest.fixture
def guest(booted, machine, tmp_path):
    """As it was when it had booted; gone when the test is."""
    folder = tmp_path / "guest"
    folder.mkdir()
    with Guest(*machine, folder, restored_from=booted[0]) as guest:
        yield guest


@pytest.fixture
def station(guest, booted):
    return Station(guest, booted[1])


@pytest.fixture
def burner_with(guest):
    """`with burner_with(disc, faults=…) as drive`: plugged into the guest, with a node and settled."""

    @contextmanager
    def plugged(disc, **how):
        drive = Drive(disc, **how)
        with running(drive) as port:
            guest.plug_burner(port)
            guest.until(lambda: guest.run("test", "-b", "/dev/sr0").status == 0)
            guest.does("udevadm", "settle")
            try:
                yield drive
            finally:
                guest.cut_power()

    return plugged
