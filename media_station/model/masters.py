"""Masters (マスタ): small tables that staff keep as CSV; imported by one person, adopted by another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType

from media_station.model import ids
from media_station.model.consignment import Duty
from media_station.model.duties import DUTY_NAMES, NEVER, StaffDuty
from media_station.model.errors import Refused
from media_station.model.event import Event
from media_station.model.instant import parse_day
from media_station.model.machine import Machine


class MasterKind(Enum):
    """The tables. SAME_PERSON says which two duties one person may have in one transfer."""

    HANDLERS = "handlers"
    HOLIDAYS = "holidays"
    PLACES = "places"
    SHREDDERS = "shredders"
    FIRMS = "firms"
    REASONS = "reasons"
    SAME_PERSON = "same_person"


# Column headings as staff read them, and the fields that they fill.
COLUMNS: Mapping[MasterKind, Mapping[str, str]] = MappingProxyType(
    {
        MasterKind.HANDLERS: {
            "委託業務番号": "consignment",
            "取扱者番号": "handler",
            "氏名": "person",
            "区分": "duty",
            "再委託先": "employer",
            "開始日": "starts",
            "終了日": "ends",
        },
        MasterKind.HOLIDAYS: {"年月日": "day", "名称": "title"},
        MasterKind.PLACES: {"保管場所番号": "place", "名称": "title"},
        MasterKind.SHREDDERS: {
            "破壊機器番号": "device",
            "名称": "title",
            "方法": "method",
            "細断寸法": "particle",
            "残さの処分": "residue",
        },
        MasterKind.FIRMS: {"破壊事業者番号": "firm", "名称": "title"},
        MasterKind.REASONS: {"理由番号": "reason", "文言": "title"},
        MasterKind.SAME_PERSON: {"職務": "duty", "他の職務": "other", "兼務": "allowed"},
    }
)
_DUTIES = {"取扱責任者": Duty.MANAGER.value, "取扱者": Duty.HANDLER.value}
_STAFF_DUTIES = {word: duty.value for word, duty in DUTY_NAMES.items()}
_ANSWERS = {"可": "yes", "不可": "no"}
_MAY_BE_EMPTY = "employer"
_FREE = frozenset({"person", "employer", "title", "method", "particle", "residue"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line's values, in the order of the kind's columns."""

    values: tuple[str, ...]


def read_rows(kind: MasterKind, untrusted_lines: Sequence[Sequence[str]]) -> tuple[Row, ...]:
    """The lines below the headings as checked rows. Refused MST-001 (headings), MST-002 (a value; rows from 1), MST-004
    (two duties that nobody may have).
    """
    columns = COLUMNS[kind]
    if not untrusted_lines or list(untrusted_lines[0]) != list(columns):
        raise Refused("MST-001", kind=kind.value, headings=",".join(columns))
    rows = []
    for number, line in enumerate(untrusted_lines[1:], start=2):
        if len(line) != len(columns):
            raise Refused("MST-002", row=number, column="")
        read = zip(columns.items(), line, strict=True)
        values = tuple(_value(kind, field, each.strip(), heading, number) for (heading, field), each in read)
        if kind is MasterKind.SAME_PERSON:
            _check_pair(values, number)
        rows.append(Row(values=values))
    if not rows:
        raise Refused("MST-001", kind=kind.value, headings=",".join(columns))
    return tuple(rows)


def free_texts(kind: MasterKind, rows: Sequence[Row]) -> dict[str, str]:
    """What people wrote as they liked, by heading and row: 氏名 2 is the first line's."""
    return {
        f"{heading} {number}": text
        for number, row in enumerate(rows, start=2)
        for (heading, field), text in zip(COLUMNS[kind].items(), row.values, strict=True)
        if field in _FREE
    }


def _check_pair(values: tuple[str, ...], row: int) -> None:
    duty, other, allowed = values
    pair = frozenset({StaffDuty(duty), StaffDuty(other)})
    if len(pair) == 1:
        raise Refused("MST-002", row=row, column="他の職務")
    if pair in NEVER and allowed == _ANSWERS["可"]:
        raise Refused("MST-004", row=row)


def _value(kind: MasterKind, field: str, untrusted_text: str, heading: str, row: int) -> str:
    try:
        return _parsed(kind, field, untrusted_text)
    except (Refused, KeyError) as error:
        raise Refused("MST-002", row=row, column=heading) from error


def _parsed(kind: MasterKind, field: str, untrusted_text: str) -> str:
    match field:
        case "duty" | "other":
            words = _DUTIES if kind is MasterKind.HANDLERS else _STAFF_DUTIES
            return untrusted_text if untrusted_text in words.values() else words[untrusted_text]
        case "consignment":
            return ids.parse_consignment(untrusted_text)
        case "handler" | "place" | "device" | "firm" | "reason":
            return ids.parse_handler(untrusted_text)
        case "day" | "starts" | "ends":
            return parse_day(untrusted_text, field).isoformat()
        case "allowed":
            return _ANSWERS[untrusted_text]
    if not ids.is_text(untrusted_text) or (not untrusted_text and field != _MAY_BE_EMPTY):
        raise KeyError(field)
    return untrusted_text


def as_fields(kind: MasterKind, row: Row) -> dict[str, str]:
    """The row's values by field."""
    return dict(zip(COLUMNS[kind].values(), row.values, strict=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class MastersProposed(Event):
    """`sha256` is that of the imported file."""

    name = "masters.proposed"
    requirements = ("O3", "O8")
    masters: str
    kind: MasterKind
    rows: tuple[Row, ...]
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MastersAdopted(Event):
    """From now on these rows are the table; handlers are registered one by one with it."""

    name = "masters.adopted"
    requirements = ("O3", "O8")
    masters: str
    kind: MasterKind
    approver: str


class MastersState(Enum):
    PROPOSED = "proposed"
    ADOPTED = "adopted"


MASTERS = Machine(
    noun="masters",
    key="masters",
    states=MastersState,
    table={
        (None, MastersProposed): MastersState.PROPOSED,
        (MastersState.PROPOSED, MastersAdopted): MastersState.ADOPTED,
    },
)
