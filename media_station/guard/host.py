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


def lacking() -> dict[DriftKind, str]:
    """What is short or has failed, with a line about it."""
    found = {DriftKind.MEMORY: _memory(), DriftKind.DISK: ", ".join(_disks()), DriftKind.UNIT: ", ".join(_units())}
    return {kind: detail for kind, detail in found.items() if detail}


def _memory() -> str:
    available = psutil.virtual_memory().available
    return f"{available >> 20} MiB" if available < MEMORY_BYTES else ""


def _disks() -> Iterator[str]:
    for each in psutil.disk_partitions():
        try:
            usage = shutil.disk_usage(each.mountpoint)
        except OSError:  # gone meanwhile, or hidden from this process: what nobody can look at closes nothing
            continue
        if "rw" in each.opts.split(",") and usage.total and usage.free < usage.total * DISK_FREE:
            yield f"{each.mountpoint} {usage.free >> 20} MiB"


def _units() -> list[str]:
    """Those that have failed; none where systemd doesn't run, or doesn't answer."""
    if not _RUNNING.is_dir():
        return []
    command = ["systemctl", "list-units", "--failed", "--no-legend", "--plain"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=_SYSTEMCTL_SECONDS)
    except (OSError, subprocess.SubprocessError):
        return []
    return [line.split()[0] for line in done.stdout.splitlines() if line.strip()]
