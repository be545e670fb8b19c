"""A file that a command makes: new, its owner's alone, and there only if it became whole."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from media_station.model.errors import Refused

_OWNER_ONLY: Final = 0o600
# FAT, for one, has no files without a name.
_NO_NAMELESS: Final = frozenset({errno.EOPNOTSUPP, errno.EISDIR, errno.EINVAL})


@contextmanager
def new_file(path: Path) -> Iterator[int]:
    """Its descriptor, synced at the end. Refused CLI-004 if it is there already or can't be made.

    It gets its name when it is whole; until then nothing of it stays, even if the process is killed. Where a file can't
    be without a name, it is removed when something fails.
    """
    with _refused(path):
        out, nameless = _made(path)
    try:
        yield out
        os.fsync(out)
        if nameless:
            with _refused(path):
                # With a descriptor it is linkat(2), which follows /proc's link; link(2) doesn't.
                os.link(f"/proc/self/fd/{out}", path, src_dir_fd=out)
    except BaseException:
        if not nameless:
            with suppress(OSError):
                path.unlink()
        raise
    finally:
        os.close(out)


def _made(path: Path) -> tuple[int, bool]:
    """A descriptor, and whether it has no name yet."""
    if os.path.lexists(path):
        raise FileExistsError(path)
    try:
        return os.open(path.parent, os.O_RDWR | os.O_TMPFILE | os.O_CLOEXEC, _OWNER_ONLY), True
    except OSError as error:
        if error.errno not in _NO_NAMELESS:
            raise
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, _OWNER_ONLY), False


@contextmanager
def _refused(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Refused("CLI-004", file=path.name) from error
