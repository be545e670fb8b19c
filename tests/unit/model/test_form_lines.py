"""The consignment's form as a file: each line is an item that there is, once, and none is missing."""

import csv
from pathlib import Path

import pytest

from media_station.model.errors import Refused
from media_station.model.forms import read_terms

FORM = Path(__file__).parents[3] / "config" / "consignment.sample.csv"


@pytest.fixture
def lines():
    with FORM.open(encoding="utf-8", newline="") as form:
        return list(csv.reader(form))


def at(lines, label: str) -> int:
    return next(number for number, line in enumerate(lines) if line[0] == label)


def test_a_line_that_is_none_is_named_by_its_row(lines):
    for line in (["件名", "もう一度"], ["知らない項目", "x"], ["媒体種別", "紙テープ"], ["承認項目", "氏名", "絵"]):
        with pytest.raises(Refused, match="FRM-001") as caught:
            read_terms([*lines, line])
        assert caught.value.parameters["row"] == len(lines) + 1


def test_without_its_headings_it_is_no_form(lines):
    for none in ([], lines[1:]):
        with pytest.raises(Refused, match="FRM-001"):
            read_terms(none)


def test_an_item_that_is_missing_is_named(lines):
    del lines[at(lines, "契約終了日")]
    with pytest.raises(Refused, match="FRM-002") as caught:
        read_terms(lines)
    assert caught.value.parameters["label"] == "契約終了日"
