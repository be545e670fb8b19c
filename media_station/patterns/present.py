"""The folder of patterns: `now` leads to those that clamd reads; all of them change in one step."""

import os
import re
import shutil
from pathlib import Path
from typing import Final

_NAME: Final = re.compile(r"patterns-([1-9][0-9]{0,15})(\.again)?")
NOW: Final = "now"


def number(folder: Path) -> int:
    """Of the present ones; 0 if none came as a supply."""
    link = folder / NOW
    found = _NAME.fullmatch(link.readlink().name) if link.is_symlink() else None
    return int(found[1]) if found else 0


def swap(folder: Path, new: Path, name: str) -> None:
    """`new`, a folder in `folder`, is the present one from now on; what came before goes."""
    link = folder / NOW
    present = link.readlink().name if link.is_symlink() else ""
    final = folder / (f"{name}.again" if present == name else name)
    if final.exists():  # cut off before
        shutil.rmtree(final)
    new.rename(final)
    beside = folder / f"{NOW}.new"
    beside.unlink(missing_ok=True)
    beside.symlink_to(final.name)
    beside.replace(link)
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    for each in folder.iterdir():
        if _NAME.fullmatch(each.name) and each != final:
            shutil.rmtree(each)
