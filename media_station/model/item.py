"""An approved item (D): one column of what may leave. On its own, because a cell needs no more of a consignment."""

from dataclasses import dataclass
from enum import Enum


class ItemType(Enum):
    """What a value of an approved item may look like (D)."""

    POSTAL_CODE = "postal_code"
    TEXT = "text"
    DESIGNATED_NUMBER = "designated_number"
    PERIOD = "period"
    YEN = "yen"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One approved column: its heading and the type of its values."""

    heading: str
    type: ItemType
