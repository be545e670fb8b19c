import json
import subprocess
import sys

import pytest
from left_behind import RECORDS, Rehearsed


@pytest.fixture(scope="session")
def rehearsed(tmp_path_factory) -> Rehearsed:
    folder = tmp_path_factory.mktemp("rehearsed") / "out"
    command = [sys.executable, "-m", "media_station.rehearsal", str(folder), "--records", str(RECORDS)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    log = folder / "processes.log"
    assert done.returncode == 0, done.stderr + (log.read_text() if log.exists() else "")
    return Rehearsed(folder=folder, facts=json.loads((folder / "facts.json").read_text()), said=done.stdout)
