"""異動 in bulk: one administrator proposes, another carries it out, all of it or nothing."""

import asyncio
from datetime import date, timedelta

import pytest
from at_the_desk import ADMINISTRATORS, APPROVER, ME, OPERATOR, Bench, post, put

from media_station.desk.access import staff
from media_station.desk.access.authority import grant
from media_station.desk.ledger import people
from media_station.model import account_asks
from media_station.model.errors import Refused
from media_station.model.operator import OPERATOR as LIFE
from media_station.model.operator import OperatorChanged, OperatorState, OperatorSuspended, Role, roles_on
from media_station.model.staff import HEADINGS, StaffAdopted, read_moves

FIRST, SECOND = ADMINISTRATORS


def day(count):
    return (date.today() + timedelta(days=count)).isoformat()


def line(operator, kind, roles="", starts=None, ends="", person=None):
    return [operator, f"名前 {operator}" if person is None else person, kind, roles, starts or day(0), ends]


def do(bench: Bench, ask, by):
    async def asked():
        session = bench.sessions.begin(by, ME)
        granted = await grant(
            bench.desk, bench.sessions, ME, action=type(ask), session=session, code=bench.code(by), second=None
        )
        return await (staff.propose if isinstance(ask, account_asks.ProposeStaff) else staff.adopt)(
            bench.desk, granted, ask
        )

    bench.wait(30)
    try:
        return asyncio.run(asked())
    except Refused as error:
        return error.code


def propose(bench, *lines, by=FIRST):
    return do(bench, account_asks.ProposeStaff(lines=[list(HEADINGS), *lines], sha256="0" * 64), by)


def carry_out(bench, *lines, by=SECOND):
    answer = propose(bench, *lines)
    return do(bench, account_asks.AdoptStaff(staff=answer.facts["staff"]), by)


def state(bench, operator):
    return bench.desk.ledger.state(LIFE, operator)


def roles(bench, operator, on):
    return roles_on(people.operators(bench.desk.ledger)[operator].posts, on)


def test_who_leaves_is_suspended_who_changes_is_changed_and_who_joins_is_expected_in_one_commit(bench):
    answer = carry_out(
        bench,
        line(OPERATOR, "転出"),
        line(APPROVER, "変更", "承認者・操作者"),
        line("shinnin-goro", "転入", "操作者", person="新任 五郎"),
    )
    assert answer.facts == {"suspended": "1", "changed": "1", "to_enrol": "1"}
    assert state(bench, OPERATOR) is OperatorState.SUSPENDED
    assert roles(bench, APPROVER, day(0)) == {Role.APPROVER, Role.OPERATOR}
    assert [(each.operator, each.posts[0].role) for each in staff.expected(bench.desk)] == [
        ("shinnin-goro", Role.OPERATOR)
    ]
    records = bench.desk.ledger.of(StaffAdopted, OperatorSuspended, OperatorChanged).records
    assert [each.sequence - records[0].sequence for each in records] == [0, 1, 2]
    assert {each.actor for each in records} == {SECOND}


def test_nothing_is_done_before_a_second_administrator_carries_it_out(bench):
    number = propose(bench, line(OPERATOR, "転出")).facts["staff"]
    assert state(bench, OPERATOR) is OperatorState.ENROLLED
    assert do(bench, account_asks.AdoptStaff(staff=number), FIRST) == "STF-004"
    assert do(bench, account_asks.AdoptStaff(staff=number), APPROVER) == "ACC-011"
    assert do(bench, account_asks.AdoptStaff(staff="R1-P-00099"), SECOND) == "FLW-002"
    assert state(bench, OPERATOR) is OperatorState.ENROLLED
    assert do(bench, account_asks.AdoptStaff(staff=number), SECOND).action == "staff.adopted"
    assert do(bench, account_asks.AdoptStaff(staff=number), SECOND) in {"FLW-001", "STF-003"}


