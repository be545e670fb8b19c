"""What a value may look like (D): each rule with its good and its bad twin."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from payloads import GOOD, HEADINGS, INDIVIDUAL, NOT_INDIVIDUAL, inspected, row, table

from media_station.cell.individual_number import has_individual_number, has_twelve_digits

FULL_WIDTH = INDIVIDUAL.translate({0x30 + digit: 0xFF10 + digit for digit in range(10)})


@pytest.mark.parametrize(
    ("column", "value"),
    [
        (1, "9990001"),
        (1, "999-0001"),
        (2, "架空県"),
        (2, "　字下げのある所在地"),
        (2, "あ" * 400),
        (3, "\ue000外字商店"),
        (3, "表ソ能～①㈱髙﨑"),
        (4, "1"),
        (4, "1234567890123"),
        (4, INDIVIDUAL),
        (5, "令和6年度第3期"),
        (5, "令和６年度１０月分～１２月分"),
        (5, "令和元年度"),
        (5, "R6-12"),
        (5, "202410"),
        (6, "0"),
        (6, "99999999999"),
        (2, f"見本町{NOT_INDIVIDUAL}"),
        (2, f"見本町{INDIVIDUAL}0"),
    ],
)
@pytest.mark.parametrize("quoted", [False, True])
def test_a_value_as_approved_passes(column: int, value: str, quoted: bool) -> None:
    found = inspected(table(row(column, value), quoted=quoted))
    assert (found.code, found.row, found.column, found.item, found.records) == ("", 0, 0, "", 1)


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        (1, "", "INS-030"),
        (1, "999000", "INS-030"),
        (1, "99-90001", "INS-030"),
        (1, "９９９０００１", "INS-030"),
        (2, "", "INS-031"),
        (2, " 　", "INS-031"),
        (2, "あ" * 401, "INS-031"),
        (2, "見本町\t1", "INS-035"),
        (3, "見本\x00", "INS-035"),
        (3, "見本\x1a", "INS-035"),
        (3, "見本\uf8f3", "INS-035"),
        (4, "", "INS-032"),
        (4, "12345678901234", "INS-032"),
        (4, "40000-00001", "INS-032"),
        (5, "", "INS-033"),
        (5, "年度分", "INS-033"),
        (5, "6" * 41, "INS-033"),
        (5, "架空太郎6", "INS-033"),
        (6, "", "INS-034"),
        (6, "-100", "INS-034"),
        (6, "1.5", "INS-034"),
        (7, "１２０", "INS-034"),
        (7, NOT_INDIVIDUAL, "INS-034"),
        (2, INDIVIDUAL, "INS-040"),
        (2, f"見本町{INDIVIDUAL}番", "INS-040"),
        (3, "1234-5678-9018", "INS-040"),
        (3, "1234 5678 9018", "INS-040"),
        (3, FULL_WIDTH, "INS-040"),
        (5, INDIVIDUAL, "INS-040"),
        (7, INDIVIDUAL, "INS-040"),
    ],
)
@pytest.mark.parametrize("quoted", [False, True])
def test_a_value_that_is_not_as_approved_is_named_by_row_and_column(
    column: int, value: str, code: str, quoted: bool
) -> None:
    found = inspected(table(GOOD, row(column, value), quoted=quoted))
    assert (found.code, found.row, found.column, found.records) == (code, 3, column, 1)
    assert found.item == HEADINGS[column - 1]


@pytest.mark.parametrize("value", ["1,200", "12,345,678", "12,345,678,901"])
def test_an_amount_may_have_thousands_separators_in_quotes(value: str) -> None:
    assert inspected(table(row(7, value), quoted=True)).code == ""


@pytest.mark.parametrize("value", ["1,20", ",120", "1234,567", "123,456,789,012"])
def test_separators_that_part_no_thousands_are_refused(value: str) -> None:
    assert inspected(table(row(7, value), quoted=True)).code == "INS-034"


def test_an_amount_with_separators_outside_quotes_is_one_field_too_many() -> None:
    found = inspected(table(row(7, "1,200")))
    assert (found.code, found.row) == ("INS-017", 2)


@pytest.mark.parametrize(("rows", "code"), [(90_071, ""), (90_072, "INS-037")])
def test_a_sum_that_no_record_can_hold_is_the_payloads_fault(rows: int, code: str) -> None:
    """A record's integers end at 2**53 - 1, that is 90,071.99 times the largest amount."""
    found = inspected(table(*[row(7, "99999999999")] * rows))
    assert (found.code, found.column) == (code, 7 if code else 0)
    assert found.row == (rows + 1 if code else 0)
    assert [each.yen for each in found.sums][1:] == ([] if code else [rows * 99_999_999_999])


@pytest.mark.parametrize("first", range(10))
def test_exactly_one_check_digit_is_that_of_an_individual_number(first: int) -> None:
    body = f"{first}2345678901"
    codes = [inspected(table(row(2, f"{body}{check}"))).code for check in range(10)]
    assert sorted(codes) == [""] * 9 + ["INS-040"]


@given(
    st.lists(st.sampled_from(["", " ", "-", " - ", "ー", "　", '"', ",", "・", "番"]), min_size=12, max_size=12),
    st.booleans(),
)
def test_what_a_closer_look_finds_is_looked_at_closer(marks: list[str], quoted: bool) -> None:
    """Lines are chosen before they are taken apart: none may be missed that way."""
    value = "".join(mark + digit for mark, digit in zip(marks, INDIVIDUAL, strict=True))
    if has_individual_number(value):
        assert has_twelve_digits(table(row(2, value), quoted=quoted))


def test_a_remainder_of_one_or_none_has_the_check_digit_nought() -> None:
    assert inspected(table(row(2, "000000000000"))).code == "INS-040"
    assert inspected(table(row(2, "000000000060"))).code == "INS-040"
    assert inspected(table(row(2, "000000000061"))).code == ""
