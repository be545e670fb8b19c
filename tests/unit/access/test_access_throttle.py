"""Wrong factors make wait, then lock; nobody is forgotten by a restart, and two administrators are always left."""

import asyncio
import threading

import pytest
from at_the_desk import ADMINISTRATORS, APPROVER, ME, OPERATOR, PASSWORD, new_bench, post, put
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from media_station.desk.access import factors, throttle
from media_station.desk.access.authority import grant
from media_station.desk.access.factors import Wrong
from media_station.desk.access.sign_in import sign_in
from media_station.desk.hands.turns import MOST_WAITING, Turns
from media_station.desk.ledger import people
from media_station.model import asks
from media_station.model.errors import Refused
from media_station.model.operator import OperatorEnrolled, OperatorLocked, OperatorState, OperatorUnlocked, Role
from media_station.model.sign_in import Factor, SignInRefused, StepUpRefused
from media_station.model.views import SecondPerson

ENOUGH_SECONDS = max(throttle.WAITS_SECONDS)


def fail(bench, operator, times=1):
    """Wrong passwords, each after its wait; the codes of the refusals."""
    codes = []
    for _ in range(times):
        codes.append(bench.sign_in(operator, password="wrong" * 4, code="000000"))
        bench.wait(ENOUGH_SECONDS)
    return codes


def seconds_to_wait(bench, operator):
    async def knock():
        await sign_in(bench.desk, bench.sessions, ME, operator, PASSWORD, "000000")

    with pytest.raises(Refused, match="THR-001") as caught:
        asyncio.run(knock())
    return caught.value.parameters["seconds"]


def test_two_mistakes_cost_nothing_and_the_third_a_wait_in_which_right_factors_open_nothing(bench):
    for _ in range(2):
        assert bench.sign_in(OPERATOR, password="wrong" * 4) == "ACC-002"
    assert bench.sign_in(OPERATOR, password="wrong" * 4) == "ACC-002"
    assert bench.sign_in(OPERATOR) == "THR-001"
    bench.wait(throttle.WAITS_SECONDS[0])
    assert len(bench.sign_in(OPERATOR)) == 64


def test_waits_grow_and_are_told_in_seconds(bench):
    told = []
    for _ in range(throttle.LOCKED_AT - 1):
        bench.sign_in(OPERATOR, password="wrong" * 4)
        if len(bench.told(SignInRefused)) > throttle.FREE_ATTEMPTS:
            told.append(seconds_to_wait(bench, OPERATOR))
        bench.wait(ENOUGH_SECONDS)
    assert told == sorted(told)
    assert all(abs(seen - meant) <= 1 for seen, meant in zip(told, throttle.WAITS_SECONDS, strict=True))


def test_a_good_sign_in_ends_the_row(bench):
    fail(bench, OPERATOR, 5)
    assert len(bench.sign_in(OPERATOR)) == 64
    assert throttle.wrong_attempts(bench.desk, OPERATOR) == 0
    assert bench.sign_in(OPERATOR, password="wrong" * 4) == "ACC-002"
    assert bench.sign_in(OPERATOR, password="wrong" * 4) == "ACC-002"


def test_the_tenth_in_a_row_locks_the_account_until_it_is_unlocked(bench):
    assert fail(bench, OPERATOR, throttle.LOCKED_AT) == ["ACC-002"] * throttle.LOCKED_AT
    assert [each.operator for each in bench.told(OperatorLocked)] == [OPERATOR]
    assert bench.sign_in(OPERATOR) == "THR-002"
    bench.desk.journal.commit(OperatorUnlocked(operator=OPERATOR))
    assert len(bench.sign_in(OPERATOR)) == 64


def test_a_restart_forgets_neither_a_wait_nor_a_lock(bench):
    for _ in range(3):
        bench.sign_in(OPERATOR, password="wrong" * 4)
    bench.restart()
    assert bench.sign_in(OPERATOR) == "THR-001"
    bench.wait(ENOUGH_SECONDS)
    fail(bench, OPERATOR, throttle.LOCKED_AT - 3)
    bench.restart()
    assert bench.sign_in(OPERATOR) == "THR-002"


def test_of_two_administrators_none_is_locked_but_both_wait(bench):
    fail(bench, ADMINISTRATORS[0], throttle.LOCKED_AT + 2)
    assert bench.told(OperatorLocked) == []
    bench.sign_in(ADMINISTRATORS[0], password="wrong" * 4)
    assert seconds_to_wait(bench, ADMINISTRATORS[0]) == ENOUGH_SECONDS
    bench.wait(ENOUGH_SECONDS)
    assert len(bench.sign_in(ADMINISTRATORS[0])) == 64


