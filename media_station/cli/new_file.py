"""A file that a command makes: new, its owner's alone, and there only if it became whole."""

import errno
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from types import FrameType
from typing import Final

from media_station.model.errors import Refused

_OWNER_ONLY: Final = 0o600
# FAT, for one, has no files without a name.
_NO_NAMELESS: Final = frozenset({errno.EOPNOTSUPP, errno.EISDIR, errno.EINVAL})
_ENDS: Final = (signal.SIGTERM, signal.SIGHUP)  # Ctrl-C is an exception already


@contextmanager
def new_file(path: Path) -> Iterator[int]:
    """Its descriptor, synced at the end. Refused CLI-004 if it is there already or can't be made.

    It gets its name when it is whole; until then nothing of it stays, even if the process is killed. Where a file can't
    be without a name, it has another one, and is removed when something fails or ends the process, but for SIGKILL.
    """
    beside = path.with_name(f"{path.name}.part")
    with _refused(path):
        out, nameless = _made(path, beside)
    try:
        with nullcontext() if nameless else _removed_at_an_end(beside):
            yield out
            os.fsync(out)
            with _refused(path):
                if nameless:
                    # With a descriptor it is linkat(2), which follows /proc's link; link(2) doesn't.
                    os.link(f"/proc/self/fd/{out}", path, src_dir_fd=out)
                else:
                    _require_new(path)
                    beside.rename(path)
    except BaseException:
        if not nameless:
            with suppress(OSError):
                beside.unlink()
        raise
    finally:
        os.close(out)


def _require_new(path: Path) -> None:
    if os.path.lexists(path):
        raise FileExistsError(path)


def _made(path: Path, beside: Path) -> tuple[int, bool]:
    """A descriptor, and whether it has no name yet."""
    _require_new(path)
    try:
        return os.open(path.parent, os.O_RDWR | os.O_TMPFILE | os.O_CLOEXEC, _OWNER_ONLY), True
    except OSError as error:
        if error.errno not in _NO_NAMELESS:
            raise
    return os.open(beside, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, _OWNER_ONLY), False


@contextmanager
def _removed_at_an_end(beside: Path) -> Iterator[None]:
    """Whoever ends the process in this block ends it as he wanted, and without the file."""

    def end(number: int, frame: FrameType | None) -> None:
        del frame
        beside.unlink(missing_ok=True)
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)

    # Only the main thread may say what a signal does; no command makes a file in another.
    before = {each: signal.signal(each, end) for each in _ENDS} if _is_main() else {}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def _is_main() -> bool:
    return threading.current_thread() is threading.main_thread()


@contextmanager
def _refused(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Refused("CLI-004", file=path.name) from error