def test_what_begins_on_a_day_to_come_is_as_before_until_then(bench):
    carry_out(bench, line(OPERATOR, "転出", starts=day(10)), line(APPROVER, "変更", "監査者", starts=day(10)))
    assert state(bench, OPERATOR) is OperatorState.ENROLLED
    assert roles(bench, OPERATOR, day(9)) == {Role.OPERATOR}
    assert roles(bench, OPERATOR, day(10)) == frozenset()
    assert roles(bench, APPROVER, day(9)) == {Role.APPROVER}
    assert roles(bench, APPROVER, day(10)) == {Role.AUDITOR}


def test_who_joined_is_expected_no_more_once_enrolled(bench):
    carry_out(bench, line("shinnin-goro", "転入", "操作者"))
    assert [each.operator for each in staff.expected(bench.desk)] == ["shinnin-goro"]
    put(bench, "shinnin-goro", Role.OPERATOR)
    assert staff.expected(bench.desk) == []


def test_a_change_that_leaves_too_few_administrators_is_refused_whole(bench):
    assert carry_out(bench, line(OPERATOR, "転出"), line(FIRST, "転出")) == "ACC-005"
    assert carry_out(bench, line(FIRST, "変更", "操作者", starts=day(30))) == "ACC-005"
    assert state(bench, OPERATOR) is OperatorState.ENROLLED


def test_two_administrators_may_be_relieved_by_two_others_at_once(bench):
    put(bench, "kanri-goro", Role.ADMINISTRATOR)
    changed = carry_out(bench, line(OPERATOR, "変更", "管理者"), line(FIRST, "転出"), by="kanri-goro")
    assert changed.facts["suspended"] == "1"
    assert roles(bench, OPERATOR, day(0)) == {Role.ADMINISTRATOR}


def test_nobody_carries_out_his_own_leaving(bench):
    put(bench, "kanri-goro", Role.ADMINISTRATOR)
    assert carry_out(bench, line(SECOND, "転出")) == "ACC-004"


@pytest.mark.parametrize(
    "wrong",
    [
        line("not-enrolled", "転出"),
        line("not-enrolled", "変更", "操作者"),
        line(OPERATOR, "転入", "操作者"),
        line(OPERATOR, "転出", person="別人 次郎"),
    ],
)
def test_a_row_about_somebody_who_is_not_as_it_says_is_refused_by_its_number(bench, wrong):
    assert propose(bench, line(APPROVER, "変更", "承認者"), wrong) == "STF-003"


@pytest.mark.parametrize(
    "wrong",
    [
        ["x"],
        line("Upper-Case", "転入", "操作者"),
        line("unknown", "転入", "操作者"),
        line(OPERATOR, "異動", "操作者"),
        line(OPERATOR, "変更", "部長"),
        line(OPERATOR, "変更"),
        line(OPERATOR, "転出", "操作者"),
        line(OPERATOR, "変更", "操作者", starts="2026-4-1"),
        line(OPERATOR, "変更", "操作者", starts="2026-04-01", ends="2026-03-31"),
        line(OPERATOR, "変更", "操作者", person=""),
        line(APPROVER, "変更", "操作者"),
    ],
)
def test_a_row_that_can_not_be_read_is_refused_by_its_number(wrong):
    with pytest.raises(Refused, match="STF-002") as caught:
        read_moves([list(HEADINGS), line(APPROVER, "変更", "承認者"), wrong])
    assert caught.value.parameters == {"row": 3}


@pytest.mark.parametrize("lines", [[], [list(HEADINGS)], [["氏名"], line(OPERATOR, "転出")]])
def test_a_table_with_other_headings_or_without_rows_is_refused(lines):
    with pytest.raises(Refused, match="STF-001"):
        read_moves(lines)


def test_a_move_cuts_what_runs_on_and_drops_what_has_not_begun():
    (move,) = read_moves([list(HEADINGS), line(OPERATOR, "変更", "承認者", starts="2026-04-01", ends="2027-03-31")])
    before = (
        post(Role.OPERATOR),
        post(Role.OPERATOR, starts="2026-05-01"),
        post(Role.APPROVER, starts="2025-01-01", ends="2025-12-31"),
    )
    assert move.posts_after(before) == (
        post(Role.OPERATOR, ends="2026-03-31"),
        post(Role.APPROVER, starts="2025-01-01", ends="2025-12-31"),
        post(Role.APPROVER, starts="2026-04-01", ends="2027-03-31"),
    )
