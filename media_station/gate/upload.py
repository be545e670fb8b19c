"""Offer, body, hand-in: a sealed payload or a supply on its way through.

A body that broke off waits for its rest: a few do, for an hour, and give way to one that needs their room. Nothing
outlives the process.
"""

import asyncio
import json
import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import BinaryIO, Final

from media_station.age.header import LIMITS, parse_header
from media_station.gate.desk import DeskDoor
from media_station.model.errors import PeerFault, Refused

OFFERS_KEPT: Final = 64
PARTS_KEPT: Final = 4
PART_SECONDS: Final = 3600.0
_FIRST_BYTES: Final = LIMITS.header_bytes + 1
_BROKE_OFF: Final = "GAT-028"


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What the desk verified: how long the body is, in bytes, and its hash; whether it is an age file; who takes it."""

    length: int
    sha256: str
    sealed: bool
    hand_in: Callable[[int], Awaitable[str]] = field(compare=False)


@dataclass(slots=True)
class _Part:
    """A body of which `came` bytes are in the file."""

    offer: Offer
    path: Path
    came: int = 0
    goes: asyncio.TimerHandle | None = None


class Uploads:
    """Offers that wait for their bodies; gone with the process, when the host offers again."""

    def __init__(self, directory: Path, desk: DeskDoor, *, spare_bytes: int = 0) -> None:
        """Whatever a killed gate left behind goes; `spare_bytes` of the disk are left for others."""
        self._directory = directory
        self._desk = desk
        self._spare_bytes = spare_bytes
        self._offers: dict[str, Offer] = {}
        self._arriving: dict[str, _Part] = {}
        self._broken: dict[str, _Part] = {}
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        for left in directory.glob("*.part"):
            left.unlink()

    async def offer(self, payload: str, untrusted_submission: str) -> tuple[int, int]:
        """Passes submission.json on; the length of the whole body, and from where on it is missing.

        Refused GAT-024 if it is not this payload's, GAT-030 while it is arriving.
        """
        named, sha256 = _named(untrusted_submission, "payload", "ciphertext_sha256")
        if named != payload:
            raise Refused("GAT-024")
        self._is_not_arriving(payload)
        length = await self._desk.offer(untrusted_submission)
        hand_in = partial(self._desk.hand_in, payload)
        return self._expect(payload, Offer(length=length, sha256=sha256, sealed=True, hand_in=hand_in))

    async def offer_supply(self, supply: str, untrusted_header: str) -> tuple[int, int]:
        """The same for a supply's header; `supply` is its kind and number, `patterns-7`."""
        schema, number, sha256 = _named(untrusted_header, "schema", "number", "sha256")
        kind, _, told = supply.partition("-")
        if (schema, number) != (f"media-station/{kind}/v1", told):
            raise Refused("GAT-024")
        self._is_not_arriving(supply)
        length = await self._desk.offer_supply(untrusted_header)
        hand_in = partial(self._desk.hand_in_supply, untrusted_header)
        return self._expect(supply, Offer(length=length, sha256=sha256, sealed=False, hand_in=hand_in))

    def _is_not_arriving(self, name: str) -> None:
        if name in self._arriving:
            raise Refused("GAT-030")

    def _expect(self, name: str, offer: Offer) -> tuple[int, int]:
        while len(self._offers) >= OFFERS_KEPT:
            del self._offers[next(iter(self._offers))]
        self._offers[name] = offer
        held = self._broken.get(name)
        return offer.length, held.came if held is not None and held.offer == offer else 0

    async def take(self, name: str, start: int, length: int, body: AsyncIterator[memoryview]) -> str:
        """The desk's receipt for the complete body: `length` bytes of it come now, all before `start` came before.

        Refused GAT-025 not offered, GAT-026 another length, GAT-029 no room, GAT-030 arriving already, GAT-034 not
        where it broke off, AGE-… no age file; SPL-001 of the desk if it isn't what was signed. PeerFault GAT-028 if it
        breaks off (again).
        """
        offer = self._offers.get(name)
        if offer is None:
            raise Refused("GAT-025")
        self._is_not_arriving(name)
        held = self._broken.get(name)
        came = held.came if held is not None and held.offer == offer else 0
        if start not in (0, came):
            raise Refused("GAT-034", held=came)
        if start + length != offer.length:
            raise Refused("GAT-026", expected=offer.length, found=start + length)
        part = self._go_on(name) if start else self._begin(name, offer)
        self._arriving[name] = part
        try:
            with part.path.open("r+b", buffering=0) as file:
                self._allocate(part, file)
                await self._store(part, file, body)
            with part.path.open("rb") as whole:
                receipt = await offer.hand_in(whole.fileno())
        except PeerFault as error:
            if error.code == _BROKE_OFF and part.came:
                self._keep(name, part)
            raise
        finally:
            del self._arriving[name]
            if name not in self._broken:
                part.path.unlink()
        self._offers.pop(name, None)
        return receipt

    def _begin(self, name: str, offer: Offer) -> _Part:
        """Whatever came of it before goes."""
        if name in self._broken:
            self._drop(name)
        path = self._directory / f"{name}.part"
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600))
        return _Part(offer, path)

    def _keep(self, name: str, part: _Part) -> None:
        while len(self._broken) >= PARTS_KEPT:
            self._drop(next(iter(self._broken)))
        part.goes = asyncio.get_running_loop().call_later(PART_SECONDS, self._drop, name)
        self._broken[name] = part

    def _go_on(self, name: str) -> _Part:
        part = self._broken.pop(name)
        if part.goes is not None:
            part.goes.cancel()
        return part

    def _drop(self, name: str) -> None:
        self._go_on(name).path.unlink()

    def _allocate(self, part: _Part, file: BinaryIO) -> None:
        """Takes the room for a whole body from the disk at once, if the desk's copies of all that are on their way fit
        beside it: many that begin together find what there is, not what each of them would find alone.
        """
        needs = (0 if part.came else part.offer.length) + sum(each.offer.length for each in self._arriving.values())
        while (has := self._room()) < needs:
            if not self._broken:
                raise Refused("GAT-029", needs=needs, has=has)
            self._drop(next(iter(self._broken)))
        try:
            os.posix_fallocate(file.fileno(), 0, part.offer.length)
        except OSError as error:
            raise Refused("GAT-029", needs=needs, has=self._room()) from error

    def _room(self) -> int:
        return max(0, shutil.disk_usage(self._directory).free - self._spare_bytes)

    async def _store(self, part: _Part, file: BinaryIO, body: AsyncIterator[memoryview]) -> None:
        """The first bytes are looked at before any is written. A piece is written while the next one comes. It is
        hashed by the desk, which needs no other's word for it, and neither it nor a sync is waited for here: a part
        that a power cut leaves is none.
        """
        first = bytearray()
        looked = part.came > 0 or not part.offer.sealed
        file.seek(part.came)

        def take(piece: bytes | memoryview) -> None:
            _write(file, piece)
            part.came += len(piece)

        taking: asyncio.Future[None] | None = None
        try:
            async for piece in body:
                ready: bytes | memoryview = piece
                if not looked:
                    first += piece
                    if len(first) < min(part.offer.length, _FIRST_BYTES):
                        continue
                    ready = bytes(first)
                    parse_header(ready)
                    looked = True
                if taking is not None:
                    await taking
                taking = asyncio.get_running_loop().run_in_executor(None, take, ready)
            if taking is not None:
                await taking
        except OSError as error:
            raise Refused("GAT-029", needs=part.offer.length, has=self._room()) from error
        finally:
            if taking is not None and not taking.done():
                await asyncio.wait({taking})  # nothing writes to a file that is closed


def _named(untrusted_text: str, *names: str) -> list[str]:
    """These fields of a JSON object that nobody has verified, as text. Refused GAT-024."""
    try:
        fields = json.loads(untrusted_text)
        return [str(fields[name]) for name in names]
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise Refused("GAT-024") from error


def _write(file: BinaryIO, data: bytes | memoryview) -> None:
    """Unbuffered: a write may take a part only."""
    rest = memoryview(data)
    while rest:
        rest = rest[file.write(rest) :]
