"""What broke off waits for its rest: a few, for a while, and never for another body."""

import asyncio
import hashlib
import json
import os

import pytest
from test_upload_room import NUMBERS, SEALED, Desk

from media_station.gate import upload
from media_station.gate.upload import Uploads
from media_station.model.errors import PeerFault, Refused

HALF = len(SEALED) // 2
OTHER = SEALED[:-1] + bytes([SEALED[-1] ^ 1])


@pytest.fixture
def uploads(tmp_path):
    return Uploads(tmp_path, Desk())


async def offered(uploads, number, sealed=SEALED):
    fields = {"payload": number, "ciphertext_sha256": hashlib.sha256(sealed).hexdigest()}
    return await uploads.offer(number, json.dumps({**fields, "ciphertext_length": len(sealed)}))


async def pieces(data, breaks=False):
    yield data
    if breaks:
        raise PeerFault("GAT-028")


async def broken(uploads, number, sealed=SEALED):
    await offered(uploads, number, sealed)
    with pytest.raises(PeerFault, match="GAT-028"):
        await uploads.take(number, 0, len(sealed), pieces(sealed[:HALF], breaks=True))


def test_a_body_goes_on_from_where_it_broke_off_and_from_nowhere_else(uploads, tmp_path):
    async def going_on():
        await broken(uploads, NUMBERS[0])
        assert await offered(uploads, NUMBERS[0]) == (len(SEALED), HALF)
        for start in (1, HALF - 1, HALF + 1):
            with pytest.raises(Refused, match="GAT-034"):
                await uploads.take(NUMBERS[0], start, len(SEALED) - start, pieces(SEALED[start:]))
        with pytest.raises(Refused, match="GAT-026"):
            await uploads.take(NUMBERS[0], HALF, HALF - 1, pieces(SEALED[HALF:-1]))
        return await uploads.take(NUMBERS[0], HALF, len(SEALED) - HALF, pieces(SEALED[HALF:]))

    assert asyncio.run(going_on())
    assert list(tmp_path.iterdir()) == []


def test_a_body_that_is_sent_from_its_beginning_begins_anew(uploads, tmp_path):
    async def anew():
        await broken(uploads, NUMBERS[0])
        return await uploads.take(NUMBERS[0], 0, len(SEALED), pieces(SEALED))

    assert asyncio.run(anew())
    assert list(tmp_path.iterdir()) == []


def test_what_was_offered_otherwise_has_no_part_of_the_former(uploads):
    async def otherwise():
        await broken(uploads, NUMBERS[0])
        assert await offered(uploads, NUMBERS[0], OTHER) == (len(SEALED), 0)
        with pytest.raises(Refused, match="GAT-034"):
            await uploads.take(NUMBERS[0], HALF, len(SEALED) - HALF, pieces(OTHER[HALF:]))

    asyncio.run(otherwise())


def test_a_few_wait_and_each_not_longer_than_its_time(uploads, tmp_path, monkeypatch):
    monkeypatch.setattr(upload, "PART_SECONDS", 0.5)

    async def many():
        for number in range(upload.PARTS_KEPT + 2):
            await broken(uploads, f"{number:032x}")
            assert len(list(tmp_path.iterdir())) <= upload.PARTS_KEPT
        assert await offered(uploads, f"{0:032x}") == (len(SEALED), 0)
        while list(tmp_path.iterdir()):
            await asyncio.sleep(0.02)
        assert await offered(uploads, f"{upload.PARTS_KEPT:032x}") == (len(SEALED), 0)

    asyncio.run(asyncio.wait_for(many(), 60))


def test_what_waits_gives_way_to_a_body_that_needs_its_room(uploads, tmp_path, monkeypatch):
    async def needing():
        await broken(uploads, NUMBERS[0])
        monkeypatch.setattr(uploads, "_room", lambda: 0 if (tmp_path / f"{NUMBERS[0]}.part").exists() else 1 << 40)
        await offered(uploads, NUMBERS[1])
        return await uploads.take(NUMBERS[1], 0, len(SEALED), pieces(SEALED))

    assert asyncio.run(needing())
    assert list(tmp_path.iterdir()) == []


def test_what_a_gate_left_goes_when_it_is_started_again(uploads, tmp_path):
    asyncio.run(broken(uploads, NUMBERS[0]))
    (left,) = tmp_path.iterdir()
    assert os.stat(left).st_mode & 0o777 == 0o600
    assert left.read_bytes()[:HALF] == SEALED[:HALF]
    again = Uploads(tmp_path, Desk())
    assert list(tmp_path.iterdir()) == []
    assert asyncio.run(offered(again, NUMBERS[0])) == (len(SEALED), 0)
