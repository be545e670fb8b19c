"""What every sheet carries, and its way through the cell to the printer."""

import asyncio
import hashlib
import io
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field

from media_station.age.decrypt import decrypt_whole
from media_station.age.encrypt import encrypt, encrypted_length
from media_station.desk.desk import Desk
from media_station.desk.ledger.index import History
from media_station.desk.ledger.people import operators
from media_station.desk.ledger.views import handlers, opened, terms_of
from media_station.model.bundle import BundleRendered
from media_station.model.errors import Refused, StationError
from media_station.model.instant import parse_wall
from media_station.model.kind import MediumKind
from media_station.model.medium import MediumImported, MediumRegistered
from media_station.model.payload import ImageSealed
from media_station.model.sheet_code import code_sha256
from media_station.model.station import PAPER, PaperKind, PaperPrinted, PaperState
from media_station.model.views import Answer
from media_station.proof.checkpoint import parse_unsigned
from media_station.proof.merkle import leaf_hash
from media_station.proof.note import JSON
from media_station.proof.paper import paper_proof
from media_station.proof.prove import prove
from media_station.proof.record import Record
from media_station.texts.era import JST

Fields = dict[str, JSON]

KINDS = {
    MediumKind.USB: "USBフラッシュメモリ",
    MediumKind.DVD_R: "DVD-R（追記型）",
    MediumKind.DVD_PLUS_R: "DVD+R（追記型）",
    MediumKind.DVD_RW: "DVD-RW（書換型）",
    MediumKind.DVD_PLUS_RW: "DVD+RW（書換型）",
    MediumKind.DVD_RAM: "DVD-RAM（書換型）",
}


NOBODYS = "—"


def common(desk: Desk, *, number: str, transfer: str, about: Record) -> Fields:
    """`about` is the record that the sheet tells of. `transfer` is empty for a sheet that belongs to no consignment."""
    agreed = terms_of(desk.ledger, transfer) if transfer else None
    return {
        "number": number,
        "rehearsal": desk.house.identity.rehearsal,
        "issued_by": desk.house.issued_by,
        "printed_at": desk.clock.wall().astimezone(JST).isoformat(timespec="seconds"),
        "consignment_title": agreed.title if agreed else NOBODYS,
        "contract_number": agreed.contract_number if agreed else NOBODYS,
        "contractor": agreed.contractor if agreed else NOBODYS,
        "ledger_row": about.sequence,
        "mark": "",
        "signer": desk.keys.papers.signer if desk.keys.papers else "",
    }


def of_medium(desk: Desk, history: History, transfer: str) -> Fields:
    """The medium's identity and what was on it."""
    registered = history.the(MediumRegistered)
    agreed = terms_of(desk.ledger, transfer) if transfer else None
    return {
        "medium_number": registered.medium,
        "medium_kind": KINDS[registered.kind],
        "maker": registered.vendor,
        "model": registered.model,
        "serial": registered.serial,
        "serial_source": registered.serial_source,
        "information": agreed.information if agreed else _beside_transfers(history),
        "records": opened(desk.ledger, transfer).records if transfer else 0,
        "classification": agreed.classification if agreed else NOBODYS,
    }


def _beside_transfers(history: History) -> str:
    """What is on a medium that carries no transfer's data now."""
    match history.all(ImageSealed, MediumImported, BundleRendered)[-1:]:
        case [ImageSealed()]:
            return "なし（消去済み）"
        case [MediumImported()]:
            return "取込に用いた対象者データ（暗号化済み）"
        case [BundleRendered()]:
            return "持出しに用いた記録・書面（暗号化済み）"
    return "なし（未使用）"


def stated(label: str, value: str) -> JSON:
    """One line of what a listed sheet states above its table."""
    return {"label": label, "value": value}


