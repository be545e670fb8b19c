"""The requirement map as a file for a spreadsheet: opened by Excel as what it is, and nothing in it is a formula."""

import csv
import io

from media_station.cli.compliance import lines, spreadsheet
from media_station.cli.output import WIDE, width
from media_station.model.instant import Instant
from media_station.model.views import ComplianceRow, Greeting

GREETING = Greeting(
    identity="aobano/e1",
    rehearsal=False,
    now=Instant(wall="2026-11-24T00:00:00.000000Z", boottime_ms=1, boot_id="b"),
    records=7,
    root="ab" * 32,
    last_record_at="2026-11-24T00:00:00.000000Z",
    behind_seconds=0,
    clock_off="",
    witnessed=0,
    witnessed_at="",
    witness_late=False,
)


def row(**of) -> ComplianceRow:
    usual = {
        "requirement": "O9",
        "title": "返却、電子データの消去と報告書",
        "side": "contractor",
        "status": "○",
        "evidence": "別紙-12",
        "record": 99,
        "confirmer": "sousa-hanako",
        "confirmer_name": "操作 花子",
        "day": "2026-11-27",
    }
    return ComplianceRow(**{**usual, **of})


def read(file: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(file.decode("utf-8-sig"), newline="")))


def test_it_begins_with_the_mark_by_which_excel_knows_utf8_and_ends_its_lines_as_rfc_4180_says():
    file = spreadsheet(GREETING, [row()], "ja")
    assert file.startswith(b"\xef\xbb\xbf")
    assert file.count(b"\r\n") == file.count(b"\n") == 2


def test_each_row_says_of_which_journal_it_was_read_and_when():
    headings, first, second = read(spreadsheet(GREETING, [row(), row(side="municipality")], "ja"))
    assert headings[:5] == ["端末", "訓練用", "読取日時", "ログの件数", "ログのハッシュ"]
    assert first[:5] == second[:5] == ["aobano/e1", "", "2026-11-24T00:00:00.000000Z", "7", "ab" * 32]
    assert first[5:] == [
        *("O9", "返却、電子データの消去と報告書", "受託者", "○", "別紙-12", "99", "操作 花子", "2026-11-27"),
    ]


def test_a_row_without_evidence_names_no_record():
    empty = row(status="未", evidence="", record=-1, confirmer="", confirmer_name="", day="")
    assert read(spreadsheet(GREETING, [empty], "en"))[1][8:] == ["未", "", "", "", ""]


def test_what_a_spreadsheet_would_reckon_with_is_text():
    cells = read(spreadsheet(GREETING, [row(evidence='=HYPERLINK("x")', confirmer_name="-1+2")], "ja"))[1]
    assert (cells[9], cells[11]) == ('\'=HYPERLINK("x")', "'-1+2")


def test_the_table_fits_the_screen_and_ends_with_how_many_are_proved():
    shown = list(lines([row(evidence="長" * 60), row(side="municipality", status="未", record=-1)], "ja"))
    assert max(map(width, shown)) <= WIDE
    assert shown[-2:] == ["区：○ 0　ー 0　未 1", "受託者：○ 1　ー 0　未 0"]
