"""Starts a cell for one job: the service manager starts the process when the desk connects."""

import asyncio
import json
import os
import re
from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, Final

from asyncvarlink import FileDescriptor

from media_station.doors import cell
from media_station.doors.socket import connect
from media_station.model.errors import PeerFault, StationError
from media_station.model.finding import SEEN_BY_THE_DESK, FindingKind
from media_station.model.glyphs import unsure
from media_station.model.item import Item, ItemType
from media_station.model.payload import ENCODINGS, Inspection
from media_station.model.review import (
    AGES_DAYS,
    CONCERNED_MOST,
    DETECTIONS_AT_ONCE,
    ERASURES,
    HOURS,
    TOTALS,
    WEEKDAYS,
    Analysis,
    Detection,
    Thresholds,
    days_between,
)
from media_station.proof.note import JSON

Unpacked = cell.Unpacked
# Of one period: more than that nobody looks into one by one.
DETECTIONS_MOST: Final = 2000
PAYLOADS_MOST: Final = 1000
_PIECE: Final = 1 << 16
SHEET_BYTES = 16 * 1024 * 1024
_INSPECTION_CODE = re.compile(r"INS-[0-9]{3}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


class Cells:
    def __init__(self, path: Path, uids: frozenset[int]) -> None:
        self._path = path
        self._uids = uids

    async def inspect(
        self, plaintext: Iterator[bytes | memoryview], items: list[Item], *, individual_numbers_allowed: bool
    ) -> Inspection:
        """Streams the plaintext through a pipe into a cell; whatever ends the stream badly ends the inspection.

        PeerFault HND-012 if the answer holds a text that isn't the desk's own: no cell, whatever it read, can have
        the desk record a value of the payload.
        """
        inspection: Inspection = await self._streamed(
            "Inspect", plaintext, "plaintext", items=items, individual_numbers_allowed=individual_numbers_allowed
        )
        if not _is_sound(inspection, items):
            raise PeerFault("HND-012")
        return inspection

    async def analyse(
        self,
        lines: Callable[[], Iterator[bytes]],
        since: date,
        until: date,
        thresholds: Thresholds,
        *,
        records: int,
        operators: AbstractSet[str],
    ) -> Analysis:
        """The analysis of the days from `since` to `until`: all detections, or the first DETECTIONS_MOST of more.
        `lines` begins the journal's first `records` lines, each with its newline, anew for each cell that is needed.

        PeerFault HND-013 if an answer isn't one that could be of this journal: whatever a cell read, the desk records
        only kinds that there are, numbers of records, days of the period and `operators`.
        """
        period = {"since": since.isoformat(), "until": until.isoformat()}
        detections: list[Detection] = []
        while True:
            analysis: Analysis = await self._streamed(
                "Analyse", lines(), "records", **period, thresholds=thresholds, start=len(detections)
            )
            if not _could_be(analysis, since, until, records, operators):
                raise PeerFault("HND-013")
            detections += analysis.detections
            if len(detections) > analysis.found:
                raise PeerFault("HND-013")
            if len(detections) == analysis.found or len(detections) >= DETECTIONS_MOST:
                return replace(analysis, detections=detections[:DETECTIONS_MOST])
            if len(analysis.detections) < DETECTIONS_AT_ONCE:
                raise PeerFault("HND-013")

    async def _streamed(self, method: str, pieces: Iterator[bytes | memoryview], name: str, **parameters: Any) -> Any:
        """One job whose input goes through a pipe; whatever ends the input badly ends the job."""
        read_end, write_end = os.pipe()
        feeding = asyncio.create_task(asyncio.to_thread(_feed, pieces, write_end))
        try:
            async with connect(self._path, cell.Cell, uids=self._uids) as door:
                answer = await door.call(method, **{name: FileDescriptor(read_end)}, **parameters)
        finally:
            os.close(read_end)
            failure = await feeding
        if failure is not None:
            raise failure
        return answer

    async def unpack(self, pieces: int, number: int, write: Callable[[bytes], object]) -> Unpacked:
        """The `number`th payload, from 0, of a foreign medium whose pieces come at the socket; its age file goes to
        `write`, and what that raises ends the job. PeerFault HND-014 for an answer that can't be.
        """
        read_end, write_end = os.pipe()
        taking = asyncio.create_task(asyncio.to_thread(_take, read_end, write))
        try:
            async with connect(self._path, cell.Cell, uids=self._uids) as door:
                unpacked: Unpacked = await door.call(
                    "Unpack", pieces=FileDescriptor(pieces), number=number, body=FileDescriptor(write_end)
                )
        finally:
            os.close(write_end)
            taken = await taking
        if unpacked.length != taken or not 0 <= number < unpacked.payloads <= PAYLOADS_MOST:
            raise PeerFault("HND-014")
        return unpacked

    async def weigh(self, password: str, words: list[str]) -> bool:
        """Whether a password is hard enough to guess for someone who knows these words."""
        async with connect(self._path, cell.Cell, uids=self._uids) as door:
            enough: bool = await door.call("Weigh", password=password, words=words)
        return enough

    async def typeset(self, paper: str, fields: Mapping[str, JSON], proof: bytes) -> bytes:
        """The paper as PDF with its proof, through an anonymous file: it never lies on a disk of the cell's."""
        sheet = os.memfd_create("sheet", os.MFD_CLOEXEC)
        try:
            os.write(sheet, proof)
            async with connect(self._path, cell.Cell, uids=self._uids) as door:
                done: cell.Typeset = await door.call(
                    "Typeset", paper=paper, fields=json.dumps(fields), sheet=FileDescriptor(sheet)
                )
            if not 0 < done.length <= SHEET_BYTES or os.fstat(sheet).st_size != done.length:
                raise PeerFault("HND-011")
            return os.pread(sheet, done.length, 0)
        finally:
            os.close(sheet)

    async def require_glyphs(self, texts: Mapping[str, str]) -> None:
        """By field. Refused PAP-001 for what could be registered and never be printed."""
        doubtful = unsure(texts)
        if doubtful:
            await self.typeset(cell.GLYPHS, doubtful, b"")


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


def _could_be(analysis: Analysis, since: date, until: date, records: int, operators: AbstractSet[str]) -> bool:
    """Its numbers are those of a journal of so many records, its days and its people those that there are."""
    of = analysis.figures
    days = days_between(since, until)
    shape = (len(of.jobs), len(of.refusals), len(of.away), len(of.erasures), len(of.totals))
    counts = (of.records, *of.jobs, *of.away, *of.erasures, *of.totals)
    return (
        0 <= len(analysis.detections) <= DETECTIONS_AT_ONCE
        and shape == (days, WEEKDAYS * HOURS, len(AGES_DAYS) + 1, len(ERASURES), len(TOTALS))
        and all(0 <= count <= records for count in counts)
        and all(count >= 0 for count in of.refusals)
        and len(analysis.kinds) == len(FindingKind)
        and sum(analysis.kinds) == analysis.found <= records * len(FindingKind)
        and all(
            count == 0 if kind in SEEN_BY_THE_DESK else count >= 0
            for kind, count in zip(FindingKind, analysis.kinds, strict=True)
        )
        and all(_may_be(each, since, until, records, operators) for each in analysis.detections)
    )


def _may_be(each: Detection, since: date, until: date, records: int, operators: AbstractSet[str]) -> bool:
    return (
        each.kind not in SEEN_BY_THE_DESK
        and 0 <= each.first <= each.last < records
        and _DAY.fullmatch(each.day) is not None
        and since.isoformat() <= each.day <= until.isoformat()
        and len(each.concerned) <= CONCERNED_MOST
        and set(each.concerned) <= operators
    )


def _take(read_end: int, write: Callable[[bytes], object]) -> int:
    """Everything out of the pipe; how many bytes there were."""
    taken = 0
    with open(read_end, "rb", buffering=0) as pipe:
        while piece := pipe.read(_PIECE):
            taken += len(piece)
            write(piece)
    return taken


def _feed(plaintext: Iterator[bytes | memoryview], write_end: int) -> StationError | None:
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
