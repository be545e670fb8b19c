"""Inbox and spool: ciphertext only, 0600 in 0700 directories, purged when a transfer is closed."""

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from media_station.model.errors import IntegrityViolation, Refused
from media_station.model.ids import parse_medium, parse_payload

_PIECE = 1 << 20


class Spool:
    """Sealed payloads by payload id, sealed images by medium number."""

    def __init__(self, directory: Path) -> None:
        self._inbox = directory / "inbox"
        self._images = directory / "images"
        for each in (self._inbox, self._images):
            each.mkdir(mode=0o700, parents=True, exist_ok=True)

    def take(self, payload: str, body: int, length: int, sha256: str) -> None:
        """Copies a complete ciphertext from a descriptor; Refused SPL-001 if length or hash differ."""
        path = self._payload(payload)
        beside = path.with_suffix(".new")
        seen = hashlib.sha256()
        with beside.open("wb") as out:
            offset = 0
            while piece := os.pread(body, _PIECE, offset):
                offset += len(piece)
                seen.update(piece)
                out.write(piece)
            out.flush()
            os.fsync(out.fileno())
        if (offset, seen.hexdigest()) != (length, sha256):
            beside.unlink()
            raise Refused("SPL-001", payload=payload)
        beside.replace(path)

    def payload(self, payload: str) -> BinaryIO:
        """The sealed payload, for reading; IntegrityViolation SPL-002 if it is gone."""
        return self._open(self._payload(payload))

    @contextmanager
    def new_image(self, medium: str, needed: int) -> Iterator[BinaryIO]:
        """Where an image is made; it is there only if the block ends well. Refused SPL-003 if there is no room."""
        free = shutil.disk_usage(self._images).free
        if free < needed:
            raise Refused("SPL-003", needs=needed, has=free)
        path = self._image(medium)
        beside = path.with_suffix(".new")
        try:
            with beside.open("wb") as out:
                yield out
                out.flush()
                os.fsync(out.fileno())
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)

    def image(self, medium: str) -> BinaryIO:
        return self._open(self._image(medium))

    def purge(self, payload: str, media: list[str]) -> None:
        """Removes the sealed payload and the images; what is gone already is as it should be."""
        for path in (self._payload(payload), *(self._image(medium) for medium in media)):
            path.unlink(missing_ok=True)

    def _payload(self, payload: str) -> Path:
        return self._inbox / f"{parse_payload(payload)}.age"

    def _image(self, medium: str) -> Path:
        return self._images / f"{parse_medium(medium)}.img"

    @staticmethod
    def _open(path: Path) -> BinaryIO:
        try:
            return path.open("rb")
        except OSError as error:
            raise IntegrityViolation("SPL-002", file=path.name) from error
