"""A file that a command makes: new, its owner's alone, and there only if it became whole."""

import errno
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import Final

from media_station.model.errors import Refused

_OWNER_ONLY: Final = 0o600
_NEW: Final = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
# FAT, for one, has no files without a name.
_NO_NAMELESS: Final = frozenset({errno.EOPNOTSUPP, errno.EISDIR, errno.EINVAL})
_ENDS: Final = (signal.SIGTERM, signal.SIGHUP)  # Ctrl-C is an exception already


@contextmanager
def new_file(path: Path) -> Iterator[int]:
    """Its descriptor, synced at the end. Refused CLI-004 if it is there already or can't be made, CLI-005 if what a
    killed command left lies beside it.

    It gets its name when it is whole; until then nothing of it stays, even if the process is killed. Where a file can't
    be without a name, it has another one, and is removed when something fails or ends the process, but for SIGKILL.
    """
    with _refused(path):
        if os.path.lexists(path):
            raise FileExistsError(path)
        out = _nameless(path.parent)
    if out is None:
        with _named(path) as out:
            yield out
        return
    try:
        yield out
        os.fsync(out)
        with _refused(path):
            # With a descriptor it is linkat(2), which follows /proc's link; link(2) doesn't.
            os.link(f"/proc/self/fd/{out}", path, src_dir_fd=out)
    finally:
        os.close(out)


def _nameless(folder: Path) -> int | None:
    try:
        return os.open(folder, os.O_RDWR | os.O_TMPFILE | os.O_CLOEXEC, _OWNER_ONLY)
    except OSError as error:
        if error.errno not in _NO_NAMELESS:
            raise
    return None


@contextmanager
def _named(path: Path) -> Iterator[int]:
    beside = path.with_name(f"{path.name}.part")
    with ExitStack() as held:
        with _signals_wait(), _refused(path):
            try:
                out = os.open(beside, _NEW, _OWNER_ONLY)
            except FileExistsError as error:
                raise Refused("CLI-005", file=beside.name) from error
            held.callback(os.close, out)
            held.enter_context(_removed_at_an_end(beside))
        yield out
        os.fsync(out)
        with _signals_wait(), _refused(path):
            # FAT has no links, and a rename alone would overwrite what came in between: the name is taken first.
            os.close(os.open(path, _NEW, _OWNER_ONLY))
            try:
                beside.rename(path)
            except OSError:
                path.unlink()
                raise


@contextmanager
def _signals_wait() -> Iterator[None]:
    """What would end the process does so after the block."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {*_ENDS, signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _removed_at_an_end(beside: Path) -> Iterator[None]:
    """Whoever ends the process in this block ends it as he wanted, and without the file; so does whatever is raised."""

    def end(number: int, frame: FrameType | None) -> None:
        del frame
        beside.unlink(missing_ok=True)
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)

    # Only the main thread may say what a signal does; no command makes a file in another.
    before = {each: signal.signal(each, end) for each in _ENDS} if _is_main() else {}
    try:
        yield
    except BaseException:
        with suppress(OSError):
            beside.unlink()
        raise
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
