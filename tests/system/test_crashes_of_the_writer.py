"""The journal's writer is killed at each of its system calls, SQLite's among them, each of the journal's fails once, its
last write ends after each byte: what it acknowledged is there when the desk starts again, and at most the one append
more that was on its way.

Needs strace and leave to trace a process of one's own: without it these tests fail.
"""

import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter as Tally
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import pytest
import writing
from writing import COMMITS, IDENTITY, NEXT, SIGNER

from media_station.desk.journal.append import Log
from media_station.proof.verify import verify_journal

BEFORE = 5  # records acknowledged long ago
TAIL = b'{"@timestamp":"20'
CHANGING = {"openat", "write", "pwrite64", "fdatasync", "fsync", "ftruncate", "rename", "mkdir", "close"}
CHANGING_LEDGER = {"openat", "pwrite64", "unlink", "rename", "close"}
CALL = re.compile(r"(\w+)\((.*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """The `when`th call of this name; `told` is how strace writes it."""

    name: str
    when: int
    told: str

    def __str__(self) -> str:
        return f"{self.name} {self.when}: {self.told}"


class Writer:
    """writing.py, which forks for each request."""

    def __init__(self) -> None:
        command = [sys.executable, writing.__file__]
        # At the root: strace tells the directory that it is in, whose name may be anything.
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0, cwd="/")

    def run(self, what: str, folder: Path, *tracing: str) -> tuple[list[str], int]:
        """What was said, and the exit code or minus the signal; `tracing` are strace's arguments."""
        self._process.stdin.write(f"{what} {folder}\n".encode())
        pid = self._process.stdout.readline().decode().strip()
        with traced(pid, tracing):
            self._process.stdin.write(b"g")
            said = []
            while not (line := self._process.stdout.readline().decode().strip()).startswith("end "):
                assert line, "the writer has ended"
                said.append(line)
        return said, int(line.removeprefix("end "))

    def close(self) -> None:
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait()


@contextmanager
def traced(pid: str, tracing: tuple[str, ...]):
    if not tracing:
        yield
        return
    strace = subprocess.Popen(["strace", "-p", pid, *tracing], stderr=subprocess.PIPE, text=True)
    try:
        attached = strace.stderr.readline()
        if "attached" not in attached:
            pytest.fail(f"no process can be traced here: {attached}")
        yield
        strace.wait()
    finally:
        strace.kill()
        strace.communicate()


@contextmanager
def in_memory():
    """A folder in memory: it is the process that is killed here, not the machine. All of them are as deep: a path that is
    resolved takes a call for each of its parts, and calls are counted.
    """
    with tempfile.TemporaryDirectory(dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None) as folder:
        yield Path(folder)


@pytest.fixture
def memory():
    with in_memory() as folder:
        yield folder


@pytest.fixture(scope="module")
def writer():
    writer = Writer()
    yield writer
    writer.close()


@pytest.fixture(scope="module")
def before(tmp_path_factory) -> Path:
    """A station's folder: some records, a torn tail of an earlier crash."""
    folder = tmp_path_factory.mktemp("before") / "station"
    folder.mkdir()
    station = writing.Station(folder)
    station.commit(*range(BEFORE))
    station.ledger.close(SIGNER)
    segment = max((folder / "journal").glob("*.jsonl"))
    segment.write_bytes(segment.read_bytes() + TAIL)
    return folder


@pytest.fixture(scope="module")
def calls(writer, before) -> list[Call]:
    """All calls of an undisturbed writer, from its start on."""
    with in_memory() as folder:
        return undisturbed(writer, before, folder)


@pytest.fixture(scope="module")
def left_open(before, tmp_path_factory) -> Path:
    """The same after a crash: the ledger is made anew."""
    folder = shutil.copytree(before, tmp_path_factory.mktemp("left_open") / "station")
    (folder / "ledger.sqlite.closed").unlink()
    return folder


def undisturbed(writer: Writer, before: Path, folder: Path) -> list[Call]:
    station = shutil.copytree(before, folder / "station")
    out = folder / "trace"
    said, status = writer.run("write", station, "-y", "-s", "0", "-o", str(out))
    markers = [marker for _, some in COMMITS for marker in some]
    assert status == 0
    assert [line for line in said if line.startswith("got")] == [f"got {each}" for each in markers]
    assert "handed over" in said
    seen = Tally()
    found = []
    for call in filter(None, map(CALL.match, out.read_text().splitlines())):
        seen[call[1]] += 1
        found.append(Call(name=call[1], when=seen[call[1]], told=call[2].replace(str(station), "")))
    return found


def of_the_journal(call: Call) -> bool:
    return "/journal" in call.told


def of_the_ledger(call: Call) -> bool:
    return "/ledger.sqlite" in call.told and call.name in CHANGING_LEDGER


def said_to_us(call: Call) -> bool:
    return call.name == "write" and call.told.startswith("1<")


def check_the_start(writer: Writer, folder: Path, said: list[str], call: object) -> None:
    """A desk that starts now finds all that was acknowledged, and at most the last append more."""
    found, status = writer.run("start", folder)
    assert status == 0, call
    told = json.loads(found[0])
    acknowledged = [*range(BEFORE), *(int(line.split()[1]) for line in said if line.startswith("got"))]
    sent = [*range(BEFORE), *(int(line.split()[1]) for line in said if line.startswith("sent"))]
    markers = told["markers"]
    assert markers[: len(acknowledged)] == acknowledged, call
    beyond = markers[len(acknowledged) :]
    assert beyond == sent[len(acknowledged) : len(markers)], call
    assert not beyond or any(set(beyond) <= set(append) for _, append in COMMITS), call
    assert hashlib.sha256(TAIL).hexdigest() in told["tails"], call
    assert len(told["tails"]) == len(set(told["tails"])), call
    assert told["same"], call
    assert told["verifier"].startswith("whole: "), call
    if "handed over" in said:
        assert told["key"] == NEXT.key_id, call
    elif not {"sent 104", "refused JNL-001"} & set(said):
        assert told["key"] in ({SIGNER.key_id} if "got 103" not in said else {SIGNER.key_id, NEXT.key_id}), call


def after(calls: list[Call], place: int, pattern: str) -> int:
    """The place of the first such call behind this one."""
    found = (n for n in range(place + 1, len(calls)) if re.match(pattern, f"{calls[n].name}({calls[n].told}"))
    place = next(found, -1)
    assert place >= 0, pattern
    return place


def test_what_is_acknowledged_was_synced_before(calls):
    """What a killed process has written outlives it; a power cut leaves only this. Days and lengths change on the way."""
    place, ways = after(calls, -1, r"write\(1<"), set()
    for days, _ in COMMITS:
        line = place = after(calls, place, r"write\(\d+</journal/[-\d]+\.jsonl>")
        told = after(calls, line, r"write\(1<")
        if days:
            assert after(calls, line, r"fsync\(\d+</journal>") < told
        place = after(calls, place, r"fdatasync\(\d+</journal/[-\d]+\.jsonl>")
        written = place = after(calls, place, r"p?write(64)?\(\d+</journal/checkpoint(\.new)?>")
        place = after(calls, place, r"f(data)?sync\(\d+</journal/checkpoint(\.new)?>")
        ways.add(calls[written].name)
        if calls[written].name == "write":
            place = after(calls, place, r'rename\(.*"/journal/checkpoint"\)')
            place = after(calls, place, r"fsync\(\d+</journal>")
        assert place < told
    assert ways == {"write", "pwrite64"}


def test_killed_at_each_call(writer, before, calls, memory):
    for number, call in enumerate(call for call in calls if of_the_journal(call) or said_to_us(call)):
        folder = shutil.copytree(before, memory / str(number))
        said, status = writer.run("write", folder, *injected(call, "signal=KILL"))
        assert status == -signal.SIGKILL, call
        check_the_start(writer, folder, said, call)


def test_killed_at_each_call_that_changes_the_ledger(writer, before, calls, memory):
    check_kills(writer, before, memory, [call for call in calls if of_the_ledger(call)])


def test_killed_at_each_call_that_makes_the_ledger_anew(writer, left_open, memory):
    anew = [call for call in undisturbed(writer, left_open, memory) if of_the_ledger(call) and ".new" in call.told]
    check_kills(writer, left_open, memory, anew)


def check_kills(writer: Writer, before: Path, memory: Path, calls: list[Call]) -> None:
    assert {"openat", "pwrite64", "unlink"} <= {call.name for call in calls}
    for number, call in enumerate(calls):
        folder = shutil.copytree(before, memory / str(number))
        said, status = writer.run("write", folder, *injected(call, "signal=KILL"))
        assert status == -signal.SIGKILL, call
        check_the_start(writer, folder, said, call)


def test_a_ledger_that_can_not_be_written_loses_nothing(writer, before, calls, memory):
    """The desk ends: what it had written down it finds again."""
    for number, call in enumerate(call for call in calls if of_the_ledger(call) and call.name == "pwrite64"):
        folder = shutil.copytree(before, memory / str(number))
        said, status = writer.run("write", folder, *injected(call, "error=EIO"))
        assert status == 1, call
        check_the_start(writer, folder, said, call)


def test_a_full_disk_at_each_call_that_changes_something(writer, before, calls, memory):
    changing = [call for call in calls if of_the_journal(call) and call.name in CHANGING]
    assert {call.name for call in changing} == CHANGING
    check_an_error_at_each(writer, before, changing, memory, "ENOSPC")


def test_a_failing_disk_at_each_call(writer, before, calls, memory):
    check_an_error_at_each(writer, before, list(filter(of_the_journal, calls)), memory, "EIO")


def check_an_error_at_each(writer: Writer, before: Path, calls: list[Call], memory: Path, error: str) -> None:
    """Nothing is acknowledged after the journal was refused once, and only so is it refused."""
    for number, call in enumerate(calls):
        folder = shutil.copytree(before, memory / str(number))
        said, _ = writer.run("write", folder, *injected(call, f"error={error}"))
        told = [line.split()[0] for line in said]
        if "refused" in told:
            assert "got" not in told[told.index("refused") :], call
        assert {line for line in said if line.startswith("refused")} <= {"refused JNL-001"}, call
        check_the_start(writer, folder, said, call)


def injected(call: Call, what: str) -> list[str]:
    return ["-e", f"trace={call.name}", "-e", f"inject={call.name}:{what}:when={call.when}", "-o", os.devnull]


@pytest.fixture
def written(before, memory) -> Path:
    """The journal of a station that has written once more: three lines in one write."""
    station = writing.Station(shutil.copytree(before, memory / "station"))
    checkpoint = station.journal.head
    station.commit(101, 102, 103)
    station.ledger.close(SIGNER)
    journal = memory / "station" / "journal"
    (journal / "checkpoint").write_bytes(checkpoint)  # it comes after the lines
    return journal


def settled(journal: Path) -> Log:
    log = Log(journal, IDENTITY, SIGNER)
    for _ in log.recover():
        pass
    log.settle()
    return log


def test_the_last_write_ends_after_each_byte(written, memory):
    segment = max(written.glob("*.jsonl"))
    whole = segment.read_bytes()
    lines = whole.splitlines(keepends=True)
    start = len(whole) - sum(map(len, lines[-3:]))
    with mock.patch.object(os, "fsync"):  # what is cut here was cut by the test
        for end in range(start, len(whole) + 1):
            journal = shutil.copytree(written, memory / "cut")
            (journal / segment.name).write_bytes(whole[:end])
            log = settled(journal)
            kept = (journal / segment.name).read_bytes()
            torn = whole[len(kept) : end]
            assert whole.startswith(kept)
            assert kept.endswith(b"\n")
            assert (log.torn.sha256 if log.torn else "") == (hashlib.sha256(torn).hexdigest() if torn else "")
            assert {aside.read_bytes() for aside in (journal / "aside").iterdir()} == ({TAIL, torn} if torn else {TAIL})
            assert log.size == len(kept.splitlines()) == len(lines) - 3
            verify_journal(journal, [SIGNER.verifier], None)
            shutil.rmtree(journal)


def test_the_checkpoint_ends_after_each_byte(written):
    whole = (written / "checkpoint").read_bytes()
    with mock.patch.object(os, "fsync"):
        for end in range(len(whole) + 1):
            (written / "checkpoint.new").write_bytes(whole[:end])
            log = settled(written)
            assert log.size == sum(len(each.read_bytes().splitlines()) for each in written.glob("*.jsonl"))
            verify_journal(written, [SIGNER.verifier], None)
