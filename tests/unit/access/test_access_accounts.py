"""Who is enrolled, renewed, changed, suspended, unlocked: by whom, with what proof, and never too few administrators."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta

import pyotp
import pytest
from at_the_desk import ADMINISTRATORS, APPROVER, ME, OPERATOR, PASSWORD, Bench, new_bench, post, put

from media_station.desk.access import throttle
from media_station.desk.access.authority import grant
from media_station.desk.hands.cells import Cells
from media_station.desk.ledger import people
from media_station.desk.serving.jobs import Jobs
from media_station.desk.serving.people import CHECKS, TABLE, PeopleDoor, Room
from media_station.doors.refusals import Refusals
from media_station.model import account_asks
from media_station.model.errors import Refused
from media_station.model.operator import (
    OperatorChanged,
    OperatorLocked,
    OperatorRenewed,
    OperatorState,
    OperatorSuspended,
    Post,
    Role,
    fewest_administrators,
)
from media_station.model.sign_in import StepUpAccepted
from media_station.model.views import SecondPerson

NEW_PASSWORD = "eda mame to hiyashi udon 8"


@pytest.fixture(autouse=True)
def weighed(monkeypatch):
    """Passwords are weighed in cells of their own, with tests of their own; here each is long enough."""

    async def weigh(_self, password, words):
        assert "架空市" in words
        return "kantan" not in password

    monkeypatch.setattr(Cells, "weigh", weigh)


@pytest.fixture
def nobody(tmp_path):
    """A station just set up."""
    bench = new_bench(tmp_path / "station")
    yield bench
    bench.desk.ledger.close(bench.desk.journal.signer)


def do(bench: Bench, ask, by="", second="", *, session=None, code=None):
    """The request as the door takes it, with codes of those who sign; the answer, or the refusal's code."""
    desk = bench.desk

    async def asked():
        check = CHECKS.get(type(ask))
        signing = None
        if second:
            signing = SecondPerson(operator=second, password=PASSWORD, code=bench.code(second))
        granted = await grant(
            desk,
            bench.sessions,
            ME,
            action=type(ask),
            session=bench.sessions.begin(by, ME) if by else "",
            code=(bench.code(by) if code is None else code) if by else None,
            second=signing,
            check=None if check is None else lambda: check(desk, ask),
        )
        return await TABLE[type(ask)](desk, granted, ask)

    bench.wait(60)
    try:
        return asyncio.run(asked())
    except Refused as error:
        return error.code


def enrolment(bench, operator, *posts, secret="", period=30, steps=0, **other):
    """Someone in person, with a token that shows a right code."""
    secret = secret or pyotp.random_base32()
    bench.secrets[operator] = secret
    when = int(bench.desk.clock.wall().timestamp()) + 60 + steps * period
    fields = {
        "operator": operator,
        "person": "新任 五郎",
        "posts": list(posts) or [post(Role.OPERATOR)],
        "password": NEW_PASSWORD,
        "token_secret": secret,
        "token_period_seconds": period,
        "proof": pyotp.TOTP(secret, interval=period).at(when),
    }
    return account_asks.Enrol(**{**fields, **other})


def renewal(bench, operator, **other):
    enrol = enrolment(bench, operator, **other)
    names = ("operator", "password", "token_secret", "token_period_seconds", "proof")
    return account_asks.Renew(**{name: getattr(enrol, name) for name in names})


def state(bench, operator):
    return people.operators(bench.desk.ledger)[operator].state


FIRST, SECOND = ADMINISTRATORS


def test_at_setup_two_administrators_are_enrolled_by_nobody_and_no_third(nobody):
    administrator = post(Role.ADMINISTRATOR)
    assert do(nobody, enrolment(nobody, "sousa-hanako")) == "ACC-027"
    assert do(nobody, enrolment(nobody, "kanri-jiro", post(Role.ADMINISTRATOR, ends="2099-01-01"))) == "ACC-027"
    assert do(nobody, enrolment(nobody, "kanri-jiro", administrator)).action == "operator.enrolled"
    assert do(nobody, enrolment(nobody, "kanri-misaki", administrator)).action == "operator.enrolled"
    assert do(nobody, enrolment(nobody, "kanri-goro", administrator)) == "ACC-010"
    assert list(nobody.desk.vault.accounts) == ["kanri-jiro", "kanri-misaki"]


