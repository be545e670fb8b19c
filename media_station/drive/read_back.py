"""Every byte past the cache, through a descriptor of its own: the only thing that counts as written."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from media_station.drive.detect import Bay
from media_station.drive.direct import Tell, opened, read
from media_station.drive.identity import instance_of
from media_station.model.errors import MediaFault


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadBack:
    """`length` bytes came; their SHA-256 in hex."""

    length: int
    sha256: str


@contextmanager
def same_medium(bay: Bay, instance: str) -> Iterator[int]:
    """A second descriptor of the very medium. MediaFault DRV-033 if another medium is there now."""
    with opened(bay.path, os.O_RDONLY) as descriptor:
        if instance_of(descriptor, bay) != instance:
            raise MediaFault("DRV-033", bay=bay.name)
        yield descriptor


def read_back(bay: Bay, instance: str, length: int, tell: Tell) -> ReadBack:
    """As `same_medium`; OSError as the medium gave it."""
    seen = hashlib.sha256()
    with same_medium(bay, instance) as descriptor:
        came = read(descriptor, length, lambda piece, _: seen.update(piece), tell)
    return ReadBack(length=came, sha256=seen.hexdigest())
