"""A backup is taken from the journal key in force at its end alone, under that key's identity."""

import json
from datetime import UTC, datetime

import pytest
from written_journal import IDENTITY, signer

from media_station.model.errors import IntegrityViolation, Refused
from media_station.model.ids import Identity
from media_station.proof.backup import Content, unpack

VAULT = "a" * 64
LATER = Identity(station=IDENTITY.station, epoch="r7")


@pytest.fixture
def taken(journal, tmp_path):
    """What is taken of a backup of the journal, after a hand-over and a record that names the vault."""
    first = journal.key
    journal.hand_over(2)
    lines = journal.read()
    journal.seal([*lines, journal.record(len(lines), data={"vault_sha256": VAULT})])
    (tmp_path / "into").mkdir()

    def take(key, identity=IDENTITY, *, vault=VAULT, into=tmp_path / "into"):
        content = Content(
            identity=identity,
            number="R1-B-00001",
            written=datetime(2026, 4, 1, tzinfo=UTC),
            segments=[(each, each.stat().st_size) for each in journal.segments],
            checkpoint=journal.checkpoint.read_bytes(),
            vault=json.dumps({"accounts": {}, "sha256": vault}).encode(),
            settings="",
            word="word",
        )
        archive = memoryview(b"".join(content.archive(key)))
        return unpack(iter([archive]), into, [first.verifier])

    take.first = first
    return take


def test_the_key_in_force_makes_one(taken):
    assert taken(signer(2)).verified.size == 13


def test_a_key_that_was_rotated_away_makes_none(taken):
    with pytest.raises(IntegrityViolation, match="BKP-002"):
        taken(taken.first)


def test_under_another_epochs_name_it_is_none(taken):
    with pytest.raises(IntegrityViolation, match="BKP-002"):
        taken(signer(2), LATER)


def test_with_other_accounts_than_its_journal_names_it_is_none(taken):
    with pytest.raises(IntegrityViolation, match="BKP-003"):
        taken(signer(2), vault="b" * 64)


def test_where_nothing_can_be_written_nothing_is_taken_of_it(taken, tmp_path):
    with pytest.raises(Refused, match="BKP-004"):
        taken(signer(2), into=tmp_path / "nowhere")
