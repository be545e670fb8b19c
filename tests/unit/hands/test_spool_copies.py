"""What the gate hands in by descriptor: whatever it is, a refusal tells it, and nothing of it stays."""

import os

import pytest

from media_station.desk.hands.spool import Spool
from media_station.model.errors import Refused
from media_station.model.supply import Supply, SupplyKind

SUPPLY = Supply(kind=SupplyKind.PATTERNS, number=1, made="2026-01-01T00:00:00.000000Z", length=4, sha256="0" * 64)


def write_only(folder):
    return os.open(folder / "written", os.O_WRONLY | os.O_CREAT)


def directory(folder):
    return os.open(folder, os.O_RDONLY)


def pipe(_):
    return os.pipe()[0]


@pytest.mark.parametrize("opened", [write_only, directory, pipe])
def test_a_descriptor_that_cannot_be_read_is_refused(tmp_path, opened):
    body = opened(tmp_path)
    spool = Spool(tmp_path / "spool")
    try:
        with pytest.raises(Refused, match="SPL-001"):
            spool.take("0" * 32, body, 4, "0" * 64)
        with pytest.raises(Refused, match="SPL-001"):
            spool.take_supply(SUPPLY, b"header", body)
    finally:
        os.close(body)
    assert [path for path in (tmp_path / "spool").rglob("*") if path.is_file()] == []
