"""The ledger is an index of the journal: deleted, behind or edited, it becomes what the lines say."""

import json
import shutil
import sqlite3
import subprocess
import sys
from hashlib import sha256
from importlib.metadata import version
from itertools import islice
from pathlib import Path

import pytest
from recovering import IDENTITY, SIGNER, encoded, opened, recovered, written
from years_of_records import Office

from media_station.desk.journal.recover import recover
from media_station.desk.ledger.index import History, Ledger
from media_station.model.errors import IntegrityViolation
from media_station.model.medium import CUSTODY, CustodyState, MediumRegistered
from media_station.model.station import StationStarted
from media_station.model.vocabulary import EVENTS, MACHINES
from media_station.proof.key import Signer
from media_station.proof.note import sign_note
from media_station.proof.record import decode

RECORDS = 1500
MEBIBYTE_KIB = 1024


def rows(index: Path) -> dict[str, list[tuple]]:
    with sqlite3.connect(index) as open_index:
        tables = ("days", "head", "records", "states", "subjects")
        found = {table: sorted(open_index.execute(f"SELECT * FROM {table}")) for table in tables}
    open_index.close()
    return found


def started(station: Path) -> bool:
    """Started and ended in order; whether the index was found edited."""
    found = recovered(station)
    found.ledger.close(SIGNER)
    return found.edited


@pytest.fixture(scope="module")
def office(tmp_path_factory) -> Path:
    """A journal in which each machine has moved, and its ledger, closed."""
    station = written(tmp_path_factory.mktemp("office"), RECORDS)
    started(station)
    return station


@pytest.fixture(scope="module")
def folded(office, tmp_path_factory) -> dict[str, list[tuple]]:
    """The rows that come of one record after another, as the journal's neck makes them."""
    ledger = Ledger(tmp_path_factory.mktemp("folded") / "ledger.sqlite")
    log = opened(office)
    for line in log.recover():
        ledger.fold([(decode(line), line)], size=log.size, root=log.root)
    ledger.disconnect()
    return rows(ledger._path)


@pytest.fixture
def station(office, tmp_path) -> Path:
    return shutil.copytree(office, tmp_path / "station")


@pytest.fixture
def index(station) -> Path:
    return station / "ledger.sqlite"


def test_each_machine_has_moved(folded):
    assert {noun for noun, *_ in folded["states"]} == {machine.noun for machine in MACHINES}
    assert len(folded["records"]) == RECORDS


def test_deleted_and_rebuilt_it_equals_the_fold(station, index, folded):
    index.unlink()
    assert started(station) is False
    assert rows(index) == folded


@pytest.mark.parametrize(
    "edit",
    [
        "UPDATE states SET state = 'lost' WHERE number = 'E1-U-00002' AND noun = 'custody'",
        "DELETE FROM subjects WHERE sequence = 300",
        "UPDATE records SET line = replace(line, 'kinko', 'kokin')",
        "INSERT INTO states VALUES ('medium', 'E1-U-00099', 'ready', 2)",
        "UPDATE head SET size = size - 1",
        "DROP INDEX ix_records_action",
    ],
)
def test_edited_by_hand_it_is_found_and_rebuilt(station, index, folded, edit):
    with sqlite3.connect(index) as by_hand:
        by_hand.execute(edit)
    by_hand.close()
    assert started(station) is True
    assert rows(index) == folded
    assert started(station) is False


@pytest.mark.parametrize("by_its_name", [True, False])
def test_a_hash_made_to_fit_the_edited_one_is_found(station, index, folded, by_its_name):
    with sqlite3.connect(index) as by_hand:
        by_hand.execute("UPDATE states SET state = 'enrolled' WHERE noun = 'operator'")
    by_hand.close()
    closed = index.with_name("ledger.sqlite.closed")
    text, _, signature = closed.read_text().partition("\n\n")
    fits = text[:-64] + sha256(index.read_bytes()).hexdigest() + "\n"
    stranger = Signer.generate(SIGNER.name)
    closed.write_bytes(sign_note("ledger", fits, stranger) if by_its_name else f"{fits}\n{signature}".encode())
    assert started(station) is True
    assert rows(index) == folded


def test_overwritten_with_something_else_it_is_found_and_rebuilt(station, index, folded):
    index.write_bytes(b"not an index")
    assert started(station) is True
    assert rows(index) == folded


