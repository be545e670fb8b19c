"""The real desk in one process: serving table, use cases, access, journal, ledger, vault and spool, over a socket pair.

What is not real: drive, media and cells (hands_in_memory), and what only costs time: Argon2 and scrypt with the least
parameters, FAT32 with few clusters, no fsync. A request takes a millisecond or two. Time passes only when it is told to,
so that the same requests meet the same station.
"""

import asyncio
import hashlib
import io
import json
import os
import secrets
import socket
import sqlite3
import tempfile
from collections import Counter as Tally
from contextlib import ExitStack, closing, contextmanager
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache, partial
from pathlib import Path
from unittest import mock

from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from hands_in_memory import CellsInMemory, DriveInMemory

from media_station.age import scrypt
from media_station.age.encrypt import encrypt
from media_station.cli.standalone.setup import setup_host, setup_station
from media_station.desk.access import password as passwords
from media_station.desk.access.password import Cost
from media_station.desk.access.session import Sessions
from media_station.desk.flow import receive
from media_station.desk.hands.clock import Clock
from media_station.desk.image import fat32
from media_station.desk.ledger import index
from media_station.desk.ledger.index import Ledger
from media_station.desk.main import open_desk
from media_station.desk.resume import settle
from media_station.desk.serving.jobs import Jobs
from media_station.desk.serving.people import PeopleDoor, Room
from media_station.desk.serving.refusals import record_refusal
from media_station.doors.answering import answer
from media_station.doors.caller import Caller
from media_station.doors.people import People
from media_station.doors.refusals import RECORD_SECONDS, Refusals
from media_station.doors.socket import DESCRIPTORS, Peer
from media_station.doors.wire import Wire
from media_station.drive import admit
from media_station.drive.spent import Spent
from media_station.model.errors import StationError
from media_station.model.ids import Identity
from media_station.model.kind import MediumKind
from media_station.model.payload import Submission
from media_station.proof.key import Signer
from media_station.proof.note import sign_json
from media_station.proof.record import decode
from media_station.rehearsal.people import Counter
from media_station.settings import load

IDENTITY = Identity(station="rehearsal", epoch="r1")
ME = Peer(pid=os.getpid(), uid=os.getuid(), gid=os.getgid())
CHEAP = Cost(memory_kib=8, passes=1, lanes=1)
CLUSTERS = 64
NOON = datetime(2026, 4, 6, 3, 0, tzinfo=UTC)  # a Monday in Japan
BOOTTIME_MS = 10_000_000
BAYS = {kind: "dvd0" if kind.optical else "usb0" for kind in MediumKind}
hashed_as_told = passwords.hashed


@contextmanager
def cheap():
    """For as long as the block lasts, what protects against guessing and against power cuts costs nothing."""
    nobody = hashed_as_told("nobody has this password", CHEAP)
    with ExitStack() as held:
        for of, name, instead in (
            (passwords, "TODAY", CHEAP),
            (passwords, "NOBODYS_HASH", nobody),
            (passwords, "hashed", partial(hashed_as_told, cost=CHEAP)),
            (scrypt, "Scrypt", lambda **asked: Scrypt(**{**asked, "n": 2})),
            (fat32, "_FEWEST_CLUSTERS", CLUSTERS),
            (Clock, "wall", lambda clock: NOON + timedelta(milliseconds=clock.ahead_ms)),
            (Clock, "boottime_ms", lambda _: BOOTTIME_MS),
            (admit, "boottime_ms", lambda: BOOTTIME_MS),
            (index, "decode", lru_cache(maxsize=10_000)(decode)),
            (os, "fsync", lambda _: None),
            (os, "fdatasync", lambda _: None),
        ):
            held.enter_context(mock.patch.object(of, name, instead))
        yield


