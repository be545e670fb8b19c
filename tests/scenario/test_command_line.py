"""What people type at the station: a real station, its people door, a terminal (a pty) or a script's pipes."""

import csv
import io
import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from at_the_counter import at_the_counter, told
from sheet_reading import decoded_qr, scanned
from typing_commands import Done, Seen, Typing, interrupting, signing_in, type_of_two

from media_station.cli.output import WIDE, width
from media_station.cli.session import SignedIn
from media_station.doors.people import People
from media_station.doors.socket import connect
from media_station.model import asks
from media_station.model.errors import Refused
from media_station.model.kind import MediumKind
from media_station.model.steps import StepKind
from media_station.model.transfer import Count
from media_station.rehearsal.house import House
from media_station.rehearsal.walk import Walk

MEDIUM, TRANSFER = "R1-D-00001", "R1-T-00001"


class Meddled:
    """The people door while somebody else works: a record is added after the first page that is read."""

    def __init__(self, caller, walk: Walk, times: int) -> None:
        self._caller = caller
        self._walk = walk
        self._times = times

    async def call(self, method: str, /, **parameters):
        result = await self._caller.call(method, **parameters)
        if method == "Compliance" and parameters["start"] == 0 and self._times:
            self._times -= 1
            await self._walk.counter.advance(1)
        return result


async def read_while_others_work(walk: Walk, times: int):
    person = walk.staff.operator
    async with connect(walk.house.run / "people.sock", People, uids=walk.house.uids) as caller:
        at = SignedIn(
            operator=person.operator,
            greeting=await walk.counter.greet(),
            asking=None,
            language="ja",
            session=person.session,
            caller=Meddled(caller, walk, times),
        )
        return await at.all_of_one_moment("Compliance")


@dataclass(slots=True)
class Typed:
    """What was typed while the disc was away and a count was wrong, and after the transfer's end."""

    away: dict[str, Done]
    ended: dict[str, Done]
    refused: dict[str, Done]
    terminal: Seen
    interrupted: Seen
    of_two: Done
    moments: list
    never: str
    scanned: tuple[str, Done, Done]
    house: House | None = None


async def until_a_count_is_wrong(walk: Walk) -> None:
    walk.kinds = (MediumKind.DVD_R,)
    while True:
        view = await walk._once()
        if view and view.steps and view.steps[0].kind is StepKind.REPORT_COUNT:
            break  # and took it: ③ is reported
    short = asks.ReportCount(transfer=TRANSFER, count=Count.PRINTED, value=19, confirmation_code="")
    await walk.counter.do(short, walk.staff.operator)


async def type_while_away(typing: Typing) -> dict[str, Done]:
    ja = ("--lang", "ja")
    return {
        "ledger": await typing.piped("ledger", *ja),
        "ledger json": await typing.piped("ledger", "--json"),
        "ledger medium": await typing.piped("ledger", "--json", "--medium", MEDIUM),
        "ledger since": await typing.piped("ledger", "--json", "--since", "2999-01-01"),
        "media": await typing.piped("medium", "list", *ja),
        "history": await typing.piped("medium", "history", MEDIUM, *ja),
        "transfers": await typing.piped("transfer", "list", *ja),
        "transfer": await typing.piped("transfer", "show", TRANSFER, *ja),
        "transfer json": await typing.piped("transfer", "show", TRANSFER, "--json"),
        "english": await typing.piped("transfer", "show", TRANSFER, "--lang", "en"),
        "due": await typing.piped("due", *ja),
        "compliance": await typing.piped("compliance", *ja),
        "compliance csv": await typing.piped("compliance", "--format", "csv", *ja),
        "compliance json": await typing.piped("compliance", "--json"),
    }


async def scan_what_was_printed(typing: Typing, folder: Path) -> tuple[str, Done, Done]:
    """A sheet's number, and what was said to its code as zbarimg reads it from 150-dpi greyscale; once, and again."""
    printed = await typing.piped("paper", "keys", "--lang", "en")
    number = re.search(r"[A-Z0-9-]+-F-[0-9]{5}", printed.out)[0]
    sheet = typing.walk.house.station / "state" / "papers" / f"{number}.pdf"
    code = decoded_qr(scanned(sheet.read_bytes(), folder)[0])
    first, again = [await typing.piped("paper", "scanned", "--lang", "en", then=f"{code}\n") for _ in range(2)]
    return number, first, again


async def type_what_is_refused(typing: Typing) -> dict[str, Done]:
    return {
        "wrong password": await typing.piped("due", password="wrong"),
        "unknown medium": await typing.piped("medium", "history", "R1-U-09999"),
        "unknown transfer": await typing.piped("transfer", "show", "R1-T-09999"),
        "no number": await typing.bare("medium", "history", "../../etc/passwd"),
        "no terminal": await typing.bare("due"),
        "no desk": await typing.bare("due", door=typing.door.with_name("absent.sock")),
        "no reader": await typing.unread("compliance", "--json"),
        "no option": await typing.bare("due", "--password", "x"),
    }


