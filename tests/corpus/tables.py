"""Columns and headings, and files that are no table of the approved items at all."""

import io
import zipfile

from corpus.making import ADDRESS, BOM, DUE, GOOD, NAME, NUMBER, QUOTED, UTF8, bad, instead, raw
from corpus.sound import HEADINGS, ROWS, Row, line, text

LINE_BYTES = 64 * 1024


def _without(column: int) -> str:
    def cut(cells: Row) -> Row:
        return (*cells[: column - 1], *cells[column:])

    return text(tuple(cut(row) for row in ROWS), headings=cut(HEADINGS))


def _wider(column: int, heading: str, cell: str) -> str:
    def widened(cells: Row, more: str) -> Row:
        return (*cells[: column - 1], more, *cells[column - 1 :])

    return text(tuple(widened(row, cell) for row in ROWS), headings=widened(HEADINGS, heading))


def _headed(column: int, heading: str) -> str:
    return text(headings=(*HEADINGS[: column - 1], heading, *HEADINGS[column:]))


def _workbook() -> bytes:
    """As a workbook is stored."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("xl/worksheets/sheet1.xml"), text())
    return whole.getvalue()


COLUMNS = [
    *(
        bad(f"column {each} is missing", _without(each), "INS-021", 1, each, item=HEADINGS[each - 1])
        for each in range(1, 8)
    ),
    bad("a column in front", _wider(1, "秘密の連番", "連番314"), "INS-022", 1, 1, hidden=("秘密の連番", "連番314")),
    bad("a column between", _wider(4, "代表秘密者", "秘密太郎"), "INS-022", 1, 4, hidden=("代表秘密者", "秘密太郎")),
    bad("a column behind", _wider(8, "秘密電話", "0900-987"), "INS-022", 1, 8, hidden=("秘密電話", "0900-987")),
    bad("a column twice", _wider(8, HEADINGS[1], "別の秘密"), "INS-022", 1, 8, item=HEADINGS[1], hidden=("別の秘密",)),
    bad("a comma behind every row", text(end=",\r\n"), "INS-022", 1, 8),
    bad("headings and first row in one line", text().replace("\r\n", ",", 1), "INS-022", 1, 8),
    bad(
        "a name behind the headings", instead(GOOD, "督促額", "督促額,秘密太郎"), "INS-022", 1, 8, hidden=("秘密太郎",)
    ),
    bad("a heading of another name", _headed(2, "秘密住所"), "INS-021", 1, 2, item="所在地", hidden=("秘密住所",)),
    bad("a heading with a space", _headed(3, "事業者氏名 "), "INS-021", 1, 3, item="事業者氏名"),
    bad("a heading with a wide space", _headed(7, "督促　額"), "INS-021", 1, 7, item="督促額"),
    bad("a heading with a NUL", _headed(4, "指定番号\0"), "INS-035", 1, 4, item="指定番号"),
    bad("an empty heading", _headed(5, ""), "INS-021", 1, 5, item="督促対象期別"),
    bad(
        "two columns that changed places",
        text(headings=("所在地", "郵便番号", *HEADINGS[2:])),
        "INS-023",
        1,
        1,
        item="郵便番号",
    ),
    bad("no headings", GOOD.split(b"\n", 1)[1], "INS-020", 1),
    bad("a title above the headings", "秘密一覧表\r\n" + text(), "INS-020", 1, hidden=("秘密一覧表",)),
    bad("an empty line above the headings", b"\r\n" + GOOD, "INS-020", 1),
    bad("parted by tabs", text().replace(",", "\t"), "INS-020", 1),
    bad("parted by semicolons", text().replace(",", ";"), "INS-020", 1),
    bad("the headings again", instead(GOOD, line(ROWS[1]), line(HEADINGS)), "INS-030", 3, 1),
    bad("a line of totals", GOOD + raw("秘密合計,,,,,197530800,1"), "INS-030", 5, 1, hidden=("秘密合計", "197530800")),
    bad("a cell too few", instead(GOOD, f",{NUMBER},", ","), "INS-017", 3),
    bad("a cell too many", instead(GOOD, f",{NUMBER},", f",{NUMBER},秘密備考,"), "INS-017", 3, hidden=("秘密備考",)),
    bad("a comma behind one row", instead(GOOD, f"{DUE}\r\n", f"{DUE},\r\n"), "INS-017", 3),
    bad(
        "a comma in an address",
        instead(GOOD, ADDRESS, f"{ADDRESS},秘密荘"),
        "INS-017",
        3,
        twin=instead(QUOTED, ADDRESS, f"{ADDRESS},秘密荘"),
        hidden=("秘密荘",),
    ),
    bad(
        "commas in an amount",
        instead(GOOD, DUE, "98,765,431"),
        "INS-017",
        3,
        twin=instead(GOOD, DUE, '"98,765,431"'),
        hidden=("98,765,431", "765,431"),
    ),
]

WHOLE_FILES = [
    bad("an empty file", b"", "INS-010", 1),
    bad("a mark and nothing else", BOM, "INS-010", 1, twin=BOM + UTF8),
    bad("headings and nothing else", text(()), "INS-011", 2, twin=text(ROWS[:1])),
    bad("headings without an end", text((), end=""), "INS-011", 2, twin=text(ROWS[:1]).removesuffix("\r\n")),
    bad("a line that never ends", GOOD + raw("あ") * LINE_BYTES, "INS-013", 5),
    bad("headings that never end", GOOD[:20] * LINE_BYTES, "INS-013", 1),
    bad(
        "a line that is too long",
        instead(GOOD, NAME, NAME + "長" * LINE_BYTES),
        "INS-013",
        3,
        twin=instead(GOOD, NAME, NAME + "長" * 300),
    ),
    bad("noughts for a file", b"\0" * 4096, "INS-012", 1, 1),
    bad("noughts at the end", GOOD.removesuffix(raw(ROWS[2][6]) + b"\r\n") + b"\0" * 512, "INS-035", 4, 7),
    bad("a workbook", _workbook(), "INS-012", 1, 1),
    bad("a page of a server", f"<html><body>秘密のエラー\r\n{text()}", "INS-020", 1, hidden=("秘密のエラー",)),
    bad("a count that is not the declared one", GOOD, "INS-090", 0, records=4),
]