class OneProcess:
    """A station in a folder, its desk open, and one connection to its people door. Within `cheap()`.

    `refused` counts what the door answered with a refusal, by method and code; `shelf` holds the media by number.
    """

    def __init__(self, folder: Path, drive: DriveInMemory | None = None) -> None:
        self.folder = folder
        self.station = folder / "station"
        self.host = folder / "host"
        if not self.station.exists():
            setup_host(self.host, "district-host")
            setup_station(self.station, IDENTITY, issued_by="架空区 税務部 税務課（訓練）", host_certificate=None)
        self.refused: Tally = Tally()
        self.loop = asyncio.new_event_loop()
        self.desk = None
        self.drive = drive
        self.cells = CellsInMemory()
        self.shelf: dict = {}
        self.begin()

    def run(self, doing):
        return self.loop.run_until_complete(doing)

    def scan(self, paper: str) -> str:
        """What a scanner types from the sheet in the printer's tray; empty if there is none."""
        there = (self.station / "state" / "papers" / f"{paper}.pdf").exists()
        return str(self.cells.sheets[paper]["qr"]) if there else ""

    async def _open(self) -> None:
        jobs = Jobs()
        desk = open_desk(load(self.station / "station.toml"), jobs.tell)
        if self.drive is None:
            self.drive = DriveInMemory(desk.house.identity, desk.keys.orders.verifier, Spent(self.folder / "spent"))
        self.desk = replace(desk, drive=self.drive, cells=self.cells)
        self.refusals = Refusals(partial(record_refusal, self.desk), seconds=RECORD_SECONDS)
        self.sessions = Sessions(self.desk)
        self.jobs = jobs
        room = Room(self.desk, self.sessions, jobs, self.refusals)
        here, there = socket.socketpair()
        for each in (here, there):
            each.setblocking(False)
        self._wires = (Wire(here, descriptors=DESCRIPTORS), Wire(there, descriptors=DESCRIPTORS))
        self._answering = asyncio.create_task(answer(self._wires[1], PeopleDoor(room, ME)))
        self._caller = Caller(self._wires[0], People)

    async def _close(self) -> None:
        self._answering.cancel()
        await asyncio.wait({self._answering})
        for wire in self._wires:
            wire.close()
        self.refusals.close()
        self.desk.ledger.close(self.desk.journal.signer)

    def close(self) -> None:
        if self.desk is not None:
            self.end()
        self.run(self.loop.shutdown_default_executor())
        self.loop.close()

    def begin(self) -> None:
        """A desk, opened from the files; the drive is the one that there was."""
        self.run(self._open())

    def end(self) -> None:
        self.run(self._close())
        self.desk = None

    def restart(self) -> None:
        self.end()
        self.begin()

    async def restart_within(self) -> None:
        """The same, from something that runs in the station's loop."""
        await self._close()
        await self._open()

    async def call(self, method: str, /, **parameters):
        """What the door answers. Whatever is no StationError ends the connection, and is raised here."""
        calling = asyncio.create_task(self._caller.call(method, **parameters))
        await asyncio.wait({calling, self._answering}, return_when=asyncio.FIRST_COMPLETED)
        if self._answering.done():
            calling.cancel()
            self._answering.result()
        try:
            answered = await calling
        except StationError as error:
            self.refused[method, error.code] += 1
            raise
        if method == "RegisterMedium":
            self.shelf[answered.facts["medium"]] = self.drive.bays_now[parameters["bay"]]
        return answered

    def load(self, number: str) -> str:
        """Puts the medium of this number into its kind's bay; the bay's name."""
        piece = self.shelf[number]
        bay = BAYS[piece.kind]
        self.drive.bays_now[bay] = piece
        return bay

    async def settle(self) -> None:
        """What the desk does every half second."""
        await settle(self.desk)

    async def hand_in(self, payload: bytes, consignment: str, records: int) -> str:
        """What gate and district host do together: a sealed payload with its signed submission."""
        sealed = b"".join(map(bytes, encrypt(io.BytesIO(payload), self.desk.keys.sealing.to_public())))
        submission = Submission(
            payload=secrets.token_hex(16),
            consignment=consignment,
            ciphertext_length=len(sealed),
            ciphertext_sha256=hashlib.sha256(sealed).hexdigest(),
            plaintext_length=len(payload),
            plaintext_sha256=hashlib.sha256(payload).hexdigest(),
            records=records,
        )
        signer = Signer.parse((self.host / "submission.key").read_text().strip())
        offered, key_id = receive.offer(self.desk, sign_json("submission", dict(asdict(submission)), signer).decode())
        with tempfile.TemporaryFile() as body:
            body.write(sealed)
            body.flush()
            await receive.take(self.desk, offered, key_id, body.fileno())
        return submission.payload

    @property
    def journal(self) -> Path:
        return self.station / "state" / "desk" / "journal"

    def lines(self) -> list[bytes]:
        """The journal, record by record."""
        return [line for segment in sorted(self.journal.glob("*.jsonl")) for line in segment.read_bytes().splitlines()]

    def told(self, action: str) -> list[dict]:
        """The data of each record of this action."""
        whole = map(json.loads, self.lines())
        return [each["media_station"]["data"] for each in whole if each["event"]["action"] == action]

    def rows(self) -> list[tuple]:
        """Everything in the ledger's file."""
        return _rows(self.station / "state" / "desk" / "ledger.sqlite")

    def rows_folded_anew(self) -> list[tuple]:
        """What the ledger's file must hold, by the journal."""
        beside = self.folder / "anew.sqlite"
        beside.unlink(missing_ok=True)
        ledger = Ledger(beside)
        size, root = self.desk.ledger.head()
        ledger.fold([(decode(line), line) for line in self.lines()], size=size, root=root)
        ledger.disconnect()
        return _rows(beside)


def _rows(ledger: Path) -> list[tuple]:
    with closing(sqlite3.connect(ledger)) as opened:
        tables = ("days", "head", "records", "states", "subjects")
        return [(table, *row) for table in tables for row in opened.execute(f"SELECT * FROM {table} ORDER BY 1, 2")]


class CounterOfOne(Counter):
    """The rehearsal's console, at the one connection."""

    def __init__(self, station: OneProcess) -> None:
        self._station = station

    async def now(self) -> datetime:
        return self._station.desk.clock.wall()

    async def _call(self, method: str, /, **parameters):
        return await self._station.call(method, **parameters)
