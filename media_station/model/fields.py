"""What came as signed JSON has no types until they are checked: a signature says who wrote it, not what it is."""

from dataclasses import fields
from typing import Any


def check_types(record: Any) -> None:
    """TypeError unless each field of this dataclass holds exactly its type; a truth value is no number here."""
    for each in fields(record):
        if type(getattr(record, each.name)) is not each.type:
            raise TypeError(each.name)
