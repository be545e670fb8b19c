"""What every sheet carries, and its way through the cell to the printer."""

import hashlib
from base64 import b64encode

from media_station.desk.desk import Desk
from media_station.desk.ledger.index import History
from media_station.desk.ledger.views import handlers, opened, terms_of
from media_station.model.instant import parse_wall
from media_station.model.kind import MediumKind
from media_station.model.medium import MediumRegistered
from media_station.model.operator import OperatorEnrolled
from media_station.proof.checkpoint import open_checkpoint
from media_station.proof.merkle import leaf_hash
from media_station.proof.note import JSON
from media_station.proof.record import Record
from media_station.texts.era import JST

Fields = dict[str, JSON]

KINDS = {MediumKind.USB: "USBフラッシュメモリ", MediumKind.DVD_R: "DVD-R（追記型）"}


NOBODYS = "—"


def common(desk: Desk, *, number: str, transfer: str, about: Record) -> Fields:
    """`about` is the record that the sheet tells of. The QR holds number, leaf hash and signed head.

    `transfer` is empty for a sheet that belongs to no consignment.
    """
    agreed = terms_of(desk.ledger, transfer) if transfer else None
    head = open_checkpoint(desk.journal.head, [desk.keys.journal.verifier])
    leaf = leaf_hash(desk.ledger.line(about.sequence)).hex()
    return {
        "number": number,
        "rehearsal": desk.house.identity.rehearsal,
        "issued_by": desk.house.issued_by,
        "printed_at": desk.clock.wall().astimezone(JST).isoformat(timespec="seconds"),
        "consignment_title": agreed.title if agreed else NOBODYS,
        "contract_number": agreed.contract_number if agreed else NOBODYS,
        "contractor": agreed.contractor if agreed else NOBODYS,
        "ledger_row": about.sequence,
        "journal": {
            "origin": head.origin,
            "size": head.size,
            "root": b64encode(head.root).decode(),
            "leaf_hash": leaf,
            "record": about.sequence,
        },
        "qr": f"{number}\n{leaf}\n{desk.journal.head.decode()}",
    }


def of_medium(desk: Desk, history: History, transfer: str) -> Fields:
    """The medium's identity and what was on it; nothing was on new stock."""
    registered = history.the(MediumRegistered)
    agreed = terms_of(desk.ledger, transfer) if transfer else None
    return {
        "medium_number": registered.medium,
        "medium_kind": KINDS[registered.kind],
        "maker": registered.vendor,
        "model": registered.model,
        "serial": registered.serial,
        "serial_source": registered.serial_source,
        "information": agreed.information if agreed else "なし（未使用）",
        "records": opened(desk.ledger, transfer).records if transfer else 0,
        "classification": agreed.classification if agreed else NOBODYS,
    }


def person(desk: Desk, operator: str) -> str:
    """The operator's name, as enrolled."""
    return desk.ledger.history("operator", operator).the(OperatorEnrolled).person


def handler(desk: Desk, transfer: str, handler_id: str) -> str:
    """The contractor's person, as registered."""
    return handlers(desk.ledger, opened(desk.ledger, transfer).consignment)[handler_id].person


def local(record: Record) -> str:
    """The record's time, ISO with offset."""
    return parse_wall(record.at.wall).astimezone(JST).isoformat(timespec="seconds")


async def print_sheet(desk: Desk, paper: str, fields: Fields) -> str:
    """Typeset and printed; the PDF's SHA-256."""
    sheet = await desk.cells.typeset(paper, fields)
    desk.printer.print(str(fields["number"]), sheet)
    return hashlib.sha256(sheet).hexdigest()
