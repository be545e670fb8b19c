"""媒体ラベル: for the case, never for a disc's face."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from media_station.cell.papers.fields import JSON, MAY_BE_EMPTY, Sheet, parse


@dataclass(frozen=True, slots=True, kw_only=True)
class Label(Sheet):
    """The last three may be empty: a disc has no serial number, new stock belongs to no transfer."""

    medium_number: str
    medium_kind: str
    serial: str = field(metadata=MAY_BE_EMPTY)
    transfer_number: str = field(metadata=MAY_BE_EMPTY)
    classification: str = field(metadata=MAY_BE_EMPTY)


def parse_fields(untrusted: Mapping[str, JSON]) -> Label:
    return parse(Label, untrusted)
