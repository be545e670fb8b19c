"""Lines that stand in columns with Japanese in them, fit a terminal, and can't steer it."""

import json
from dataclasses import dataclass

import pytest

from media_station.cli import output
from media_station.cli.output import Column
from media_station.model.instant import Instant
from media_station.model.kind import MediumKind


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("R1-U-00001", 10),
        ("媒体を引渡し", 12),
        ("ｶﾊﾞﾝ", 4),  # half-width: a mark of its own column
        ("操作　花子", 10),
        ("①○", 2),
        ("葛󠄀城", 4),  # a kanji with its variation selector (IVS)
        ("か゚", 2),  # a combining mark joins
    ],
)
def test_a_text_is_as_wide_as_a_terminal_draws_it(text, columns):
    assert output.width(text) == columns


def test_a_text_is_filled_or_cut_to_exactly_its_columns():
    assert output.fitted("媒体", 6) == "媒体  "
    assert output.fitted("媒体", 6, right=True) == "  媒体"
    assert output.fitted("パスワード", 7) == "パス.. "
    assert output.width(output.fitted("パスワード", 7)) == 7


def test_the_cells_of_a_column_begin_at_one_column_and_no_line_is_longer_than_the_screen():
    columns = [Column(heading="番号", right=True), Column(heading="氏名", most=10), Column(heading="内容")]
    rows = [("1", "操作 花子", "短い"), ("1234", "とても長い氏名の人", "幅" * 80), ("7", "Sato", "x")]
    lines = list(output.table(columns, rows))
    assert all(output.width(line) <= output.WIDE for line in lines)
    starts = {output.width(line[: line.index(text)]) for line, text in zip(lines[1:], ("短い", "幅", "x"), strict=True)}
    assert len(starts) == 1
    assert lines[2].endswith("..")


def test_a_list_of_nothing_says_so():
    assert list(output.listing([Column(heading="番号")], [], "ja")) == ["該当するものはありません。"]


@pytest.mark.parametrize("steering", ["\x1b[2J", "\x9b2J", "\x07", "\r\n", "\x7f", "\u202e"])
def test_what_a_device_or_a_person_wrote_cannot_steer_the_terminal(steering):
    (_, line) = output.table([Column(heading="シリアル")], [(f"AB{steering}CD",)])
    assert line.isprintable()
    assert line.startswith("AB?")


def test_a_full_width_blank_in_a_name_is_kept():
    assert output.shown("操作　花子") == "操作　花子"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    kind: MediumKind
    at: Instant
    names: list[str]


def test_a_json_line_is_one_line_with_the_fields_names_and_nothing_that_steers():
    at = Instant(wall="2026-11-24T00:00:00.000000Z", boottime_ms=1, boot_id="b")
    line = output.json_line(Row(kind=MediumKind.USB, at=at, names=["操作 花子", "\x9b2J\x1b\n\u2028"]))
    assert line.isprintable()
    assert "操作 花子" in line
    assert json.loads(line) == {
        "kind": "usb",
        "at": {"wall": "2026-11-24T00:00:00.000000Z", "boottime_ms": 1, "boot_id": "b"},
        "names": ["操作 花子", "\x9b2J\x1b\n\u2028"],
    }


def test_a_recorded_time_is_shown_as_the_offices_clock_shows_it():
    assert output.moment("2026-11-23T15:04:05.000000Z") == "2026-11-24 00:04"
    assert output.day("2026-11-23T15:04:05.000000Z").isoformat() == "2026-11-24"
