"""One pair of codes for all media of one transfer: in this session, for this action, for minutes, each medium once."""

import asyncio

import pytest
from at_the_desk import APPROVER, ME, OPERATOR, PASSWORD, cheap_passwords, put
from with_media import (
    IDENTITY,
    Action,
    consign,
    ended_well,
    holds,
    open_transfer,
    ready,
    with_drive,
)

from media_station.desk.access import authority, permitting
from media_station.desk.access.authority import Authority
from media_station.desk.access.permit import Permit
from media_station.desk.serving import people
from media_station.drive import admit
from media_station.model import asks
from media_station.model.errors import Refused
from media_station.model.exemption import ExceptionGranted, ExceptionKind
from media_station.model.handover import MediumHandedOver, MediumReturned
from media_station.model.ids import PaperLetter
from media_station.model.incident import IncidentKind, IncidentOpened, TransferFrozen
from media_station.model.operator import OperatorLocked, OperatorSuspended, Role
from media_station.model.order import OrderIssued, OrderRefused
from media_station.model.sign_in import PermitGranted, StepUpAccepted
from media_station.model.views import SecondPerson

MINUTES = 15


@pytest.fixture
def counter(bench):
    """Two sticks of one transfer that wait to be written, a third of another; the operator has signed in."""
    with cheap_passwords():
        counter = prepared(with_drive(bench, 3))
        yield counter
        counter.runner.close()


def prepared(counter):
    bench = counter.bench
    consign(bench)
    counter.media = [ready(bench, counter.drive, f"usb{number}") for number in range(3)]
    counter.transfer = open_transfer(bench, *counter.media[:2])
    counter.other = open_transfer(bench, counter.media[2])
    counter.session = bench.sign_in(OPERATOR)
    bench.wait(30)
    return counter


def beside(counter, operator=APPROVER, password=PASSWORD, code=None):
    return SecondPerson(operator=operator, password=password, code=code or counter.bench.code(operator))


def permit(counter, ask=None, second="the approver"):
    ask = ask or asks.PermitWrites(transfer=counter.transfer)
    second = beside(counter) if second == "the approver" else second
    return counter.asks(ask, counter.session, counter.bench.code(OPERATOR), second)


def write(counter, number, session=None):
    """Without codes. The refusal's code, or empty if it was written."""
    ask = asks.Write(medium=counter.media[number], bay=f"usb{number}")
    answer = counter.asks(ask, session or counter.session)
    return answer if isinstance(answer, str) else answer.facts["code"]


def later(bench, monkeypatch, seconds):
    now = bench.desk.clock.boottime_ms()
    for clock in (bench.desk.clock, admit):
        monkeypatch.setattr(clock, "boottime_ms", lambda: now + seconds * 1000)


def restart(counter):
    counter.bench.restart()
    counter.open()
    counter.bench.wait(60)  # where the test's clock was before, and a step on


def orders(counter):
    return [(each.medium, each.requester, each.approver) for each in counter.bench.told(OrderIssued)][3:]


def test_one_pair_of_codes_writes_each_medium_of_the_transfer_by_an_order_of_its_own(counter):
    answer = permit(counter)
    assert answer.facts == {"media": " ".join(counter.media[:2]), "seconds": str(MINUTES * 60)}
    assert [write(counter, number) for number in (0, 1)] == ["", ""]
    assert all(holds(counter.drive, f"usb{number}", counter.media[number]) for number in (0, 1))
    assert orders(counter) == [(medium, OPERATOR, APPROVER) for medium in counter.media[:2]]
    (granted,) = counter.bench.told(PermitGranted)
    assert (granted.operator, granted.second, granted.action) == (OPERATOR, APPROVER, Action.WRITE)
    assert granted.media == tuple(counter.media[:2])
    assert [each.action for each in counter.bench.told(StepUpAccepted)] == ["PermitWrites"]


def test_without_a_permit_codes_are_asked_for(counter):
    assert write(counter, 0) == "ACC-012"
    assert orders(counter) == []


def test_it_is_not_good_for_another_transfer(counter):
    permit(counter)
    assert write(counter, 2) == "ACC-012"
    assert [write(counter, number) for number in (0, 1)] == ["", ""]
    assert len(orders(counter)) == 2


def test_it_is_not_good_for_a_medium_that_joined_later(counter):
    bench = counter.bench
    permit(counter)
    ended_well(bench, Action.WRITE, counter.other, counter.media[2])
    counter.media[0] = counter.media[2]
    assert write(counter, 0) == "FLW-002"
    assert len(orders(counter)) == 1  # the record made above


def test_it_is_not_good_for_another_action(counter):
    permit(counter)
    assert counter.asks(asks.Erase(medium=counter.media[0], bay="usb0"), counter.session) == "ACC-012"
    assert counter.asks(asks.Identify(medium=counter.media[0], bay="usb0"), counter.session) == "ACC-012"
    assert orders(counter) == []


