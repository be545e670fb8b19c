"""What timers have the desk do by itself, by the process that they start; what was altered on the disk is named."""

import asyncio
import json
import os
import subprocess
import sys

from at_the_counter import at_the_counter, journal, records, told

from media_station.age.x25519 import X25519Identity

RECIPIENTS = json.dumps([str(X25519Identity.generate().to_public()) for _ in range(2)])
LIMIT_SECONDS = 120  # against a hang


def chore(house, name: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "media_station", "chore", "--settings", str(house.station / "station.toml")]
    environment = {**os.environ, "CHORE": name}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment, timeout=LIMIT_SECONDS)


def test_each_is_done_and_recorded_and_what_was_altered_is_named(tmp_path):
    said, altered = [], []

    async def doing(walk):
        async def do(name):
            done = await asyncio.to_thread(chore, walk.house, name)
            said.append((name, done.returncode, done.stderr[-200:]))

        await walk.before()
        for name in ("heartbeat", "integrity", "analysis", "backup", "backup", "nothing"):
            await do(name)
        newest = max(journal(walk.house).glob("*.jsonl"))
        raw = newest.read_bytes()
        newest.write_bytes(raw[:40] + bytes([raw[40] ^ 1]) + raw[41:])
        (payload,) = (walk.house.station / "state" / "desk" / "inbox").glob("*.age")
        payload.write_bytes(payload.read_bytes() + b"x")
        altered.append(payload.name)
        await do("integrity")
        newest_again = newest.read_bytes()
        newest.write_bytes(raw + newest_again[len(raw) :])

    house = at_the_counter(tmp_path, doing, more_settings=f"\n[backup]\nrecipients = {RECIPIENTS}\n")
    assert [code for _, code, _ in said] == [0, 0, 0, 0, 0, 3, 0], said
    assert "CHO-001" in said[5][2]
    assert len(told(house, "station.alive")) == 1
    assert [each["damaged"] for each in told(house, "integrity.verified")] == [[], ["journal", *altered]]
    assert len(told(house, "log.analysed")) == 1
    made = [each["bundle"] for each in told(house, "backup.made")]
    assert [each["bundle"] for each in told(house, "bundle.purged")] == made[:1]
    (left,) = (house.station / "state" / "desk" / "exports").iterdir()
    assert left.stem == made[1]
    outcomes = [each["event"]["outcome"] for each in records(house) if each["event"]["action"] == "integrity.verified"]
    assert outcomes == ["success", "failure"]
