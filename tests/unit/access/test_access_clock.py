"""A clock that is wrong: what is recorded of it, what stops, and who may set it to what."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pyotp
import pytest
from at_the_desk import ADMINISTRATORS, APPROVER, ME, OPERATOR, PASSWORD, post, put, refusal

from media_station.desk.access.authority import grant, grant_clock
from media_station.desk.access.elapsed import passed_ms
from media_station.desk.flow.set_clock import set_clock
from media_station.desk.hands.durably import replace_durably
from media_station.desk.ledger.borne_out import last_borne_out, latest_borne_out
from media_station.desk.ledger.seen import greeting
from media_station.model import asks
from media_station.model.clock import Against, ClockAdvanced, ClockOrdered, ClockSet, ClockStepped
from media_station.model.errors import MediaFault, PeerFault, Refused
from media_station.model.finding import FindingRaised
from media_station.model.instant import parse_wall, wall_text
from media_station.model.operator import OperatorSuspended, Role
from media_station.model.sign_in import SignInAccepted, StepUpAccepted, StepUpRefused
from media_station.model.station import StationStarted
from media_station.model.views import SecondPerson

FIRST, SECOND = ADMINISTRATORS


def go(bench, **by):
    """The machine's clock is somewhere else, and nobody was asked."""
    file = Path(bench.folder) / "state" / "clock" / "ahead_ms"
    file.parent.mkdir(exist_ok=True)
    replace_durably(file, str(bench.desk.clock.ahead_ms + timedelta(**by) // timedelta(milliseconds=1)).encode())


def boot(bench, monkeypatch):
    """The machine starts anew."""
    boot_id = bench.folder / "boot_id"
    boot_id.write_text("11111111-0000-4000-8000-000000000000\n")
    monkeypatch.setattr("media_station.desk.hands.clock._BOOT_ID", boot_id)
    bench.restart()


def steps(bench):
    return [(each.against, each.seconds) for each in bench.told(ClockStepped)]


def code(bench, operator, at):
    return pyotp.TOTP(bench.secrets[operator]).at(at)


def proposing(bench, at, *, first=FIRST, second=SECOND, codes_of=None, password=PASSWORD, codes=None):
    """Whoever asks, with codes of their tokens at that time (or of `codes_of`)."""
    one, other = codes or (code(bench, first, codes_of or at), code(bench, second, codes_of or at))
    ask = asks.SetClock(operator=first, password=password, proposed=wall_text(at))
    beside = SecondPerson(operator=second, password=PASSWORD, code=other)
    return ask, grant_clock(bench.desk, ask, code=one, second=beside)


@pytest.fixture
def obeying(bench, monkeypatch):
    """A oneshot that sets a rehearsal's clock as it is told; what it was told."""
    told = []

    async def obey(order):
        told.append(order)
        ordered = bench.told(ClockOrdered)[-1]
        off = parse_wall(ordered.wall) - bench.desk.clock.wall()
        go(bench, milliseconds=off // timedelta(milliseconds=1))

    monkeypatch.setattr(bench.desk.setter, "set", obey)
    return told


def done(bench, at, **how):
    async def both():
        asked_ms = bench.desk.clock.boottime_ms()
        ask, granting = proposing(bench, at, **how)
        return await set_clock(bench.desk, await granting, ask, asked_ms)

    return asyncio.run(both())


def test_a_step_of_more_than_a_minute_is_recorded_once_before_anything_else(bench):
    go(bench, seconds=58)
    bench.desk.journal.commit(OperatorSuspended(operator=APPROVER))
    assert steps(bench) == []
    go(bench, seconds=4)
    (record,) = bench.desk.journal.commit(OperatorSuspended(operator=OPERATOR))
    assert isinstance(record.event, OperatorSuspended)
    (stepped,) = bench.told(ClockStepped)
    assert (stepped.against, stepped.seconds) == (Against.BOOT_TIME, 62)
    before, after = list(bench.desk.ledger.backwards())[1::-1]
    assert isinstance(before.event, ClockStepped)
    assert before.at == after.at
    assert parse_wall(before.at.wall) - parse_wall(stepped.expected) == pytest.approx(
        timedelta(seconds=62), abs=timedelta(seconds=1)
    )
    bench.desk.journal.commit()
    assert len(steps(bench)) == 1


def test_a_look_alone_records_a_step_and_nothing_else(bench):
    size = bench.desk.ledger.head()[0]
    assert bench.desk.journal.commit() == []
    assert bench.desk.ledger.head()[0] == size
    go(bench, hours=-1)
    assert bench.desk.journal.commit() == []
    assert steps(bench) == [(Against.BOOT_TIME, -3600)]


def test_a_step_is_found_across_a_restart_in_the_same_boot(bench):
    go(bench, minutes=2)
    bench.restart()
    assert steps(bench) == [(Against.BOOT_TIME, 120)]
    bench.restart()
    assert len(steps(bench)) == 1


def test_after_the_machines_start_only_a_clock_before_the_journal_is_one(bench, monkeypatch):
    go(bench, hours=5)
    boot(bench, monkeypatch)
    assert steps(bench) == []
    go(bench, days=-400)
    monkeypatch.undo()
    bench.restart()
    ((against, seconds),) = steps(bench)
    assert against is Against.JOURNAL
    assert -400 * 86_400 <= seconds <= -399 * 86_400
    bench.restart()
    assert len(steps(bench)) == 1


def test_time_that_passes_in_a_rehearsal_is_no_step_and_counts_a_step_does_not(bench):
    bench.wait(7200)
    record = bench.desk.ledger.last()
    bench.wait(3600)
    bench.restart()
    go(bench, hours=5)
    bench.desk.journal.commit()
    assert len(steps(bench)) == 1
    assert bench.told(ClockAdvanced)[-1].seconds == 3600
    assert 3_600_000 <= passed_ms(bench.desk, record) < 3_700_000


def test_while_the_clock_is_behind_nothing_is_done_and_sessions_and_roles_stay(bench):
    session = bench.sign_in(OPERATOR)

    def granted():
        return grant(
            bench.desk, bench.sessions, ME, action=asks.RegisterMedium, session=session, code=None, second=None
        )

    asyncio.run(granted())
    go(bench, days=-9000)
    assert refusal(granted()) == "CLK-003"
    assert bench.sessions.operator(session, ME) == OPERATOR
    assert bench.desk.clock.day() > "2026"
    go(bench, days=9000)
    asyncio.run(granted())


def test_a_clock_ahead_stops_nothing_and_no_order_or_session_is_lost(bench):
    session = bench.sign_in(OPERATOR)
    go(bench, hours=10)
    assert bench.sessions.operator(session, ME) == OPERATOR
    assert bench.desk.clock.behind() == timedelta(0)
    bench.sessions.sweep()
    assert bench.sessions.is_open(session)


def test_who_comes_is_told_that_the_tokens_say_another_time_until_one_is_right_again(bench):
    def said():
        return greeting(bench.desk.ledger, bench.desk.house.identity, bench.desk.clock.now(), 0, 0).clock_off

    for operator in (OPERATOR, APPROVER):
        assert said() == ""
        assert bench.sign_in(operator, code=bench.code(operator, 20)) == "ACC-002"
    assert said() == "-600 s"
    bench.restart()
    assert said() == "-600 s"
    bench.sign_in(FIRST)
    assert said() == ""


def test_two_administrators_set_it_with_the_codes_of_that_time(bench, obeying):
    right = bench.desk.clock.wall() + timedelta(minutes=2)
    go(bench, days=-9000)
    answer = done(bench, right)
    assert len(obeying) == 1
    assert bench.desk.clock.behind() == timedelta(0)
    assert abs(bench.desk.clock.wall() - right) < timedelta(seconds=30)
    (ordered,), (was_set,) = bench.told(ClockOrdered), bench.told(ClockSet)
    assert (ordered.requester, ordered.approver) == (FIRST, SECOND)
    assert answer.facts == {"order": ordered.clock_order, "seconds": str(was_set.seconds)}
    assert abs(was_set.seconds - 9000 * 86_400) < 300
    assert [seconds > 0 for _, seconds in steps(bench)] == [False]
    bench.restart()
    assert len(steps(bench)) == 1
    assert bench.desk.clock.behind() == timedelta(0)


def test_the_codes_are_burnt_and_greater_ones_alone_pass_after_it(bench, obeying):
    right = bench.desk.clock.wall() + timedelta(minutes=2)
    done(bench, right)
    _, again = proposing(bench, bench.desk.clock.wall(), codes_of=right)
    assert refusal(again) == "CLK-005"
    bench.wait(30)
    done(bench, bench.desk.clock.wall())
    assert len(bench.told(ClockSet)) == 2


@pytest.mark.parametrize(
    "how",
    [
        {"password": "wrong" * 4},
        {"codes_off": timedelta(minutes=2)},
        {"codes_off": -timedelta(minutes=2)},
        {"second": APPROVER},
        {"first": OPERATOR},
        {"first": "not-enrolled"},
    ],
    ids=["password", "later", "earlier", "approver", "operator", "nobody"],
)
def test_whatever_is_wrong_has_one_answer_and_nothing_is_ordered(bench, how):
    right = bench.desk.clock.wall() + timedelta(minutes=10)
    bench.secrets["not-enrolled"] = pyotp.random_base32()
    off = how.pop("codes_off", None) if "codes_off" in how else None
    _, asking = proposing(bench, right, codes_of=None if off is None else right + off, **how)
    assert refusal(asking) == "CLK-005"
    assert bench.told(ClockOrdered, StepUpAccepted) == []
    # How far a code is from somebody's proposal says nothing of the station's own clock.
    assert {each.offset_seconds for each in bench.told(StepUpRefused)} <= {0}
    assert bench.told(FindingRaised) == []


def test_who_is_asked_for_what_before_anything_is_looked_at(bench):
    right = bench.desk.clock.wall() + timedelta(minutes=10)
    ask, asking = proposing(bench, right, second=FIRST)
    assert refusal(asking) == "ACC-014"
    assert refusal(grant_clock(bench.desk, ask, code=None, second=None)) == "ACC-012"
    assert refusal(grant_clock(bench.desk, ask, code="123456", second=None)) == "ACC-013"
    malformed = replace(ask, proposed="2026-11-25")
    beside = SecondPerson(operator=SECOND, password=PASSWORD, code="123456")
    assert refusal(grant_clock(bench.desk, malformed, code="123456", second=beside)) == "IDS-001"
    assert bench.told(StepUpRefused) == []


@pytest.mark.parametrize("who", [0, 1])
def test_a_recovery_code_tells_no_time(bench, who):
    right = bench.desk.clock.wall() + timedelta(minutes=10)
    codes = [code(bench, FIRST, right), code(bench, SECOND, right)]
    codes[who] = bench.codes[ADMINISTRATORS[who]][0]
    _, asking = proposing(bench, right, codes=codes)
    assert refusal(asking) == "CLK-006"


def test_wrong_factors_count_as_anywhere(bench):
    right = bench.desk.clock.wall() + timedelta(minutes=10)
    for _ in range(3):
        _, asking = proposing(bench, right, codes_of=right + timedelta(minutes=5))
        assert refusal(asking) == "CLK-005"
    _, asking = proposing(bench, right)
    assert refusal(asking) == "THR-001"


def test_it_is_never_set_to_before_what_is_sure(bench, obeying):
    bench.sign_in(OPERATOR)
    bench.desk.journal.commit(OperatorSuspended(operator=OPERATOR))
    latest = parse_wall(bench.desk.ledger.last().at.wall)
    assert latest_borne_out(bench.desk.ledger) == wall_text(latest)
    go(bench, days=-9000)
    for proposed in (latest, latest - timedelta(seconds=1)):
        with pytest.raises(Refused, match="CLK-004"):
            done(bench, proposed)
    done(bench, latest + timedelta(minutes=2))


def test_a_post_counts_on_the_day_that_is_proposed(bench, obeying):
    right = bench.desk.clock.wall() + timedelta(minutes=10)
    tomorrow = (right + timedelta(days=2)).date().isoformat()
    put(bench, "kanri-shinjin", post(Role.ADMINISTRATOR, starts=tomorrow))
    _, asking = proposing(bench, right, second="kanri-shinjin")
    assert refusal(asking) == "CLK-005"
    done(bench, right + timedelta(days=3), second="kanri-shinjin")


def test_records_of_a_time_that_nobodys_token_bore_out_do_not_count(bench, monkeypatch, obeying):
    bench.sign_in(OPERATOR)
    right = bench.desk.clock.wall()
    go(bench, days=9000)
    boot(bench, monkeypatch)
    assert bench.told(StationStarted)
    bench.desk.journal.commit(OperatorSuspended(operator=APPROVER))
    assert parse_wall(latest_borne_out(bench.desk.ledger)) <= right
    monkeypatch.setattr(bench.desk.setter, "set", obey_anew(bench))
    done(bench, right + timedelta(minutes=2))
    assert bench.desk.clock.behind() == timedelta(0)
    bench.restart()
    assert bench.desk.clock.behind() == timedelta(0)


def obey_anew(bench):
    async def obey(_):
        off = parse_wall(bench.told(ClockOrdered)[-1].wall) - bench.desk.clock.wall()
        go(bench, milliseconds=off // timedelta(milliseconds=1))

    return obey


def test_neither_a_recovery_code_nor_those_who_set_the_clock_bear_out_the_time_it_had(bench, monkeypatch):
    bench.sign_in(FIRST)
    borne_out = last_borne_out(bench.desk.ledger)
    assert isinstance(borne_out.event, SignInAccepted)
    go(bench, days=9000)
    bench.sign_in(OPERATOR, code=bench.codes[OPERATOR][0])
    right = datetime.fromtimestamp(
        parse_wall(borne_out.at.wall).timestamp() + 120, tz=parse_wall(borne_out.at.wall).tzinfo
    )

    async def absent(_):
        raise PeerFault("DOR-001", door="clock.sock")

    monkeypatch.setattr(bench.desk.setter, "set", absent)
    with pytest.raises(PeerFault, match="DOR-001"):
        done(bench, right)
    assert last_borne_out(bench.desk.ledger) == borne_out
    assert bench.told(ClockOrdered)
    assert not bench.desk.clock.being_set


def test_a_clock_that_was_not_set_is_not_recorded_as_set(bench, monkeypatch):
    async def lie(_):
        return None

    monkeypatch.setattr(bench.desk.setter, "set", lie)
    with pytest.raises(MediaFault, match="CLK-007"):
        done(bench, bench.desk.clock.wall() + timedelta(minutes=10))
    assert bench.told(ClockSet) == []
    assert not bench.desk.clock.being_set