def test_it_is_not_good_in_another_session_of_the_same_person(counter):
    permit(counter)
    another = counter.bench.sign_in(OPERATOR, code=counter.bench.code(OPERATOR, 1))
    assert write(counter, 0, another) == "ACC-012"
    assert write(counter, 0) == ""


def test_it_ends_with_its_session(counter):
    permit(counter)
    counter.bench.sessions.sign_out(counter.session, ME)
    assert write(counter, 0) == "ACC-010"
    counter.session = counter.bench.sign_in(OPERATOR, code=counter.bench.code(OPERATOR, 1))
    assert write(counter, 0) == "ACC-012"
    assert orders(counter) == []


def test_a_session_that_ends_while_codes_are_checked_gets_none(counter, monkeypatch):
    checked = permitting.check_permit

    async def ended_meanwhile(*asked):
        await checked(*asked)
        counter.bench.sessions.sign_out(counter.session, ME)

    monkeypatch.setitem(people.CHECKS, asks.PermitWrites, ended_meanwhile)
    assert permit(counter) == "ACC-010"
    assert counter.bench.told(PermitGranted) == []


def test_what_can_not_be_recorded_is_not_permitted(counter, monkeypatch):
    def full(*_, **__):
        raise Refused("SPL-003", needs=1, has=0)

    by = Authority(operator=OPERATOR, second=APPROVER, action=asks.PermitWrites, _maker=authority._MAKER)
    monkeypatch.setattr(counter.bench.desk.journal, "commit", full)
    with pytest.raises(Refused, match="SPL-003"):
        permitting.permit(
            counter.bench.desk,
            counter.bench.sessions,
            counter.session,
            by,
            asks.PermitWrites(transfer=counter.transfer),
        )
    assert counter.bench.sessions.permit(counter.session, asks.Write) is None


def test_it_ends_with_the_desk(counter):
    permit(counter)
    restart(counter)
    assert write(counter, 0) == "ACC-010"
    counter.session = counter.bench.sign_in(OPERATOR, code=counter.bench.code(OPERATOR, 1))
    assert write(counter, 0) == "ACC-012"


def test_it_ends_with_its_minutes(counter, monkeypatch):
    permit(counter)
    later(counter.bench, monkeypatch, MINUTES * 60 - 1)
    assert write(counter, 0) == ""
    later(counter.bench, monkeypatch, 2)
    assert write(counter, 1) == "ACC-012"
    assert len(orders(counter)) == 1


def test_time_that_runs_out_on_the_way_to_the_mint_mints_nothing():
    permit = Permit(second=APPROVER, transfer="R1-T-00001", media={"R1-U-00001"}, until_ms=1000)
    with pytest.raises(Refused, match="ACC-012"):
        permit.use(transfer="R1-T-00001", medium="R1-U-00001", now_ms=1001)
    permit.use(transfer="R1-T-00001", medium="R1-U-00001", now_ms=1000)
    assert permit.is_over(0)


def test_each_medium_has_one_order_and_with_the_last_it_is_over(counter):
    permit(counter)
    counter.media[0], counter.media[1] = counter.media[1], counter.media[0]
    assert write(counter, 0) == "ORD-002"  # nothing was minted yet: it may be tried again
    counter.media[0], counter.media[1] = counter.media[1], counter.media[0]
    refusing, counter.drive.bench.two_person = counter.drive.bench.identity, frozenset()
    counter.drive.bench.identity = type(IDENTITY)(station="another", epoch="r1")
    assert write(counter, 0) == "DRV-011"
    counter.drive.bench.identity = refusing
    assert [each.medium for each in counter.bench.told(OrderRefused)] == [counter.media[0]]
    assert write(counter, 0) == "ACC-012"
    assert write(counter, 1) == ""
    assert counter.bench.sessions._open[counter.session].permits[asks.Write].media == set()
    assert counter.bench.sessions.permit(counter.session, asks.Write) is None


def test_codes_shown_for_one_medium_end_what_earlier_ones_stood_for(counter):
    permit(counter)
    counter.bench.wait(30)
    ask = asks.Write(medium=counter.media[0], bay="usb0")
    answer = counter.asks(ask, counter.session, counter.bench.code(OPERATOR), beside(counter))
    assert answer.facts["code"] == ""
    assert write(counter, 1) == "ACC-012"


def test_two_orders_for_one_medium_are_not_minted_at_once(counter):
    permit(counter)

    async def twice():
        ask = asks.Write(medium=counter.media[0], bay="usb0")
        writing = [counter.door.ask(ask, counter.session, None, None) for _ in range(2)]
        return await asyncio.gather(*writing, return_exceptions=True)

    answers = asyncio.run(twice())
    assert sorted(type(each).__name__ for each in answers) == ["Answer", "Refused"]
    assert len(orders(counter)) == 1


