"""The tray of an optical drive: locked, and out and in again."""

import errno
import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from media_station.model.errors import MediaFault

TRAY_SECONDS: Final = 600.0
_LOOK_SECONDS: Final = 0.5
# linux/cdrom.h
_EJECT, _CLOSE_TRAY, _DRIVE_STATUS, _LOCK_DOOR = 0x5309, 0x5319, 0x5326, 0x5329
_CURRENT_SLOT: Final = 0x7FFFFFFF
_TRAY_OPEN, _DISC_OK = 2, 4


@contextmanager
def door_locked(path: Path) -> Iterator[None]:
    """Its button doesn't open the tray meanwhile. OSError if the drive can't be opened or has no lock."""
    _lock_door(path, locked=True)
    try:
        yield
    finally:
        unlock(path)


def unlock(path: Path) -> None:
    """As far as it can be: the drive may be gone, or somebody else's now."""
    with suppress(OSError):
        _lock_door(path, locked=False)


def _lock_door(path: Path, *, locked: bool) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        fcntl.ioctl(descriptor, _LOCK_DOOR, int(locked))
    finally:
        os.close(descriptor)


def reload(path: Path, bay: str, waiting: Callable[[], None]) -> None:
    """Out and in again, so that the drive forgets what it has in its buffers, and the kernel the disc's old size.

    A slim drive can't pull its tray in: `waiting` is called while somebody must push it. MediaFault DRV-046 if nobody
    does within ten minutes.
    """
    until = time.monotonic() + TRAY_SECONDS
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        while not _is_ejected(descriptor):
            if time.monotonic() > until:
                raise MediaFault("DRV-046", bay=bay)
            time.sleep(_LOOK_SECONDS)
        try:
            fcntl.ioctl(descriptor, _CLOSE_TRAY, 0)
        except OSError:
            waiting()
        while (status := fcntl.ioctl(descriptor, _DRIVE_STATUS, _CURRENT_SLOT)) != _DISC_OK:
            if time.monotonic() > until:
                raise MediaFault("DRV-046", bay=bay)
            if status == _TRAY_OPEN:
                waiting()
            time.sleep(_LOOK_SECONDS)
    finally:
        os.close(descriptor)


def _is_ejected(descriptor: int) -> bool:
    """Not while somebody else, such as udev, has it open to look at it."""
    try:
        fcntl.ioctl(descriptor, _LOCK_DOOR, 0)
        fcntl.ioctl(descriptor, _EJECT, 0)
    except OSError as error:
        if error.errno != errno.EBUSY:
            raise
        return False
    return True
