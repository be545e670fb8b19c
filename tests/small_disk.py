"""A command on a disk of a few bytes: a tmpfs in a mount namespace of its own, which ends with the command."""

import os
import subprocess
from pathlib import Path

_MOUNTED = 'mount -t tmpfs -o size="$0" none "$1" && shift && exec "$@"'


def on_a_small_disk(mounted: Path, size_bytes: int, *command: str) -> subprocess.CompletedProcess[str]:
    """`mounted` is an empty folder, which only the command sees filled."""
    unshare = ["unshare", "--mount"] if os.getuid() == 0 else ["unshare", "--map-root-user", "--mount"]
    whole = [*unshare, "sh", "-c", _MOUNTED, str(size_bytes), str(mounted), *command]
    return subprocess.run(whole, capture_output=True, text=True, check=False)
