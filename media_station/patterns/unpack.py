"""A patterns supply's body into a folder: a tar of ClamAV's files and nothing else, no larger than it is itself."""

import os
import re
import shutil
import tarfile
from pathlib import Path
from typing import IO, BinaryIO, Final

from media_station.model.errors import Refused

FILES_MOST: Final = 64
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}\.(cvd|cld|cud|ndb|ldb|hdb|hsb|mdb|msb|fp|sfp|ign2)")
_PLAIN: Final = frozenset({tarfile.REGTYPE, tarfile.AREGTYPE})


def unpack(body: BinaryIO, into: Path) -> None:
    """`into` is a new folder, its files on the disk when this returns. Refused SUP-018 for anything else in the tar,
    for too many files, for none, for no tar; SUP-019 if there is no room.
    """
    into.mkdir(mode=0o755)
    into.chmod(0o755)
    seen = 0
    try:
        with tarfile.open(fileobj=body, mode="r:") as archive:
            for member in archive:
                seen += 1
                # What is sparse would be larger on the disk than in the tar.
                plain = member.type in _PLAIN and member.sparse is None
                if not plain or not _NAME.fullmatch(member.name) or seen > FILES_MOST:
                    raise Refused("SUP-018")
                if source := archive.extractfile(member):
                    _keep(source, into / member.name)
    except (tarfile.TarError, FileExistsError) as error:
        raise Refused("SUP-018") from error
    except OSError as error:
        raise Refused("SUP-019") from error
    if not seen:
        raise Refused("SUP-018")
    _sync(into)


def _keep(source: IO[bytes], path: Path) -> None:
    with path.open("xb") as out:
        shutil.copyfileobj(source, out, 1 << 20)
        os.fchmod(out.fileno(), 0o644)
        out.flush()
        os.fsync(out.fileno())


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
