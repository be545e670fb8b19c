"""A file that a command makes: new, its owner's alone, and there only if it became whole."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from media_station.model.errors import Refused

_OWNER_ONLY: Final = 0o600


@contextmanager
def new_file(path: Path) -> Iterator[int]:
    """Its descriptor, synced at the end. Refused CLI-004 if it is there already or can't be made."""
    try:
        out = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, _OWNER_ONLY)
    except OSError as error:
        raise Refused("CLI-004", file=path.name) from error
    try:
        yield out
        os.fsync(out)
    except BaseException:
        with suppress(OSError):
            path.unlink()
        raise
    finally:
        os.close(out)
