"""Dates as a municipal office writes them (令和), and the same instants as ISO 8601 with their offset.

The calendar day is that of the zone, Japan's unless told otherwise. 令和 began on 2019-05-01 (平成31年政令第143号);
an earlier day is written 西暦2019年4月30日, since no instant of this station can lie there and none may be misread.
"""

from datetime import date, datetime, timedelta, timezone, tzinfo
from typing import Final

JST: Final = timezone(timedelta(hours=9), "JST")
_FIRST_DAY: Final = date(2019, 5, 1)
_YEAR_BEFORE: Final = 2018


def reiwa(instant: datetime, zone: tzinfo = JST) -> str:
    """令和8年11月23日; the first year is 令和元年. ValueError if the instant has no offset."""
    local = _in_zone(instant, zone)
    if local.date() < _FIRST_DAY:
        return f"西暦{local.year}年{local.month}月{local.day}日"
    year = local.year - _YEAR_BEFORE
    return f"令和{'元' if year == 1 else year}年{local.month}月{local.day}日"


def reiwa_day(day: date) -> str:
    """A day of the calendar."""
    return reiwa(datetime(day.year, day.month, day.day, tzinfo=JST))


def reiwa_time(instant: datetime, zone: tzinfo = JST) -> str:
    """令和8年11月23日 14時05分（+09:00）. ValueError if the instant has no offset."""
    local = _in_zone(instant, zone)
    return f"{reiwa(instant, zone)} {local.hour}時{local.minute:02d}分（{local.isoformat()[-6:]}）"


def iso(instant: datetime, zone: tzinfo = JST) -> str:
    """2026-11-23T14:05:00+09:00, to the second. ValueError if the instant has no offset."""
    return _in_zone(instant, zone).isoformat(timespec="seconds")


def _in_zone(instant: datetime, zone: tzinfo) -> datetime:
    if instant.utcoffset() is None:
        raise ValueError("an instant without its offset is no instant")
    return instant.astimezone(zone)
