"""Files that are on the disk when the call returns."""

import os
from pathlib import Path


def replace_durably(path: Path, content: bytes) -> None:
    """Write beside, fsync, rename, fsync the directory: after a crash the old or the new content, never a mixture."""
    beside = path.with_name(path.name + ".new")
    with beside.open("wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    beside.replace(path)
    sync(path.parent)


def sync(path: Path) -> None:
    """A file's content, or a directory's names."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
