"""The tax section's year, written by hand: what was handed over, to whom, when, and what came back.

The rehearsal's clock only moves forward, so the year lies where it can always be reached: fiscal 2099. Two contractors:
A takes discs, B takes sticks; on October 1 B's contract is renewed as C (年度更新 in the middle of the year).
"""

from dataclasses import dataclass
from datetime import date

# letters = records - combined (合封); posted = letters - pulled (引抜). Days are month-day; April to December are 2099's.
#    委託 媒体       件数 合封 引抜 差出  貸出  通知  納品・検査・差出  媒体返却 通知返却
PLAN = """
T-00001 A D-00002  515  3  2  510  04-06 04-07 04-12 04-13 04-14
T-00002 B U-00001  574  8  0  566  04-14 04-15 04-20 04-21 04-22
T-00003 A D-00004  543  5  1  537  04-23 04-24 04-28 04-29 04-30
T-00004 B U-00001  472  0  4  468  05-06 05-07 05-12 05-13 05-14
T-00005 A D-00005  529  3  0  526  05-14 05-15 05-18 05-19 05-20
T-00006 B U-00001  433  5  0  428  05-23 05-24 05-27 06-20 06-21
T-00007 A D-00006  387  3  0  384  06-07 06-08 06-11 06-12 06-13
T-00008 B U-00002  542  0  4  538  06-16 06-17 06-22 06-23 06-24
T-00009 A D-00007  485  0  2  483  06-23 06-24 07-01 07-02 07-03
T-00010 B U-00002  515  3  1  511  07-05 07-06 07-09 07-10 07-11
T-00011 A D-00008  428  8  1  419  07-15 07-16 07-21 07-22 07-23
T-00012 B U-00002  448  8  0  440  07-25 07-26 07-30 07-31 08-01
T-00013 A D-00009  493  0  2  491  08-07 08-08 08-13 08-14 08-15
T-00014 B U-00002  482  0  2  480  08-15 08-16 08-21 08-22 08-23
T-00015 A D-00010  439  0  1  438  08-24 08-24 08-29 08-30 08-31
T-00016 B U-00002  516  5  0  511  09-07 09-08 09-12 09-13 ---
T-00017 A D-00011  453  3  0  450  09-15 09-16 09-19 09-20 09-21
T-00018 B U-00002  547  3  2  542  09-25 09-26 09-30 10-01 10-02
T-00019 A D-00012  393  0  0  393  10-05 10-06 10-09 10-10 10-11
T-00020 C U-00003  447  0  2  445  10-16 10-17 10-22 10-23 10-24
T-00021 A D-00013  550  3  1  546  10-24 10-25 10-30 10-31 11-01
T-00022 C U-00003  519  5  0  514  11-06 11-07 11-12 11-13 11-14
T-00023 A D-00014  505  0  2  503  11-15 11-16 11-19 11-20 11-21
T-00024 C U-00003  553  0  1  552  11-24 11-25 11-28 11-29 11-30
T-00025 A D-00015  519  5  0  514  12-06 12-07 12-11 12-12 12-13
T-00026 C U-00003  462  0  2  460  12-14 12-15 12-19 12-20 12-21
T-00027 A D-00016  501  0  1  500  12-23 12-24 12-28 12-29 12-30
T-00028 C U-00003  408  3  0  405  01-05 01-06 01-10 01-11 01-12
T-00029 A D-00017  455  8  2  445  01-14 01-15 01-19 01-20 01-21
T-00030 C U-00003  469  5  2  462  01-25 01-26 01-29 01-30 01-31
T-00031 A D-00018  441  0  4  437  02-06 02-07 02-12 02-13 02-14
T-00032 C U-00003  543  8  4  531  02-16 02-17 02-21 02-22 02-23
T-00033 A D-00019  430  3  0  427  02-23 02-24 03-01 03-02 03-03
T-00034 C U-00003  430  0  0  430  03-07 03-08 03-13 03-14 03-15
T-00035 A D-00020  412  8  4  400  03-15 03-16 03-20 03-21 03-22
T-00036 C U-00003  446  0  0  446  03-23 03-24 03-29 04-06 04-07
"""

