"""Fields, strictly read: JSON in, a frozen record out; nothing is defaulted, nothing is passed over."""

import unicodedata
from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields, is_dataclass
from datetime import datetime
from typing import Any, TypeVar, cast, get_args, get_origin, get_type_hints

from media_station.model.errors import Refused
from media_station.texts.era import iso, reiwa, reiwa_time

JSON = str | int | bool | list["JSON"] | dict[str, "JSON"]
Record = TypeVar("Record")

# "may be empty": prints as a ruled blank or as the words that the template has for "none".
MAY_BE_EMPTY: Mapping[str, object] = {"may_be_empty": True}
# Encoded, never printed as text: line ends are allowed.
ENCODED: Mapping[str, object] = {"encoded": True}
# -1 stands for "could not be determined".
MAY_BE_UNKNOWN: Mapping[str, object] = {"least": -1}

# Characters that print nothing, or something other than what was meant: a private-use code shows one font's idea.
_WITHOUT_GLYPH = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_VARIATION_SELECTORS = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))
_NEVER_PRINTED = ("復元不可能", "復元不能")
_LARGEST = 2**63 - 1  # typst's integer


@dataclass(frozen=True, slots=True, kw_only=True)
class Journal:
    """Where the journal stood: its head, and the record (sequence, leaf hash) that the sheet is about."""

    origin: str
    size: int
    root: str
    leaf_hash: str
    record: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What every paper carries. `issued_by`: municipality and section. `signer`: whose electronic signature it will
    bear, empty for none. `mark`: what a 再発行 or a 写 says of itself. `qr`: the text to encode, at most 450 bytes.
    """

    number: str
    rehearsal: bool
    issued_by: str
    printed_at: datetime
    consignment_title: str
    contract_number: str
    contractor: str
    ledger_row: int
    journal: Journal
    mark: str = field(metadata=MAY_BE_EMPTY)
    signer: str = field(metadata=MAY_BE_EMPTY)
    qr: str = field(metadata=ENCODED)


@dataclass(frozen=True, slots=True, kw_only=True)
class MediumSheet(Sheet):
    """A paper about one medium. `serial_source`: where the serial number was read from."""

    medium_number: str
    medium_kind: str
    maker: str
    model: str
    serial: str
    serial_source: str
    information: str
    records: int
    classification: str
    reason: str


def _shape(record: type) -> dict[str, tuple[Any, Field[Any]]]:
    hints = get_type_hints(record)
    return {each.name: (hints[each.name], each) for each in fields(record)}


def parse(record: type[Record], untrusted: JSON | Mapping[str, JSON], at: str = "") -> Record:
    """The record; `at` is the name of the field that it stands in.

    Refused PAP-002 (missing or unknown), PAP-003 (malformed), PAP-001 (no glyph), PAP-004 (a claim never made).
    """
    if not isinstance(untrusted, Mapping):
        raise Refused("PAP-003", field=at)
    shape = _shape(record)
    within = f"{at}." if at else ""
    for name in [*shape, *untrusted]:
        if name not in untrusted or name not in shape:
            raise Refused("PAP-002", field=f"{within}{name}")
    return record(**{name: _value(untrusted[name], *shape[name], f"{within}{name}") for name in shape})


def _value(value: JSON, kind: Any, about: Field[Any], at: str) -> object:
    if is_dataclass(kind):
        return parse(cast("type[object]", kind), value, at)
    if get_origin(kind) is tuple and isinstance(value, list) and (value or about.metadata.get("may_be_empty")):
        return tuple(_value(each, get_args(kind)[0], about, f"{at}.{row}") for row, each in enumerate(value, start=1))
    if kind is bool and isinstance(value, bool):
        return value
    if kind is int and type(value) is int and about.metadata.get("least", 0) <= value <= _LARGEST:
        return value
    if isinstance(value, str) and (value.strip() or (not value and about.metadata.get("may_be_empty"))):
        if kind is str:
            return value if about.metadata.get("encoded") and is_encodable(value) else printable(value, at)
        if kind == (datetime | None) and not value:
            return None
        if kind in (datetime, datetime | None):
            return instant(value, at)
    raise Refused("PAP-003", field=at)


def printable(text: str, at: str) -> str:
    """The text, unless it holds a character without a shape of its own, or a claim that the station never makes."""
    for character in text:
        code = ord(character)
        if unicodedata.category(character) in _WITHOUT_GLYPH or any(code in each for each in _VARIATION_SELECTORS):
            raise Refused("PAP-001", field=at, character=f"U+{code:04X}")
    joined = "".join(text.split())
    if any(claim in joined for claim in _NEVER_PRINTED):
        raise Refused("PAP-004", field=at)
    return text


def is_encodable(text: str) -> bool:
    """Half a surrogate pair has no UTF-8."""
    return not any(unicodedata.category(character) == "Cs" for character in text)


def instant(text: str, at: str) -> datetime:
    """An ISO 8601 instant; one without its offset is refused."""
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError:
        parsed = None
    if parsed is None or parsed.utcoffset() is None:
        raise Refused("PAP-003", field=at)
    return parsed


def for_template(record: Any) -> JSON:
    """The record as JSON; an instant becomes its date, its time (both 令和) and its ISO form."""
    if isinstance(record, datetime):
        return {"date": reiwa(record), "time": reiwa_time(record), "iso": iso(record)}
    if record is None:
        return ""
    if isinstance(record, tuple):
        return [for_template(each) for each in record]
    if is_dataclass(record):
        return {each.name: for_template(getattr(record, each.name)) for each in fields(record)}
    return cast("JSON", record)


def texts(value: JSON | Mapping[str, JSON], at: str = "") -> list[tuple[str, str]]:
    """Each text within, with the name of its field: what to look through for a character."""
    if isinstance(value, str):
        return [(at, value)]
    if isinstance(value, Mapping):
        return [found for name, each in value.items() for found in texts(each, f"{at}.{name}" if at else name)]
    if isinstance(value, list):
        return [found for row, each in enumerate(value, start=1) for found in texts(each, f"{at}.{row}")]
    return []
