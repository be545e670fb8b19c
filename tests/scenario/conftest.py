import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from attacking import under_attack
from left_behind import RECORDS, Rehearsed
from one_process import cheap
from walking_in_one import prepare

# Where a shell ran the tests in the background, what they start would take no Ctrl-C.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def rehearsed(tmp_path_factory) -> Rehearsed:
    folder = tmp_path_factory.mktemp("rehearsed") / "out"
    command = [sys.executable, "-m", "media_station.rehearsal", str(folder), "--records", str(RECORDS)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    log = folder / "processes.log"
    assert done.returncode == 0, done.stderr + (log.read_text() if log.exists() else "")
    return Rehearsed(folder=folder, facts=json.loads((folder / "facts.json").read_text()), said=done.stdout)


@pytest.fixture(scope="session")
def attacked(tmp_path_factory):
    """One station for all attacks. A disc in its drive can be swapped in mid-work: swapping.py looks for `disc`."""
    folder = tmp_path_factory.mktemp("attacked")
    swapping = [sys.executable, str(Path(__file__).parent / "swapping.py"), str(folder / "disc"), "--"]
    with under_attack(folder, drive=swapping) as station:
        yield station


@pytest.fixture
def it_stands(attacked):
    yield
    attacked.check_it_stands()


@pytest.fixture(scope="session")
def prepared(tmp_path_factory):
    with cheap():
        return prepare(tmp_path_factory.mktemp("prepared") / "house")


@pytest.fixture
def walk(prepared, tmp_path):
    """At a desk in this process, with a folder of its own."""
    with cheap():
        at_the_desk = prepared.opened(tmp_path / "house")
        yield at_the_desk
        at_the_desk.house.close()
