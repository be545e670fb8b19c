"""確認記録票: what went from hand to hand, in two copies (区控・受託者控)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from media_station.cell.papers.fields import JSON, MAY_BE_EMPTY, Sheet, parse
from media_station.model.errors import Refused

DIRECTIONS = ("貸出", "返却")


@dataclass(frozen=True, slots=True, kw_only=True)
class SlipRow:
    """A medium, enclosures, letters …; `unit` is the counter of `quantity` (枚, 通, 部); `remark` may be empty."""

    item: str
    identification: str
    quantity: int
    unit: str
    remark: str = field(metadata=MAY_BE_EMPTY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip(Sheet):
    """`direction` is 貸出 (municipality to contractor) or 返却. `occasion` names visit and carrier (O5).

    `seal_number` may be empty: only where the policy wants one (O6); `bag_number` where letters alone come back.
    """

    direction: str
    occurred_at: datetime
    transfer_number: str
    municipality_handler: str
    contractor_handler: str
    rows: tuple[SlipRow, ...]
    bag_number: str = field(metadata=MAY_BE_EMPTY)
    seal_number: str = field(metadata=MAY_BE_EMPTY)
    occasion: str


def parse_fields(untrusted: Mapping[str, JSON]) -> Slip:
    """Refused PAP-003 also for another direction or no row."""
    slip = parse(Slip, untrusted)
    if slip.direction not in DIRECTIONS:
        raise Refused("PAP-003", field="direction")
    return slip