def test_setup_is_over_for_good_whatever_becomes_of_the_administrators(bench):
    put(bench, "kanri-goro", Role.ADMINISTRATOR)
    for name in ADMINISTRATORS:
        bench.desk.journal.commit(OperatorSuspended(operator=name))
    assert do(bench, enrolment(bench, "kanri-goro", post(Role.ADMINISTRATOR))) == "ACC-010"


def test_a_person_is_enrolled_by_an_administrator_beside_another_and_gets_ten_codes_once(bench):
    answer = do(bench, enrolment(bench, "shinnin-goro"), FIRST, SECOND)
    codes = answer.facts["recovery_codes"].split()
    assert len(set(codes)) == 10
    assert set(answer.facts) == {"recovery_codes"}
    bench.wait(30)
    assert len(bench.sign_in("shinnin-goro", password=NEW_PASSWORD)) == 64
    assert len(bench.sign_in("shinnin-goro", password=NEW_PASSWORD, code=codes[-1])) == 64


def test_an_approver_may_be_the_second_person_of_an_enrolment_and_an_operator_may_not(bench):
    assert do(bench, enrolment(bench, "shinnin-goro"), FIRST, OPERATOR) == "ACC-014"
    assert do(bench, enrolment(bench, "shinnin-goro"), FIRST) == "ACC-013"
    assert do(bench, enrolment(bench, "shinnin-goro"), FIRST, APPROVER).action == "operator.enrolled"


def test_nobody_but_an_administrator_enrols(bench):
    assert do(bench, enrolment(bench, "shinnin-goro"), APPROVER, FIRST) == "ACC-011"


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"operator": "sousa-hanako"}, "ACC-003"),
        ({"operator": "unknown"}, "ACC-021"),
        ({"operator": "setup"}, "ACC-021"),
        ({"posts": []}, "ACC-026"),
        ({"posts": [post(Role.APPROVER, ends="2099-01-01", deputy_of="nobody-known")]}, "ACC-026"),
        ({"password": "x" * 14}, "ACC-001"),
        ({"password": "kantan na pasuwaado"}, "ACC-020"),
        ({"token_secret": "AAAA"}, "ACC-023"),
        ({"token_period_seconds": 45}, "ACC-023"),
        ({"proof": "000000"}, "ACC-024"),
        ({"proof": ""}, "ACC-024"),
    ],
)
def test_what_is_wrong_with_an_enrolment_is_told_before_anyones_code_is_burnt(bench, other, code):
    assert do(bench, replace(enrolment(bench, "shinnin-goro"), **other), FIRST, SECOND) == code
    assert bench.told(StepUpAccepted) == []
    assert "shinnin-goro" not in bench.desk.vault.accounts


def test_without_a_code_everything_else_is_checked_first(bench):
    assert do(bench, enrolment(bench, "shinnin-goro", proof="000000"), FIRST, code="") == "ACC-024"
    assert do(bench, enrolment(bench, "shinnin-goro"), FIRST, code="") == "ACC-012"


def test_two_people_never_share_a_token(bench):
    taken = enrolment(bench, "shinnin-goro", secret=bench.secrets[OPERATOR])
    assert do(bench, taken, FIRST, SECOND) == "ACC-025"


def test_a_hardware_tokens_secret_is_proven_and_opens_from_the_next_code_on(bench):
    secret = pyotp.random_base32()
    enrol = enrolment(bench, "shinnin-goro", secret=secret, period=60)
    assert do(bench, enrol, FIRST, SECOND).action == "operator.enrolled"
    assert bench.sign_in("shinnin-goro", password=NEW_PASSWORD, code=enrol.proof) == "ACC-002"
    bench.wait(60)
    assert len(bench.sign_in("shinnin-goro", password=NEW_PASSWORD)) == 64


