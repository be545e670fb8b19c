"""A record as people read it: two lines that fit, or all of it; nothing in it steers a terminal."""

import argparse
import io
import sys

import pytest
from recovering import encoded

from media_station.cli import journal, output
from media_station.cli.journal_reading import in_full, in_short
from media_station.model.event import Outcome
from media_station.model.handover import MediumHandedOver
from media_station.model.kind import MediumKind
from media_station.model.medium import MediumRegistered
from media_station.model.station import RequestRefused

STEERING = "\x9b2J\x7f\u2028"
NAMES = {"sousa-hanako": "操作 花子"}


def registered(model: str) -> str:
    return encoded(
        MediumRegistered(
            medium="E1-U-00001",
            kind=MediumKind.USB,
            vendor="ACME",
            model=model,
            serial="S1",
            serial_source="usb",
            size_bytes=8,
        ),
        7,
    ).decode()


REFUSED = encoded(RequestRefused(door="people", request="Write", code="ACC-011", uid=1001, unrecorded=3), 8).decode()
HANDED = encoded(
    MediumHandedOver(
        medium="E1-U-00001",
        transfer="E1-T-00001",
        clerk="sousa-hanako",
        handler="unpan-jiro",
        bag="鞄-1",
        seal="",
        day="2026-11-25",
        visit="1",
        slip="AOBANO-E1-S-00001",
    ),
    9,
).decode()


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("line", [registered("x" * 300), REFUSED, HANDED])
def test_it_fits_the_screen(line, language):
    for lines in (in_short(line, NAMES, language), in_full(line, NAMES, language)):
        assert max(output.width(each) for each in lines) <= output.WIDE


def test_in_short_it_says_when_what_and_about_what(monkeypatch):
    first, about = in_short(HANDED, NAMES, "en")
    assert "medium handed over" in first
    assert about.strip().startswith("transfer E1-T-00001  medium E1-U-00001")
    assert next(in_short(REFUSED, NAMES, "ja")).count("!! 依頼を拒否") == 1


def test_in_full_everything_is_said_and_people_by_name():
    whole = "\n".join(in_full(HANDED, NAMES, "ja"))
    for each in ("操作 花子  sousa-hanako", "unpan-jiro", "鞄-1", "AOBANO-E1-S-00001", "O5", "medium.handed_over"):
        assert each in whole
    assert "ACC-011" in "\n".join(in_full(REFUSED, NAMES, "en"))


def test_a_long_value_goes_on_below_itself():
    whole = list(in_full(registered("x" * 300), NAMES, "en"))
    assert "".join(each.strip() for each in whole).count("x") >= 300


def test_nothing_in_it_steers_a_terminal():
    line = registered(STEERING)
    for lines in (in_short(line, NAMES, "en"), in_full(line, NAMES, "en")):
        assert not set("\n".join(lines)) & set(STEERING) - {"2", "J"}


@pytest.mark.parametrize("terminal", [True, False])
def test_the_line_is_the_same_bytes_but_at_a_terminal(monkeypatch, terminal):
    class Out(io.TextIOWrapper):
        def isatty(self) -> bool:
            return terminal

    raw = io.BytesIO()
    out = Out(raw, encoding="ascii")
    monkeypatch.setattr(sys, "stdout", out)
    line = registered(STEERING)
    output.print_line(line)
    out.flush()
    assert (raw.getvalue() == line.encode() + b"\n") is not terminal
    assert (b"\x7f" in raw.getvalue()) is not terminal
    assert output.json.loads(raw.getvalue()) == output.json.loads(line)


def asked(*command: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    journal.arrange(parser)
    return parser.parse_args(command)


@pytest.mark.parametrize(
    ("typed", "recorded"),
    [
        (("--since", "2026-11-25"), ("2026-11-24T15:00:00.000000Z", "")),
        (("--until", "2026-11-25"), ("", "2026-11-25T15:00:00.000000Z")),
        (("--until", "2026-11-25T09:30"), ("", "2026-11-25T00:30:00.000000Z")),
        (("--since", "2026-11-25T09:30:01Z"), ("2026-11-25T09:30:01.000000Z", "")),
        (("--since", "2026-11-25T09:30+02:00"), ("2026-11-25T07:30:00.000000Z", "")),
    ],
)
def test_times_are_of_japan_unless_they_say_otherwise_and_a_day_is_a_whole_one(typed, recorded):
    given = asked("query", *typed)
    wanted = given.wanted(given)
    assert (wanted.since, wanted.until) == recorded


def test_conditions_are_what_was_typed_and_who_asks_is_none_of_them():
    given = asked(
        "query", "--as", "kansa-saburo", "--operator", "sousa-hanako", "--action", "order", "--action", "stock.counted"
    )
    wanted = given.wanted(given)
    assert (given.operator, wanted.operator) == ("kansa-saburo", "sousa-hanako")
    assert wanted.actions == ["order.issued", "order.lapsed", "order.refused", "order.cancelled", "stock.counted"]
    given = asked("follow", "--as", "kansa-saburo", "--failed")
    assert (given.wanted(given).operator, given.wanted(given).outcomes) == ("", [Outcome.FAILURE, Outcome.UNKNOWN])
