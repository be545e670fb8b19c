"""The corpus of malformed payloads: each is told by code, row and column, its clean twin passes, and nothing leaks."""

import hashlib
import io
import json
import re

import pytest
from corpus import MALFORMED, TABLES
from corpus.leaks import leaks
from corpus.making import GOOD
from corpus.sound import ITEMS, ROWS

from media_station.cell.inspect import inspect
from media_station.model.payload import Inspection
from media_station.texts.texts import catalogue

# What is wrong with a job or a paper, not with a payload; and what takes very many records.
OF_A_JOB = {f"INS-00{number}" for number in range(1, 7)}
OF_MANY_RECORDS = {"INS-019", "INS-037"}
# Between what a sender signed and what came: the desk compares, no cell does.
OF_A_SUBMISSION = {"INS-090"}

every = pytest.mark.parametrize("name", MALFORMED)


def inspected(content: bytes) -> Inspection:
    return inspect(io.BytesIO(content).read, ITEMS)


def test_there_are_a_hundred_of_them_and_each_has_its_own_name():
    assert sum(len(table) for table in TABLES) == len(MALFORMED) >= 100


def test_every_fault_that_a_payload_can_have_is_among_them():
    known = {code for code in catalogue("en") if code.startswith("INS-")}
    assert {each.code for each in MALFORMED.values()} == known - OF_A_JOB - OF_MANY_RECORDS


@every
def test_a_malformed_payload_is_told_by_code_row_column_and_heading(name):
    each = MALFORMED[name]
    found = inspected(each.spoiled)
    expected = ("", 0, 0, "") if each.code in OF_A_SUBMISSION else (each.code, each.row, each.column, each.item)
    assert (found.code, found.row, found.column, found.item) == expected


@every
def test_its_clean_twin_passes_whole(name):
    twin = MALFORMED[name].twin
    found = inspected(twin)
    assert (found.code, found.row, found.column, found.item) == ("", 0, 0, "")
    assert (found.length, found.sha256) == (len(twin), hashlib.sha256(twin).hexdigest())
    assert [each.item for each in found.sums] == ["課税額", "督促額"]


@every
def test_the_answer_holds_no_cell_of_it(name):
    each = MALFORMED[name]
    if each.code not in OF_A_SUBMISSION:
        assert leaks({"answer": repr(inspected(each.spoiled)).encode()}, each.secrets) == []


@every
def test_each_cell_can_be_told_from_anything_else(name):
    """A cell that a counter, a hash or a date may hold by chance would find leaks where there are none."""
    for each in MALFORMED[name].secrets:
        assert len(each) <= 2 or not re.fullmatch(r"[0-9a-f]{0,8}|20[0-9]{2}-[0-9]{2}-[0-9]{2}", each), each


WRITTEN = {
    "in UTF-8": lambda text: text.encode(),
    "in CP932": lambda text: text.encode("cp932"),
    "in JSON": lambda text: json.dumps({"value": text}, ensure_ascii=False).encode(),
    "in JSON with escapes": lambda text: json.dumps({"value": text}).encode(),
    "in JSON within JSON": lambda text: json.dumps(json.dumps({"value": text})).encode(),
    "as Python shows bytes": lambda text: repr(text.encode("cp932")).encode(),
    "in a message": lambda text: str(ValueError(f"invalid literal for int(): {text!r}")).encode(),
}


@pytest.mark.parametrize("written", WRITTEN)
@pytest.mark.parametrize("cell", ROWS[1])
def test_a_cell_that_leaks_is_found_however_it_is_written(cell, written):
    said = {"a clean log": b'{"event": "payload.refused"}', "a log": b"before " + WRITTEN[written](cell) + b" behind"}
    assert leaks(said, ROWS[1]) == [("a log", cell)]


def test_a_payload_itself_leaks_all_its_cells():
    assert {text for _, text in leaks({"payload": GOOD}, [cell for row in ROWS for cell in row])} == {
        cell for row in ROWS for cell in row
    }
