"""The payload as a whole: encodings, line ends, quotes, headings, counts."""

import hashlib
import io
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st
from payloads import GOOD, HEADINGS, ITEMS, inspected, inspected_in_pieces, row, table

from media_station.cell import reading
from media_station.cell.inspect import LINE_BYTES, inspect
from media_station.cell.rows import Rules
from media_station.model.errors import Refused
from media_station.model.item import Item, ItemType
from media_station.model.payload import Inspection, Sum
from media_station.texts.texts import LANGUAGES, catalogue


def inspected_by_reads(pieces: list[bytes]) -> Inspection:
    each = iter(pieces)
    return inspect(lambda _size: next(each, b""), ITEMS)


def placed(found: Inspection) -> tuple[str, int, int, str]:
    return found.code, found.row, found.column, found.item


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
@pytest.mark.parametrize("end", ["\r\n", "\n"])
@pytest.mark.parametrize("quoted", [False, True])
def test_every_export_that_is_allowed_is_read(encoding: str, end: str, quoted: bool) -> None:
    content = table(GOOD, row(4, "4000000002"), end=end, quoted=quoted).encode(encoding)
    found = inspected(content)
    assert found == Inspection(
        code="",
        row=0,
        column=0,
        item="",
        records=2,
        duplicates=0,
        sums=[Sum(item="課税額", yen=24000), Sum(item="督促額", yen=6800)],
        encoding=encoding,
        length=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
    )


@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_the_last_line_needs_no_end(end: str) -> None:
    found = inspected(table(GOOD, GOOD, end=end).removesuffix(end))
    assert (found.code, found.records, found.duplicates) == ("", 2, 1)


def test_duplicates_are_only_counted() -> None:
    found = inspected(table(GOOD, row(4, "2"), GOOD, row(4, "2"), GOOD))
    assert (found.code, found.records, found.duplicates) == ("", 5, 3)


def test_more_records_than_one_payload_may_have_are_refused_wherever_a_read_ends(monkeypatch) -> None:
    monkeypatch.setattr(reading, "MAX_RECORDS", 3)
    content = table(*[GOOD] * 4, GOOD[:-1]).encode("cp932")
    line_bytes = len(",".join(GOOD).encode("cp932")) + 2
    assert inspected(content[: -2 * line_bytes]).code == ""
    assert placed(inspected(content)) == ("INS-019", 5, 0, "")
    assert inspected_by_reads([content[: -2 * line_bytes], content[-2 * line_bytes :]]) == inspected(content)
    assert placed(inspected(content[:-line_bytes].removesuffix(b"\r\n"))) == ("INS-019", 5, 0, "")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_for_too_many_records_say_how_many_may_be(language: str) -> None:
    assert f"{reading.MAX_RECORDS:,}" in catalogue(language)["INS-019"].body


def test_pure_ascii_counts_as_utf8() -> None:
    items = [Item(heading="code", type=ItemType.POSTAL_CODE), Item(heading="name", type=ItemType.TEXT)]
    assert inspected("code,name\n9990001,nobody\n", items).encoding == "utf-8"


@pytest.mark.parametrize("encoding", ["utf-8", "cp932"])
def test_under_ascii_headings_the_values_tell_the_encoding(encoding: str) -> None:
    items = [Item(heading="code", type=ItemType.POSTAL_CODE), Item(heading="name", type=ItemType.TEXT)]
    found = inspected("code,name\n9990001,nobody\n9990002,表ソ能\n", items, encoding)
    assert (found.code, found.encoding) == ("", encoding)


def test_the_encoding_is_told_by_what_follows_a_fault_too() -> None:
    items = [Item(heading="code", type=ItemType.POSTAL_CODE), Item(heading="name", type=ItemType.TEXT)]
    found = inspected("code,name\nwrong,nobody\n9990002,表ソ能\n", items, "cp932")
    assert (found.code, found.row, found.encoding) == ("INS-030", 2, "cp932")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_a_broken_character_is_placed(encoding: str) -> None:
    content = table(GOOD, row(3, "見本#商店"), GOOD).encode(encoding).replace(b"#", b"\xff\x20")
    found = inspected(content)
    if encoding == "cp932":  # 0xFF is a character to Python's table, 0x81 before a space is none to anyone
        found = inspected(content.replace(b"\xff", b"\x81"))
    assert placed(found) == ("INS-012", 3, 3, "事業者氏名")
    assert (found.records, found.encoding) == (1, "")


def test_utf16_is_refused_as_an_encoding() -> None:
    assert inspected(table(GOOD).encode("utf-16")).code in ("INS-012", "INS-020")


