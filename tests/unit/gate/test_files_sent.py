"""An export on its way to the host: in flat memory, to whoever takes it in time, and only as long as it is there."""

import asyncio
import os
import tracemalloc
from io import FileIO

import pytest

from media_station.gate import http
from media_station.gate.http import Connection, File
from media_station.model.errors import PeerFault

HEAD = b"GET /v1/exports/R1-B-00001 HTTP/1.1\r\nHost: station\r\n\r\n"
LENGTH = 64 << 20


class Taking:
    """A host that takes so many bytes, each piece after `then`."""

    def __init__(self, most=1 << 60, then=lambda: None):
        self.most, self.taken, self.then, self.said = most, 0, then, HEAD

    async def read_into(self, room):
        said, self.said = self.said, b""
        room[: len(said)] = said
        return len(said)

    async def write(self, data):
        if self.taken + len(data) > self.most:
            await asyncio.Event().wait()
        self.taken += len(data)
        self.then()


@pytest.fixture
def export(tmp_path):
    path = tmp_path / "export"
    path.touch()
    os.truncate(path, LENGTH)
    return path


async def answered(path, host, start=0):
    connection = Connection(host)
    await connection.request()
    source = FileIO(path)
    try:
        return await connection.answer(File(source=source, start=start, length=LENGTH))
    finally:
        assert source.closed


def test_memory_stays_flat(export):
    host = Taking()
    tracemalloc.start()
    try:
        assert asyncio.run(answered(export, host))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert LENGTH < host.taken < LENGTH + 1000
    assert peak < 2 << 20


def test_the_rest_is_what_is_behind_the_beginning(export):
    host = Taking()
    assert asyncio.run(answered(export, host, LENGTH - 1))
    assert host.taken < 1000


def test_who_takes_nothing_is_let_go_of(export, monkeypatch):
    monkeypatch.setattr(http, "IDLE_SECONDS", 0.05)
    host = Taking(most=1 << 20)
    with pytest.raises(PeerFault, match="GAT-028"):
        asyncio.run(answered(export, host))
    assert host.taken <= 1 << 20


def test_what_is_purged_on_its_way_breaks_off(export):
    def purge():
        if host.taken > 1 << 20:
            os.truncate(export, 0)

    host = Taking(then=purge)
    with pytest.raises(PeerFault, match="GAT-037"):
        asyncio.run(answered(export, host))
    assert host.taken < 2 << 20