def test_the_proof_may_be_some_minutes_old_and_no_older(bench):
    assert do(bench, enrolment(bench, "shinnin-goro", steps=-12), FIRST, SECOND) == "ACC-024"
    old = enrolment(bench, "shinnin-goro", steps=-9)
    assert do(bench, old, FIRST, SECOND).action == "operator.enrolled"
    assert bench.sign_in("shinnin-goro", password=NEW_PASSWORD, code=old.proof) == "ACC-002"


def test_a_suspended_person_comes_back_and_a_namesake_does_not(bench):
    bench.desk.journal.commit(OperatorSuspended(operator=OPERATOR))
    assert do(bench, enrolment(bench, OPERATOR), FIRST, SECOND) == "ACC-003"
    back = enrolment(bench, OPERATOR, person=f"名前 {OPERATOR}")
    assert do(bench, back, FIRST, SECOND).action == "operator.enrolled"
    assert state(bench, OPERATOR) is OperatorState.ENROLLED


def test_renewed_factors_replace_the_old_ones(bench):
    old, recovery = bench.secrets[OPERATOR], bench.codes[OPERATOR][0]
    assert do(bench, renewal(bench, OPERATOR), FIRST, SECOND).action == "operator.renewed"
    bench.wait(30)
    assert bench.sign_in(OPERATOR) == "ACC-002"
    now = int(bench.desk.clock.wall().timestamp())
    assert bench.sign_in(OPERATOR, password=NEW_PASSWORD, code=pyotp.TOTP(old).at(now)) == "ACC-002"
    assert bench.sign_in(OPERATOR, password=NEW_PASSWORD, code=recovery) == "ACC-002"
    bench.wait(30)
    assert len(bench.sign_in(OPERATOR, password=NEW_PASSWORD)) == 64
    assert bench.told(OperatorRenewed)[0].factors == ("password", "token", "recovery_codes")


def test_new_factors_do_not_unlock(bench):
    bench.desk.journal.commit(OperatorLocked(operator=OPERATOR))
    assert do(bench, renewal(bench, OPERATOR), FIRST, SECOND).action == "operator.renewed"
    assert state(bench, OPERATOR) is OperatorState.LOCKED


def test_a_locked_account_is_unlocked_by_an_administrator(bench):
    bench.desk.journal.commit(OperatorLocked(operator=OPERATOR))
    assert do(bench, account_asks.Unlock(operator=OPERATOR), APPROVER) == "ACC-011"
    assert do(bench, account_asks.Unlock(operator=OPERATOR), FIRST).action == "operator.unlocked"
    assert throttle.wrong_attempts(bench.desk, OPERATOR) == 0
    assert do(bench, account_asks.Unlock(operator=OPERATOR), FIRST) == "FLW-001"


def test_an_administrator_suspends_others_but_neither_himself_nor_the_last_but_one(bench):
    assert do(bench, account_asks.Suspend(operator=FIRST), FIRST) == "ACC-004"
    assert do(bench, account_asks.Suspend(operator=SECOND), FIRST) == "ACC-005"
    assert do(bench, account_asks.Suspend(operator="not-enrolled"), FIRST) == "FLW-002"
    assert do(bench, account_asks.Suspend(operator=OPERATOR), FIRST).action == "operator.suspended"
    assert bench.sign_in(OPERATOR) == "ACC-002"
    put(bench, "kanri-goro", Role.ADMINISTRATOR)
    assert do(bench, account_asks.Suspend(operator=SECOND), FIRST).action == "operator.suspended"


def test_a_locked_administrator_does_not_count_and_may_be_suspended(bench):
    put(bench, "kanri-goro", Role.ADMINISTRATOR)
    bench.desk.journal.commit(OperatorLocked(operator="kanri-goro"))
    assert do(bench, account_asks.Suspend(operator=SECOND), FIRST) == "ACC-005"
    assert do(bench, account_asks.Suspend(operator="kanri-goro"), FIRST).action == "operator.suspended"


def days(count):
    return (date.today() + timedelta(days=count)).isoformat()