@pytest.mark.parametrize("kept", [None, "", "media-station/ledger/v1\n0.1.0\n", f"0.1.0 {'0' * 64}\n"])
def test_one_that_was_left_open_is_rebuilt_without_a_word(station, index, folded, kept):
    closed = index.with_name("ledger.sqlite.closed")
    closed.unlink()
    with sqlite3.connect(index) as crashed:
        crashed.execute("DELETE FROM states")
    crashed.close()
    if kept is not None:
        closed.write_text(kept)
    assert started(station) is False
    assert rows(index) == folded


def test_one_of_another_release_is_rebuilt_without_a_word(station, index, folded):
    closed = index.with_name("ledger.sqlite.closed")
    text = closed.read_text().partition("\n\n")[0] + "\n"
    closed.write_bytes(sign_note("ledger", text.replace(version("media-station"), "0.0.1"), SIGNER))
    before = index.stat().st_ino
    assert started(station) is False
    assert index.stat().st_ino != before
    assert rows(index) == folded


def test_one_that_is_as_it_was_closed_stays_the_same_file(station, index):
    before = (index.stat().st_ino, index.stat().st_mtime_ns)
    assert started(station) is False
    assert (index.stat().st_ino, index.stat().st_mtime_ns) == before


def test_an_older_one_put_back_with_its_hash_is_rebuilt(station, index, folded):
    older = written(station / "older", RECORDS - 1)
    started(older)
    for name in ("ledger.sqlite", "ledger.sqlite.closed"):
        shutil.copy(older / name, station / name)
    started(station)
    assert rows(index) == folded


def test_it_is_left_open_from_its_first_fold_until_it_is_closed(station, index):
    closed = index.with_name("ledger.sqlite.closed")
    log = opened(station)
    ledger = recover(log, index, lambda _: None).ledger
    assert closed.exists()
    line = encoded(StationStarted(version="0.1.0", records=RECORDS, vault_sha256=""), log.size)
    log.append([line], "2026-01-01")
    ledger.fold([(decode(line), line)], size=log.size, root=log.root)
    assert not closed.exists()
    ledger.close(SIGNER)
    assert closed.exists()


def test_a_record_that_this_version_does_not_know_is_refused(station, tmp_path):
    line = next(opened(station).recover()).replace(b"station.started", b"station.flown")
    ledger = Ledger(tmp_path / "ledger.sqlite")
    with pytest.raises(IntegrityViolation) as caught:
        ledger.fold([(decode(line), line)], size=1, root=b"")
    ledger.disconnect()
    assert (caught.value.code, dict(caught.value.parameters)) == ("LDG-002", {"action": "station.flown"})


def test_each_event_comes_back_as_what_it_was(station):
    ledger = recovered(station).ledger
    found = ledger.of(*EVENTS.values()).records
    assert [each.event for each in found] == list(islice(Office(IDENTITY).events(), RECORDS))
    ledger.disconnect()


def test_it_tells_what_is_where(station):
    ledger = recovered(station).ledger
    stored = ledger.in_state(CUSTODY, CustodyState.STORED)
    actions = [each.action for each in ledger.history("medium", stored[0]).records]
    assert (actions[0], actions[-1]) == ("medium.registered", "medium.stored")
    registered = [each.sequence for each in ledger.of(MediumRegistered).records]
    newest = [each.sequence for each in ledger.newest_first("requirement", "O7")]
    assert set(registered) <= set(newest)
    assert newest == sorted(newest, reverse=True)
    assert newest == [each.sequence for each in reversed(ledger.history("requirement", "O7").records)]
    ledger.disconnect()


def test_the_memory_of_a_rebuild_does_not_grow_with_the_journal(tmp_path):
    peaks = []
    for records in (5_000, 30_000):
        command = [sys.executable, str(Path(__file__).with_name("recovering.py"))]
        done = subprocess.run(
            [*command, str(written(tmp_path / str(records), records))], capture_output=True, text=True, check=True
        )
        told = json.loads(done.stdout)
        assert told["records"] == records
        peaks.append(told["peak_kib"])
    # 25,000 lines held in memory would be 14 MiB and more.
    assert peaks[1] - peaks[0] < 6 * MEBIBYTE_KIB


def test_a_record_that_must_be_there_and_is_not_is_no_answer():
    with pytest.raises(IntegrityViolation, match="LDG-001"):
        History(records=()).the(MediumRegistered)
