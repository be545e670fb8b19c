"""Inbox and spool, 0600 in 0700 directories: ciphertext, and supplies as their publishers signed them. Payloads and
images are purged when a transfer is closed, bundles when somebody asks for it, a backup that nobody asked for with the
next one; finished sheets stay, as the journal does, a supply until the next one of its kind.
"""

import errno
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from media_station.desk.hands.durably import sync
from media_station.model.errors import IntegrityViolation, Refused, StationError
from media_station.model.ids import parse_bundle, parse_medium, parse_payload, parse_sha256
from media_station.model.supply import Supply, SupplyKind
from media_station.proof.supply import HEADER_BYTES, Publishers, open_header

_PIECE = 1 << 20
_WHOLE = frozenset({".age", ".img", ".supply"})
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


@dataclass(slots=True)
class Incoming:
    """A file without a name for what nobody has verified yet; `room` is left of what it may take, in bytes."""

    file: BinaryIO
    room: int

    def fileno(self) -> int:
        return self.file.fileno()

    def write(self, piece: bytes) -> None:
        """Refused SPL-003 if there is no room."""
        if len(piece) > self.room:
            raise Refused("SPL-003", needs=len(piece), has=self.room)
        self.room -= len(piece)
        try:
            self.file.write(piece)
        except OSError as error:
            if error.errno not in _FULL:
                raise
            raise Refused("SPL-003", needs=len(piece), has=0) from error


