"""The folder of packages, which everyone may read: `present.deb` and `former.deb` as they were installed; `next.deb`
with `ordered.json`, which `scripts/install-update` calls `told.json` when it has ended.
"""

import hashlib
import io
import json
import os
import re
import subprocess
import tarfile
from pathlib import Path
from typing import BinaryIO, Final

from media_station.model.errors import Refused

NEW: Final = "next.new"
ORDERED: Final = "ordered.json"
_NEXT: Final = "next.deb"
_PRESENT: Final = "present.deb"
_FORMER: Final = "former.deb"
_PIECE: Final = 1 << 20
_READABLE: Final = 0o644
_PACKAGE: Final = "Package: media-station\n"
# Of this house's packages; deb-version(7) has more.
_VERSION: Final = re.compile(r"(?m)^Version: ([0-9][0-9A-Za-z.+~]{0,63})$")


def copy(source: BinaryIO, new: Path) -> str:
    """The SHA-256 of what was copied, which is on the disk. Refused SUP-019 if there is no room."""
    seen = hashlib.sha256()
    try:
        with new.open("wb") as out:
            while piece := source.read(_PIECE):
                seen.update(piece)
                out.write(piece)
            out.flush()
            os.fchmod(out.fileno(), _READABLE)
            os.fsync(out.fileno())
    except OSError as error:
        raise Refused("SUP-019") from error
    return seen.hexdigest()


def copy_former(folder: Path, new: Path, sha256: str) -> None:
    """Refused SUP-022 if none is kept, SUP-016 if another than was ordered; as `copy`."""
    try:
        former = (folder / _FORMER).open("rb")
    except OSError as error:
        raise Refused("SUP-022") from error
    with former:
        if copy(former, new) != sha256:
            raise Refused("SUP-016", supply=_FORMER)


def version(new: Path) -> str:
    """Refused SUP-023 unless it is a package of the station."""
    asked = ("dpkg-deb", "--ctrl-tarfile", new)
    try:
        done = subprocess.run(asked, stdin=subprocess.DEVNULL, capture_output=True, check=True)
        with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
            control = archive.extractfile("./control")
            text = control.read().decode() if control else ""
    except (OSError, ValueError, KeyError, tarfile.TarError, subprocess.CalledProcessError) as error:
        raise Refused("SUP-023") from error
    told = _VERSION.search(text)
    if told is None or not text.startswith(_PACKAGE):
        raise Refused("SUP-023")
    return told[1]


def check_present(folder: Path, present: str) -> None:
    """Refused SUP-025 unless what is kept to be put back after a failure is of the present version."""
    try:
        its = version(folder / _PRESENT)
    except Refused as error:
        raise Refused("SUP-025", present=present) from error
    if its != present:
        raise Refused("SUP-025", present=present)


def is_newer(its: str, present: str) -> bool:
    return subprocess.run(["dpkg", "--compare-versions", its, "gt", present], check=False).returncode == 0


def hand_over(folder: Path, ordered: dict[str, str]) -> None:
    """The new one is the next from now on. All at once: `ordered.json`, which is what the service manager waits for."""
    (folder / NEW).replace(folder / _NEXT)
    beside = folder / f"{ORDERED}.new"
    with beside.open("w") as out:
        json.dump(ordered, out)
        out.flush()
        os.fchmod(out.fileno(), _READABLE)
        os.fsync(out.fileno())
    beside.replace(folder / ORDERED)
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