def listed(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Fields:
    """The table of a listed sheet; each column is "heading share". Without rows it says so."""
    shares = [each.rsplit(" ", 1) for each in columns]
    none = [["該当なし", *[""] * (len(columns) - 1)]]
    return {
        "columns": [{"heading": heading, "share": int(share)} for heading, share in shares],
        "rows": [{"cells": list(cells)} for cells in rows or none],
    }


def person(desk: Desk, operator: str) -> str:
    """The operator's name, as enrolled."""
    return operators(desk.ledger)[operator].person


def handler(desk: Desk, transfer: str, handler_id: str) -> str:
    """The contractor's person, as registered."""
    return handlers(desk.ledger, opened(desk.ledger, transfer).consignment)[handler_id].person


def local(record: Record) -> str:
    """The record's time, ISO with offset."""
    return parse_wall(record.at.wall).astimezone(JST).isoformat(timespec="seconds")


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """再印刷（写）: which one of its paper, from 1, and why it was wanted."""

    number: int
    reason: str

    @property
    def mark(self) -> str:
        return f"再印刷（写）{self.number}　{self.reason}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """Typeset, and not printed yet: its hashes are committed first, so that of what is out none is unknown."""

    number: str
    content: bytes = field(repr=False)
    sha256: str
    qr_sha256: str
    copy: int

    async def print(self, desk: Desk) -> None:
        await asyncio.to_thread(desk.printer.print, self.number, self.content, copy=self.copy)


async def print_paper(
    desk: Desk, sheet: Sheet, kind: PaperKind, *, actor: str, medium: str = "", incident: str = ""
) -> Answer:
    """Recorded, then printed."""
    printed = PaperPrinted(
        paper=sheet.number,
        kind=kind,
        medium=medium,
        incident=incident,
        sha256=sheet.sha256,
        qr_sha256=sheet.qr_sha256,
    )
    (record,) = desk.journal.commit(printed, actor=actor)
    await sheet.print(desk)
    return Answer(record=record.sequence, action=printed.name, facts={"paper": sheet.number})


def require_unscanned(desk: Desk, number: str) -> None:
    """Refused PAP-011 for what is known to be out; before that nobody knows, and it may be printed anew."""
    if desk.ledger.state(PAPER, number) not in {None, PaperState.PRINTED}:
        raise Refused("PAP-011", number=number)


async def make_sheet(
    desk: Desk, paper: str, fields: Fields, *, tells: Sequence[Record] = (), copy: Copy | None = None
) -> Sheet:
    """Typeset and kept. Refused FLW-003 while a sheet of this number is being made.

    `tells` are the records that the sheet tells of, the one that it is about (whose data names its number) first: the
    PDF carries them with their proofs. A sheet carries the moment and the head of its printing, so no later one is the
    same: the very bytes are kept, sealed to the station itself, by the hash that the journal will hold.
    """
    marked = fields if copy is None else fields | {"mark": copy.mark}
    return await _make(desk, paper, marked, tells, keeps=True, copy=copy)


async def make_secret(desk: Desk, paper: str, fields: Fields) -> Sheet:
    """The same for a sheet that carries a password: it is kept nowhere."""
    return await _make(desk, paper, fields, (), keeps=False, copy=None)


async def _make(
    desk: Desk, paper: str, fields: Fields, tells: Sequence[Record], *, keeps: bool, copy: Copy | None
) -> Sheet:
    number = str(fields["number"])
    if number in desk.performing:
        raise Refused("FLW-003", number=number)
    # Until the caller commits: between this function's end and its record no other task runs.
    desk.performing.add(number)
    try:
        head = desk.journal.head  # of now: the journal may go on meanwhile
        proof = await _proof(desk, number, head, [each.sequence for each in tells]) if tells else b""
        place = _place(desk, fields, head)
        sheet = await desk.cells.typeset(paper, fields | place, proof)
        if desk.keys.papers:
            sheet = desk.keys.papers.sign(sheet)
        sha256 = hashlib.sha256(sheet).hexdigest()
        if keeps:
            _keep(desk, sheet, sha256)
    finally:
        desk.performing.discard(number)
    return Sheet(
        number=number,
        content=sheet,
        sha256=sha256,
        qr_sha256=code_sha256(str(place["qr"])),
        copy=copy.number if copy else 0,
    )


def _place(desk: Desk, fields: Fields, raw: bytes) -> Fields:
    """Where the journal stands, and in it the record that the sheet is about. The QR code holds number, leaf hash and
    signed head.
    """
    head = parse_unsigned(raw)  # our own
    about = int(str(fields["ledger_row"]))
    leaf = leaf_hash(desk.ledger.line(about)).hex()
    return {
        "journal": {
            "origin": head.origin,
            "size": head.size,
            "root": b64encode(head.root).decode(),
            "leaf_hash": leaf,
            "record": about,
        },
        "qr": f"{fields['number']}\n{leaf}\n{raw.decode()}",
    }


async def _proof(desk: Desk, number: str, head: bytes, records: list[int]) -> bytes:
    proofs = await asyncio.to_thread(prove, desk.journal.directory, head, records)
    return paper_proof(number, proofs.records, head)


def _keep(desk: Desk, sheet: bytes, sha256: str) -> None:
    own = desk.keys.sealing.to_public()
    with desk.spool.new_sheet(sha256, encrypted_length(len(sheet), own)) as out:
        out.writelines(encrypt(io.BytesIO(sheet), own))


def kept(desk: Desk, sha256: str) -> bytes | None:
    """The sheet as it was printed; None if the spool doesn't hold these very bytes any more."""
    try:
        with desk.spool.sheet(sha256) as sealed:
            sheet = decrypt_whole(sealed, desk.keys.sealing)
    except StationError:
        return None
    return sheet if hashlib.sha256(sheet).hexdigest() == sha256 else None
