"""Every byte past the cache, through a descriptor of its own: the only thing that counts as written."""

import hashlib
import os
from dataclasses import dataclass

from media_station.drive.detect import Bay
from media_station.drive.direct import Tell, opened, read
from media_station.drive.identity import identify
from media_station.model.errors import MediaFault


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadBack:
    """`length` bytes came; their SHA-256 in hex."""

    length: int
    sha256: str


def read_back(bay: Bay, instance: str, length: int, tell: Tell) -> ReadBack:
    """MediaFault DRV-033 if another medium is there now. OSError as the medium gave it."""
    seen = hashlib.sha256()
    with opened(bay.path, os.O_RDONLY) as descriptor:
        if identify(descriptor, bay).instance != instance:
            raise MediaFault("DRV-033", bay=bay.name)
        came = read(descriptor, length, lambda piece, _: seen.update(piece), tell)
    return ReadBack(length=came, sha256=seen.hexdigest())
