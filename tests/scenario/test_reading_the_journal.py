"""The access journal as those who review it have it: read, searched and followed at the people door of a real station."""

import asyncio
import hashlib
import json
import re
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import pytest
from at_the_counter import ROOT, at_the_counter, journal, told
from typing_commands import MEDIA_STATION, SECONDS, Done, Typing

from media_station.cli.output import WIDE, width
from media_station.desk.ledger.search import LINE_BYTES
from media_station.model import asks
from media_station.model.account_asks import Suspend
from media_station.model.ids import Identity
from media_station.model.masters import MasterKind
from media_station.proof.checkpoint import Checkpoint, sign
from media_station.proof.key import Signer
from media_station.rehearsal.house import House
from media_station.rehearsal.people import PERIOD_SECONDS, Person


@dataclass
class Read:
    """What was typed, and what the journal's files held before."""

    house: House = None
    lines: list[str] = field(default_factory=list)
    typed: dict[str, Done] = field(default_factory=dict)
    followed: list[str] = field(default_factory=list)
    ended: Done = None
    interrupted: int = 0
    proofs: Path = None


def written(house: House) -> list[str]:
    return [line for path in sorted(journal(house).glob("*.jsonl")) for line in path.read_text().splitlines()]


async def following(typing: Typing, by: Person, *options: str) -> asyncio.subprocess.Process:
    """`journal follow`, signed in and waiting for what comes."""
    code = by.code(await typing.walk.counter._fresh(by))
    entering = ("--as", by.operator, "--door", str(typing.door), "--secrets-from-stdin")
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *(*MEDIA_STATION, "journal", "follow", *options, *entering),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    process.stdin.write(f"{by.password}\n{code}\n".encode())
    process.stdin.close()
    return process


async def next_line(process: asyncio.subprocess.Process) -> str:
    async with asyncio.timeout(SECONDS):
        return (await process.stdout.readline()).decode().rstrip("\n")


async def follow_until_the_session_ends(typing: Typing, read: Read) -> None:
    walk = typing.walk
    process = await following(typing, walk.staff.auditor, "--lang", "en")
    assert "media station" in await next_line(process)
    await walk.counter.advance(1)
    read.followed.append(await next_line(process))
    suspend = Suspend(operator=walk.staff.auditor.operator)
    await walk.counter.do(suspend, walk.staff.administrator, second=walk.staff.second_administrator)
    out, err = await asyncio.wait_for(process.communicate(), SECONDS)
    read.ended = Done(code=process.returncode, out=out.decode(), err=err.decode())


def days_of(year: int, days: int) -> list[date]:
    return [date(year, 1, 1) + timedelta(days=number) for number in range(days)]


async def follow_until_interrupted(typing: Typing, read: Read) -> None:
    walk = typing.walk
    process = await following(typing, walk.staff.administrator, "--json", "--action", "clock", "--action", "masters")
    line = asyncio.create_task(next_line(process))
    while not line.done():
        await walk.counter.advance(1)  # until it follows
        await asyncio.wait({line}, timeout=0.5)
    read.followed.append(line.result())
    # A table whose record is too long for a row.
    rows = [["年月日", "名称"], *([day.isoformat(), "祝" * 40] for day in days_of(2027, 300))]
    propose = asks.ProposeMasters(kind=MasterKind.HOLIDAYS, lines=rows, sha256="0" * 64)
    await walk.counter.do(propose, walk.staff.operator)
    while "masters.proposed" not in read.followed[-1]:
        read.followed.append(await next_line(process))
    process.send_signal(signal.SIGINT)
    await asyncio.wait_for(process.communicate(), SECONDS)
    read.interrupted = process.returncode


async def prove_some(typing: Typing, read: Read, head: Path) -> None:
    folder = read.proofs = head.parent
    for name, command in {
        "proved": ("2", "--out", str(folder / "plain.json")),
        "proved against": ("2", "--against", str(head), "--out", str(folder / "grown.json")),
        "proved again": ("2", "--out", str(folder / "plain.json")),
        "proved to a pipe": ("0",),
    }.items():
        read.typed[name] = await typing.piped("journal", "prove", *command)
    others = folder / "others.txt"
    stranger = Signer.generate(Identity(station="rehearsal", epoch="r1").key_name("journal"))
    others.write_bytes(
        sign(Checkpoint(origin="media-station/checkpoint/v1/rehearsal/r1", size=1, root=b"x" * 32), stranger)
    )
    out = folder / "never.json"
    read.typed["proved for a stranger"] = await typing.piped(
        "journal", "prove", "2", "--against", str(others), "--out", str(out)
    )


