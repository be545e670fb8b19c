"""ISO 9660 (ECMA-119) with Joliet, and UDF (ECMA-167) over the same files: rendered by pycdlib around gaps."""

import hashlib
import io
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from threading import Lock
from types import ModuleType, SimpleNamespace
from typing import BinaryIO, cast

import pycdlib
from pycdlib import dates, headervd, udf
from pycdlib import pycdlib as pycdlib_core

from media_station.desk.image.layout import (
    MANIFEST_NAME,
    MANIFEST_SHORT,
    Layout,
    Piece,
    Zeros,
    payload_name,
    payload_short,
)
from media_station.model.errors import Refused

BLOCK = 2048
LABEL_CHARACTERS = 16  # of Joliet: its volume identifier has 32 bytes of UCS-2; ISO 9660 and UDF hold more
_NULL = bytes(4 << 20)
_ONE_AT_A_TIME = Lock()


def verify_label(label: str) -> None:
    """ECMA-119 8.4.6 wants d-characters, which have no hyphen; all readers show it, and it is the medium's number."""
    if not 1 <= len(label) <= LABEL_CHARACTERS or not label.isascii() or not label.isprintable():
        raise Refused("IMG-002", label=label, limit=LABEL_CHARACTERS)


def lay_out(
    *, label: str, ciphertext_length: int, manifest_length: int, pieces: tuple[Piece, ...], created: datetime
) -> Layout:
    """Renders everything but the ciphertext and the manifest, at a cost that doesn't grow with their content."""
    with _fixed_surroundings(created, label):
        disc = pycdlib.PyCdlib()
        # Level 3 for files of 4 GiB and more in several extents (ECMA-119 10.3); the names are those of level 1.
        disc.new(interchange_level=3, vol_ident=label, app_ident_str="MEDIA-STATION", joliet=3, udf="2.60")
        try:
            for piece in pieces:
                _add(disc, io.BytesIO(piece.content), len(piece.content), piece.name, piece.short)
            _add(disc, cast("BinaryIO", _Null()), ciphertext_length, payload_name(label), payload_short(label))
            _add(disc, cast("BinaryIO", _Null()), manifest_length, MANIFEST_NAME, MANIFEST_SHORT)
            disc.force_consistency()
            payload, manifest = _place_as_added(disc)
            paper = _Paper(payload * BLOCK, payload * BLOCK + ciphertext_length)
            disc.write_fp(cast("BinaryIO", paper), blocksize=len(_NULL))
        finally:
            disc.close()
    start = manifest * BLOCK - paper.gap_end
    return Layout(
        before=(bytes(paper.before),),
        ciphertext_length=ciphertext_length,
        between=(Zeros(start),),
        manifest_length=manifest_length,
        after=(bytes(paper.behind[start + manifest_length :]),),
    )


def _add(disc: pycdlib.PyCdlib, content: BinaryIO, length: int, name: str, short: str) -> None:
    disc.add_fp(content, length, iso_path=f"/{short};1", joliet_path=f"/{name}", udf_path=f"/{name}")


def _place_as_added(disc: pycdlib.PyCdlib) -> tuple[int, int]:
    """Gives the files their extents in the order they were added; returns the first of payload and manifest.

    pycdlib places them in the order of their names, the manifest before the payload. All sizes stay, so the space
    taken stays; the records of all three views (ISO 9660, Joliet, UDF) are moved with the file.
    """
    partition = disc.udf_main_descs.partitions[0].part_start_location
    extent = min(inode.extent_location() for inode in disc.inodes)
    for inode in disc.inodes:
        inode.set_extent_location(extent)
        for record, _ in inode.linked_records:
            first = extent + getattr(record, "data_extent_offset", 0)  # a part of a file of 4 GiB and more
            record.set_data_location(first, first - partition)
        extent += -(-inode.get_data_length() // BLOCK)
    return disc.inodes[-2].extent_location(), disc.inodes[-1].extent_location()


class _Null(io.RawIOBase):
    """A source of zeros without an end."""

    def read(self, size: int = -1, /) -> bytes:
        return _NULL[:size]

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        del whence
        return offset

    def seekable(self) -> bool:
        return True


class _Paper:
    """Where pycdlib draws: keeps what lies before and behind the ciphertext, drops what would be the ciphertext."""

    def __init__(self, gap: int, gap_end: int) -> None:
        self.before, self.behind = bytearray(gap), bytearray()
        self.gap_end = gap_end
        self._at = 0

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._at = self.gap_end + len(self.behind) if whence == io.SEEK_END else offset
        return self._at

    def write(self, drawn: bytes) -> int:
        at, end = self._at, self._at + len(drawn)
        if end <= len(self.before):
            self.before[at:end] = drawn
        elif at >= self.gap_end:
            at, end = at - self.gap_end, end - self.gap_end
            self.behind.extend(bytes(max(0, end - len(self.behind))))
            self.behind[at:end] = drawn
        elif not (len(self.before) <= at and end <= self.gap_end):
            raise AssertionError("the file system runs into the ciphertext")
        self._at += len(drawn)
        return len(drawn)


@contextmanager
def _fixed_surroundings(created: datetime, label: str) -> Iterator[None]:
    """Gives pycdlib one time, in UTC, and one "random" number, from the label: it takes both from the machine.

    An image must be the same bytes when it is rendered again. Inside this process only this room uses pycdlib.
    """
    seconds = created.timestamp()
    clock = SimpleNamespace(
        time=lambda: seconds, gmtime=time.gmtime, localtime=time.gmtime, strftime=time.strftime, strptime=time.strptime
    )
    number = int.from_bytes(hashlib.sha256(label.encode()).digest()[:4])
    dice = SimpleNamespace(getrandbits=lambda bits: number >> (32 - bits))
    places: list[tuple[ModuleType, str, object]] = [
        (module, "time", clock) for module in (dates, headervd, udf, pycdlib_core)
    ]
    places.append((udf, "random", dice))
    with _ONE_AT_A_TIME:
        kept = [getattr(module, name) for module, name, _ in places]
        try:
            for module, name, fixed in places:
                setattr(module, name, fixed)
            yield
        finally:
            for (module, name, _), real in zip(places, kept, strict=True):
                setattr(module, name, real)
