"""What the patterns process tells goes into the journal and onto terminals: only what a clamd says of itself."""

import asyncio
from contextlib import asynccontextmanager

import pytest

from media_station.desk.hands import patterns
from media_station.model.errors import PeerFault


def told(tmp_path, monkeypatch, scanner: str) -> str:
    class Door:
        async def call(self, *_, **__):
            return scanner

    @asynccontextmanager
    async def connect(*_, **__):
        yield Door()

    monkeypatch.setattr(patterns, "connect", connect)
    installer = patterns.PatternsInstaller(tmp_path / "patterns.sock", frozenset(), tmp_path)
    with (tmp_path / "supply").open("wb+") as supply:
        return asyncio.run(installer.install("order", supply))


@pytest.mark.parametrize("engine", ["ClamAV 1.4.3", "ClamAV 1.4.3/27800/Tue Nov  3 09:00:00 2026"])
def test_what_a_clamd_says_of_itself_is_taken(tmp_path, monkeypatch, engine):
    assert told(tmp_path, monkeypatch, engine) == engine


@pytest.mark.parametrize(
    "other", ["", "ClamAV \x1b]0;x\x07", "ClamAV 1.4.3\n", "ClamAV 1.4.3/27800/", "ClamAV " + "1" * 60_000]
)
def test_anything_else_is_not(tmp_path, monkeypatch, other):
    with pytest.raises(PeerFault, match="DOR-004"):
        told(tmp_path, monkeypatch, other)
