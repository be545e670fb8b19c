"""Of each kind of refusal one record at once, then one a minute with the count; none is lost silently."""

import asyncio

from media_station.doors.refusals import KINDS, SEVERAL, Refusal, Refusals
from media_station.model.errors import Refused

A_MINUTE = 0.05
NEVER = 3600.0


def recorded(doing, seconds=NEVER) -> list[tuple[Refusal, int]]:
    records = []

    async def whole():
        refusals = Refusals(lambda refusal, unrecorded: records.append((refusal, unrecorded)), seconds=seconds)
        await doing(refusals, records)
        refusals.close()

    asyncio.run(whole())
    return records


def kind(request="SignIn", code="ACC-002", uid=1000) -> Refusal:
    return Refusal(door="people", request=request, code=code, uid=uid)


def test_the_first_of_each_kind_is_recorded_at_once():
    async def doing(refusals, records):
        refusals.take("people", 1000, "SignIn", Refused("ACC-002"))
        refusals.take("people", 1000, "SignIn", Refused("ACC-010"))
        refusals.take("people", 1001, "SignIn", Refused("ACC-002"))
        assert len(records) == 3

    assert recorded(doing) == [(kind(), 0), (kind(code="ACC-010"), 0), (kind(uid=1001), 0)]


def test_the_others_are_counted_in_one_record_when_the_process_stops():
    async def doing(refusals, records):
        for _ in range(10_000):
            refusals.take("people", 1000, "SignIn", Refused("ACC-002"))
        assert len(records) == 1

    assert recorded(doing) == [(kind(), 0), (kind(), 9_998)]


def test_the_others_are_counted_in_one_record_at_the_minutes_end():
    async def doing(refusals, records):
        for _ in range(3):
            refusals.take("people", 1000, "SignIn", Refused("ACC-002"))
        while len(records) < 2:
            await asyncio.sleep(A_MINUTE)
        refusals.take("people", 1000, "SignIn", Refused("ACC-002"))
        while len(records) < 3:
            await asyncio.sleep(A_MINUTE)

    told = recorded(doing, A_MINUTE)
    assert [each for each, _ in told] == [kind()] * 3
    assert sum(1 + unrecorded for _, unrecorded in told) == 4


def test_a_quiet_minute_has_no_record():
    async def doing(refusals, records):
        refusals.take("people", 1000, "SignIn", Refused("ACC-002"))
        await asyncio.sleep(4 * A_MINUTE)
        assert len(records) == 1
        refusals.take("people", 1000, "SignIn", Refused("ACC-002"))

    assert recorded(doing, A_MINUTE) == [(kind(), 0), (kind(), 0)]


def test_of_too_many_kinds_what_is_common_to_them_is_told():
    async def doing(refusals, records):
        for uid in range(20 * KINDS):
            refusals.take("people", uid, "SignIn", Refused("ACC-002"))

    told = recorded(doing)
    assert len(told) == KINDS + 2
    assert told[KINDS][0] == kind(request="", uid=SEVERAL)
    assert sum(1 + unrecorded for _, unrecorded in told) == 20 * KINDS
