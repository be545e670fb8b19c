"""What leaves by the gate: nothing but the ciphertext that people released, to the host alone, whole and recorded."""

import hashlib
import json
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from at_the_counter import check_the_journal_verifies, told
from at_the_gate import answers, asked, heard_of, refused_at_the_gate, spoken
from attacking import in_the_end, standing
from test_evidence_leaves_sealed import keygen
from typing_commands import MEDIA_STATION, Typing

from media_station.model import asks
from media_station.model.errors import Refused
from media_station.proof.key import Signer
from media_station.proof.note import open_json

RELEASED, KEPT = "R1-B-00001", "R1-B-00002"
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def station(tmp_path_factory):
    folder = tmp_path_factory.mktemp("exports")
    quick_gate = [sys.executable, str(Path(__file__).parent / "quick_gate.py")]
    with standing(folder, commands={"gate": quick_gate}, two_person="export") as station:
        station.reader = folder / "reader.txt"
        key, auditor, approver = keygen(station.reader), station.walk.staff.auditor, station.walk.staff.approver
        everything = {"since": "2020-01-01T00:00:00.000000Z", "until": "2099-01-01T00:00:00.000000Z"}
        for _ in range(2):
            ask = asks.ExportJournal(reader=key, **everything)
            station.does(station.walk.counter.do(ask, auditor, second=approver))
        release = (*MEDIA_STATION, "bundle", "release", RELEASED, "--json")
        station.typed = station.does(Typing(walk=station.walk).of_two(*release, by=auditor, second=approver))
        yield station
    check_the_journal_verifies(station.house)


@pytest.fixture(autouse=True)
def it_stands(station):
    yield
    station.check_it_stands()


@pytest.fixture(scope="module")
def sealed(station) -> bytes:
    return (station.house.station / "state" / "desk" / "exports" / f"{RELEASED}.age").read_bytes()


def get(target: str, *headers: str) -> bytes:
    return "\r\n".join((f"GET {target} HTTP/1.1", "Host: station", *headers, "Connection: close", "", "")).encode()


def got(station, target: str, *headers: str) -> tuple[str, bytes]:
    """The answer's head and body."""
    with spoken(station) as sock:
        sock.sendall(get(target, *headers))
        head, _, body = heard_of(sock).partition(b"\r\n\r\n")
    return head.decode(), body


def fetch(station, folder: Path, *numbers: str) -> subprocess.CompletedProcess:
    public = station.house.station / "public"
    command = [
        sys.executable,
        *MEDIA_STATION,
        "fetch",
        *numbers,
        "--to",
        f"127.0.0.1:{station.house.gate_port}",
        "--json",
    ]
    command += ["--host-keys", station.house.host, "--gate-cert", public / "gate.crt", "--out", folder]
    command += ["--receipts-key", public / "receipts.pub"]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def sent(station) -> list[dict]:
    return told(station.house, "bundle.sent")


def test_the_list_names_what_was_released_and_is_signed(station, sealed):
    assert station.typed.code == 0, station.typed.err
    head, body = got(station, "/v1/exports")
    assert head.startswith("HTTP/1.1 200 ")
    key = Signer.parse((station.house.station / "keys" / "desk" / "receipts.key").read_text()).verifier
    digest = hashlib.sha256(sealed).hexdigest()
    assert open_json("exports", body, [key])["exports"] == [
        {"bundle": RELEASED, "length": len(sealed), "sha256": digest}
    ]
    assert station.typed.rows == [{"bundle": RELEASED, "length": str(len(sealed)), "sha256": digest}]
    assert sent(station) == []


def test_the_host_gets_its_ciphertext_and_the_ledger_has_one_row(station, sealed, tmp_path):
    for _ in range(2):
        assert got(station, f"/v1/exports/{RELEASED}")[1] == sealed
    (tmp_path / "export.age").write_bytes(sealed)
    opening = ["age", "-d", "-i", str(station.reader), str(tmp_path / "export.age")]
    assert b"station.started" in subprocess.run(opening, capture_output=True, check=True).stdout
    (left,) = sent(station)
    auditor = station.walk.staff.auditor.operator
    assert (left["bundle"], left["clerk"]) == (RELEASED, auditor)
    assert left["sha256"] == hashlib.sha256(sealed).hexdigest()
    rows = station.does(station.walk.counter.see("Ledger", station.walk.staff.operator, start=0))
    (row,) = [row for row in rows if row.subject == RELEASED]
    assert (row.direction, row.item, row.medium, row.clerk) == ("out", "bundle", "", auditor)


