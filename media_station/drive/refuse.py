"""What is never written to, order or not: a medium that something else on this machine uses."""

import os
import stat
from pathlib import Path

from media_station.model.errors import Refused

_MOUNTS = Path("/proc/self/mountinfo")
_SWAPS = Path("/proc/swaps")
_DEVICES = Path("/sys/dev/block")


def refuse_in_use(descriptor: int, bay: str) -> None:
    """Refused DRV-023 if the device or a part of it is mounted, swapped to, or held by another device.

    The kernel's own O_EXCL refuses most of this at the opening; here the reason is found before anything is hashed.
    """
    status = os.fstat(descriptor)
    if not stat.S_ISBLK(status.st_mode):
        return
    device = _DEVICES / f"{os.major(status.st_rdev)}:{os.minor(status.st_rdev)}"
    parts = [device, *(each.parent for each in device.resolve().glob("*/partition"))]
    numbers = {(part / "dev").read_text().strip() for part in parts}
    mounted = {line.split()[2] for line in _MOUNTS.read_text().splitlines()}
    names = {f"/dev/{part.resolve().name}" for part in parts}
    swapped = {line.split()[0] for line in _SWAPS.read_text().splitlines()[1:]}
    if numbers & mounted or names & swapped or any(any((part / "holders").glob("*")) for part in parts):
        raise Refused("DRV-023", bay=bay)