def test_posts_that_would_leave_too_few_administrators_on_a_day_to_come_are_refused(bench):
    leaving = [post(Role.ADMINISTRATOR, ends=days(40))]
    assert do(bench, account_asks.ChangePosts(operator=SECOND, posts=leaving), FIRST, APPROVER) == "ACC-005"
    put(bench, "kanri-goro", post(Role.ADMINISTRATOR, starts=days(42)))
    assert do(bench, account_asks.ChangePosts(operator=SECOND, posts=leaving), FIRST, APPROVER) == "ACC-005"
    put(bench, "kanri-rokuro", post(Role.ADMINISTRATOR, starts=days(41)))
    assert (
        do(bench, account_asks.ChangePosts(operator=SECOND, posts=leaving), FIRST, APPROVER).action
        == "operator.changed"
    )


def test_a_deputy_acts_and_is_second_person_on_his_days_alone(bench):
    today = bench.desk.clock.day()
    deputy = post(Role.APPROVER, starts=today, ends=today, deputy_of=APPROVER)
    session = bench.sign_in(FIRST)
    posts = [post(Role.OPERATOR), deputy]
    assert (
        do(bench, account_asks.ChangePosts(operator=OPERATOR, posts=posts), FIRST, SECOND).action == "operator.changed"
    )
    assert do(bench, enrolment(bench, "shinnin-goro"), FIRST, OPERATOR).action == "operator.enrolled"
    bench.wait(24 * 3600)
    assert do(bench, enrolment(bench, "shinnin-roku"), FIRST, OPERATOR) == "ACC-014"
    assert len(bench.sign_in(OPERATOR)) == 64
    assert bench.told(OperatorChanged)[0].posts[1].deputy_of == APPROVER
    assert bench.sessions.is_open(session)


@pytest.mark.parametrize(
    ("starts", "ends", "deputy_of"),
    [("2026-02-01", "2026-01-31", ""), ("2026-02-01", "", "shonin-ichiro"), ("tomorrow", "", ""), ("", "", "")],
)
def test_a_post_has_days_that_can_be(starts, ends, deputy_of):
    with pytest.raises(Refused, match=r"ACC-026|CON-005"):
        Post(role=Role.APPROVER, starts=starts, ends=ends, deputy_of=deputy_of)


@pytest.mark.parametrize(
    ("posts", "fewest"),
    [
        ({}, 0),
        ({"a": [("2026-01-01", "")]}, 1),
        ({"a": [("2026-01-01", "")], "b": [("2026-01-01", "2026-06-30")]}, 1),
        ({"a": [("2026-01-01", "")], "b": [("2026-01-01", "2026-06-30"), ("2026-07-01", "")]}, 2),
        ({"a": [("2026-01-01", "")], "b": [("2026-01-01", "2026-06-30")], "c": [("2026-07-01", "")]}, 2),
        ({"a": [("2026-01-01", "")], "b": [("2026-05-01", "")]}, 1),
        ({"a": [("2025-01-01", "2025-12-31")], "b": [("2026-01-01", "")]}, 1),
    ],
)
def test_administrators_are_counted_on_the_day_that_has_the_fewest(posts, fewest):
    held = {
        name: [post(Role.ADMINISTRATOR, starts=starts, ends=ends) for starts, ends in each]
        for name, each in posts.items()
    }
    assert fewest_administrators(held, "2026-04-01") == fewest


@pytest.mark.parametrize(
    ("who", "reads"), [(FIRST, True), ("kansa-saburo", True), (OPERATOR, False), (APPROVER, False)]
)
def test_administrators_and_auditors_see_accounts_and_everyone_what_happened_to_their_own(bench, who, reads):
    put(bench, "kansa-saburo", Role.AUDITOR)
    session = bench.sessions.begin(who, ME)

    def seen(method, **of):
        room = Room(bench.desk, bench.sessions, Jobs(), Refusals(lambda *_: None, seconds=60))
        return getattr(PeopleDoor(room, ME), method)(session=session, start=0, **of)

    async def whole():
        own = await seen("History", noun="operator", number=who)
        assert [row.action for row in own.parameters["rows"]] == ["operator.enrolled"]
        for method, of in {
            "Operators": {},
            "History": {"noun": "operator", "number": SECOND},
        }.items():
            if reads:
                assert (await seen(method, **of)).parameters["rows"]
            else:
                with pytest.raises(Refused, match="ACC-011"):
                    await seen(method, **of)

    asyncio.run(whole())
