"""Files of a new identity: all of them new, none in place of another."""

import os
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Final

from media_station.model.errors import Refused

SECRET: Final = 0o600
PUBLIC: Final = 0o644


def write_all(directory: Path, files: Mapping[str, str | bytes], *, mode: int = SECRET) -> None:
    """By names below the directory, in the order given, each on the disk before the next. New folders are the owner's
    alone. Refused STP-001 if any file is there, before any is written; STP-002 if one can't be.
    """
    for name in files:
        if os.path.lexists(directory / name):
            raise Refused("STP-001", file=name)
    name = directory.name
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name, content in files.items():
            folder = directory
            for part in Path(name).parent.parts:
                folder /= part
                folder.mkdir(mode=0o700, exist_ok=True)
            with open(directory / name, "xb", opener=partial(_open, mode=mode)) as file:
                file.write(content.encode() if isinstance(content, str) else content)
                file.flush()
                os.fsync(file.fileno())
    except OSError as error:
        raise Refused("STP-002", file=Path(error.filename or name).name) from error


def _open(path: str, flags: int, *, mode: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW | os.O_CLOEXEC, mode)
