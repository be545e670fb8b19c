"""What is kept from one run to the next: the owner's alone, and one run's at a time."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from media_station.model.errors import Refused

_OWNER_ONLY = 0o600


@contextmanager
def held(path: Path, *, make: bool = False) -> Iterator[int]:
    """A file's or folder's descriptor, locked until the block ends, whatever ends it; `make`: for writing, made if it
    isn't there. Refused SND-005 if it can't be, SND-006 while another run has it.
    """
    how = os.O_RDWR | os.O_CREAT if make else os.O_RDONLY
    try:
        descriptor = os.open(path, how | os.O_NOFOLLOW | os.O_CLOEXEC, _OWNER_ONLY)
    except OSError as error:
        raise Refused("SND-005", file=path.name) from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            current = path.lstat()
        except OSError as error:  # another has it, or had it until now and is done with it
            raise Refused("SND-006", file=path.name) from error
        if not os.path.samestat(current, os.fstat(descriptor)):
            raise Refused("SND-006", file=path.name)
        yield descriptor
    finally:
        os.close(descriptor)
