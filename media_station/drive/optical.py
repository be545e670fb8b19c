"""An image to a disc, burned and closed by xorriso, which gets it on stdin. A burn counts by its read-back alone."""

import errno
import fcntl
import os
import re
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from media_station.drive.direct import Tell
from media_station.model.errors import MediaFault

TRAY_SECONDS: Final = 600.0
_LOOK_SECONDS: Final = 0.5
_WRITTEN = re.compile(rb"UPDATE : +([0-9]+) of +[0-9]+ MB written")
_MIB: Final = 1 << 20
_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C"}
# linux/cdrom.h
_EJECT, _CLOSE_TRAY, _DRIVE_STATUS, _LOCK_DOOR = 0x5309, 0x5319, 0x5326, 0x5329
_CURRENT_SLOT: Final = 0x7FFFFFFF
_TRAY_OPEN, _DISC_OK = 2, 4


def burn(path: Path, image: int, length: int, tell: Tell, locked: Callable[[], None]) -> str:
    """Burns `length` bytes of the image and closes the disc; xorriso's name and version.

    `locked` is called once xorriso has the drive, at its first sign of writing. OSError if it can't be run or says that
    it failed. A rehearsal's disc is a file, xorriso's `stdio:` drive.
    """
    os.lseek(image, 0, os.SEEK_SET)
    drive = f"stdio:{path}" if path.is_file() else str(path)
    command = ["xorriso", "-no_rc", "-as", "cdrecord", "-v", f"dev={drive}", f"tsize={length}", "-nopad", "-"]
    said, writing = b"", False
    with subprocess.Popen(
        command, stdin=image, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=_ENVIRONMENT
    ) as xorriso:
        if xorriso.stderr is None:
            raise ValueError("no pipe")
        try:
            for line in iter(xorriso.stderr.readline, b""):
                said += line if len(said) < _MIB else b""
                if found := _WRITTEN.search(line):
                    if not writing:
                        locked()
                    writing = True
                    tell(min(int(found[1]) * _MIB, length))
        except BaseException:
            xorriso.terminate()
            raise
    if xorriso.returncode:
        raise OSError(f"xorriso ended with {xorriso.returncode}")
    tell(length)
    version = re.match(rb"xorriso ([0-9][0-9.]*)", said)
    return f"xorriso {version[1].decode()}" if version else "xorriso"


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
