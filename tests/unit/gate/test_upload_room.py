"""Bodies that arrive together find what the disk has for all of them, and leave what is kept for records."""

import asyncio
import hashlib
import json
from io import BytesIO
from types import SimpleNamespace

import pytest

from media_station.age.encrypt import encrypt
from media_station.age.x25519 import X25519Identity
from media_station.gate import upload
from media_station.gate.upload import Uploads
from media_station.model.errors import Refused

MIB = 1 << 20
SEALED = b"".join(map(bytes, encrypt(BytesIO(bytes(3 * MIB)), X25519Identity.generate().to_public())))
NUMBERS = [number * 32 for number in "abc"]


class Desk:
    """Takes everything."""

    async def offer(self, submission):
        return json.loads(submission)["ciphertext_length"]

    async def hand_in(self, payload, body):
        return f"receipt of {payload}"


@pytest.fixture
def uploads(tmp_path, monkeypatch):
    """On a disk of 12 MiB, of which one is for others."""

    def usage(folder):
        return SimpleNamespace(free=12 * MIB - sum(each.stat().st_blocks * 512 for each in folder.iterdir()))

    monkeypatch.setattr(upload.shutil, "disk_usage", usage)
    return Uploads(tmp_path, Desk(), spare_bytes=MIB)


async def offered(uploads, number):
    fields = {"payload": number, "ciphertext_sha256": hashlib.sha256(SEALED).hexdigest()}
    await uploads.offer(number, json.dumps({**fields, "ciphertext_length": len(SEALED)}))


class Body:
    """All of it but the end, which waits."""

    def __init__(self):
        self.begun, self.end = asyncio.Event(), asyncio.Event()

    async def pieces(self):
        yield SEALED[:MIB]
        self.begun.set()
        await self.end.wait()
        yield SEALED[MIB:]


def test_bodies_that_arrive_together_leave_the_room_that_is_kept(uploads, tmp_path):
    async def arriving():
        for number in NUMBERS:
            await offered(uploads, number)
        body = Body()
        first = asyncio.create_task(uploads.take(NUMBERS[0], 0, len(SEALED), body.pieces()))
        await body.begun.wait()
        with pytest.raises(Refused, match="GAT-029") as caught:
            await uploads.take(NUMBERS[1], 0, len(SEALED), Body().pieces())
        # Its own file, and the desk's copies of both; the first one's file is on the disk already.
        assert caught.value.parameters["needs"] == 3 * len(SEALED)
        body.end.set()
        assert await first == f"receipt of {NUMBERS[0]}"
        later = Body()
        later.end.set()
        return await uploads.take(NUMBERS[1], 0, len(SEALED), later.pieces())

    assert asyncio.run(arriving()) == f"receipt of {NUMBERS[1]}"
    assert list(tmp_path.iterdir()) == []


def test_one_body_arrives_once_at_a_time(uploads):
    async def arriving():
        await offered(uploads, NUMBERS[0])
        body = Body()
        first = asyncio.create_task(uploads.take(NUMBERS[0], 0, len(SEALED), body.pieces()))
        await body.begun.wait()
        with pytest.raises(Refused, match="GAT-030"):
            await uploads.take(NUMBERS[0], 0, len(SEALED), Body().pieces())
        body.end.set()
        return await first

    assert asyncio.run(arriving()) == f"receipt of {NUMBERS[0]}"
