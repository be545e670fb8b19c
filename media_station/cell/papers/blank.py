"""A form that the contractor fills in by hand and hands back: what the station knows is printed, the rest is lines."""

from collections.abc import Mapping
from dataclasses import dataclass

from media_station.cell.papers.fields import JSON, Sheet, parse
from media_station.cell.papers.form import Stated
from media_station.model.errors import Refused

LINES_MOST = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Blank:
    """What is asked, and how many lines there are to write on."""

    label: str
    lines: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BlankForm(Sheet):
    """Addressed to `issued_by`; `seals` are the roles that sign."""

    title: str
    lead: str
    stated: tuple[Stated, ...]
    blanks: tuple[Blank, ...]
    seals: tuple[str, ...]


def parse_fields(untrusted: Mapping[str, JSON]) -> BlankForm:
    """Refused PAP-003 also for a blank of no line, or of more than LINES_MOST."""
    form = parse(BlankForm, untrusted)
    for number, each in enumerate(form.blanks, start=1):
        if not 0 < each.lines <= LINES_MOST:
            raise Refused("PAP-003", field=f"blanks.{number}.lines")
    return form