def test_of_three_administrators_one_is_locked_and_no_second(bench):
    put(bench, "kanri-goro", Role.ADMINISTRATOR)
    for name in ("kanri-goro", *ADMINISTRATORS):
        fail(bench, name, throttle.LOCKED_AT + 1)
    assert [each.operator for each in bench.told(OperatorLocked)] == ["kanri-goro"]


def test_an_administrator_whose_days_are_counted_does_not_make_another_one_dispensable(bench):
    put(bench, "kanri-goro", post(Role.ADMINISTRATOR, ends="2099-01-01"))
    fail(bench, ADMINISTRATORS[0], throttle.LOCKED_AT)
    assert bench.told(OperatorLocked) == []


def test_names_that_are_not_known_share_one_place_and_are_not_recorded_as_typed(bench):
    for number in range(3):
        assert bench.sign_in(f"my password {number}", code="000000") == "ACC-002"
    assert bench.sign_in("nobody-else", code="000000") == "THR-001"
    assert len(bench.sign_in(OPERATOR)) == 64
    assert {each.operator for each in bench.told(SignInRefused)} == {"unknown"}
    bench.wait(throttle.UNKNOWN_FORGOTTEN_SECONDS)
    assert bench.sign_in("nobody-else", code="000000") == "ACC-002"
    assert throttle.wrong_attempts(bench.desk, "unknown") == 1


def test_nobody_can_lock_a_name_that_is_not_known(bench):
    fail(bench, "nobody-at-all", throttle.LOCKED_AT + 5)
    assert bench.told(OperatorLocked) == []


def test_guesses_at_the_same_moment_pass_one_after_another(bench):
    async def guess():
        return await sign_in(bench.desk, bench.sessions, ME, OPERATOR, "wrong" * 4, "000000")

    async def many():
        return await asyncio.gather(*(guess() for _ in range(10)), return_exceptions=True)

    codes = [error.code for error in asyncio.run(many())]
    assert codes == ["ACC-002"] * 3 + ["THR-001"] * 7


def test_a_burst_of_guesses_reckons_one_hash_at_a_time_beside_the_loop_and_who_is_too_many_is_refused(
    bench, monkeypatch
):
    at_once, most, where, beats = 0, 0, set(), 0
    right = factors.passwords.is_right

    def reckoned(given, phc):
        nonlocal at_once, most
        where.add(threading.current_thread())
        at_once += 1
        most = max(most, at_once)
        go_on.wait(10)
        at_once -= 1
        return right(given, phc)

    async def guess(operator):
        return await sign_in(bench.desk, bench.sessions, ME, operator, "wrong" * 4, "000000")

    async def many():
        nonlocal beats
        names = [f"nobody-{number}" for number in range(MOST_WAITING + 8)] + [OPERATOR]
        guesses = [asyncio.create_task(guess(each)) for each in names]
        while not where:
            await asyncio.sleep(0)
        for _ in range(100):  # the loop goes on while a hash is reckoned
            await asyncio.sleep(0)
            beats += 1
        go_on.set()
        done = await asyncio.gather(*guesses, return_exceptions=True)
        return [error.code for error in done], await asyncio.gather(guess(APPROVER), return_exceptions=True)

    go_on = threading.Event()
    monkeypatch.setattr(factors.passwords, "is_right", reckoned)
    codes, (after,) = asyncio.run(many())
    assert most == 1
    assert threading.main_thread() not in where
    assert beats == 100
    assert codes == ["ACC-002"] * 3 + ["THR-001"] * (MOST_WAITING - 2) + ["THR-003"] * 8
    assert after.code == "ACC-002"


def test_who_stops_waiting_leaves_the_turn_to_the_next(bench):
    async def several():
        turns = Turns(most_waiting=2)
        order = []

        async def take(name):
            async with turns:
                order.append(name)
                await asyncio.sleep(0)

        async with turns:
            waiting = [asyncio.create_task(take(name)) for name in "ab"]
            await asyncio.sleep(0)
            with pytest.raises(Refused, match="THR-003"):
                await take("c")
            waiting[0].cancel()
            await asyncio.sleep(0)
            waiting.append(asyncio.create_task(take("d")))
            await asyncio.sleep(0)
        await asyncio.gather(*waiting, return_exceptions=True)
        with pytest.raises(RuntimeError):
            async with turns:
                raise RuntimeError
        await take("e")
        return order

    assert asyncio.run(several()) == ["b", "d", "e"]


