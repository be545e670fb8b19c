"""The start reads the journal once: verified to its end, or nothing of it is used."""

import shutil
from pathlib import Path

import pytest
from recovering import IDENTITY, SIGNER, encoded, opened, recovered, written

from media_station.desk.journal.append import Log
from media_station.desk.journal.recover import recover
from media_station.model.clock import ClockSet
from media_station.model.errors import IntegrityViolation
from media_station.model.ids import Identity
from media_station.model.sign_in import Factor, SignInAccepted, StepUpRefused
from media_station.proof.checkpoint import Checkpoint, parse_unsigned, sign
from media_station.proof.record import decode
from media_station.proof.segments import witnessed
from media_station.proof.verify import verify_journal

RECORDS = 2000


@pytest.fixture(scope="module")
def office(tmp_path_factory) -> Path:
    """A journal of some days, and its ledger, closed."""
    station = written(tmp_path_factory.mktemp("office"), RECORDS)
    recovered(station).ledger.close(SIGNER)
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


def append_to_two_days(station):
    """No append goes to two."""
    for day in days(station)[-1], station / "journal" / "2045-01-01.jsonl":
        with day.open("ab") as file:
            file.write(b"{}\n")


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
        append_to_two_days,
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


def test_a_signed_line_that_is_no_record_ends_the_start_and_leaves_the_ledger(station):
    settled(station).append([b"{}"], "2045-01-01")
    (station / "ledger.sqlite.closed").unlink()
    before = every_byte(station)
    with pytest.raises(IntegrityViolation) as caught:
        recovered(station)
    assert caught.value.code == "REC-001"
    assert every_byte(station) == before


def test_another_stations_journal_is_refused(station):
    with pytest.raises(IntegrityViolation) as caught:
        Log(station / "journal", Identity(station="midorino", epoch="e1"), SIGNER)
    assert caught.value.code == "JNL-003"


TAILS = {
    "a torn line": b'{"@timestamp":"20',
    "a line": b'{"@timestamp":"20"}\n',
    "lines and a torn one": encoded(ClockSet(clock_order="E1-W-00001", seconds=1), RECORDS) + b'\n{}\n{"',
}


@pytest.mark.parametrize("tail", TAILS.values(), ids=TAILS)
@pytest.mark.parametrize("fresh", [True, False], ids=["in a new segment", "in the last one"])
def test_what_no_checkpoint_covers_is_set_aside_and_the_rest_is_kept(station, tail, fresh):
    day = station / "journal" / "2045-01-01.jsonl" if fresh else days(station)[-1]
    with day.open("ab") as file:
        file.write(tail)
    signed = (station / "journal" / "checkpoint").read_bytes()
    log = opened(station)
    found = recover(log, station / "ledger.sqlite", lambda _: None)
    assert (log.size, found.ledger.head()[0]) == (RECORDS, RECORDS)
    assert log.torn is not None
    assert found.torn == (log.torn,)
    assert (log.torn.file, log.torn.length) == (day.name, len(tail))
    (aside,) = (station / "journal" / "aside").iterdir()
    assert aside.read_bytes() == tail
    assert log.head == (station / "journal" / "checkpoint").read_bytes() == signed
    verify_journal(station / "journal", [SIGNER.verifier], None)
    log.append([encoded(ClockSet(clock_order="E1-W-00001", seconds=1), RECORDS)], "2045-01-02")
    verify_journal(station / "journal", [SIGNER.verifier], None)
    found.ledger.disconnect()


@pytest.mark.parametrize("records", [1, 3])
def test_the_first_append_is_set_aside_whole_if_it_was_not_acknowledged(tmp_path, records):
    log = opened(tmp_path)
    for _ in log.recover():
        pass
    log.settle()
    log.append([b"{}"] * records, "2045-01-01")
    (tmp_path / "journal" / "checkpoint").unlink()
    found = recovered(tmp_path)
    assert (found.ledger.head()[0], [each.length for each in found.torn]) == (0, [3 * records])
    found.ledger.disconnect()


def test_a_journal_put_back_behind_its_closed_ledger_does_not_start(station):
    old = every_byte(station)
    log = opened(station)
    found = recover(log, station / "ledger.sqlite", lambda _: None)
    line = encoded(ClockSet(clock_order="E1-W-00001", seconds=1), RECORDS)
    log.append([line], "2045-01-01")
    found.ledger.fold([(decode(line), line)], size=log.size, root=log.root)
    found.ledger.close(SIGNER)
    recovered(station).ledger.close(SIGNER)
    for name, content in old.items():
        if name.startswith("journal"):
            (station / name).write_bytes(content)
    with pytest.raises(IntegrityViolation) as caught:
        recovered(station)
    assert caught.value.code == "JNL-002"


def cosigned(station: Path, root: bytes, witness: str) -> None:
    note = sign(Checkpoint(origin=IDENTITY.origin, size=RECORDS, root=root), SIGNER)
    witnessed(station / "journal", witness).write_bytes(note)


@pytest.mark.parametrize("names", [("aaaaaaaa", "bbbbbbbb"), ("bbbbbbbb", "aaaaaaaa")])
def test_of_two_witnesses_that_saw_journals_of_one_size_each_is_held_against_this_one(station, names):
    root = parse_unsigned((station / "journal" / "checkpoint").read_bytes()).root
    for name in names:
        cosigned(station, root, name)
    recovered(station).ledger.close(SIGNER)
    cosigned(station, bytes(32), names[1])
    with pytest.raises(IntegrityViolation, match="JNL-002"):
        recovered(station)


@pytest.mark.parametrize("kept", [True, False], ids=["verified", "rebuilt"])
def test_the_last_word_on_vault_and_clock_is_found(station, kept):
    imitation = 'a "vault_sha256":"beef" and "event":{"action":"clock.set"'
    refused = StepUpRefused(
        operator="sousa-hanako", action=imitation, factor=Factor.CODE, code="ACC-002", left_out=0, offset_seconds=0
    )
    log = settled(station)
    for year, event in (
        (2001, ClockSet(clock_order="E1-W-00001", seconds=-1)),
        (2003, SignInAccepted(operator="sousa-hanako", vault_sha256="c0ffee")),
        (2002, refused),
    ):
        log.append([encoded(event, log.size, f"{year}-01-01T00:00:00.000000Z")], "2045-01-01")
    recovered(station).ledger.close(SIGNER)
    if not kept:
        (station / "ledger.sqlite").unlink()
    found = recovered(station)
    assert (found.vault_sha256, found.latest_wall) == ("c0ffee", "2003-01-01T00:00:00.000000Z")
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
