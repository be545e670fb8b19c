"""An image to a disc, burned and closed by xorriso, which gets it on stdin. A burn counts by its read-back alone."""

import os
import re
import subprocess
from pathlib import Path
from typing import Final

from media_station.drive.direct import Tell

_WRITTEN = re.compile(rb"UPDATE : +([0-9]+) of +[0-9]+ MB written")
_MIB: Final = 1 << 20
_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C"}


def burn(path: Path, image: int, length: int, tell: Tell) -> str:
    """Burns `length` bytes of the image; xorriso's name and version. OSError if it can't be run or says that it failed.

    A rehearsal's disc is a file, xorriso's `stdio:` drive.
    """
    os.lseek(image, 0, os.SEEK_SET)
    command = ["xorriso", "-as", "cdrecord", "-v", f"dev=stdio:{path}", f"tsize={length}", "-nopad", "-"]
    said = b""
    with subprocess.Popen(
        command, stdin=image, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=_ENVIRONMENT
    ) as xorriso:
        if xorriso.stderr is None:
            raise ValueError("no pipe")
        for line in iter(xorriso.stderr.readline, b""):
            said += line if len(said) < _MIB else b""
            if found := _WRITTEN.search(line):
                tell(min(int(found[1]) * _MIB, length))
    if xorriso.returncode:
        raise OSError(f"xorriso ended with {xorriso.returncode}")
    tell(length)
    version = re.match(rb"xorriso ([0-9][0-9.]*)", said)
    return f"xorriso {version[1].decode()}" if version else "xorriso"