def test_a_flood_is_recorded_once_a_minute_with_what_was_left_out(bench):
    for _ in range(3 + 50):
        bench.sign_in(OPERATOR, password="wrong" * 4)
    bench.wait(60)
    assert bench.sign_in(OPERATOR, password="wrong" * 4) == "ACC-002"
    seen = [(each.code, each.factor, each.left_out) for each in bench.told(SignInRefused)]
    assert seen == [
        *[("ACC-002", Factor.PASSWORD, 0)] * 3,
        ("THR-001", Factor.NONE, 0),
        ("ACC-002", Factor.PASSWORD, 49),
    ]


def test_while_locked_a_flood_is_recorded_once_a_minute_too(bench):
    fail(bench, OPERATOR, throttle.LOCKED_AT)
    for _ in range(30):
        assert bench.sign_in(OPERATOR) == "THR-002"
    bench.wait(60)
    bench.sign_in(OPERATOR)
    seen = [each.left_out for each in bench.told(SignInRefused) if each.code == "THR-002"]
    assert seen == [0, 29]


def act(bench, session, code, second=None):
    """One action that needs a fresh code and a second person; the refusal's code, or the second person."""

    async def knock():
        return await grant(
            bench.desk, bench.sessions, ME, action=asks.AddCourier, session=session, code=code, second=second
        )

    try:
        return asyncio.run(knock()).second
    except Refused as error:
        return error.code


def beside(bench, operator=APPROVER, password=PASSWORD, code=None):
    return SecondPerson(operator=operator, password=password, code=bench.code(operator) if code is None else code)


def test_wrong_codes_of_the_first_person_and_wrong_factors_of_the_second_make_each_of_them_wait(bench):
    session = bench.sign_in(OPERATOR)
    bench.wait(30)
    for _ in range(3):
        assert act(bench, session, bench.code(OPERATOR), beside(bench, password="wrong" * 4)) == "ACC-002"
    assert act(bench, session, bench.code(OPERATOR), beside(bench)) == "THR-001"
    bench.wait(ENOUGH_SECONDS)
    for _ in range(3):
        assert act(bench, session, bench.wrong_code(OPERATOR), beside(bench)) == "ACC-002"
    assert act(bench, session, bench.code(OPERATOR), beside(bench)) == "THR-001"
    assert [each.operator for each in bench.told(StepUpRefused) if each.code == "ACC-002"] == [
        *[APPROVER] * 3,
        *[OPERATOR] * 3,
    ]


def test_acting_as_second_person_ends_the_second_persons_row(bench):
    session = bench.sign_in(OPERATOR)
    bench.wait(30)
    for _ in range(2):
        act(bench, session, bench.code(OPERATOR), beside(bench, password="wrong" * 4))
    assert act(bench, session, bench.code(OPERATOR), beside(bench)) == APPROVER
    assert throttle.wrong_attempts(bench.desk, APPROVER) == 0


def test_a_lock_ends_the_operators_session(bench):
    session = bench.sign_in(OPERATOR)
    fail(bench, OPERATOR, throttle.LOCKED_AT)
    with pytest.raises(Refused, match="ACC-010"):
        bench.sessions.operator(session, ME)


@given(st.lists(st.tuples(st.integers(0, 5), st.sampled_from((1, 9, 12))), max_size=8))
@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whoever_is_attacked_in_whatever_order_two_administrators_can_sign_in(tmp_path_factory, attacks):
    bench = new_bench(tmp_path_factory.mktemp("bench") / "station")
    names = [f"kanri-{letter}x" for letter in "abcd"] + ["sousa-ax", "shonin-ax"]
    for name in names:
        role = Role.ADMINISTRATOR if name.startswith("kanri") else Role.OPERATOR
        bench.desk.journal.commit(OperatorEnrolled(operator=name, person=name, posts=(post(role),), vault_sha256=""))
    for number, times in attacks:
        attempt = SignInRefused(operator=names[number], factor=Factor.NONE, code="", left_out=0, offset_seconds=0)
        for _ in range(times):
            throttle.refuse(bench.desk, attempt, Wrong(factor=Factor.PASSWORD))
    assert people.administrators_left(bench.desk.ledger, bench.desk.clock.day(), {}) >= 2
    known = people.operators(bench.desk.ledger).values()
    locked = [each.operator for each in known if each.state is OperatorState.LOCKED]
    assert all(sum(times for number, times in attacks if names[number] == name) >= 10 for name in locked)
    bench.desk.ledger.close(bench.desk.journal.signer)
