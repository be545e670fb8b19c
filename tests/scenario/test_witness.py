"""Another machine witnesses the journal: it cosigns what only grew, and neither a roll-back nor another past."""

import asyncio
import json
import shutil
import subprocess
import sys

import pytest
from at_the_counter import ROOT, at_the_counter, journal, told

from media_station.doors.people import People
from media_station.doors.socket import connect
from media_station.proof.cosignature import Witness, cosigned_at
from media_station.proof.key import Verifier
from media_station.proof.verify import verify_journal


class Host:
    """The district host, which types `media-station witness`; what came of it by the name of each time."""

    def __init__(self, walk):
        self.house = walk.house
        self.head = self.house.host / "station.head"
        self.sizes, self.errors, self.codes = {}, {}, {}

    async def witnesses(self, when):
        public = self.house.station / "public"
        command = [
            *(sys.executable, "-m", "media_station.cli.main", "witness", "--to", f"127.0.0.1:{self.house.gate_port}"),
            *("--host-keys", self.house.host, "--gate-cert", public / "gate.crt", "--json"),
            *("--journal-key", public / "journal.pub", "--head", self.head),
        ]
        done = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, check=False)
        self.codes[when], self.errors[when] = done.returncode, done.stderr
        if done.returncode == 0:
            said = json.loads(done.stdout)
            self.sizes[when] = said["size"], said["witnessed"]

    async def started_again(self, change=lambda: None):
        async with self.house._starting:
            self.house.kill("desk")
            change()
        await self.house.revive()

    async def something_happens(self, times):
        async with connect(self.house.run / "people.sock", People, uids=self.house.uids) as caller:
            for _ in range(times):
                await caller.call("AdvanceClock", session="", code=None, second=None, seconds=1)


@pytest.fixture(scope="module")
def witnessed(tmp_path_factory):
    hosts = []

    async def doing(walk):
        host = Host(walk)
        hosts.append(host)
        house, settings = walk.house, walk.house.station / "station.toml"
        state, kept = house.station / "state" / "desk", house.folder / "kept"
        await host.witnesses("unknown to the station")
        host.head.unlink()
        known = (house.host / "witness.pub").read_text().strip()
        settings.write_text(f'{settings.read_text()}\n[journal]\nwitnesses = ["{known}"]\n')
        await host.started_again()
        await host.witnesses("first")
        host.recorded = len(told(house, "head.witnessed"))
        await host.witnesses("again")
        await host.witnesses("and again")
        host.recorded_later = len(told(house, "head.witnessed"))
        await host.started_again(lambda: shutil.copytree(state, kept))
        await host.something_happens(5)
        await host.witnesses("grown")
        host.whole = house.folder / "whole"
        shutil.copytree(journal(house), host.whole)
        host.kept_head = host.head.read_bytes()

        def put_back():
            shutil.rmtree(state)
            shutil.copytree(kept, state)

        await host.started_again(put_back)
        await host.witnesses("put back")
        await host.something_happens(20)
        await host.witnesses("another past")

    house = at_the_counter(tmp_path_factory.mktemp("witnessed"), doing)
    (host,) = hosts
    host.events = told(house, "head.witnessed")
    return host


def test_a_witness_whom_the_station_does_not_know_is_refused(witnessed):
    assert witnessed.codes["unknown to the station"] == 3
    assert "WIT-001" in witnessed.errors["unknown to the station"]


def test_it_cosigns_whatever_has_grown_and_a_record_of_that_alone_makes_no_other(witnessed):
    for when in ("first", "again", "and again", "grown"):
        size, taken = witnessed.sizes[when]
        assert size == taken
    assert witnessed.sizes["first"][0] + 1 == witnessed.sizes["again"][0] == witnessed.sizes["and again"][0]
    assert (witnessed.recorded, witnessed.recorded_later) == (1, 1)


def test_the_station_keeps_the_cosigned_head_and_every_verifier_knows_it(witnessed):
    public = witnessed.house.host / "witness.pub"
    witness = Witness.parse(public.read_text())
    key = witnessed.house.station / "public" / "journal.pub"
    assert (witnessed.whole / f"witnessed.{witness.key_id}").read_bytes() == witnessed.kept_head
    assert cosigned_at(witnessed.kept_head, witness) > 0
    verify_journal(witnessed.whole, [Verifier.parse(key.read_text())], None, witness=witness)
    command = [sys.executable, ROOT / "scripts" / "verify_journal.py", witnessed.whole, "--key", key]
    done = subprocess.run([*command, "--witness", public], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(("when", "code"), [("put back", "WIT-010"), ("another past", "WIT-011")])
def test_what_was_put_back_or_is_another_past_is_told_and_not_cosigned(witnessed, when, code):
    assert witnessed.codes[when] == 5
    assert code in witnessed.errors[when]
    assert witnessed.head.read_bytes() == witnessed.kept_head
