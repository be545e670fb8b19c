"""Each fault of the station itself, at each stage of its drive's work, comes to what tests/system/faults.toml says; the
journal verifies, and only what was verified is ready or written.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from faults import STAGES, expected, is_measured

PROGRAM = Path(__file__).with_name("faults_at_the_station.py")
SCENARIO = Path(__file__).parents[1] / "scenario"
FAULTS = ("power cut", "drive killed", "desk killed", "cancelled", "disk full")
_OWN = (
    'mount -t tmpfs -o size="$0" none "$1/house" && mount --bind "$2" /proc/sys/kernel/random/boot_id && shift 2'
    ' && exec "$@"'
)
DISK_BYTES = 256 * 1024 * 1024


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_comes_to_what_was_written_down(tmp_path, fault):
    if os.geteuid() != 0:
        pytest.fail("only root can make a loop device")
    (tmp_path / "house").mkdir()
    boot_id = tmp_path / "boot_id"
    boot_id.write_text(Path("/proc/sys/kernel/random/boot_id").read_text())
    command = [sys.executable, str(PROGRAM), fault, str(tmp_path), str(boot_id)]
    done = subprocess.run(
        ["unshare", "--mount", "sh", "-c", _OWN, str(DISK_BYTES), str(tmp_path), str(boot_id), *command],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(SCENARIO)},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    came = json.loads(done.stdout)
    assert {stage: said for stage, (said, _) in came.items()} == {
        stage: expected(fault, stage) for stage in STAGES if is_measured(expected(fault, stage))
    }
    assert all((state in {"ready", "written"}) == (said == "PASS") for said, state in came.values())
