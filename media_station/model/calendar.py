"""The office's days: Saturdays, Sundays and what the holidays' master names are closed."""

from collections.abc import Set as AbstractSet
from datetime import date, timedelta
from typing import Final

_SATURDAY: Final = 5


def is_closed(day: date, holidays: AbstractSet[str]) -> bool:
    """`holidays` are ISO days."""
    return day.weekday() >= _SATURDAY or day.isoformat() in holidays


def working_day(day: date, holidays: AbstractSet[str]) -> str:
    """The day, or the next one on which the office is open."""
    while is_closed(day, holidays):
        day += timedelta(days=1)
    return day.isoformat()
