"""What the spool must hold and doesn't, or not as it was recorded, the night's verification names (S8, S9)."""

import errno
import os
from dataclasses import replace

import pytest

from media_station.age.x25519 import X25519Identity
from media_station.desk.flow import back_up, do_chores
from media_station.model.chore import IntegrityVerified
from media_station.model.steps import StepKind

READERS = tuple(str(X25519Identity.generate().to_public()) for _ in range(2))


def altered(path):
    path.write_bytes(path.read_bytes() + b"x")


def gone(path):
    path.unlink()


def unreadable(path):
    """As a bad sector is: there, and an OSError for whoever reads it."""
    path.unlink()
    path.mkdir()


@pytest.fixture
def holding(walk):
    """The desk while its spool holds a payload, the image of a medium that is to be written, a backup; their files."""
    desk = replace(walk.house.desk, house=replace(walk.house.desk.house, backup_recipients=READERS))
    walk.house.run(walk.before())
    walk.house.run(walk.until(StepKind.WRITE))
    walk.house.run(back_up.back_up_by_itself(desk))
    state = walk.house.station / "state" / "desk"
    files = [path for folder in ("inbox", "images", "exports") for path in (state / folder).iterdir()]
    assert {path.suffix for path in files} == {".age", ".img"}
    assert len(files) >= 3
    return desk, files


def damaged(walk, desk):
    walk.house.run(do_chores.verify(desk))
    told = desk.ledger.of(IntegrityVerified).all(IntegrityVerified)[-1]
    return told.files, set(told.damaged)


@pytest.mark.parametrize("harm", [altered, gone, unreadable])
def test_each_that_is_harmed_is_named_and_no_other(walk, holding, harm):
    desk, files = holding
    assert damaged(walk, desk) == (len(files), set())
    for count, path in enumerate(files, 1):
        harm(path)
        assert damaged(walk, desk) == (len(files), {each.name for each in files[:count]})


def test_what_was_purged_is_missed_by_nobody(walk, holding):
    desk, files = holding
    walk.house.run(walk.until(StepKind.CLOSE))
    walk.house.run(back_up.back_up_by_itself(desk))
    assert not [path for path in files if path.exists()]
    assert damaged(walk, desk) == (1, set())


def test_a_journal_that_cannot_be_read_is_named(walk, monkeypatch):
    def broken(_segment):
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(do_chores, "lines", broken)
    assert damaged(walk, walk.house.desk)[1] == {"journal"}