class Spool:
    """Sealed payloads by payload id, images by medium number, bundles by theirs, sheets by their PDF's SHA-256."""

    def __init__(self, directory: Path, *, spare_bytes: int = 0) -> None:
        """`spare_bytes` of the disk are left for others."""
        self._spare_bytes = spare_bytes
        self._inbox = directory / "inbox"
        self._images = directory / "images"
        self._exports = directory / "exports"
        self._sheets = directory / "sheets"
        self._supplies = directory / "supplies"
        self._folders = (self._inbox, self._images, self._exports, self._sheets, self._supplies)
        for each in self._folders:
            each.mkdir(mode=0o700, parents=True, exist_ok=True)
            for begun in each.glob("*.new"):  # by a desk that was killed
                begun.unlink()

    def take(self, payload: str, body: int, length: int, sha256: str) -> None:
        """Copies a complete ciphertext from a descriptor; Refused SPL-001 if length or hash differ."""
        with self._new(self._payload(payload), length) as out:
            if _copied(body, out) != (length, sha256):
                raise Refused("SPL-001", payload=payload)

    def take_supply(self, supply: Supply, header: bytes, body: int, start: int = 0) -> None:
        """As a file of its own, `<kind>.supply`, in place of the one before; the body begins at `start`. Refused
        SPL-001 if the hash differs.
        """
        with self._new(self._supply(supply.kind), len(header) + supply.length) as out:
            out.write(header)
            if _copied(body, out, start) != (supply.length, supply.sha256):
                raise Refused("SPL-001", payload=supply.name)

    def announced(self, kind: SupplyKind, publishers: Publishers) -> Supply | None:
        """The newest of its kind by its header; None if there is none, or no publisher signed it."""
        try:
            with self.supply(kind) as file:
                line = file.readline(HEADER_BYTES + 1)
            supply, _ = open_header(line.removesuffix(b"\n"), publishers)
        except StationError:
            return None
        return supply

    def drop_supply(self, kind: SupplyKind) -> None:
        self._supply(kind).unlink(missing_ok=True)

    def supply(self, kind: SupplyKind) -> BinaryIO:
        """The newest of its kind; IntegrityViolation SPL-002 if it is gone."""
        return self._open(self._supply(kind))

    @contextmanager
    def incoming(self) -> Iterator[Incoming]:
        """Gone at the end of the block, whatever happens."""
        with tempfile.TemporaryFile(dir=self._inbox, buffering=0) as file:
            # What is taken in is copied once more.
            yield Incoming(file, self._room(self._inbox) // 2)

    def payload(self, payload: str) -> BinaryIO:
        """The sealed payload, for reading; IntegrityViolation SPL-002 if it is gone."""
        return self._open(self._payload(payload))

    # Where each is made: it is there only if the block ends well. Refused SPL-003 if there is no room, also in the
    # middle.

    def new_image(self, medium: str, needed: int) -> AbstractContextManager[BinaryIO]:
        return self._new(self._image(medium), needed)

    def new_bundle(self, bundle: str, needed: int) -> AbstractContextManager[BinaryIO]:
        return self._new(self._bundle(bundle), needed)

    def new_sheet(self, sha256: str, needed: int) -> AbstractContextManager[BinaryIO]:
        return self._new(self._sheet(sha256), needed)

    def image(self, medium: str) -> BinaryIO:
        return self._open(self._image(medium))

    def has_bundle(self, bundle: str) -> bool:
        return self._bundle(bundle).exists()

    def bundle(self, bundle: str) -> BinaryIO:
        return self._open(self._bundle(bundle))

    def sheet(self, sha256: str) -> BinaryIO:
        return self._open(self._sheet(sha256))

    def lying_there(self) -> list[str]:
        """Names of whatever is whole."""
        return sorted(path.name for folder in self._folders for path in folder.iterdir() if path.suffix in _WHOLE)

    def sha256(self, name: str) -> str | None:
        """Of one of those, of a supply's body; None if it isn't there, empty if it can't be read."""
        path = next((folder / name for folder in self._folders if os.path.lexists(folder / name)), None)
        if path is None:
            return None
        try:
            with path.open("rb") as file:
                if path.parent == self._supplies:
                    file.readline(HEADER_BYTES + 1)
                return hashlib.file_digest(file, "sha256").hexdigest()
        except FileNotFoundError:
            return None
        except OSError:
            return ""

    def purge(self, payload: str, media: list[str]) -> None:
        """Removes the sealed payload and the images; what is gone already is as it should be."""
        for path in (self._payload(payload), *(self._image(medium) for medium in media)):
            path.unlink(missing_ok=True)

    def drop_image(self, medium: str) -> None:
        """One that nobody has recorded."""
        self._image(medium).unlink(missing_ok=True)

    def keep_images(self, is_recorded: Callable[[str], bool]) -> None:
        """Removes every other one, by its medium's number: a desk was killed between making and recording it."""
        for image in self._images.iterdir():
            if not is_recorded(image.stem):
                image.unlink()

    def purge_bundle(self, bundle: str) -> None:
        """Whoever still has it open, as the gate may, reads no further."""
        path = self._bundle(bundle)
        if path.exists():
            os.truncate(path, 0)
            path.unlink()

    def _payload(self, payload: str) -> Path:
        return self._inbox / f"{parse_payload(payload)}.age"

    def _image(self, medium: str) -> Path:
        return self._images / f"{parse_medium(medium)}.img"

    def _bundle(self, bundle: str) -> Path:
        return self._exports / f"{parse_bundle(bundle)}.age"

    def _sheet(self, sha256: str) -> Path:
        return self._sheets / f"{parse_sha256(sha256)}.age"

    def _supply(self, kind: SupplyKind) -> Path:
        return self._supplies / f"{kind.value}.supply"

    def _room(self, directory: Path) -> int:
        return max(0, shutil.disk_usage(directory).free - self._spare_bytes)

    @contextmanager
    def _new(self, path: Path, needed: int) -> Iterator[BinaryIO]:
        has = self._room(path.parent)
        if has < needed:
            raise Refused("SPL-003", needs=needed, has=has)
        beside = path.with_suffix(".new")
        try:
            with beside.open("wb") as out:
                yield out
                out.flush()
                os.fsync(out.fileno())
            beside.replace(path)
            sync(path.parent)
        except OSError as error:
            if error.errno not in _FULL:
                raise
            raise Refused("SPL-003", needs=needed, has=shutil.disk_usage(path.parent).free) from error
        finally:
            beside.unlink(missing_ok=True)

    @staticmethod
    def _open(path: Path) -> BinaryIO:
        try:
            return path.open("rb")
        except OSError as error:
            raise IntegrityViolation("SPL-002", file=path.name) from error


def _copied(body: int, out: BinaryIO, start: int = 0) -> tuple[int, str]:
    """Length and SHA-256 of all that the descriptor has from `start` on; none of one that isn't a file to read from."""
    seen, offset = hashlib.sha256(), start
    while piece := _read(body, offset):
        offset += len(piece)
        seen.update(piece)
        out.write(piece)
    return offset - start, seen.hexdigest()


def _read(body: int, offset: int) -> bytes:
    try:
        return os.pread(body, _PIECE, offset)
    except OSError:  # its sender's doing: what came is not what was announced
        return b""