@pytest.fixture(scope="module")
def typed(tmp_path_factory) -> Typed:
    told_of: dict[str, Typed] = {}

    async def doing(walk: Walk) -> None:
        typing = Typing(walk=walk)
        await until_a_count_is_wrong(walk)
        away = await type_while_away(typing)
        operator, approver = walk.staff.operator, walk.staff.approver
        await walk.counter.advance(40 * 86_400)
        away["overdue"] = await typing.piped("due", "--lang", "ja")
        refused = await type_what_is_refused(typing)
        seen = await scan_what_was_printed(typing, tmp_path_factory.mktemp("scans"))
        terminal, interrupted = Seen(), Seen()
        await typing.at_a_terminal(signing_in(terminal))
        await typing.at_a_terminal(interrupting(interrupted))
        of_two = await type_of_two(typing)
        moments = await read_while_others_work(walk, 1)
        with pytest.raises(Refused) as never:
            await read_while_others_work(walk, 1000)
        right = asks.CorrectCount(transfer=TRANSFER, count=Count.PRINTED, value=20, binder="別紙-5")
        await walk.counter.do(right, operator)
        await walk.to_the_end()
        ended = {
            "transfer": await typing.piped("transfer", "show", TRANSFER, "--lang", "ja", by=approver),
            "transfers": await typing.piped("transfer", "list", "--json"),
            "transfers ended": await typing.piped("transfer", "list", "--ended", "--json"),
            "history": await typing.piped("medium", "history", MEDIUM, "--lang", "ja"),
            "history json": await typing.piped("medium", "history", MEDIUM, "--json"),
        }
        told_of["it"] = Typed(away, ended, refused, terminal, interrupted, of_two, moments, never.value.code, seen)

    house = at_the_counter(tmp_path_factory.mktemp("typed"), doing)
    it = told_of["it"]
    it.house = house
    return it


def test_a_real_sheets_code_read_by_a_scanner_confirms_it_once(typed):
    number, first, again = typed.scanned
    assert (first.code, first.out) == (0, f"{number} is out: confirmed.\n")
    assert "paper.scanned" in again.err
    assert [each["paper"] for each in told(typed.house, "paper.scanned")].count(number) == 1


def every(typed: Typed) -> list[Done]:
    return [*typed.away.values(), *typed.ended.values()]


def test_each_command_did_what_it_was_asked(typed):
    assert [(done.code, done.err) for done in every(typed) if done.code or done.err] == []


def test_what_people_read_says_which_station_it_is_and_fits_the_screen(typed):
    for name in ("ledger", "media", "history", "transfers", "transfer", "due", "compliance", "overdue"):
        lines = typed.away[name].lines
        assert lines[0].startswith("媒体ステーション rehearsal/r1 【訓練用（無効）】"), name
        assert max(map(width, lines)) <= WIDE, name


def test_the_ledger_says_who_gave_what_to_whom_and_by_which_slip(typed):
    text = typed.away["ledger"].out
    assert re.search(rf"引渡  媒体 .*{MEDIUM} +1  操作 花子  運搬 四郎", text)
    assert "カバン カバン-3  確認記録票 REHEARSAL-R1-S-00001" in text
    assert [row["item"] for row in typed.away["ledger json"].rows] == ["medium", "enclosures", "notice"]


def test_the_ledger_of_one_medium_has_its_notice_too_and_of_a_day_to_come_nothing(typed):
    rows = typed.away["ledger medium"].rows
    assert [(row["item"], row["clerk_name"]) for row in rows] == [("medium", "操作 花子"), ("notice", "操作 花子")]
    assert typed.away["ledger since"].out == ""


def test_a_medium_that_is_away_is_listed_with_who_has_it(typed):
    (line,) = [line for line in typed.away["media"].lines if MEDIUM in line]
    assert re.search("DVD-R  引渡し中  持出中 運搬 四郎（架空）  引渡し中", line)


def test_a_transfer_says_what_it_is_how_far_it_is_and_what_is_missing(typed):
    text = typed.away["transfer"].out
    assert "督促状（特別徴収分）印字・封入封緘等業務委託" in text
    assert re.search(r"20 件  発送期限 \d{4}-\d\d-\d\d あと \d+日", text)
    assert "    済  ②対象者データ及び督促状同封物の提供" in text
    assert "==> 今  ⑤督促状及び同封物を封入封緘" in text
    missing = text.split("完了までに足りないもの：", 1)[1]
    assert f"媒体の返却と照合（{MEDIUM}）" in missing
    assert "受託者のデータ消去報告書" in missing
    assert "印字件数が合いません：20 のはずが 19" in missing
    assert "封入数が合いません" not in missing  # nobody has reported it yet
    assert "次にすること：" in missing


def test_a_transfer_is_told_in_english_as_well(typed):
    text = typed.away["english"].out
    assert "Missing to close it:" in text
    assert "records printed should be 20, but 19 was reported" in text


