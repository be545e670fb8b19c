"""An image to a disc, burned and closed by xorriso, which gets it on stdin. A burn counts by its read-back alone."""

import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Final

from media_station.drive.direct import Tell

_WRITTEN = re.compile(rb"UPDATE : +([0-9]+) of +[0-9]+ MB written")
_MIB: Final = 1 << 20
_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C"}


def burn(path: Path, image: int, length: int, tell: Tell, locked: Callable[[], None]) -> str:
    """Burns `length` bytes of the image and closes the disc; xorriso's name and version.

    `locked` is called once xorriso has the drive, at its first sign of writing, or at its end if it gave none. OSError
    if it can't be run or says that it failed. A rehearsal's disc is a file, xorriso's `stdio:` drive.
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
                    tell(min(int(found[1]) * _MIB, length))
                    if not writing:
                        locked()
                    writing = True
        except BaseException:
            xorriso.terminate()
            raise
    if not writing:
        locked()
    if xorriso.returncode:
        raise OSError(f"xorriso ended with {xorriso.returncode}")
    tell(length)
    version = re.match(rb"xorriso ([0-9][0-9.]*)", said)
    return f"xorriso {version[1].decode()}" if version else "xorriso"