def test_what_is_marked_as_utf8_is_not_read_as_anything_else() -> None:
    found = inspected(b"\xef\xbb\xbf" + table(GOOD).encode("cp932"))
    assert placed(found)[:2] == ("INS-012", 1)


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf"])
def test_an_empty_file_is_refused(content: bytes) -> None:
    assert placed(inspected(content)) == ("INS-010", 1, 0, "")


@pytest.mark.parametrize("end", ["\r\n", "\n", ""])
def test_headings_without_records_are_refused(end: str) -> None:
    assert placed(inspected(table(end=end))) == ("INS-011", 2, 0, "")


@pytest.mark.parametrize("encoding", ["utf-8", "cp932"])
@pytest.mark.parametrize("column", range(1, 8))
def test_a_missing_column_is_named(column: int, encoding: str) -> None:
    def without(fields: tuple[str, ...]) -> tuple[str, ...]:
        return (*fields[: column - 1], *fields[column:])

    found = inspected(table(without(GOOD), headings=without(HEADINGS)), encoding=encoding)
    assert placed(found) == ("INS-021", 1, column, HEADINGS[column - 1])
    assert found.encoding == encoding


@pytest.mark.parametrize("column", range(1, 9))
def test_an_extra_column_is_told_by_its_number_alone(column: int) -> None:
    def widened(fields: tuple[str, ...], extra: str) -> tuple[str, ...]:
        return (*fields[: column - 1], extra, *fields[column - 1 :])

    found = inspected(table(widened(GOOD, "x"), headings=widened(HEADINGS, "電話番号")))
    assert placed(found) == ("INS-022", 1, column, "")


def test_a_column_that_stands_there_twice_is_an_extra_one() -> None:
    found = inspected(table((*GOOD, GOOD[1]), headings=(*HEADINGS, HEADINGS[1])))
    assert placed(found) == ("INS-022", 1, 8, "所在地")


def test_columns_in_another_order_are_refused() -> None:
    found = inspected(table(GOOD, headings=(HEADINGS[1], HEADINGS[0], *HEADINGS[2:])))
    assert placed(found) == ("INS-023", 1, 1, "郵便番号")


def test_a_file_without_headings_is_refused_without_naming_a_value() -> None:
    assert placed(inspected(table(GOOD, headings=GOOD))) == ("INS-020", 1, 0, "")


@pytest.mark.parametrize("fields", [GOOD[:-1], (*GOOD, "1"), ("",)])
@pytest.mark.parametrize("quoted", [False, True])
def test_a_row_with_another_number_of_fields_is_refused(fields: tuple[str, ...], quoted: bool) -> None:
    assert placed(inspected(table(GOOD, fields, quoted=quoted))) == ("INS-017", 3, 0, "")


@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_a_line_that_ends_otherwise_is_refused(end: str) -> None:
    other = "\n" if end == "\r\n" else "\r\n"
    found = inspected(table(GOOD, end=end) + ",".join(GOOD) + other + table(GOOD, end=end).split(end)[1] + end)
    assert placed(found) == ("INS-014", 3, 0, "")


def test_commas_and_quotes_within_quotes_belong_to_the_value() -> None:
    assert inspected(table(row(2, "見本町,表通り"))).code == "INS-017"
    assert inspected(table(row(2, '見本町,"表"通り'), quoted=True)).code == ""


@pytest.mark.parametrize("end", ["\r\n", "\n"])
@pytest.mark.parametrize("inner", ["\r\n", "\n"])
def test_a_line_break_within_quotes_is_told_as_such(end: str, inner: str) -> None:
    found = inspected(table(GOOD, row(2, f"見本町{inner}表通り"), end=end, quoted=True))
    assert placed(found) == ("INS-016", 3, 2, "所在地")


@pytest.mark.parametrize("value", ['見本"町', '"見本"町', ' "見本町"', '"見本""町'])
def test_a_quote_out_of_place_is_refused(value: str) -> None:
    assert placed(inspected(table(GOOD, row(2, value)))) in (
        ("INS-015", 3, 2, "所在地"),
        ("INS-016", 3, 2, "所在地"),
    )


def test_a_quote_that_never_closes_is_refused() -> None:
    assert placed(inspected(table(GOOD) + '"999')) == ("INS-016", 3, 1, "郵便番号")


def test_a_line_without_end_is_refused_without_being_kept() -> None:
    content = table(GOOD).encode("cp932") + b"x" * (LINE_BYTES + 1)
    found = inspected(content + b"y" * 5_000_000)
    assert placed(found) == ("INS-013", 3, 0, "")
    assert found.length == len(content) + 5_000_000