def test_a_programs_transfer_has_the_same_facts(typed):
    (row,) = typed.away["transfer json"].rows
    assert row["differences"] == [{"count": "printed", "expected": 20, "found": 19}]
    assert row["way"][:5] == ["done", "done", "done", "done", "now"]
    assert "media" in row["missing"]


def test_what_is_due_says_how_many_days_are_left_and_what_is_overdue_without_colour(typed):
    assert re.search(rf"あと 1\d日  \d{{4}}-\d\d-\d\d  媒体の返却 +{MEDIUM}", typed.away["due"].out)
    assert re.search(rf"!! 超過 \d+日  \d{{4}}-\d\d-\d\d  媒体の返却 +{MEDIUM}", typed.away["overdue"].out)
    assert "\x1b" not in typed.away["overdue"].out


def test_compliance_is_the_same_in_all_three_forms_and_carries_the_journals_head(typed):
    rows = typed.away["compliance json"].rows
    (headings, *cells) = csv.reader(io.StringIO(typed.away["compliance csv"].out.removeprefix("\ufeff"), newline=""))
    marks = [line.split()[-1] for line in typed.away["compliance"].lines if re.search(r"[○ー未]$", line)]
    assert typed.away["compliance csv"].out.startswith("\ufeff")
    assert [row["status"] for row in rows] == [cell[headings.index("適否")] for cell in cells] == marks
    assert len(rows) == 66
    assert {(row["journal_size"] > 60, len(row["journal_root"])) for row in rows} == {(True, 64)}


def test_a_map_that_was_read_while_others_worked_is_read_again_until_it_is_of_one_moment(typed):
    greeting, rows = typed.moments
    assert (len(rows), greeting.records > max(row.record for row in rows)) == (66, True)
    assert typed.never == "CLI-003"


def test_a_mediums_life_is_on_one_screen_from_its_registration_to_its_end(typed):
    lines = typed.ended["history"].lines
    assert len(lines) <= 30
    assert max(map(width, lines)) <= WIDE
    text = typed.ended["history"].out
    assert re.search(r"操作 花子  媒体を登録 +REHEARSAL DISC", text)
    assert re.search(r"操作 花子  命令に署名 +書込 R1-O-00001 承認者 承認 一郎", text)
    assert re.search(r"操作 花子  媒体を引渡し +運搬 四郎（架空） R1-S-00001", text)
    assert re.search(r"操作 花子  媒体を物理的に破壊 +細断 立会者 承認 一郎 R1-X-00001", text)
    actions = [row["action"] for row in typed.ended["history json"].rows]
    assert (actions[0], actions[-1]) == ("medium.registered", "password.destroyed")


def test_a_closed_transfer_is_told_as_closed_and_listed_among_those(typed):
    assert "完了しています。すべてそろいました。" in typed.ended["transfer"].out
    assert "今" not in typed.ended["transfer"].out
    assert typed.ended["transfers"].out == ""
    assert [row["transfer"] for row in typed.ended["transfers ended"].rows] == [TRANSFER]


def test_the_terminal_shows_the_station_its_time_and_its_last_record_before_it_asks(typed):
    shown = typed.terminal.shown
    assert shown.index("媒体ステーション rehearsal/r1 【訓練用（無効）】") < shown.index("操作者名: ")
    assert re.search(r"端末の時刻  \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+09:00\r\n最後の記録  第\d+号  \d{4}-", shown)
    assert re.search(r"30秒周期なら残り([12]?\d|30)秒", shown)


def test_password_and_code_are_neither_echoed_nor_to_be_seen_by_other_processes(typed):
    password, code = typed.terminal.secrets
    assert not typed.terminal.echoing
    assert "!! 超過" in typed.terminal.shown
    assert typed.terminal.code == 0
    for secret in (password, code):
        assert secret not in typed.terminal.shown
    assert "media_station.cli.main" in typed.terminal.visible
    assert password not in typed.terminal.visible


def test_ctrl_c_at_the_password_ends_the_command(typed):
    assert typed.interrupted.code == 130
    assert "Traceback" not in typed.interrupted.shown


@pytest.mark.parametrize(
    ("what", "code", "told_as"),
    [
        ("wrong password", 3, "ACC-002"),
        ("unknown medium", 3, "FLW-002"),
        ("unknown transfer", 3, "FLW-002"),
        ("no number", 3, "IDS-001"),
        ("no terminal", 3, "CLI-001"),
        ("no desk", 6, "DOR-001"),
        ("no reader", 141, ""),
        ("no option", 2, "unrecognized arguments"),
    ],
)
def test_what_is_refused_has_its_exit_code_and_its_text(typed, what, code, told_as):
    done = typed.refused[what]
    assert (done.code, done.out) == (code, "")
    assert told_as in done.err
    assert "Traceback" not in done.err


def test_a_new_code_and_a_second_person_are_asked_for_where_an_action_needs_them(typed):
    assert typed.of_two.out == "handler.registered\n", typed.of_two.err
    assert [each["handler"] for each in told(typed.house, "handler.registered")][-1] == "tobiiri"
