"""A drive, its media and a cell in memory, for a desk in one process: what the desk holds in place of its doors' ends.

They keep the real ones' rules. An order is verified and claimed by the drive's own code; a sheet's fields are read by
the cell's own, and only typst is left out; a payload is inspected by the cell's own code.
"""

import asyncio
import hashlib
import json
import os
from collections import deque
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from unittest import mock

from media_station.cell.inspect import inspect
from media_station.cell.papers.fields import for_template
from media_station.cell.papers.typeset import _PAPERS, QR_BYTES
from media_station.cell.review import analyse as reviewing
from media_station.cell.review.analyse import analyse
from media_station.cell.unpack.unpack import unpack
from media_station.desk.hands import cells
from media_station.desk.hands.cells import Unpacked
from media_station.desk.hands.drive import Known, Report
from media_station.doors.pieces import give, pieces
from media_station.drive import admit
from media_station.drive.admit import boot, claim, parse_signed, require_own
from media_station.drive.spent import Spent, Use
from media_station.model.erasure import rule_for
from media_station.model.errors import PeerFault, Refused
from media_station.model.glyphs import unsure
from media_station.model.kind import MediumKind
from media_station.model.order import Action, Evidence, Verdict
from media_station.model.views import Loaded, Progress

STICK_BYTES = 1 << 20
DISC_BYTES = 4_700_372_992


class Luck(Enum):
    """How the next order goes; the last three without an answer to the desk."""

    GOOD = "good"
    REFUSED = "refused"
    BAD = "bad"
    PULLED = "pulled"
    LOST_BEFORE = "lost before it began"
    LOST_MIDWAY = "lost while it worked"
    LOST_AFTER = "lost when it had ended"


@dataclass(slots=True, kw_only=True)
class Piece:
    """A stick or a disc: what is on it, from its first byte."""

    kind: MediumKind
    serial: str
    instance: int
    content: bytes = b""
    written: bool = False