@pytest.mark.parametrize("length", [LINE_BYTES, LINE_BYTES + 1])
@pytest.mark.parametrize("behind", [b"", b"\n", b"\r\n" + ",".join(GOOD).encode("cp932") + b"\r\n"])
def test_where_a_read_ends_decides_nothing_about_long_lines(length: int, behind: bytes) -> None:
    content = table(GOOD).encode("cp932") + b"x" * length + behind
    halves = [content[: len(content) // 2], content[len(content) // 2 :]]
    whole = inspected(content)
    assert whole.code != ""
    assert inspected_in_pieces(halves) == whole


def test_a_file_that_came_one_byte_at_a_time_is_the_same_file() -> None:
    content = table(GOOD, row(3, "表ソ能"), GOOD).encode("cp932")
    assert inspected_in_pieces([bytes([each]) for each in content]) == inspected(content)


@pytest.mark.parametrize("encoding", ["cp932", "utf-8", "utf-8-sig"])
def test_a_cut_may_fall_anywhere(encoding: str) -> None:
    content = table(GOOD, row(2, "ソ表能,ソ表能"), quoted=True).encode(encoding)
    whole = inspected(content)
    assert whole.code == ""
    for cut in range(1, len(content)):
        assert inspected_by_reads([content[:cut], content[cut:]]) == whole


@given(st.binary(max_size=300), st.integers(0, 300))
def test_arbitrary_bytes_get_an_answer_and_the_same_one_however_cut(garbage: bytes, cut: int) -> None:
    whole = inspected(garbage)
    assert whole.code.startswith("INS-")
    assert (whole.length, whole.sha256) == (len(garbage), hashlib.sha256(garbage).hexdigest())
    assert inspected_by_reads([piece for piece in (garbage[:cut], garbage[cut:]) if piece]) == whole


@given(st.binary(max_size=80), st.integers(0, 500), st.sampled_from(["cp932", "utf-8-sig"]))
def test_a_good_file_with_bytes_put_in_gets_an_answer(extra: bytes, at: int, encoding: str) -> None:
    good = table(GOOD, GOOD, quoted=True).encode(encoding)
    found = inspected(good[:at] + extra + good[at:])
    assert found.length == len(good) + len(extra)
    assert (found.code == "") == (found.row == 0)


FIELD = st.one_of(
    st.sampled_from([*GOOD, '"a""b"', '"1,200"', '""', "", " ", '"', "　", "あ" * 300, "123456789018"]),
    st.text(max_size=6),
)


@given(st.lists(FIELD, min_size=6, max_size=8), st.integers(1, 7), FIELD)
def test_the_fast_way_accepts_nothing_that_the_careful_way_refuses(fields: list[str], column: int, value: str) -> None:
    rules = Rules(ITEMS)
    for line in (",".join(fields), ",".join(row(column, value))):
        if rules.is_good(line):
            fault = rules.fault(line)
            assert fault is None or fault.code == "INS-040"


@pytest.mark.parametrize("items", [[], [ITEMS[0], ITEMS[0]]])
def test_items_that_make_no_sense_are_refused(items: list[Item]) -> None:
    with pytest.raises(Refused) as refusal:
        inspect(io.BytesIO(b"").read, items)
    assert refusal.value.code == "INS-003"


SECRETS = ("架空県秘密町", "㈱秘密商店", "4987654321", "令和6年度11月分", "7654321", "1234567")


@pytest.mark.parametrize("broken", range(7))
@pytest.mark.parametrize("by", ['"', "\x00", "123456789018", ",", "\n"])
def test_no_value_of_a_row_is_in_the_answer(broken: int, by: str) -> None:
    fields = ["998-7654", *SECRETS]
    fields[broken] += by
    found = inspected(table(GOOD, fields))
    assert found.code != ""
    assert not [secret for secret in ("998-7654", *SECRETS, "123456789018") if secret in repr(found)]


def test_memory_does_not_grow_with_the_file() -> None:
    def peak(chunks: int) -> int:
        head, body = table().encode("cp932"), table(*[GOOD] * 400).encode("cp932")
        body = body[len(head) :]
        stream = iter([head, *[body] * chunks])
        tracemalloc.start()
        inspect(lambda _size: next(stream, b""), ITEMS)
        top = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return top

    rows_more = 400 * (40 - 10)
    assert peak(40) - peak(10) < rows_more * 16