# What went another way.
SPOILED_BURN = ("T-00003", "D-00003")
OVERDUE = ("T-00006", "06-09")  # the return day, June 6, is a Saturday
FAILED_INSPECTION = ("T-00009", "06-28")
COURIER = "T-00012"
SHEETS_PUT_RIGHT = "T-00014"
ONE_OCCASION = "T-00015"
LOST_NOTICE = ("T-00016", "09-10")
UNREADABLE = "T-00021"
LOOKED_INTO = ("T-00023", "11-17", "11-18")
COUNT_PUT_RIGHT = "T-00024"
SPARE = "D-00001"
WORN = ("U-00001", "07-01")
STOCK_TAKING = ("09-30", "03-31")

# Who stood at the counter (係長 kakari while sousa was away in August; konishi since the yearly change of posts), and
# who carried (A's man changed on September 1).
ABSENT = ("08-01", "08-31")
NEW_POSTS = "04-01"
NEW_CARRIER = "09-01"
CARRIERS = {"A": "hakobiya", "B": "nimotsu", "C": "nimotsu"}
SPARE_SHEETS = 50
SPOILED_SHEETS = 3


def day(text: str, *, ends: bool = False) -> date:
    """Of the year; April 1 and later in April are the new year's where the transfer was out over its end."""
    month, number = map(int, text.split("-"))
    return date(2100 if month < 4 or ends else 2099, month, number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One transfer as planned. `notice_back` is None for the one that was lost."""

    transfer: str
    consignment: str
    medium: str
    records: int
    combined: int
    pulled: int
    posted: int
    out: date
    notice: date
    delivered: date
    back: date
    notice_back: date | None

    @property
    def letters(self) -> int:
        return self.records - self.combined

    @property
    def sheets(self) -> int:
        return self.records + SPARE_SHEETS


def _row(line: str) -> Row:
    transfer, consignment, medium, records, combined, pulled, posted, *days = line.split()
    over = transfer == "T-00036"
    out, notice, delivered = (day(each) for each in days[:3])
    back, notice_back = (None if each == "---" else day(each, ends=over) for each in days[3:])
    assert back is not None
    return Row(
        transfer=f"R1-{transfer}",
        consignment=consignment,
        medium=f"R1-{medium}",
        records=int(records),
        combined=int(combined),
        pulled=int(pulled),
        posted=int(posted),
        out=out,
        notice=notice,
        delivered=delivered,
        back=back,
        notice_back=notice_back,
    )


ROWS = tuple(_row(line) for line in PLAN.strip().splitlines())


def clerk(on: date) -> str:
    """Who was the operator on this day."""
    if day(ABSENT[0]) <= on <= day(ABSENT[1]):
        return "kakari-kyoko"
    return "konishi-ryo" if on >= day(NEW_POSTS, ends=True) else "sousa-hanako"


def carrier(row: Row, on: date) -> str:
    if row.transfer.endswith(COURIER) and on == row.out:
        return "tobiiri"
    if row.consignment == "A" and on >= day(NEW_CARRIER):
        return "atarashi"
    return CARRIERS[row.consignment]


def handovers() -> list[tuple[str, str, str, str, str, int, str, str]]:
    """The 管理簿 as it must be: day, transfer, direction, item, subject, quantity, clerk, handler; day by day."""
    rows = []
    for number, row in enumerate(ROWS, start=1):
        # A notice has its image's number, and the spoiled disc had an image too.
        notice = f"REHEARSAL-R1-N-{number + (row.transfer >= f'R1-{SPOILED_BURN[0]}'):05d}"
        sheets = row.sheets - (1 if row.transfer.endswith(SHEETS_PUT_RIGHT) else 0)
        passed = [
            (row.out, 1, "out", "medium", row.medium, 1),
            (row.out, 1, "out", "enclosures", row.transfer, sheets),
            (row.notice, 2, "out", "notice", notice, 1),
            (row.delivered, 3, "back", "letters", row.transfer, row.letters),
            (row.delivered, 3, "out", "letters", row.transfer, row.posted),
            (row.back, 4, "back", "medium", row.medium, 1),
        ]
        if row.transfer.endswith(FAILED_INSPECTION[0]):
            passed.append((day(FAILED_INSPECTION[1]), 3, "back", "letters", row.transfer, row.letters))
        if row.notice_back is not None:
            passed.append((row.notice_back, 5, "back", "notice", notice, 1))
        for on, phase, direction, item, subject, quantity in passed:
            who = (clerk(on), carrier(row, on))
            rows.append(((on, phase, row.transfer), (str(on), row.transfer, direction, item, subject, quantity, *who)))
    return [told for _, told in sorted(rows, key=lambda each: each[0])]
