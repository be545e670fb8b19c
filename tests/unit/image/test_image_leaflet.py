"""The leaflet, and the names of small files."""

import pytest

from media_station.desk.image.layout import Piece
from media_station.desk.image.leaflet import leaflet

LEAFLET = leaflet(medium_number="R1-D-00001", contact="市民課 窓口\n03-0000-0000", records=5400)
TEXT = LEAFLET.content.decode("utf-8-sig")


def test_it_opens_in_notepad_with_a_byte_order_mark_and_crlf() -> None:
    assert LEAFLET.content.startswith(b"\xef\xbb\xbf")
    assert LEAFLET.content.count(b"\n") == LEAFLET.content.count(b"\r\n")


def test_japanese_stands_before_english() -> None:
    assert TEXT.index("連絡先") < TEXT.index("Please read this first")


@pytest.mark.parametrize(
    "said",
    ["R1-D-00001", "5,400", "  市民課 窓口\r\n  03-0000-0000", "age  -d -o data.csv R1-D-00001.age", "manifest.json"],
)
def test_both_languages_say_it(said: str) -> None:
    japanese, english = TEXT.split("Please read this first")
    assert said in japanese
    assert said in english


def test_braces_in_the_contact_stay_as_they_are() -> None:
    assert "{x}" in leaflet(medium_number="R1-D-00001", contact="{x}", records=1).content.decode("utf-8-sig")


@pytest.mark.parametrize("name", ["", "a/b", "a\\b", "a:b", "a?", "a\n", "end.", "end ", "x" * 65, "𠮷.txt"])
def test_a_name_that_windows_can_not_show_is_a_mistake(name: str) -> None:
    with pytest.raises(ValueError):
        Piece(name=name, short="A.TXT", content=b"x")


@pytest.mark.parametrize("short", ["", "A", "readme.txt", "LONGNAME1.TXT", "A.TEXT", "A B.TXT"])
def test_a_short_name_that_is_not_8_3_is_a_mistake(short: str) -> None:
    with pytest.raises(ValueError):
        Piece(name="a.txt", short=short, content=b"x")


def test_an_empty_file_is_a_mistake() -> None:
    with pytest.raises(ValueError):
        Piece(name="a.txt", short="A.TXT", content=b"")