class DriveInMemory:
    """desk/hands/drive.Drive. `bays_now` may be changed at any time, as by a person who changes sticks."""

    def __init__(self, identity, orders_key, spent: Spent) -> None:
        self._identity, self._key, self._spent = identity, orders_key, spent
        spent.since_ms(boot(), admit.boottime_ms())
        self.bays_now: dict[str, Piece] = {}
        self.luck: deque[Luck] = deque()
        self._instances = 0

    def new_piece(self, kind: MediumKind) -> Piece:
        self._instances += 1
        serial = "" if kind.optical else f"RH{self._instances:010}"
        return Piece(kind=kind, serial=serial, instance=self._instances)

    async def bays(self) -> list[Loaded]:
        return [_loaded(bay, piece) for bay, piece in self.bays_now.items()]

    async def write(self, order, image, bay, tell) -> Evidence:
        return self._perform(Action.WRITE, order, bay, tell, image.read())

    async def read(self, order, bay, tell) -> Evidence:
        return self._perform(Action.READ, order, bay, tell, b"")

    async def erase(self, order, bay, tell) -> Evidence:
        return self._perform(Action.ERASE, order, bay, tell, b"")

    async def give(self, order, pieces, bay, tell) -> Evidence:
        """Has given everything that was wanted when it tells how that went."""
        piece = self.bays_now.get(bay)
        evidence = self._perform(Action.IMPORT, order, bay, tell, b"")
        whole = memoryview(piece.content.ljust(STICK_BYTES, b"\0"))
        await asyncio.to_thread(give, os.dup(pieces), len(whole), lambda length, at: whole[at : at + length], _nothing)
        return evidence

    async def ask(self, number: str) -> Report:
        require_own(number, self._identity)
        use = self._spent.use(number)
        if use is None:
            self._spent.claim(number)
        known = {None: Known.UNKNOWN, Use.VOID: Known.UNKNOWN, Use.BEGUN: Known.BROKEN_OFF}.get(use, Known.ENDED)
        return Report(known=known, evidence=self._spent.evidence(number))

    async def cancel(self, number):
        """Nothing is ever at work while somebody asks."""

    async def forget(self, number: str) -> None:
        self._spent.forget(number)

    def _perform(self, action, untrusted_order, bay, tell, image) -> Evidence:
        luck = self.luck.popleft() if self.luck else Luck.GOOD
        order = parse_signed(untrusted_order, self._key)
        if luck is Luck.LOST_BEFORE:
            raise PeerFault("HND-010")
        claim(order, action, self._identity, self._spent)
        piece = self.bays_now.get(bay)
        if piece is None:
            raise Refused("DRV-017", bay=bay)
        seen = _loaded(bay, piece)
        if luck is Luck.REFUSED or seen.fingerprint != order.fingerprint:
            raise Refused("DRV-018", bay=bay, medium=order.medium)
        if action is Action.ERASE and piece.kind.write_once:
            raise Refused("DRV-021", bay=bay)
        if action is not Action.ERASE and order.image_length > seen.size_bytes:
            raise Refused("DRV-019", bay=bay, needs=order.image_length, has=seen.size_bytes)
        if action is Action.WRITE and piece.kind.sequential and piece.written:
            raise Refused("DRV-020", bay=bay)
        if action is Action.WRITE and hashlib.sha256(image).hexdigest() != order.image_sha256:
            raise Refused("DRV-025", order=order.number)
        self._spent.begin(order.number)
        if action in {Action.WRITE, Action.ERASE}:
            piece.content, piece.written = image, action is Action.WRITE
        if luck is Luck.LOST_MIDWAY:
            piece.content = piece.content[: len(piece.content) // 2]
            raise PeerFault("HND-010")
        tell(Progress(subject=order.medium, phase=action.value, done=1, total=1))
        evidence = self._evidence(order, piece, seen, luck)
        self._spent.end(evidence)
        if luck is Luck.LOST_AFTER:
            raise PeerFault("HND-010")
        return evidence

    def _evidence(self, order, piece, seen, luck) -> Evidence:
        read = piece.content[: order.image_length]
        same = hashlib.sha256(read).hexdigest() == order.image_sha256 or not order.image_sha256
        code = {Luck.BAD: "DRV-031", Luck.PULLED: "DRV-033"}.get(luck, "" if same else "DRV-030")
        verdict = {"": Verdict.PASS, "DRV-033": Verdict.UNKNOWN}.get(code, Verdict.FAIL)
        passes = rule_for(piece.kind).passes if order.action is Action.ERASE else 1
        whole = seen.size_bytes * passes if order.action is Action.ERASE else order.image_length
        method = {Action.WRITE: "write+read-back", Action.READ: "read", Action.IMPORT: "pieces"}
        now = admit.boottime_ms()
        return Evidence(
            order=order.number,
            action=order.action,
            verdict=verdict,
            code=code,
            fingerprint=seen.fingerprint,
            method=method.get(order.action) or rule_for(piece.kind).method.value,
            passes=passes if order.action in {Action.WRITE, Action.ERASE} else 0,
            bytes_written=whole if order.action in {Action.WRITE, Action.ERASE} else 0,
            bytes_verified=whole if not code else 0,
            device_read=-1,
            device_written=-1,
            sha256="" if luck is Luck.PULLED or order.action is Action.ERASE else hashlib.sha256(read).hexdigest(),
            bad_sectors=-1 if code else 0,
            differs_at=-1,
            drive=f"{seen.vendor} {seen.model} ({seen.bay})",
            tool="in memory 0",
            started_ms=now,
            ended_ms=now,
        )


def _nothing() -> None:
    """Nobody wants its end."""


def _loaded(bay: str, piece: Piece) -> Loaded:
    of = (bay, piece.kind.value, piece.serial, piece.instance, piece.written and piece.kind.sequential)
    return Loaded(
        bay=bay,
        kind=piece.kind,
        vendor="REHEARSAL",
        model="DISC" if piece.kind.optical else "STICK",
        serial=piece.serial,
        serial_source="settings" if piece.serial else "",
        other_kind="",
        size_bytes=DISC_BYTES if piece.kind.optical else STICK_BYTES,
        blank=piece.kind.sequential and not piece.written,
        refused="",
        fingerprint=hashlib.sha256(repr(of).encode()).hexdigest(),
    )


class CellsInMemory:
    """desk/hands/cells.Cells, but that any password is hard enough."""

    def __init__(self) -> None:
        self.sheets: dict[str, MappingProxyType] = {}

    async def inspect(self, plaintext, items, *, individual_numbers_allowed):
        whole = iter([b"".join(map(bytes, plaintext))])
        return inspect(lambda _: next(whole, b""), items, individual_numbers_allowed=individual_numbers_allowed)

    async def analyse(self, lines, since, until, thresholds, *, records, operators):
        whole = b"".join(lines()).splitlines()
        assert len(whole) == records
        with mock.patch.object(reviewing, "DETECTIONS_AT_ONCE", cells.DETECTIONS_MOST):
            return analyse(whole, since, until, thresholds)

    async def unpack(self, connection, number, write):
        def work():
            with pieces(os.dup(connection)) as medium:
                return unpack(medium.read, medium.length, number, write)

        found = await asyncio.to_thread(work)
        return Unpacked(submission=found.submission, length=found.length, payloads=found.payloads)

    async def weigh(self, password, words) -> bool:
        return True

    async def require_glyphs(self, texts) -> None:
        """Of what the station's typefaces may lack, they lack the third plane of rare ones."""
        for field, text in unsure(texts).items():
            for each in text:
                if ord(each) >= 0x30000:
                    raise Refused("PAP-001", field=field, character=f"U+{ord(each):04X}")

    async def typeset(self, paper, fields, proof) -> bytes:
        """Everything but the setting: the fields are checked as the cell checks them."""
        read = json.loads(json.dumps(fields))
        sheet = _PAPERS[paper](read)
        for_template(sheet)
        assert len(sheet.qr.encode()) <= QR_BYTES
        self.sheets[str(fields["number"])] = MappingProxyType(read)
        return b"%PDF-1.7\n" + json.dumps(read, ensure_ascii=False, sort_keys=True).encode()


def lucky(drive: DriveInMemory, luck: Luck) -> None:
    """The next order goes so."""
    drive.luck.clear()
    drive.luck.append(luck)
