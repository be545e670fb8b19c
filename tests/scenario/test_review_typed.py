"""A month's review as people type it, at a real station with real cells: analysed, looked into, printed, signed."""

from dataclasses import dataclass
from datetime import date

import pytest
from at_the_counter import at_the_counter, check_the_journal_verifies, told
from test_reviewed import refused
from typing_commands import Done, Seen, Typing, signing_in

from media_station.rehearsal.house import House

DAY = 86_400


@dataclass(slots=True)
class Typed:
    done: dict[str, Done]
    terminal: Seen
    month: str
    house: House | None = None


async def replayed(walk) -> None:
    """A code that was used, once more."""
    person = walk.staff.operator
    code = person.code(await walk.counter._fresh(person))
    of = {"operator": person.operator, "password": person.password, "code": code}
    person.session = await walk.counter._call("SignIn", **of)
    assert await refused(walk.counter._call("SignIn", **of)) == "ACC-002"


async def review(walk, into: Typed) -> None:
    typing, auditor, done = Typing(walk=walk), walk.staff.auditor, into.done
    await replayed(walk)
    today = await walk.counter.today()
    into.month = today.strftime("%Y-%m")
    period = ("--since", f"{into.month}-01", "--until", today.isoformat())
    done["run"] = await typing.piped("review", "run", *period, "--lang", "ja")
    done["again"] = await typing.piped("review", "run", *period, "--lang", "en")
    done["findings"] = await typing.piped("review", "findings", "--lang", "ja")
    done["json"] = await typing.piped("review", "findings", "--json")
    await typing.at_a_terminal(signing_in(into.terminal))
    numbers = [row["finding"] for row in done["json"].rows]
    paper = ("--as-what", "measures", "--binder", "別紙-7")
    done["operator"] = await typing.fresh("review", "dispose", numbers[0], *paper, by=walk.staff.operator)
    done["dispose"] = await typing.fresh("review", "dispose", *numbers, *paper, "--lang", "ja", by=auditor)
    done["disposed"] = await typing.piped("review", "findings", "--disposed", "--lang", "ja")
    done["too early"] = await typing.piped("review", "report", into.month)
    await walk.counter.advance(31 * DAY)
    done["report"] = await typing.piped("review", "report", into.month, "--lang", "ja")
    number = done["report"].lines[0].split(":")[0]
    done["scanned"] = await typing.piped("paper", "scanned", then=f"{walk.house.scan(number)}\n")
    done["sign"] = await typing.fresh("review", "sign", number, "--binder", "綴り-9", "--lang", "ja", by=auditor)


@pytest.fixture(scope="module")
def typed(tmp_path_factory) -> Typed:
    typed = Typed(done={}, terminal=Seen(), month="")
    # Nobody is asked for out-of-hours work: the tests run at any time of the day.
    settings = '\n[analysis]\nopens = "00:00"\ncloses = "23:59"\n'
    typed.house = at_the_counter(
        tmp_path_factory.mktemp("review"), lambda walk: review(walk, typed), more_settings=settings
    )
    return typed


def test_what_is_new_is_told_and_what_is_known_is_not_raised_again(typed):
    first, again = (told(typed.house, "log.analysed")[number] for number in (0, 1))
    assert typed.done["run"].code == typed.done["again"].code == 0
    assert f"検出 {first['detections']} 件、うち新しいもの {first['raised']} 件" in typed.done["run"].out
    assert first["raised"] == first["detections"] > 0
    assert again["raised"] == 0
    assert f"{again['detections']} detections, 0 of them new" in typed.done["again"].out


def test_the_list_says_what_it_is_when_it_was_and_whom_it_concerns(typed):
    (row,) = [each for each in typed.done["json"].rows if each["kind"] == "replayed_code"]
    (line,) = [each for each in typed.done["findings"].lines if each.startswith(row["finding"])]
    assert date.fromisoformat(row["day"]).strftime("%Y-%m") == typed.month
    assert row["concerned"] == ["sousa-hanako"]
    assert {"使用済みコードの再使用", row["day"], str(row["last"])} <= set(line.split())
    assert "操作 花子" in line


def test_whoever_signs_in_at_a_terminal_is_told_that_findings_wait(typed):
    count = len(typed.done["json"].rows)
    assert f"確認を待つ検出が {count} 件あります（最も古いもの {typed.month}-" in typed.terminal.shown


def test_they_are_disposed_of_by_the_auditor_and_by_nobody_else(typed):
    count = len(typed.done["json"].rows)
    assert (typed.done["operator"].code, "ACC-011" in typed.done["operator"].err) == (3, True)
    assert (typed.done["dispose"].code, typed.done["dispose"].out) == (0, f"検出 {count} 件を確認済みにしました\n")
    assert "措置した 別紙-7" in typed.done["disposed"].out
    assert "監査 三郎" in typed.done["disposed"].out


def test_the_report_is_printed_when_the_month_is_over_and_signed(typed):
    assert (typed.done["too early"].code, "RVW-005" in typed.done["too early"].err) == (3, True)
    (made,), (signed,) = told(typed.house, "report.made"), told(typed.house, "report.reviewed")
    assert typed.done["report"].out == f"{made['report']}: ログ分析報告書を作成\n"
    assert typed.done["scanned"].code == 0
    assert typed.done["sign"].out == f"{made['report']}: ログ分析報告書を確認\n"
    assert (signed["report"], signed["reviewer"], signed["binder"]) == (made["report"], "kansa-saburo", "綴り-9")
    sheet = typed.house.station / "state" / "papers" / f"{made['report']}.pdf"
    assert sheet.read_bytes().startswith(b"%PDF")


def test_the_journal_verifies(typed):
    check_the_journal_verifies(typed.house)