async def export_some(typing: Typing, read: Read) -> None:
    staff, folder = typing.walk.staff, read.proofs
    keygen = ["age-keygen", "-o", str(folder / "reader.txt")]
    subprocess.run(keygen, capture_output=True, check=True)
    reader = re.search(r"age1\w+", (folder / "reader.txt").read_text())[0]
    first, last = (json.loads(read.lines[number])["@timestamp"] for number in (3, 9))
    period = ("--since", first, "--until", last, "--to", reader)
    for name, by, options in (
        ("exported", staff.auditor, period),
        ("exported by an operator", staff.operator, period),
        ("exported of no time", staff.auditor, ("--since", "2000-01-01", "--until", "2000-01-02", "--to", reader)),
        ("exported to nobody", staff.auditor, (*period[:-1], "age1nobody")),
    ):
        await typing.walk.counter.advance(2 * PERIOD_SECONDS)  # the codes of the run before are used up
        command = (*MEDIA_STATION, "journal", "export", *options, "--out", str(folder / f"{name}.age"), "--json")
        read.typed[name] = await typing.of_two(*command, by=by, second=staff.approver)


@pytest.fixture(scope="module")
def read(tmp_path_factory) -> Read:
    read = Read()

    async def doing(walk) -> None:
        typing, operator = Typing(walk=walk), walk.staff.operator
        read.lines = written(walk.house)
        head = tmp_path_factory.mktemp("kept") / "head.txt"
        head.write_bytes((journal(walk.house) / "checkpoint").read_bytes())
        day = json.loads(read.lines[0])["@timestamp"][:10]
        ja = ("--lang", "ja")
        for name, command in {
            "show": ("show", "2", *ja),
            "show in English": ("show", "2", "--lang", "en"),
            "show the line": ("show", "2", "--json"),
            "all": ("query", "--json"),
            "all in words": ("query", *ja),
            "of an operator": ("query", "--operator", operator.operator, "--json"),
            "accounts": ("query", "--action", "operator", "--json"),
            "of no day": ("query", "--since", "2000-01-01", "--until", "2000-12-31", *ja),
            "since": ("query", "--since", day, "--action", "station", "--json"),
            "failed": ("query", "--failed", "--json"),
            "no such record": ("show", "99999"),
            "no such action": ("query", "--action", "medium.borrowed"),
            "no such time": ("query", "--since", "yesterday"),
        }.items():
            read.typed[name] = await typing.piped("journal", *command)
        await prove_some(typing, read, head)
        await export_some(typing, read)
        read.typed["an operator"] = await typing.piped("journal", "show", "2", by=operator)
        read.typed["an operator asks"] = await typing.piped("journal", "query", by=operator)
        read.typed["an operator follows"] = await typing.piped("journal", "follow", by=operator)
        await follow_until_interrupted(typing, read)
        await follow_until_the_session_ends(typing, read)

    read.house = at_the_counter(tmp_path_factory.mktemp("reading"), doing, two_person="export")
    return read


def test_a_record_is_shown_in_plain_words_in_both_languages(read):
    ja, en = read.typed["show"], read.typed["show in English"]
    assert (ja.code, en.code) == (0, 0), ja.err
    assert "操作者を登録  operator.enrolled" in ja.out
    assert "operator enrolled  operator.enrolled" in en.out
    assert "結果                  成功" in ja.out
    assert "監査 三郎" not in ja.out
    assert "管理 美咲" in ja.out


def test_the_line_is_the_journals_byte_for_byte(read):
    assert read.typed["show the line"].out == read.lines[2] + "\n"
    assert read.typed["show"].lines[-1] == read.lines[2]


def test_a_search_for_everything_gives_every_line(read):
    assert read.typed["all"].lines[: len(read.lines)] == read.lines
    assert [json.loads(line)["media_station"]["sequence"] for line in read.typed["all"].lines] == list(
        range(len(read.typed["all"].lines))
    )


def test_people_read_two_lines_for_each_that_fit_the_screen(read):
    done = read.typed["all in words"]
    assert max(width(line) for line in done.lines) <= WIDE
    enrolled = next(number for number, line in enumerate(done.lines) if "操作者を登録" in line)
    assert "操作者 kanri-jiro" in done.lines[enrolled + 1]
    assert any("!! 依頼を拒否" in line or "!! " in line for line in done.lines) == any(
        '"outcome":"failure"' in line for line in read.lines
    )


def test_what_is_found_is_what_was_asked_for(read):
    operator = "sousa-hanako"
    assert [json.loads(each)["event"]["action"] for each in read.typed["accounts"].lines] == ["operator.enrolled"] * 5
    assert read.typed["of an operator"].lines
    assert all(f'"{operator}"' in line for line in read.typed["of an operator"].lines)
    assert read.typed["of no day"].lines[1:] == ["該当するものはありません。"]
    assert len(read.typed["since"].lines) == 1
    assert all('"outcome":"failure"' in line for line in read.typed["failed"].lines)