def test_many_at_once_get_the_same(station, sealed):
    with ThreadPoolExecutor(8) as many:
        found = list(many.map(lambda _: got(station, f"/v1/exports/{RELEASED}")[1] == sealed, range(16)))
    assert found == [True] * 16
    assert len(sent(station)) == 1


@pytest.mark.parametrize("start", [1, 65_535, 65_536, -1])
def test_the_rest_comes_from_any_byte_on(station, sealed, start):
    start %= len(sealed)
    head, body = got(station, f"/v1/exports/{RELEASED}", f"Range: bytes={start}-")
    assert head.startswith("HTTP/1.1 206 ")
    assert f"Content-Range: bytes {start}-{len(sealed) - 1}/{len(sealed)}" in head
    assert body == sealed[start:]


@pytest.mark.parametrize(
    "ranged",
    [
        *("bytes=-5", "bytes=0-5", "bytes=5-4", "bytes=0-,9-", "bytes=x-", "items=1-", "bytes=1-\r\nRange: bytes=2-"),
        *(f"bytes={10**15}-", f"bytes={10**20}-"),
    ],
)
def test_another_range_than_the_rest_is_refused(station, ranged):
    assert asked(station, get(f"/v1/exports/{RELEASED}", f"Range: {ranged}")) == [(416, "GAT-036")]
    in_the_end(lambda: ("GET exports", "GAT-036") in refused_at_the_gate(station))


@pytest.mark.parametrize("number", [KEPT, "R1-B-00009", "E1-B-00001"])
def test_what_nobody_released_is_refused_and_no_record_says_it_left(station, number):
    assert asked(station, get(f"/v1/exports/{number}")) == [(404, "SPL-008")]
    in_the_end(lambda: ("Export", "SPL-008") in named(station))
    assert {each["bundle"] for each in sent(station)} <= {RELEASED}


@pytest.mark.parametrize(
    "target",
    [
        *(f"{RELEASED}/", f"../exports/{RELEASED}", f"{RELEASED}.age", "..", f"{RELEASED}%00", "r1-b-00001"),
        *(f"/{RELEASED}", f"{RELEASED}/../{KEPT}", f"{RELEASED}?{KEPT}", "%52%31-B-00001"),
    ],
)
def test_no_other_path_leads_into_the_spool(station, target):
    assert asked(station, get(f"/v1/exports/{target}")) == [(404, "GAT-020")]


def test_nothing_is_put_there(station, sealed):
    raw = get(f"/v1/exports/{RELEASED}").replace(b"GET", b"PUT").replace(b"Connection", b"Content-Length: 0\r\nX")
    assert [code for _, code in asked(station, raw)] == ["GAT-020"]
    assert got(station, f"/v1/exports/{RELEASED}")[1] == sealed


def test_nobody_releases_it_alone_without_a_code_or_as_an_operator(station):
    walk, ask = station.walk, asks.ReleaseBundle(bundle=KEPT)
    operator, approver, auditor = walk.staff.operator, walk.staff.approver, walk.staff.auditor
    for by, how, code in (
        (operator, {"second": approver}, "ACC-011"),
        (auditor, {}, "ACC-012"),
        (auditor, {"fresh": True}, "ACC-013"),
    ):
        with pytest.raises(Refused, match=code):
            station.does(walk.counter.do(ask, by, **how))


def test_what_the_spool_does_not_hold_is_the_stations_fault_and_not_offered(station, sealed):
    (held,) = (station.house.station / "state" / "desk" / "exports").glob(f"{RELEASED}.age")
    try:
        held.write_bytes(sealed[:-1])
        assert asked(station, get(f"/v1/exports/{RELEASED}")) == [(500, "SPL-005")]
        held.unlink()
        assert asked(station, get(f"/v1/exports/{RELEASED}")) == [(500, "SPL-002")]
        assert b'"exports":[]' in got(station, "/v1/exports")[1]
    finally:
        held.write_bytes(sealed)
    assert got(station, f"/v1/exports/{RELEASED}")[1] == sealed


