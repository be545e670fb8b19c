"""Starts a cell for one job: the service manager starts the process when the desk connects."""

import asyncio
import json
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from asyncvarlink import FileDescriptor

from media_station.doors import cell
from media_station.doors.socket import connect
from media_station.model.errors import PeerFault, StationError
from media_station.model.item import Item, ItemType
from media_station.model.payload import ENCODINGS, Inspection
from media_station.proof.note import JSON

SHEET_BYTES = 16 * 1024 * 1024
_INSPECTION_CODE = re.compile(r"INS-[0-9]{3}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


class Cells:
    def __init__(self, path: Path, uids: frozenset[int]) -> None:
        self._path = path
        self._uids = uids

    async def inspect(
        self, plaintext: Iterator[bytes], items: list[Item], *, individual_numbers_allowed: bool
    ) -> Inspection:
        """Streams the plaintext through a pipe into a cell; whatever ends the stream badly ends the inspection.

        PeerFault HND-012 if the answer holds a text that isn't the desk's own: no cell, whatever it read, can have
        the desk record a value of the payload.
        """
        read_end, write_end = os.pipe()
        feeding = asyncio.create_task(asyncio.to_thread(_feed, plaintext, write_end))
        try:
            async with connect(self._path, cell.Cell, uids=self._uids) as door:
                inspection: Inspection = await door.call(
                    "Inspect",
                    plaintext=FileDescriptor(read_end),
                    items=items,
                    individual_numbers_allowed=individual_numbers_allowed,
                )
        finally:
            os.close(read_end)
            failure = await feeding
        if failure is not None:
            raise failure
        if not _is_sound(inspection, items):
            raise PeerFault("HND-012")
        return inspection

    async def weigh(self, password: str, words: list[str]) -> bool:
        """Whether a password is hard enough to guess for someone who knows these words."""
        async with connect(self._path, cell.Cell, uids=self._uids) as door:
            enough: bool = await door.call("Weigh", password=password, words=words)
        return enough

    async def typeset(self, paper: str, fields: Mapping[str, JSON]) -> bytes:
        """The paper as PDF, through an anonymous file: it never lies on a disk of the cell's."""
        sheet = os.memfd_create("sheet", os.MFD_CLOEXEC)
        try:
            async with connect(self._path, cell.Cell, uids=self._uids) as door:
                done: cell.Typeset = await door.call(
                    "Typeset", paper=paper, fields=json.dumps(fields), sheet=FileDescriptor(sheet)
                )
            if not 0 < done.length <= SHEET_BYTES or os.fstat(sheet).st_size != done.length:
                raise PeerFault("HND-011")
            return os.pread(sheet, done.length, 0)
        finally:
            os.close(sheet)


def _is_sound(found: Inspection, items: list[Item]) -> bool:
    """Each text is a code, an approved heading, a known encoding or a hash; sums come only of a whole payload."""
    amounts = [] if found.code else [item.heading for item in items if item.type is ItemType.YEN]
    return (
        (not found.code or _INSPECTION_CODE.fullmatch(found.code) is not None)
        and found.item in {"", *(item.heading for item in items)}
        and found.encoding in ENCODINGS
        and [each.item for each in found.sums] == amounts
        and _SHA256.fullmatch(found.sha256) is not None
    )


def _feed(plaintext: Iterator[bytes], write_end: int) -> StationError | None:
    """Everything into the pipe; a cell that has seen enough closes it, which is not an error here."""
    try:
        with open(write_end, "wb", buffering=0) as pipe:
            for piece in plaintext:
                rest = memoryview(piece)
                while rest:
                    rest = rest[pipe.write(rest) or 0 :]
    except BrokenPipeError:
        return None
    except StationError as error:
        return error
    return None
