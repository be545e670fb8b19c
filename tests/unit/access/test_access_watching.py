"""Who watches is told when the session has ended, though nothing happens that there is to see."""

import asyncio
import socket
from contextlib import aclosing

import pytest
from at_the_desk import ME, OPERATOR, post

from media_station.desk.access import session as sessions
from media_station.desk.serving import jobs as serving_jobs
from media_station.desk.serving.jobs import Jobs
from media_station.desk.serving.people import PeopleDoor, Room
from media_station.doors.answering import answer
from media_station.doors.caller import Caller
from media_station.doors.people import People
from media_station.doors.refusals import Refusals
from media_station.doors.wire import Wire
from media_station.model.errors import Refused
from media_station.model.operator import OperatorChanged, OperatorLocked, OperatorSuspended, Role
from media_station.model.sign_in import SessionEnded
from media_station.model.views import Progress

SECONDS = 60  # against a hang
HALF = Progress(subject="R1-U-00001", phase="write", done=1, total=2)


def later(bench, milliseconds):
    now = bench.desk.clock.boottime_ms()
    bench.desk.clock.boottime_ms = lambda: now + milliseconds


ENDS = {
    "signed out": lambda bench, token: bench.sessions.sign_out(token, ME),
    "idle": lambda bench, token: later(bench, sessions.IDLE_MS + 1),
    "after eight hours": lambda bench, token: later(bench, sessions.LONGEST_MS + 1),
    "suspended": lambda bench, token: bench.desk.journal.commit(OperatorSuspended(operator=OPERATOR)),
    "locked": lambda bench, token: bench.desk.journal.commit(OperatorLocked(operator=OPERATOR)),
    "without a post": lambda bench, token: bench.desk.journal.commit(
        OperatorChanged(operator=OPERATOR, posts=(post(Role.OPERATOR, ends="2026-01-31"),))
    ),
    "crowded out": lambda bench, token: [bench.sessions.begin(OPERATOR, ME) for _ in range(sessions.MOST)],
}


@pytest.fixture(autouse=True)
def looks_often(monkeypatch):
    monkeypatch.setattr(serving_jobs, "LOOKED_SECONDS", 0.01)


def watched(bench, doing):
    """Runs `doing(token, jobs, door)` at a people door; what it refused."""
    refusals = []

    async def whole():
        jobs = Jobs()
        heard = Refusals(lambda refusal, _: refusals.append((refusal.request, refusal.code)), seconds=60)
        room = Room(bench.desk, bench.sessions, jobs, heard)
        here, there = socket.socketpair()
        for each in (here, there):
            each.setblocking(False)
        answering = asyncio.create_task(answer(Wire(there, descriptors=0), PeopleDoor(room, ME)))
        async with asyncio.timeout(SECONDS):
            await doing(bench.sessions.begin(OPERATOR, ME), jobs, Caller(Wire(here, descriptors=0), People))
        here.close()
        await answering
        there.close()
        heard.close()

    asyncio.run(whole())
    return refusals


@pytest.mark.parametrize("end", ENDS)
def test_who_watches_is_told_that_the_session_has_ended(bench, end):
    async def doing(token, jobs, door):
        async with aclosing(door.stream("Watch", session=token)) as progress:
            watching = asyncio.create_task(anext(progress))
            while not jobs._watchers:
                await asyncio.sleep(0)
            jobs.tell(HALF)
            assert await watching == HALF
            ENDS[end](bench, token)
            jobs.tell(HALF)
            with pytest.raises(Refused, match="ACC-010"):
                await anext(progress)
        assert not jobs._watchers
        assert (await door.call("Greet")).identity == "rehearsal/r1"

    assert watched(bench, doing) == [("Watch", "ACC-010")]
    bench.sessions.sweep()
    assert bench.told(SessionEnded)


def test_who_watches_is_told_though_there_is_no_work_at_all(bench):
    async def doing(token, jobs, door):
        async with aclosing(door.stream("Watch", session=token)) as progress:
            watching = asyncio.create_task(anext(progress))
            while not jobs._watchers:
                await asyncio.sleep(0)
            bench.sessions.sign_out(token, ME)
            with pytest.raises(Refused, match="ACC-010"):
                await watching

    watched(bench, doing)


def test_watching_goes_on_while_the_session_does(bench):
    async def doing(token, jobs, door):
        async with aclosing(door.stream("Watch", session=token)) as progress:
            watching = asyncio.create_task(anext(progress))
            await asyncio.sleep(0.1)
            jobs.tell(HALF)
            assert await watching == HALF

    assert watched(bench, doing) == []
