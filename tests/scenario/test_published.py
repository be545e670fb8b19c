"""`media-station publish`: what a publisher signs is taken at the gate, once, and is what the station installs."""

import asyncio
import io
import json
import subprocess
import sys
import tarfile

from at_the_counter import at_the_counter, told
from typing_commands import MEDIA_STATION

from media_station.model.supply import SupplyKind
from media_station.proof.key import Verifier
from media_station.proof.supply import open_file


def publish(*words) -> subprocess.CompletedProcess:
    command = [sys.executable, *MEDIA_STATION, "publish", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_what_was_signed_is_taken_at_the_gate_once(tmp_path):
    made = publish("key", "patterns", tmp_path / "publisher")
    assert made.returncode == 0, made.stderr
    assert (tmp_path / "publisher/patterns.key").stat().st_mode & 0o777 == 0o600
    assert "patterns.key" in publish("key", "patterns", tmp_path / "publisher").stderr
    files = [tmp_path / name for name in ("main.cvd", "daily.cvd")]
    for path in files:
        path.write_bytes(path.name.encode() * 100_000)
    supplies = {}
    for number in (7, 8):
        supplies[number] = tmp_path / f"patterns-{number}.supply"
        signing = ("--key", tmp_path / "publisher/patterns.key", "--out", supplies[number])
        signed = publish("sign", "patterns", number, *files, *signing)
        assert signed.returncode == 0, signed.stderr
    again = publish("sign", "patterns", 7, *files, *signing)
    assert (again.returncode, "CLI-004" in again.stderr) == (3, True)

    publisher = Verifier.parse((tmp_path / "publisher/patterns.pub").read_text())
    with supplies[8].open("rb") as file:
        assert open_file(file, {SupplyKind.PATTERNS: [publisher]}).name == "patterns-8"
        body = file.read()
    with tarfile.open(fileobj=io.BytesIO(body)) as tar:
        assert {each.name: tar.extractfile(each).read() for each in tar} == {
            path.name: path.read_bytes() for path in files
        }
    sent = []

    async def doing(walk):
        public = walk.house.station / "public"
        way = (
            *("--publisher", tmp_path / "publisher/patterns.pub", "--to", f"127.0.0.1:{walk.house.gate_port}"),
            *("--host-keys", walk.house.host, "--gate-cert", public / "gate.crt"),
            *("--receipts-key", public / "receipts.pub"),
        )
        sent.extend([await asyncio.to_thread(publish, "send", supplies[number], *way) for number in (8, 8, 7)])
        supplies[8].write_bytes(supplies[8].read_bytes()[:-1] + b"x")
        sent.append(await asyncio.to_thread(publish, "send", supplies[8], *way))

    house = at_the_counter(tmp_path, doing, more_settings=f"\n[supplies]\n{made.stdout}")
    first, second, older, changed = sent
    assert first.returncode == 0, first.stderr
    assert first.stdout == second.stdout
    assert json.loads(first.stdout)["supply"] == "patterns-8"
    assert (older.returncode, "SUP-003" in older.stderr) == (3, True)
    assert (changed.returncode, "SUP-002" in changed.stderr) == (5, True)
    assert [each["supply"] for each in told(house, "supply.received")] == ["patterns-8"]
    assert (house.station / "state/desk/supplies/patterns.supply").read_bytes().endswith(body)


def test_an_update_is_one_file(tmp_path):
    publish("key", "update", tmp_path)
    files = [tmp_path / "one", tmp_path / "two"]
    for each in files:
        each.write_bytes(b"bundle")
    signing = ("--key", tmp_path / "update.key", "--out", tmp_path / "update.supply")
    refused = publish("sign", "update", 1, *files, *signing)
    assert (refused.returncode, "SUP-001" in refused.stderr) == (3, True)
    signed = publish("sign", "update", 1, files[0], *signing)
    assert signed.returncode == 0, signed.stderr
    assert (tmp_path / "update.supply").read_bytes().partition(b"\n")[2] == b"bundle"
