"""Following the journal at the people door: each record once, to who may read it, as long as he may and takes it."""

import asyncio
import socket
from contextlib import aclosing
from dataclasses import replace

import pytest
from at_the_desk import ME

from media_station.desk.serving.jobs import Jobs
from media_station.desk.serving.people import PeopleDoor, Room
from media_station.doors import wire as wires
from media_station.doors.answering import answer
from media_station.doors.caller import Caller
from media_station.doors.people import People
from media_station.doors.refusals import Refusals
from media_station.doors.wire import Wire
from media_station.model.clock import ClockAdvanced
from media_station.model.errors import Refused
from media_station.model.journal import EVERYTHING
from media_station.model.operator import OperatorSuspended

SECONDS = 20  # against a hang
READER, OTHER = "kanri-jiro", "sousa-hanako"
ADVANCED = replace(EVERYTHING, actions=[ClockAdvanced.name])


def followed(bench, doing, *, as_who=READER):
    """Runs `doing(door, token, wire)` at a people door; what the door refused."""
    refusals = []

    async def whole():
        heard = Refusals(lambda refusal, _: refusals.append((refusal.request, refusal.code)), seconds=60)
        room = Room(bench.desk, bench.sessions, Jobs(), heard)
        here, there = socket.socketpair()
        for each in (here, there):
            each.setblocking(False)
            each.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        wire = Wire(here, descriptors=0)
        answering = asyncio.create_task(answer(Wire(there, descriptors=0), PeopleDoor(room, ME)))
        async with asyncio.timeout(SECONDS):
            await doing(Caller(wire, People), bench.sessions.begin(as_who, ME), answering)
        here.close()
        await answering
        there.close()
        heard.close()

    asyncio.run(whole())
    return refusals


def advance(bench, times=1):
    for _ in range(times):
        bench.desk.journal.commit(ClockAdvanced(seconds=1))


def test_each_record_comes_once_those_before_and_those_after_the_question(bench):
    async def doing(door, token, _):
        seen = []
        start, _ = bench.desk.ledger.head()
        advance(bench, 3)
        async with aclosing(door.stream("FollowJournal", session=token, wanted=ADVANCED, start=start)) as found:
            while len(seen) < 9:
                seen += [row.record for row in (await anext(found)).rows]
                bench.desk.journal.commit(OperatorSuspended(operator=OTHER)) if len(seen) == 3 else None
                advance(bench, 2)
        assert seen == sorted(set(seen))
        assert start + 3 not in seen  # the suspension

    assert followed(bench, doing) == []


def test_who_may_not_read_it_follows_nothing(bench):
    async def doing(door, token, _):
        async with aclosing(door.stream("FollowJournal", session=token, wanted=EVERYTHING, start=0)) as found:
            with pytest.raises(Refused, match="ACC-011"):
                await anext(found)
        for method, asked in {
            "ReadJournal": {"wanted": EVERYTHING, "start": 0},
            "Record": {"record": 0},
            "RecordPiece": {"record": 0, "start": 0},
        }.items():
            with pytest.raises(Refused, match="ACC-011"):
                await door.call(method, session=token, **asked)

    assert len(followed(bench, doing, as_who=OTHER)) == 4


def test_the_stream_ends_with_the_readers_right_though_nothing_that_he_wants_happens(bench):
    async def doing(door, token, _):
        async with aclosing(door.stream("FollowJournal", session=token, wanted=ADVANCED, start=0)) as found:
            waiting = asyncio.create_task(anext(found))
            await asyncio.sleep(0.05)
            bench.desk.journal.commit(OperatorSuspended(operator=READER))
            with pytest.raises(Refused, match="ACC-010"):
                await waiting

    assert followed(bench, doing) == [("FollowJournal", "ACC-010")]


def test_it_ends_where_the_journal_can_not_be_written_any_more(bench, monkeypatch):
    monkeypatch.setattr("media_station.desk.serving.people.LOOKED_SECONDS", 0.01)

    async def doing(door, token, _):
        async with aclosing(door.stream("FollowJournal", session=token, wanted=ADVANCED, start=0)) as found:
            waiting = asyncio.create_task(anext(found))
            await asyncio.sleep(0.05)
            bench.desk.journal._log._writable = False
            bench.sessions.sign_out(token, ME)
            with pytest.raises(Refused, match="ACC-010"):
                await waiting

    followed(bench, doing)


def test_who_does_not_take_what_comes_is_dropped_and_holds_nobody_up(bench, monkeypatch):
    monkeypatch.setattr(wires, "ANSWER_SECONDS", 0.2)

    async def doing(door, token, answering):
        async with aclosing(door.stream("FollowJournal", session=token, wanted=ADVANCED, start=0)) as found:
            waiting = asyncio.create_task(anext(found))
            await asyncio.sleep(0.05)
            advance(bench, 300)
            await waiting  # the first; the rest is left where it is
            await answering

    assert followed(bench, doing) == [("", "DOR-018")]