def test_a_command_of_the_hosts_fetches_it_and_goes_on_where_it_was_cut(station, sealed, tmp_path):
    listed = fetch(station, tmp_path)
    assert listed.returncode == 0, listed.stderr
    assert json.loads(listed.stdout)["sha256"] == hashlib.sha256(sealed).hexdigest()
    assert list(tmp_path.iterdir()) == []
    beside = tmp_path / f"{RELEASED}.age.part"
    beside.write_bytes(sealed[: len(sealed) // 2])
    for _ in range(2):
        done = fetch(station, tmp_path, RELEASED)
        assert done.returncode == 0, done.stderr
        assert [each.name for each in tmp_path.iterdir()] == [f"{RELEASED}.age"]
        assert (tmp_path / f"{RELEASED}.age").read_bytes() == sealed


def test_what_is_not_what_the_station_signed_is_thrown_away(station, sealed, tmp_path):
    beside = tmp_path / f"{RELEASED}.age.part"
    beside.write_bytes(b"x" + sealed[1:1000])
    done = fetch(station, tmp_path, RELEASED)
    assert (done.returncode, list(tmp_path.iterdir())) == (5, [])
    assert "SND-022" in done.stderr
    done = fetch(station, tmp_path, RELEASED)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / f"{RELEASED}.age").stat().st_mode & 0o777 == 0o600
    done = fetch(station, tmp_path, KEPT)
    assert done.returncode == 3
    assert "SPL-008" in done.stderr


def test_a_list_that_another_signed_is_none(station, tmp_path):
    public = station.house.station / "public"
    (tmp_path / "other.pub").write_text(Signer.generate("other").verifier.render())
    command = [sys.executable, *MEDIA_STATION, "fetch", "--to", f"127.0.0.1:{station.house.gate_port}"]
    command += ["--host-keys", station.house.host, "--gate-cert", public / "gate.crt"]
    done = subprocess.run(
        [*command, "--receipts-key", tmp_path / "other.pub"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 5
    assert "PRF-007" in done.stderr


def test_memory_stays_flat(station, sealed):
    got(station, f"/v1/exports/{RELEASED}")
    before = station.rss("gate")
    for _ in range(50):
        got(station, f"/v1/exports/{RELEASED}")
    assert station.rss("gate") - before < 4 << 20
    descriptors = Path(f"/proc/{station.house.pid('gate')}/fd")
    in_the_end(lambda: not any(RELEASED in os.readlink(each) for each in descriptors.iterdir() if each.is_symlink()))


def test_what_is_purged_is_gone_from_the_gate_too(station):
    walk, release = station.walk, asks.ReleaseBundle(bundle=KEPT)
    auditor, approver = walk.staff.auditor, walk.staff.approver
    station.does(walk.counter.do(release, auditor, second=approver))
    assert got(station, f"/v1/exports/{KEPT}")[0].startswith("HTTP/1.1 200 ")
    with pytest.raises(Refused, match="FLW-001"):
        station.does(walk.counter.do(release, auditor, second=approver))
    station.does(walk.counter.do(asks.PurgeBundle(bundle=KEPT), auditor))
    assert asked(station, get(f"/v1/exports/{KEPT}")) == [(404, "SPL-008")]
    listed = json.loads(got(station, "/v1/exports")[1])["exports"]
    assert [each["bundle"] for each in listed] == [RELEASED]


def named(station) -> set[tuple[str, str]]:
    return {(request, code) for request, code, _ in station.refusals("intake")}


def test_an_answer_has_no_second_one_in_it(station, sealed):
    """What is pipelined behind a GET is answered after it, and nothing of the file is read as an answer."""
    raw = get(f"/v1/exports/{RELEASED}").replace(b"Connection: close\r\n", b"") + get("/v1/exports/x")
    with spoken(station) as sock:
        sock.sendall(raw)
        head, _, rest = heard_of(sock).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 ")
    assert rest[: len(sealed)] == sealed
    assert answers(rest[len(sealed) :]) == [(404, "GAT-020")]


def test_curl_fetches_it_as_the_page_says_and_goes_on(station, sealed, tmp_path):
    (block,) = re.findall(r"```sh\n(.*?)```", (ROOT / "docs/fetching.md").read_text(), re.DOTALL)
    settings = {
        "bundle": RELEASED,
        "host": station.house.host,
        "public": station.house.station / "public",
        "gate": f"127.0.0.1:{station.house.gate_port}",
    }
    begins = "".join(f"{name}='{value}'\n" for name, value in settings.items())
    (tmp_path / f"{RELEASED}.age").write_bytes(sealed[:1000])
    script = ["bash", "-c", begins + "set -euo pipefail\n" + block]
    done = subprocess.run(script, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / f"{RELEASED}.age").read_bytes() == sealed
    assert f"{RELEASED}.age: OK" in done.stdout
