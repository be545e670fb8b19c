"""The station's disk runs full while a medium is being erased: the erasure ends and is recorded, and nothing new begins.

A real small disk, in a mount namespace of its own, which ends with its process.
"""

import sys
from pathlib import Path

from small_disk import on_a_small_disk

MIB = 1024 * 1024
PROGRAM = Path(__file__).with_name("erasing_on_a_full_disk.py")


def test_a_running_erasure_ends_and_is_recorded_and_nothing_new_begins(tmp_path):
    (tmp_path / "house").mkdir()
    done = on_a_small_disk(tmp_path / "house", 64 * MIB, sys.executable, str(PROGRAM), str(tmp_path))
    assert done.returncode == 0, done.stdout + done.stderr
