"""scripts/test-machine runs what lies here; without the machine that it builds, there is nothing to collect."""

import os
from contextlib import contextmanager
from pathlib import Path

import pytest
from burner.iscsi import running
from burner.mmc import Drive
from virtual import Guest

if "MEDIA_STATION_MACHINE" not in os.environ:
    collect_ignore_glob = ["test_*.py"]


@pytest.fixture(scope="session")
def booted(tmp_path_factory):
    """A guest saved when it had booted, with nothing plugged in."""
    folder = tmp_path_factory.mktemp("booted")
    built, project = Path(os.environ["MEDIA_STATION_MACHINE"]), Path(os.environ["MEDIA_STATION_MACHINE_PROJECT"])
    with Guest(built, project, folder) as guest:
        guest.does("udevadm", "settle")
        guest.save(folder / "saved")
    return built, project, folder / "saved"


@pytest.fixture
def guest(booted, tmp_path):
    """As it was when it had booted; gone when the test is."""
    built, project, saved = booted
    folder = tmp_path / "guest"
    folder.mkdir()
    with Guest(built, project, folder, restored_from=saved) as guest:
        yield guest


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
