"""The table of faults is whole, measured and on the page."""

import re

import test_faults_at_the_station
import test_faults_of_media
from faults import PAGE, STAGES, TABLE, page

CELL = re.compile(r"seen|PASS|machine: \w.+|- \w.+|(FAIL|UNKNOWN|refused|lapsed|broken off) [A-Z]{3}-[0-9]{3}")


def test_each_fault_says_at_each_stage_what_comes_of_it_or_why_it_cannot_occur():
    for fault, row in TABLE.items():
        assert set(row) - {"note"} == {"title", "how", *STAGES}, fault
        assert [stage for stage in STAGES if not CELL.fullmatch(row[stage])] == [], fault


def test_each_fault_is_measured():
    assert set(TABLE) == {*test_faults_of_media.MEASURED, *test_faults_at_the_station.FAULTS}


def test_the_page_is_the_table():
    assert PAGE.read_text(encoding="utf-8") == page()