def test_only_who_reviews_may_read_it(read):
    for name in ("an operator", "an operator asks", "an operator follows"):
        assert read.typed[name].code == 3
        assert "ACC-011" in read.typed[name].err
    assert "kanri" not in "".join(read.typed[name].out for name in ("an operator", "an operator follows"))


def test_what_is_not_there_or_asked_wrongly_is_said_with_its_code(read):
    assert (read.typed["no such record"].code, "PRF-030" in read.typed["no such record"].err) == (3, True)
    assert read.typed["no such action"].code == read.typed["no such time"].code == 2


def test_what_is_recorded_is_shown_as_it_is_recorded(read):
    *interrupted, seen = read.followed
    records = [json.loads(line) for line in interrupted]
    assert {record["event"]["action"] for record in records} == {"clock.advanced", "masters.proposed"}
    lines = written(read.house)
    assert [lines[record["media_station"]["sequence"]] for record in records] == interrupted
    assert len(interrupted[-1].encode()) > LINE_BYTES
    assert "rehearsal" in seen
    assert read.interrupted == 130


def test_following_ends_with_the_session_and_says_so(read):
    assert read.ended.code == 3
    assert "ACC-010" in read.ended.err


def checked(read, proof: dict, tmp_path: Path) -> subprocess.CompletedProcess:
    """By the procedure that docs/formats.md shows."""
    text = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8")
    (tmp_path / "check.py").write_text(re.search(r"```python\n(.*?)```", text, re.DOTALL)[1])
    (tmp_path / "proof.json").write_text(json.dumps(proof))
    key = read.house.station / "public" / "journal.pub"
    command = [sys.executable, "-I", str(tmp_path / "check.py"), str(tmp_path / "proof.json"), str(key)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_proof_is_checked_by_the_procedure_on_the_page(read, tmp_path):
    assert [read.typed[name].code for name in ("proved", "proved against", "proved again")] == [0, 0, 3]
    for name in ("plain", "grown"):
        proof = json.loads((read.proofs / f"{name}.json").read_text())
        assert proof["record"] == read.lines[2]
        done = checked(read, proof, tmp_path)
        assert done.stdout == f"ok 2 of {proof['tree_size']}\n", done.stderr
    assert json.loads(read.typed["proved to a pipe"].out)["record"] == read.lines[0]


WRONG = {
    "another record": lambda proof: {"record": proof["record"].replace("kanri", "kansa")},
    "another place": lambda proof: {"leaf_index": 3},
    "a hash too few": lambda proof: {"proof": proof["proof"][:-1]},
    "another kept head": lambda proof: {"kept": proof["checkpoint"].replace("rehearsal", "rehearsed")},
    "another past": lambda proof: {"consistency": proof["consistency"][::-1]},
    "no past": lambda proof: {"consistency": []},
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_the_procedure_refuses_what_was_changed(read, tmp_path, wrong):
    proof = json.loads((read.proofs / "grown.json").read_text())
    done = checked(read, proof | wrong(proof), tmp_path)
    assert (done.returncode, done.stdout) == (1, "")


def test_a_strangers_head_proves_nothing_and_leaves_no_file(read):
    done = read.typed["proved for a stranger"]
    assert (done.code, "PRF-024" in done.err) == (5, True)
    assert not (read.proofs / "never.json").exists()


def test_a_period_leaves_sealed_as_the_journals_own_lines(read):
    (row,) = read.typed["exported"].rows
    sealed = (read.proofs / "exported.age").read_bytes()
    opening = ["age", "-d", "-i", str(read.proofs / "reader.txt"), str(read.proofs / "exported.age")]
    opened = subprocess.run(opening, capture_output=True, check=True).stdout
    assert opened.decode().splitlines() == read.lines[3:9]
    (told_of,) = told(read.house, "journal.exported")
    assert (told_of["records"], told_of["bundle"]) == (6, row["bundle"])
    assert told_of["ndjson_sha256"] == row["ndjson_sha256"] == hashlib.sha256(opened).hexdigest()
    assert (told_of["sha256"], told_of["length"]) == (hashlib.sha256(sealed).hexdigest(), len(sealed))
    assert told_of["reader"] in (read.proofs / "reader.txt").read_text()
    (fetched,) = told(read.house, "bundle.fetched")
    assert (fetched["bundle"], fetched["incident"]) == (row["bundle"], "")


def test_what_may_not_leave_leaves_no_file_and_no_record(read):
    codes = {"exported by an operator": "ACC-011", "exported of no time": "JNL-004", "exported to nobody": "AGE-030"}
    for name, code in codes.items():
        assert (read.typed[name].code, code in read.typed[name].err) == (3, True), read.typed[name].err
        assert not (read.proofs / f"{name}.age").exists()
    assert list((read.house.station / "state" / "desk" / "exports").iterdir()) == [
        read.house.station / "state" / "desk" / "exports" / "R1-B-00001.age"
    ]
