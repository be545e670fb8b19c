"""A listed form: what is stated, then a table, then seals; for papers that need no layout of their own."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from media_station.cell.papers.fields import JSON, MAY_BE_EMPTY, Sheet, parse
from media_station.model.errors import Refused

COLUMNS_MOST = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """A label and what stands beside it."""

    label: str
    value: str = field(metadata=MAY_BE_EMPTY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A heading and its share of the width."""

    heading: str
    share: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    cells: tuple[str, ...] = field(metadata=MAY_BE_EMPTY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Form(Sheet):
    """`lead` is the sentence under the title; `seals` the roles that sign. Runs over as many pages as it needs."""

    title: str
    number_label: str
    lead: str
    stated: tuple[Stated, ...]
    columns: tuple[Column, ...]
    rows: tuple[Line, ...]
    seals: tuple[str, ...]


def parse_fields(untrusted: Mapping[str, JSON]) -> Form:
    """Refused PAP-003 also for a line that doesn't fit the columns."""
    form = parse(Form, untrusted)
    if len(form.columns) > COLUMNS_MOST:
        raise Refused("PAP-003", field="columns")
    for number, line in enumerate(form.rows, start=1):
        if len(line.cells) != len(form.columns):
            raise Refused("PAP-003", field=f"rows.{number}")
    return form
