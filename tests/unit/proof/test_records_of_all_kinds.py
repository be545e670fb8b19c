"""Any event of any kind comes back from its line as what it was; a line has one form."""

import json
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from enum import Enum
from typing import get_args, get_origin, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from media_station.model.consignment import Terms
from media_station.model.ids import Identity
from media_station.model.instant import Instant, wall_text
from media_station.model.operator import Post
from media_station.model.strict_json import LARGEST_INTEGER, canonical
from media_station.model.vocabulary import EVENTS
from media_station.proof.record import decode, encode

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
numbers = st.integers(-LARGEST_INTEGER, LARGEST_INTEGER)
identities = st.sampled_from([Identity(station="aobano", epoch="e1"), Identity(station="kita-zei-1", epoch="r12")])
instants = st.builds(
    Instant,
    wall=st.datetimes(datetime(2000, 1, 1), timezones=st.just(UTC)).map(wall_text),
    boottime_ms=st.integers(0, LARGEST_INTEGER),
    boot_id=st.uuids().map(str),
)

earlier, later = (st.dates(date(year, 1, 1), date(year + 49, 12, 31)).map(str) for year in (2000, 2050))
# What is checked where it is made.
CHECKED = {
    Terms: {"consignment": st.sampled_from(["C2025-01", "C2026-12"])},
    Post: {"starts": earlier, "ends": later, "deputy_of": st.sampled_from(["", "shonin-ichiro"])},
}


def values(kind: type):
    """All that a field of this type can hold."""
    if (several := get_origin(kind)) in (tuple, list):
        return st.lists(values(get_args(kind)[0]), max_size=3).map(several)
    if issubclass(kind, Enum):
        return st.sampled_from(kind)
    if is_dataclass(kind):
        return made(kind)
    return {str: texts, int: numbers, bool: st.booleans()}[kind]


@st.composite
def made(draw, kind: type):
    hints = get_type_hints(kind)
    drawn = {field.name: draw(values(hints[field.name])) for field in fields(kind)}
    return kind(**drawn | {name: draw(some) for name, some in CHECKED.get(kind, {}).items()})


@pytest.mark.parametrize("kind", EVENTS.values(), ids=EVENTS)
@settings(max_examples=10)
@given(st.data())
def test_it_comes_back(kind, data):
    event = data.draw(made(kind))
    identity, at, actor = data.draw(identities), data.draw(instants), data.draw(texts)
    line = encode(event, sequence=7, identity=identity, key_id="0a1b2c3d", at=at, actor=actor)
    record = decode(line)
    assert (record.event, record.identity, record.at, record.actor) == (event, identity, at, actor)
    assert canonical(json.loads(line)) == line
    assert b"\n" not in line
