"""Offer, body, hand-in: a sealed payload on its way through. Its part file lives only while it arrives."""

import asyncio
import hashlib
import json
import os
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from media_station.age.header import LIMITS, parse_header
from media_station.gate.desk import DeskDoor
from media_station.model.errors import Refused

OFFERS_KEPT: Final = 64
_FIRST_BYTES: Final = LIMITS.header_bytes + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What the desk verified: how long the body is, in bytes, and its hash."""

    length: int
    sha256: str


class Uploads:
    """Offers that wait for their bodies; gone with the process, when the host offers again."""

    def __init__(self, directory: Path, desk: DeskDoor, *, spare_bytes: int = 0) -> None:
        """Whatever a killed gate left behind goes; `spare_bytes` of the disk are left for others."""
        self._directory = directory
        self._desk = desk
        self._spare_bytes = spare_bytes
        self._offers: dict[str, Offer] = {}
        self._arriving: dict[str, int] = {}
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        for left in directory.glob("*.part"):
            left.unlink()

    async def offer(self, payload: str, untrusted_submission: str) -> int:
        """Passes submission.json on; the length of the body to come. Refused GAT-024 if it is not this payload's."""
        try:
            fields = json.loads(untrusted_submission)
            named, sha256 = fields["payload"], fields["ciphertext_sha256"]
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise Refused("GAT-024") from error
        if named != payload:
            raise Refused("GAT-024")
        length = await self._desk.offer(untrusted_submission)
        while len(self._offers) >= OFFERS_KEPT:
            del self._offers[next(iter(self._offers))]
        self._offers[payload] = Offer(length=length, sha256=str(sha256))
        return length

    async def take(self, payload: str, length: int, body: AsyncIterator[bytes]) -> str:
        """The desk's receipt for the complete body.

        Refused GAT-025 not offered, GAT-026 another length, GAT-027 another hash, GAT-029 no room, GAT-030 arriving
        already, AGE-… no age file.
        """
        offer = self._offers.get(payload)
        if offer is None:
            raise Refused("GAT-025")
        if length != offer.length:
            raise Refused("GAT-026", expected=offer.length, found=length)
        if payload in self._arriving:
            raise Refused("GAT-030")
        self._arriving[payload] = length
        part = self._directory / f"{payload}.part"
        try:
            with os.fdopen(_private(part), "wb", buffering=0) as file:
                self._allocate(file, length)
                sha256 = await self._store(file, length, body)
            if sha256 != offer.sha256:
                raise Refused("GAT-027")
            with part.open("rb") as whole:
                receipt = await self._desk.hand_in(payload, whole.fileno())
        finally:
            part.unlink(missing_ok=True)
            del self._arriving[payload]
        self._offers.pop(payload, None)
        return receipt

    def _allocate(self, file: BinaryIO, length: int) -> None:
        """Takes the room for a whole body from the disk at once, if the desk's copies of all that are on their way fit
        beside it: many that begin together find what there is, not what each of them would find alone.
        """
        needs, has = length + sum(self._arriving.values()), self._room()
        if needs > has:
            raise Refused("GAT-029", needs=needs, has=has)
        try:
            os.posix_fallocate(file.fileno(), 0, length)
        except OSError as error:
            raise Refused("GAT-029", needs=needs, has=self._room()) from error

    def _room(self) -> int:
        return max(0, shutil.disk_usage(self._directory).free - self._spare_bytes)

    async def _store(self, file: BinaryIO, length: int, body: AsyncIterator[bytes]) -> str:
        """The hash of what was written; the first bytes are looked at before any is. A piece is hashed and written
        while the next one comes.
        """
        seen = hashlib.sha256()
        first = bytearray()
        looked = False

        def take(piece: bytes) -> None:
            seen.update(piece)
            _write(file, piece)

        taking: asyncio.Future[None] | None = None
        try:
            async for piece in body:
                ready = piece
                if not looked:
                    first += piece
                    if len(first) < min(length, _FIRST_BYTES):
                        continue
                    ready = bytes(first)
                    parse_header(ready)
                    looked = True
                if taking is not None:
                    await taking
                taking = asyncio.get_running_loop().run_in_executor(None, take, ready)
            if taking is not None:
                await taking
            await asyncio.to_thread(os.fsync, file.fileno())
        except OSError as error:
            raise Refused("GAT-029", needs=length, has=self._room()) from error
        finally:
            if taking is not None and not taking.done():
                await asyncio.wait({taking})  # nothing writes to a file that is closed
        return seen.hexdigest()


def _write(file: BinaryIO, data: bytes) -> None:
    """Unbuffered: a write may take a part only."""
    rest = memoryview(data)
    while rest:
        rest = rest[file.write(rest) :]


def _private(path: Path) -> int:
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
