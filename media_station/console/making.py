"""From what was filled in to what a request wants, where that is something else. Nobody types Japanese here: what only
a paper says, a name, is recorded as standing on that paper.
"""

from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import datetime, time, timedelta
from typing import Any

from media_station.model.erasure_report import ErasureReport
from media_station.model.instant import parse_day, wall_text
from media_station.texts.console import word
from media_station.texts.era import JST

Values = Mapping[str, Any]
Made = Callable[[Values], Values]


def on_paper(number: str) -> str:
    """In Japanese whatever the screen is in: so it stands in the records and on the sheets."""
    return word("on_paper", "ja", number=number)


def as_filled_in(values: Values) -> Values:
    return values


def reported(values: Values) -> Values:
    """`statement` are the fields of the contractor's paper that say something."""
    says = {name: word("another_person" if name == "checker" else "as_on_paper", "ja") for name in values["statement"]}
    statement = ErasureReport(**{each.name: says.get(each.name, "") for each in fields(ErasureReport)})
    return {**values, "statement": statement}


def new_courier(values: Values) -> Values:
    """`shown` is the number of the paper with a copy of what he showed."""
    name = on_paper(values["shown"])
    return {**values, "person": name, "employer": name if values["employer"] is None else values["employer"]}


def known_courier(values: Values) -> Values:
    return {**values, **values["courier"]}


def taken_along(values: Values) -> Values:
    """Who took it along stands on his receipt."""
    return {**values, "taker": on_paper(values["binder"])}


def of_days(values: Values) -> Values:
    """`until` is the last day. Refused CON-005 for what is no day."""
    first, last = (parse_day(values[each], each) for each in ("since", "until"))
    begin, end = (datetime.combine(each, time(), JST) for each in (first, last + timedelta(days=1)))
    return {**values, "since": wall_text(begin), "until": wall_text(end)}
