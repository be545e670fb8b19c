"""Good payloads: the seven approved items, and rows in which each cell can be nothing but itself wherever it turns up."""

from collections.abc import Sequence

from media_station.model.item import Item, ItemType

HEADINGS = ("郵便番号", "所在地", "事業者氏名", "指定番号", "督促対象期別", "課税額", "督促額")
TYPES = ("POSTAL_CODE", "TEXT", "TEXT", "DESIGNATED_NUMBER", "PERIOD", "YEN", "YEN")
ITEMS = [Item(heading=heading, type=ItemType[kind]) for heading, kind in zip(HEADINGS, TYPES, strict=True)]

Row = tuple[str, ...]


def marked(number: int) -> Row:
    """Seven good cells: no other row has them, no program says them by chance. 表 and ソ end in CP932's 0x5C."""
    return (
        f"981-470{number}",
        f"秘密県漏洩市合言葉町ソ表{number}丁目9876番地",
        f"㈱髙﨑ひみつ能{number}号店",
        f"840000000170{number}",
        f"令和7{number}年度第97{number}期",
        f"9876540003{number}",
        f"8765430004{number}",
    )


ROWS = tuple(marked(number) for number in range(3))
SPOILED_ROW = 3  # as the station counts, the row of headings being the first: the middle one of three


def line(cells: Sequence[str], *, quoted: bool = False) -> str:
    return ",".join('"' + each.replace('"', '""') + '"' if quoted else each for each in cells)


def text(rows: Sequence[Row] = ROWS, *, headings: Row = HEADINGS, end: str = "\r\n", quoted: bool = False) -> str:
    return "".join(line(each, quoted=quoted) + end for each in (headings, *rows))


def with_value(column: int, value: str) -> tuple[Row, ...]:
    """The rows with one value in the middle; columns count from 1."""
    middle = ROWS[1]
    return (ROWS[0], (*middle[: column - 1], value, *middle[column:]), ROWS[2])


def check_digit(eleven: str) -> str:
    """Of an 個人番号 (平成26年総務省令第85号第5条): from the right, weights 2 to 7 and 2 to 6."""
    rest = (
        sum(int(digit) * weight for digit, weight in zip(reversed(eleven), (*range(2, 8), *range(2, 7)), strict=True))
        % 11
    )
    return str(0 if rest <= 1 else 11 - rest)


def individual_number(eleven: str) -> str:
    return eleven + check_digit(eleven)


def no_individual_number(eleven: str) -> str:
    """Its clean twin: the check digit is another."""
    return eleven + str((int(check_digit(eleven)) + 1) % 10)
