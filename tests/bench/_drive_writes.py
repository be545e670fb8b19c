"""`_drive_writes.py IMAGE DEVICE TOOK`: the drive's part of an order to write, without its door: written, and read back
past the cache by a second descriptor. Seconds and CPU seconds that it took stand in the file TOOK; the process was running before.
"""

import os
import sys
import time
from pathlib import Path

from _bay import bay_at

from media_station.drive import main  # all that the process has in memory
from media_station.drive.block import write_image
from media_station.drive.direct import opened
from media_station.drive.identity import instance_of
from media_station.drive.read_back import read_back

assert main
image_path, device_path, took = map(Path, sys.argv[1:])
bay = bay_at(device_path)
with image_path.open("rb", buffering=0) as image, opened(device_path, os.O_RDWR | os.O_EXCL) as device:
    length = os.fstat(image.fileno()).st_size
    began, cpu = time.perf_counter(), time.process_time()
    written = write_image(device, image.fileno(), length, lambda _: None)
    back = read_back(bay, instance_of(device, bay), length, lambda _: None)
took.write_text(f"{time.perf_counter() - began} {time.process_time() - cpu}")
assert (written, back.length) == (length, length)
