"""S10: the room's records, and who signed in without being there. And tokens that agree on another time."""

import asyncio
from datetime import timedelta

import pytest
from at_the_desk import ADMINISTRATORS, APPROVER, ME, OPERATOR

from media_station.desk.access import presence
from media_station.desk.access.authority import grant
from media_station.model import account_asks
from media_station.model.errors import Refused
from media_station.model.finding import FindingKind, FindingRaised
from media_station.model.presence import HEADINGS, PresenceCompared, PresenceEntered, PresenceLeft, read_presence
from media_station.texts.era import JST

USE_CASES = {
    account_asks.RecordPresence: presence.record,
    account_asks.ImportPresence: presence.take_in,
    account_asks.ComparePresence: presence.compare,
}


def do(bench, ask, by=ADMINISTRATORS[0]):
    async def asked():
        session = bench.sessions.begin(by, ME)
        granted = await grant(bench.desk, bench.sessions, ME, action=type(ask), session=session, code=None, second=None)
        return await USE_CASES[type(ask)](bench.desk, granted, ask)

    try:
        return asyncio.run(asked())
    except Refused as error:
        return error.code


def at(bench, minutes):
    """A time as the door system writes it, some minutes from now."""
    return (bench.desk.clock.wall().astimezone(JST) + timedelta(minutes=minutes)).strftime("%Y/%m/%d %H:%M:%S")


def imported(bench, *rows):
    return do(bench, account_asks.ImportPresence(lines=[list(HEADINGS), *map(list, rows)]))


def compared(bench):
    day = bench.desk.clock.wall().astimezone(JST).date()
    since, until = (day - timedelta(days=1)).isoformat(), (day + timedelta(days=1)).isoformat()
    return do(bench, account_asks.ComparePresence(since=since, until=until)).facts


def absent(bench):
    return [
        person
        for each in bench.told(FindingRaised)
        if each.kind is FindingKind.NO_PRESENCE
        for person in each.concerned
    ]


def test_a_sign_in_of_someone_who_was_not_in_the_room_is_a_finding_once(bench):
    imported(
        bench,
        (at(bench, -60), OPERATOR, "入室"),
        (at(bench, -60), APPROVER, "入室"),
        (at(bench, -30), APPROVER, "退室"),
    )
    for name in (OPERATOR, APPROVER, ADMINISTRATORS[1]):
        bench.sign_in(name)
    assert compared(bench) == {"sign_ins": "3", "findings": "2"}
    assert absent(bench) == [APPROVER, ADMINISTRATORS[1]]
    assert compared(bench) == {"sign_ins": "3", "findings": "0"}
    assert len(bench.told(PresenceCompared)) == 2


@pytest.mark.parametrize(
    ("entered", "left", "there"), [(2, 60, True), (10, 60, False), (-60, -2, True), (-60, -10, False)]
)
def test_the_doors_clock_may_be_a_few_minutes_apart(bench, entered, left, there):
    imported(bench, (at(bench, entered), OPERATOR, "入室"), (at(bench, left), OPERATOR, "退室"))
    bench.sign_in(OPERATOR)
    compared(bench)
    assert absent(bench) == ([] if there else [OPERATOR])


def test_by_hand_it_is_now(bench):
    assert (
        do(bench, account_asks.RecordPresence(operator=OPERATOR, entered=True), OPERATOR).action == "presence.entered"
    )
    bench.sign_in(OPERATOR)
    bench.wait(600)
    assert do(bench, account_asks.RecordPresence(operator=OPERATOR, entered=False), OPERATOR).action == "presence.left"
    assert compared(bench)["findings"] == "0"
    assert do(bench, account_asks.RecordPresence(operator="not-enrolled", entered=True)) == "FLW-002"


def test_what_is_imported_twice_or_about_others_is_left_out(bench):
    rows = [
        (at(bench, -60), OPERATOR, "入室"),
        (at(bench, -50), "souji-no-hito", "入室"),
        (at(bench, -9), OPERATOR, "退室"),
    ]
    assert imported(bench, *rows).facts == {"recorded": "2", "left_out": "1"}
    assert imported(bench, *rows) == "PRS-003"
    assert (len(bench.told(PresenceEntered)), len(bench.told(PresenceLeft))) == (1, 1)


@pytest.mark.parametrize(
    "row", [["2026-04-01 08:30", "sousa-hanako"], ["4月1日", "sousa-hanako", "入室"], ["2026-04-01 08:30", "x", "入室"]]
)
def test_a_room_record_that_can_not_be_read_is_refused_by_its_number(row):
    with pytest.raises(Refused, match="PRS-002") as caught:
        read_presence([list(HEADINGS), ["2026-04-01 08:30", "sousa-hanako", "入室"], row])
    assert caught.value.parameters == {"row": 3}


def test_room_records_have_their_headings_and_japans_time():
    with pytest.raises(Refused, match="PRS-001"):
        read_presence([["日時"]])
    (read,) = read_presence([list(HEADINGS), ["2026/04/01 08:30", "sousa-hanako", "入室"]])
    assert read.time == "2026-03-31T23:30:00.000000Z"


def off(bench, operator, minutes):
    return bench.sign_in(operator, code=bench.code(operator, minutes * 2))


def clock_findings(bench):
    return [each.detail for each in bench.told(FindingRaised) if each.kind is FindingKind.CLOCK_OFF]


def test_when_the_tokens_of_two_people_agree_on_another_time_the_clock_is_a_finding(bench):
    assert off(bench, OPERATOR, 540) == "ACC-002"
    assert clock_findings(bench) == []
    assert off(bench, APPROVER, 540) == "ACC-002"
    assert clock_findings(bench) == ["-32400 s"]
    assert off(bench, ADMINISTRATORS[0], 540) == "ACC-002"
    assert clock_findings(bench) == ["-32400 s"]


def test_one_persons_token_or_two_that_differ_or_a_long_time_between_them_say_nothing(bench):
    off(bench, OPERATOR, 5)
    off(bench, OPERATOR, 5)
    off(bench, APPROVER, 9)
    bench.wait(16 * 60)
    off(bench, ADMINISTRATORS[0], 5)
    assert clock_findings(bench) == []


def test_a_code_of_another_time_is_nothing_beside_a_wrong_password(bench):
    code = bench.code(OPERATOR, 10)
    bench.sign_in(OPERATOR, password="wrong" * 4, code=code)
    off(bench, APPROVER, 5)
    assert clock_findings(bench) == []
