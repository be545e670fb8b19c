"""A disk that is full, before or in the middle: a refusal with its code, and no partial file. A real small disk."""

import sys
from pathlib import Path

import pytest
from small_disk import on_a_small_disk

from media_station.desk.hands.spool import Spool
from media_station.model.errors import IntegrityViolation

DISK_BYTES = 1024 * 1024
TRIED = """
import os, sys
from pathlib import Path
from media_station.desk.hands.spool import Spool
from media_station.model.errors import Refused

folder, needed, written = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
spool = Spool(folder)
def bundle():
    with spool.new_bundle("R1-B-00001", needed) as out:
        for _ in range(written // 1000):
            out.write(bytes(1000))
def image():
    with spool.new_image("R1-U-00001", needed) as out:
        for _ in range(written // 1000):
            out.write(bytes(1000))
def payload():
    body = os.memfd_create("body")
    os.truncate(body, written)
    spool.take("0" * 32, body, needed, "0" * 64)
try:
    {"bundle": bundle, "image": image, "payload": payload}[sys.argv[4]]()
except Refused as error:
    print(error.code)
print(*(path.name for path in folder.rglob("*") if path.is_file()))
"""


def tried(folder: Path, needed: int, written: int, what: str) -> list[str]:
    """The refusal's code if there was one, and the files that are there afterwards."""
    command = [sys.executable, "-c", TRIED, str(folder), str(needed), str(written), what]
    done = on_a_small_disk(folder, DISK_BYTES, *command)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_with_room_it_is_there(tmp_path):
    assert tried(tmp_path, 500_000, 500_000, "bundle") == ["R1-B-00001.age"]


@pytest.mark.parametrize("what", ["bundle", "image", "payload"])
@pytest.mark.parametrize("needed", [2 * DISK_BYTES, 1000], ids=["known before", "in the middle"])
def test_without_room_nothing_is_there(tmp_path, needed, what):
    assert tried(tmp_path, needed, 2 * DISK_BYTES, what) == ["SPL-003", ""]


def test_a_block_that_ends_badly_leaves_nothing(tmp_path):
    spool = Spool(tmp_path)
    with pytest.raises(IntegrityViolation), spool.new_bundle("R1-B-00001", 1) as out:
        out.write(b"x")
        raise IntegrityViolation("SEA-003", payload="0" * 32)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
