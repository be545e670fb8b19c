"""A supply as one file: its signed header, one line of JSON, then the body (docs/formats.md, "Supply")."""

import hashlib
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import BinaryIO, Final

from media_station.model.errors import IntegrityViolation, Refused
from media_station.model.ids import Identity
from media_station.model.strict_json import JSON, canonical, parse_object
from media_station.model.supply import Supply, SupplyKind, SupplyOrder
from media_station.proof.key import Signer, Verifier
from media_station.proof.note import open_json, sign_json
from media_station.proof.once import Codes, admit

HEADER_BYTES: Final = 4 * 1024
LARGEST_BYTES: Final = 2 * 1024**3
_PIECE: Final = 1 << 20

_CODES: Final = Codes(foreign="SUP-010", elsewhere="SUP-011", used="SUP-012", other_boot="SUP-013", late="SUP-014")

Publishers = Mapping[SupplyKind, Sequence[Verifier]]


def sign_header(supply: Supply, key: Signer) -> bytes:
    """One line, as a file begins."""
    said: dict[str, JSON] = {"number": supply.number, "made": supply.made}
    return sign_json(supply.kind.value, {**said, "length": supply.length, "sha256": supply.sha256}, key)


def open_header(untrusted_header: bytes, publishers: Publishers) -> tuple[Supply, str]:
    """What it announces, and its key's id. Refused SUP-001 if it announces no supply, PRF-003 to PRF-006;
    IntegrityViolation PRF-007, PRF-008 unless a publisher of its kind signed it.
    """
    if len(untrusted_header) > HEADER_BYTES:
        raise Refused("SUP-001")
    try:
        schema = parse_object(untrusted_header).get("schema")
        kind = next(each for each in SupplyKind if schema == f"media-station/{each.value}/v1")
    except (ValueError, StopIteration) as error:
        raise Refused("SUP-001") from error
    fields = open_json(kind.value, untrusted_header, publishers.get(kind, ()))
    key_id = str(fields.pop("key_id"))
    try:
        return Supply(kind=kind, **fields), key_id  # type: ignore[arg-type]
    except (TypeError, ValueError, Refused) as error:
        raise Refused("SUP-001") from error


def header_line(header: bytes) -> bytes:
    """The same in its canonical form, whatever spaces it came with."""
    return canonical(parse_object(header)) + b"\n"


def open_file(file: BinaryIO, publishers: Publishers) -> Supply:
    """Reads all of it once and leaves it at the body's beginning, which nobody else may write to. As `open_header`;
    IntegrityViolation SUP-002 if the body isn't the one that was signed.
    """
    line = file.readline(HEADER_BYTES + 1)
    supply, _ = open_header(line.removesuffix(b"\n"), publishers)
    seen, length = hashlib.sha256(), 0
    while piece := file.read(_PIECE):
        seen.update(piece)
        length += len(piece)
    if (length, seen.hexdigest()) != (supply.length, supply.sha256):
        raise IntegrityViolation("SUP-002", supply=supply.name)
    file.seek(len(line), os.SEEK_SET)
    return supply


def admit_order(untrusted_order: str, *, key: Verifier, identity: Identity, spent: Path) -> SupplyOrder:
    """Spent from now on. Refused SUP-010 to SUP-014, as `once.admit`."""
    order, _ = admit(
        untrusted_order,
        SupplyOrder,
        purpose="supply-order",
        codes=_CODES,
        key=key,
        identity=identity,
        spent=spent,
    )
    return order


def open_ordered(
    order: SupplyOrder, kind: SupplyKind, untrusted_supply: int, own: BinaryIO, publishers: Publishers
) -> Supply:
    """`own`, which whoever handed the supply over can't write to, holds a copy of it, at its body's beginning. Refused
    SUP-016 if it isn't the one that was ordered, no file or too large, SUP-019 if there is no room; as `open_file`.
    """
    _copy(untrusted_supply, own)
    supply = open_file(own, publishers)
    if (supply.kind, supply.name, supply.sha256) != (kind, order.supply, order.sha256):
        raise Refused("SUP-016", supply=order.supply)
    return supply


def _copy(source: int, out: BinaryIO) -> None:
    offset = 0
    while True:
        try:
            piece = os.pread(source, _PIECE, offset)
        except OSError as error:
            raise Refused("SUP-016", supply="-") from error
        if not piece:
            break
        offset += len(piece)
        if offset > LARGEST_BYTES:
            raise Refused("SUP-016", supply="-")
        try:
            out.write(piece)
        except OSError as error:
            raise Refused("SUP-019") from error
    out.seek(0)
