"""A journal's writer that can be killed at any system call, and the start after it, each in a process of its own.

A request on stdin is a line: `write FOLDER` or `start FOLDER`. A fork without imports answers it, so that each costs
only what it does. It says its pid, waits for a byte, then works; at its end stands `end STATUS`.

`write`: `sent N` before each record with the marker N, `got N` once it was acknowledged, `refused CODE`.
`start`: one line of JSON, what a desk finds that starts in this folder, and what the verifier then says.
"""

import io
import json
import os
import select
import sys
import tempfile
import traceback
from contextlib import redirect_stdout
from datetime import timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from media_station.desk.hands.clock import Clock
from media_station.desk.hands.disk import Disk
from media_station.desk.journal.append import Log
from media_station.desk.journal.commit import Journal
from media_station.desk.journal.recover import recover
from media_station.model.errors import Refused
from media_station.model.ids import Identity
from media_station.model.key import KeyRotated
from media_station.model.station import RequestRefused, TailSetAside
from media_station.proof.key import Signer

sys.path.append(str(Path(__file__).parents[2] / "scripts"))
import verify_journal

IDENTITY = Identity(station="aobano", epoch="e1")
SIGNER, NEXT = (
    Signer(IDENTITY.key_name("journal"), Ed25519PrivateKey.from_private_bytes(seed * 32)) for seed in (b"1", b"2")
)
MIB = 1024 * 1024
# Commits: how many days after the one before, and the markers of their records; without any, the key hands over.
COMMITS = ((0, (100,)), (0, (101, 102, 103)), (0, ()), (1, (104,)))


class Station:
    """Log, ledger and journal in a folder, opened as the desk does; a torn tail is recorded."""

    def __init__(self, folder: Path) -> None:
        log = Log(folder / "journal", IDENTITY, SIGNER, NEXT)
        found = recover(log, folder / "ledger.sqlite", lambda _: None)
        self.log = log
        self.ledger = found.ledger
        self.clock = Clock(folder / "ahead_ms")
        disk = Disk(folder, warn_bytes=8 * MIB, refuse_bytes=8 * MIB)
        self.journal = Journal(log=log, ledger=found.ledger, clock=self.clock, disk=disk, identity=IDENTITY)
        if found.torn:
            self.journal.commit(
                *(TailSetAside(file=each.file, length=each.length, sha256=each.sha256) for each in found.torn)
            )

    def commit(self, *markers: int) -> None:
        self.journal.commit(*(marked(each) for each in markers))

    def hand_over(self) -> None:
        keys = {"old_key": SIGNER.verifier.render(), "new_key": NEXT.verifier.render()}
        self.journal.commit(KeyRotated(**keys, old_signature="", new_signature=""))


def marked(marker: int) -> RequestRefused:
    return RequestRefused(door="people", request="Ledger", code="ACC-001", uid=0, unrecorded=marker)


def say(text: str) -> None:
    os.write(1, text.encode() + b"\n")


def write(folder: Path) -> None:
    station = Station(folder)
    for days, markers in COMMITS:
        station.clock.advance(timedelta(days=days))
        for each in markers:
            say(f"sent {each}")
        try:
            if markers:
                station.commit(*markers)
            else:
                station.hand_over()
        except Refused as error:
            say(f"refused {error.code}")
            continue
        for each in markers:
            say(f"got {each}")
        if not markers:
            say("handed over")


def start(folder: Path) -> None:
    station = Station(folder)
    held = [station.ledger.line(number) for number in range(station.log.size)]
    lines = [line for each in sorted((folder / "journal").glob("*.jsonl")) for line in each.read_bytes().splitlines()]
    data = [json.loads(line)["media_station"]["data"] for line in lines]
    told = {
        "markers": [each["unrecorded"] for each in data if "unrecorded" in each],
        "tails": [each["sha256"] for each in data if "sha256" in each],
        "same": held == lines,
        "key": station.log.signer.key_id,
    }
    station.commit(999)  # it can go on
    say(json.dumps({**told, "verifier": verified(folder)}))


def verified(folder: Path) -> str:
    """What scripts/verify_journal.py prints."""
    key = folder / "journal.pub"
    key.write_text(SIGNER.verifier.render() + "\n")
    with redirect_stdout(io.StringIO()) as out:
        verify_journal.main([str(folder / "journal"), "--key", str(key)])
    return out.getvalue()


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:  # what is imported late is imported before the forks
        Station(Path(folder)).commit(0)
    while request := os.read(0, 4096):
        what, folder = request.decode().split()
        pid = os.fork()
        if pid:
            status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
            os.read(0, 1)
            say(f"end {status}")
            continue
        status = 1
        try:
            say(str(os.getpid()))
            select.select([0], [], [])  # no read: those are counted
            {"write": write, "start": start}[what](Path(folder))
            status = 0
        except BaseException:  # noqa: BLE001 - a fork never comes back to the loop
            traceback.print_exc()
            sys.stderr.flush()
        finally:
            os._exit(status)


if __name__ == "__main__":
    main()
