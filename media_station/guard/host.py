"""How the machine itself is: its memory, its disks, its units. What runs out is told before it has; nothing is closed
for it, since less can be done then, not more.

The desk watches the disk that holds its state, and the starts (`station.started`, the boot id of each record).
"""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import psutil

from media_station.model.network import DriftKind

MEMORY_BYTES: Final = 256 * 1024**2
DISK_FREE: Final = 0.05
_SYSTEMCTL_SECONDS: Final = 10.0
_RUNNING: Final = Path("/run/systemd/system")  # sd_booted(3)


def lacking() -> dict[DriftKind, dict[str, str]]:
    """What is short or has failed, each by its name (memory has none) with what is told of it."""
    found = {DriftKind.MEMORY: _memory(), DriftKind.DISK: dict(_disks()), DriftKind.UNIT: _units()}
    return {kind: each for kind, each in found.items() if each}


def _memory() -> dict[str, str]:
    available = psutil.virtual_memory().available
    return {"": f"{available >> 20} MiB"} if available < MEMORY_BYTES else {}


def _disks() -> Iterator[tuple[str, str]]:
    for each in psutil.disk_partitions():
        try:
            usage = shutil.disk_usage(each.mountpoint)
        except OSError:  # gone meanwhile, or hidden from this process: what nobody can look at closes nothing
            continue
        if "rw" in each.opts.split(",") and usage.total and usage.free < usage.total * DISK_FREE:
            yield each.mountpoint, f"{each.mountpoint} {usage.free >> 20} MiB"


def _units() -> dict[str, str]:
    """Those that have failed; none where systemd doesn't run, or doesn't answer."""
    if not _RUNNING.is_dir():
        return {}
    command = ["systemctl", "list-units", "--failed", "--no-legend", "--plain"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=_SYSTEMCTL_SECONDS)
    except (OSError, subprocess.SubprocessError):
        return {}
    names = [line.split()[0] for line in done.stdout.splitlines() if line.strip()]
    return {name: name for name in names}