@pytest.mark.parametrize("event", [OperatorSuspended, OperatorLocked])
def test_it_ends_with_the_second_persons_right_to_act(counter, event):
    permit(counter)
    counter.bench.desk.journal.commit(event(operator=APPROVER))
    assert write(counter, 0) == "ACC-012"
    assert orders(counter) == []


def test_it_ends_with_the_operators_right_to_act(counter):
    permit(counter)
    counter.bench.desk.journal.commit(OperatorSuspended(operator=OPERATOR))
    assert write(counter, 0) == "ACC-010"


def test_an_incident_stops_it(counter):
    permit(counter)
    number = IDENTITY.incident_number(1)
    counter.bench.desk.journal.commit(
        IncidentOpened(
            incident=number, kind=IncidentKind.OTHER, transfer=counter.transfer, medium="", binder="1", day="2026-01-01"
        ),
        TransferFrozen(transfer=counter.transfer, incident=number),
    )
    assert write(counter, 0) == "FLW-001"
    assert orders(counter) == []


@pytest.mark.parametrize(
    ("second", "code"),
    [
        (None, "ACC-013"),
        ({"operator": OPERATOR}, "ACC-014"),
        ({"operator": "sousa-jun"}, "ACC-014"),
        ({"password": "wrong" * 4}, "ACC-002"),
    ],
)
def test_the_second_person_is_asked_for_as_for_one_order(counter, second, code):
    put(counter.bench, "sousa-jun", Role.OPERATOR)
    assert permit(counter, second=second and beside(counter, **second)) == code
    assert write(counter, 0) == "ACC-012"
    assert counter.bench.told(PermitGranted) == []


def test_a_code_used_before_permits_nothing(counter):
    code = counter.bench.code(OPERATOR)
    permit(counter)
    ask = asks.PermitWrites(transfer=counter.transfer)
    second = beside(counter, code=counter.bench.code(APPROVER, 1))
    assert counter.asks(ask, counter.session, code, second) == "ACC-002"


def test_where_nothing_waits_no_code_is_burnt(counter):
    code, second = counter.bench.code(OPERATOR), beside(counter)
    refusals = [
        counter.asks(ask, counter.session, code, second)
        for ask in (asks.PermitErasures(transfer=counter.transfer), asks.PermitWrites(transfer="R1-T-00099"))
    ]
    assert refusals == ["ACC-031", "FLW-002"]
    assert not isinstance(
        counter.asks(asks.PermitWrites(transfer=counter.transfer), counter.session, code, second), str
    )


def test_an_approver_who_is_no_operator_permits_nothing(counter):
    session = counter.bench.sign_in(APPROVER)
    ask = asks.PermitWrites(transfer=counter.transfer)
    assert counter.asks(ask, session, counter.bench.code(APPROVER, 1), None) == "ACC-011"


def test_a_policy_of_no_minutes_has_no_permits(counter):
    settings = counter.bench.folder / "station.toml"
    settings.write_text(settings.read_text().replace("[policy]\n", "[policy]\npermit_minutes = 0\n"))
    restart(counter)
    counter.session = counter.bench.sign_in(OPERATOR)
    counter.bench.wait(30)
    assert permit(counter) == "ACC-030"


def test_one_pair_of_codes_erases_all_that_came_back(counter):
    bench = counter.bench
    visit = {
        "transfer": counter.transfer,
        "slip": IDENTITY.paper_number(PaperLetter.SLIP, 1),
        "handler": "hakobiya",
        "bag": "3",
        "seal": "",
        "clerk": OPERATOR,
        "day": "2026-01-01",
        "visit": 1,
    }
    for medium in counter.media[:2]:
        ended_well(bench, Action.WRITE, counter.transfer, medium)
        bench.desk.journal.commit(MediumHandedOver(medium=medium, **visit))
    for medium in counter.media[:2]:
        bench.desk.journal.commit(MediumReturned(medium=medium, **visit))
        ended_well(bench, Action.READ, counter.transfer, medium)
    bench.desk.journal.commit(
        ExceptionGranted(
            kind=ExceptionKind.BEFORE_INSPECTION,
            transfer=counter.transfer,
            payload="",
            binder="1",
            day="2026-01-01",
            approver=APPROVER,
        )
    )
    permit(counter, asks.PermitErasures(transfer=counter.transfer))
    answers = [
        counter.asks(asks.Erase(medium=counter.media[number], bay=f"usb{number}"), counter.session) for number in (0, 1)
    ]
    assert [each.action for each in answers] == ["erasure.ended"] * 2
