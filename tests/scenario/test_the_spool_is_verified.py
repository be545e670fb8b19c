"""What the spool must hold and doesn't, or not as it was recorded, the night's verification names (S8, S9)."""

import errno
import hashlib
import os
from dataclasses import replace

import pytest

from media_station.age.x25519 import X25519Identity
from media_station.desk.flow import back_up, do_chores
from media_station.model.asks import PrintSheet
from media_station.model.chore import IntegrityVerified
from media_station.model.finding import FindingKind, FindingRaised
from media_station.model.station import PaperKind
from media_station.model.steps import StepKind
from media_station.model.supply import SupplyReceived

FOLDERS = {"inbox", "images", "exports", "sheets", "supplies"}
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
    """The desk while its spool holds a payload, the image of a medium that is to be written, a backup, a supply, sheets;
    their files.
    """
    desk = replace(walk.house.desk, house=replace(walk.house.desk.house, backup_recipients=READERS))
    walk.house.run(walk.before())
    walk.house.run(walk.until(StepKind.WRITE))
    walk.house.run(back_up.back_up_by_itself(desk))
    walk.house.run(walk.counter.do(PrintSheet(kind=PaperKind.KEY_SHEET, subject=""), walk.staff.operator))
    state = walk.house.station / "state" / "desk"
    body = b"patterns"
    (state / "supplies" / "patterns.supply").write_bytes(b"{}\n" + body)
    digest, made = hashlib.sha256(body).hexdigest(), desk.clock.wall().strftime("%Y-%m-%dT%H:%M:%SZ")
    received = {"supply": "patterns-1", "number": 1, "made": made, "length": len(body), "sha256": digest}
    desk.journal.commit(SupplyReceived(**received, key_id="0" * 8))
    files = [path for path in state.glob("*/*") if path.parent.name in FOLDERS]
    assert {path.parent.name for path in files} == FOLDERS
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
    damaged(walk, desk)
    found = [
        each.detail for each in desk.ledger.of(FindingRaised).all(FindingRaised) if each.kind is FindingKind.DAMAGED
    ]
    assert found == [path.name[:16] for path in files]  # each when it was new


def test_what_was_purged_is_missed_by_nobody(walk, holding):
    desk, files = holding
    walk.house.run(walk.until(StepKind.CLOSE))
    walk.house.run(back_up.back_up_by_itself(desk))
    there = [path for path in files if path.exists()]
    assert {path.parent.name for path in there} == {"sheets", "supplies"}
    lying = [path for folder in FOLDERS for path in (there[0].parents[1] / folder).iterdir()]
    assert damaged(walk, desk) == (len(lying), set())


def test_a_journal_that_cannot_be_read_is_named(walk, monkeypatch):
    def broken(_segment):
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(do_chores, "lines", broken)
    assert damaged(walk, walk.house.desk)[1] == {"journal"}
