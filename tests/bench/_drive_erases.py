"""`_drive_erases.py DEVICE TOOK`: the drive's random pass and its verification, without its door. Seconds of both, of the
pass alone, and the bytes that the kernel counted from the device stand in the file TOOK; the process was running before.
"""

import os
import sys
import time
from pathlib import Path

from _bay import bay_at

from media_station.drive import main  # all that the process has in memory
from media_station.drive.direct import opened
from media_station.drive.erase import overwrite
from media_station.drive.identity import instance_of
from media_station.drive.keystream import Keystream

assert main
device_path, took = map(Path, sys.argv[1:])
STAT = Path("/sys/block") / device_path.name / "stat"
bay = bay_at(device_path)
passed: list[float] = []


def read_so_far() -> int:
    """Bytes from the device: the third field counts sectors of 512 bytes (Documentation/block/stat)."""
    return int(STAT.read_text().split()[2]) * 512


def writing(done: int) -> None:
    if done == size:
        passed.append(time.perf_counter() - began)


with opened(device_path, os.O_RDWR | os.O_EXCL) as device:
    size = os.lseek(device, 0, os.SEEK_END)
    before, began = read_so_far(), time.perf_counter()
    compared = overwrite(device, bay, instance_of(device, bay), size, Keystream(), writing, lambda _: None)
    whole = time.perf_counter() - began
took.write_text(f"{whole} {passed[0]} {read_so_far() - before}")
assert compared.wrong == 0
