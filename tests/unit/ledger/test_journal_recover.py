"""The start reads the journal once: verified to its end, or nothing of it is used."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import recovering
from recovering import IDENTITY, SIGNER, encoded, opened, recovered, written

from media_station.desk.journal.append import Log
from media_station.desk.journal.recover import recover
from media_station.model.errors import IntegrityViolation, Refused
from media_station.model.ids import Identity
from media_station.model.sign_in import Factor, SignInAccepted, StepUpRefused
from media_station.model.station import ClockSet, StationStarted
from media_station.proof.checkpoint import open_checkpoint
from media_station.proof.verify import verify_journal

RECORDS = 2000


@pytest.fixture(scope="module")
def office(tmp_path_factory) -> Path:
    """A journal of some days, and its ledger, closed."""
    station = written(tmp_path_factory.mktemp("office"), RECORDS)
    recovered(station).ledger.close()
    return station


@pytest.fixture
def station(office, tmp_path) -> Path:
    return shutil.copytree(office, tmp_path / "station")


def days(station: Path) -> list[Path]:
    return sorted((station / "journal").glob("*.jsonl"))


def every_byte(station: Path) -> dict[str, bytes]:
    return {str(file.relative_to(station)): file.read_bytes() for file in station.rglob("*") if file.is_file()}


def settled(station: Path) -> Log:
    log = opened(station)
    for _ in log.recover():
        pass
    log.settle()
    return log


def add(station: Path, *events) -> None:
    log = settled(station)
    log.append([encoded(event, log.size + n) for n, event in enumerate(events)], "2045-01-01")


def flip_a_byte(station):
    day = days(station)[2]
    day.write_bytes(day.read_bytes().replace(b"sousa-hanako", b"sousa-hanaka", 1))


def double_a_line(station):
    day = days(station)[2]
    lines = day.read_bytes().splitlines(keepends=True)
    day.write_bytes(b"".join([*lines[:3], *lines[2:]]))


def remove_the_last_line(station):
    day = days(station)[-1]
    day.write_bytes(b"".join(day.read_bytes().splitlines(keepends=True)[:-1]))


def tear_the_last_line(station):
    """It was acknowledged: the checkpoint covers it."""
    day = days(station)[-1]
    day.write_bytes(day.read_bytes()[:-1])


def tear_another_days_last_line(station):
    day = days(station)[0]
    day.write_bytes(day.read_bytes()[:-1])


def join_two_days(station):
    """Line by line the same to who splits, but no line may lack its end."""
    first, second = days(station)[:2]
    first.write_bytes(first.read_bytes()[:-1] + second.read_bytes())
    second.unlink()


def lose_the_checkpoint(station):
    (station / "journal" / "checkpoint").unlink()


def lose_all_lines(station):
    for day in days(station):
        day.unlink()


@pytest.mark.parametrize(
    "attack",
    [
        flip_a_byte,
        double_a_line,
        remove_the_last_line,
        tear_the_last_line,
        tear_another_days_last_line,
        join_two_days,
        lose_the_checkpoint,
        lose_all_lines,
    ],
)
@pytest.mark.parametrize("known", [True, False], ids=["beside its ledger", "beside another ledger"])
def test_of_a_journal_that_does_not_verify_nothing_is_used_and_nothing_is_changed(station, attack, known):
    if not known:
        (station / "ledger.sqlite").write_bytes(b"edited")
    attack(station)
    before = every_byte(station)
    with pytest.raises(IntegrityViolation) as caught:
        recovered(station)
    assert caught.value.code == "JNL-002"
    assert every_byte(station) == before


def test_a_line_that_is_no_record_ends_the_start_and_leaves_the_ledger(station):
    with days(station)[-1].open("ab") as day:
        day.write(b"{}\n")
    before = every_byte(station)
    with pytest.raises(IntegrityViolation) as caught:
        recovered(station)
    assert caught.value.code == "REC-001"
    assert every_byte(station) == before


def test_another_stations_journal_is_refused(station):
    with pytest.raises(IntegrityViolation) as caught:
        Log(station / "journal", Identity(station="midorino", epoch="e1"), SIGNER)
    assert caught.value.code == "JNL-003"


def test_a_torn_tail_is_set_aside_and_the_rest_is_kept(station):
    with days(station)[-1].open("ab") as day:
        day.write(b'{"@timestamp":"20')
    log = opened(station)
    found = recover(log, station / "ledger.sqlite", lambda _: None)
    assert (log.size, found.ledger.head()[0]) == (RECORDS, RECORDS)
    assert log.torn is not None
    assert (log.torn.file, log.torn.length) == (days(station)[-1].name, 17)
    (aside,) = (station / "journal" / "aside").iterdir()
    assert aside.read_bytes() == b'{"@timestamp":"20'
    verify_journal(station / "journal", [SIGNER.verifier], None)
    found.ledger.disconnect()


@pytest.mark.parametrize("kept", [True, False], ids=["verified", "rebuilt"])
def test_whole_lines_beyond_the_checkpoint_are_kept_and_folded(station, kept):
    """A crash between the lines and their checkpoint."""
    more = [encoded(StationStarted(version="9", records=n, vault_sha256=""), n) for n in range(RECORDS, RECORDS + 3)]
    with days(station)[-1].open("ab") as day:
        day.write(b"".join(line + b"\n" for line in more))
    if not kept:
        (station / "ledger.sqlite").unlink()
    log = opened(station)
    ledger = recover(log, station / "ledger.sqlite", lambda _: None).ledger
    assert ledger.head() == (log.size, log.root) == (RECORDS + 3, log.root)
    assert ledger.line(RECORDS + 2) == more[-1]
    assert open_checkpoint(log.head, [SIGNER.verifier]).size == RECORDS + 3
    ledger.disconnect()


def test_lines_beyond_the_checkpoint_are_on_the_disk_before_a_checkpoint_covers_them(station):
    """They may have been in memory alone when the desk was killed."""
    day = days(station)[-1]
    with day.open("ab") as more:
        more.write(encoded(StationStarted(version="9", records=1, vault_sha256=""), RECORDS) + b"\n")
    command = [sys.executable, recovering.__file__, str(station)]
    traced = ["strace", "-f", "-y", "-e", "trace=fsync,fdatasync,rename", *command]
    done = subprocess.run(traced, capture_output=True, text=True, check=True)
    calls = [
        re.search(rf"f(data)?sync\(\d+<{day}>\)", done.stderr),
        re.search(rf"fsync\(\d+<{day.parent}>\)", done.stderr),
        re.search(r'rename\(.*"[^"]*/checkpoint"\)', done.stderr),
    ]
    assert all(calls)
    places = [call.start() for call in calls]
    assert places == sorted(places)


def test_nothing_is_appended_before_the_journal_is_read_to_its_end(station):
    log = opened(station)
    line = encoded(StationStarted(version="9", records=1, vault_sha256=""), RECORDS)
    for _ in log.recover():
        with pytest.raises(Refused) as caught:
            log.append([line], "2045-01-01")
        assert caught.value.code == "JNL-001"
        if log.size < RECORDS:
            with pytest.raises(RuntimeError):
                log.settle()
    log.settle()
    log.append([line], "2045-01-01")
    assert log.size == RECORDS + 1


def test_a_clock_that_went_back_goes_on_in_the_latest_segment(station):
    add(station, StationStarted(version="9", records=1, vault_sha256=""))
    log = settled(station)
    log.append([encoded(StationStarted(version="9", records=2, vault_sha256=""), log.size)], "2001-01-01")
    assert days(station)[-1].name == "2045-01-01.jsonl"
    assert len(days(station)[-1].read_bytes().splitlines()) == 2


def test_an_empty_journal_is_a_beginning(tmp_path):
    log = Log(tmp_path / "journal", IDENTITY, SIGNER)
    found = recover(log, tmp_path / "ledger.sqlite", lambda _: None)
    assert (found.edited, found.vault_sha256, found.offset_ms, found.ledger.last()) == (False, "", 0, None)
    assert not (tmp_path / "journal" / "checkpoint").exists()
    found.ledger.close()


@pytest.mark.parametrize("kept", [True, False], ids=["verified", "rebuilt"])
def test_the_last_word_on_vault_and_clock_is_found(station, kept):
    imitation = 'a "vault_sha256":"beef" and "event":{"action":"clock.set"'
    add(
        station,
        ClockSet(offset_ms=86_400_000),
        SignInAccepted(operator="sousa-hanako", vault_sha256="c0ffee"),
        StepUpRefused(
            operator="sousa-hanako",
            action=imitation,
            factor=Factor.CODE,
            code="ACC-002",
            left_out=0,
            offset_seconds=0,
        ),
    )
    recovered(station).ledger.close()
    if not kept:
        (station / "ledger.sqlite").unlink()
    found = recovered(station)
    assert (found.vault_sha256, found.offset_ms) == ("c0ffee", 86_400_000)
    found.ledger.disconnect()


@pytest.mark.parametrize(("kept", "phase"), [(True, "verify"), (False, "rebuild")])
def test_progress_is_told_in_bytes_of_all_that_there_is(station, kept, phase):
    if not kept:
        (station / "ledger.sqlite").unlink()
    told = []
    recovered(station, told.append).ledger.disconnect()
    whole = sum(len(day.read_bytes()) for day in days(station))
    assert [(each.phase, each.total) for each in told] == [(phase, whole)] * (RECORDS // 1000)
    assert 0 < told[0].done < told[-1].done == whole
