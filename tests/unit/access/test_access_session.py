"""A session ends: by its process, its time, its operator's right to act; and each end is a record."""

import os
import subprocess
import sys

import pytest
from at_the_desk import ADMINISTRATORS, ME, OPERATOR, post, put

from media_station.desk.access import session as sessions
from media_station.doors.socket import Peer
from media_station.model.errors import Refused
from media_station.model.operator import OperatorChanged, OperatorSuspended, Role
from media_station.model.sign_in import SessionEnd, SessionEnded


@pytest.fixture
def process():
    """Another process that stays until it is told to end."""
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    yield child
    child.kill()
    child.communicate()


def of(child):
    return Peer(pid=child.pid, uid=ME.uid, gid=ME.gid)


def ends(bench):
    return [(each.operator, each.reason) for each in bench.told(SessionEnded)]


def later(bench, monkeypatch, milliseconds):
    """The clock stands still from the first call on."""
    now = bench.desk.clock.boottime_ms()
    monkeypatch.setattr(bench.desk.clock, "boottime_ms", lambda: now + milliseconds)


def is_refused(bench, token, peer=ME):
    with pytest.raises(Refused, match="ACC-010"):
        bench.sessions.operator(token, peer)
    return True


def test_it_ends_with_its_process_though_another_one_gets_its_number(bench, process):
    token = bench.sessions.begin(OPERATOR, of(process))
    assert bench.sessions.operator(token, of(process)) == OPERATOR
    process.communicate(b"\n")
    assert is_refused(bench, token, of(process))
    assert ends(bench) == [(OPERATOR, SessionEnd.PROCESS)]


def test_it_does_not_begin_for_a_process_that_has_gone(bench, process):
    process.communicate(b"\n")
    with pytest.raises(Refused, match="ACC-010"):
        bench.sessions.begin(OPERATOR, of(process))


def test_it_ends_after_15_idle_minutes_and_use_lengthens_it(bench, monkeypatch):
    later(bench, monkeypatch, 0)
    token = bench.sessions.begin(OPERATOR, ME)
    later(bench, monkeypatch, sessions.IDLE_MS)
    assert bench.sessions.operator(token, ME) == OPERATOR
    later(bench, monkeypatch, sessions.IDLE_MS)
    assert bench.sessions.operator(token, ME) == OPERATOR
    later(bench, monkeypatch, sessions.IDLE_MS + 1)
    assert is_refused(bench, token)
    assert ends(bench) == [(OPERATOR, SessionEnd.IDLE)]


def test_watching_does_not_lengthen_it(bench, monkeypatch):
    later(bench, monkeypatch, 0)
    token = bench.sessions.begin(OPERATOR, ME)
    later(bench, monkeypatch, sessions.IDLE_MS)
    assert bench.sessions.is_open(token)
    later(bench, monkeypatch, 1)
    assert not bench.sessions.is_open(token)


def test_it_ends_after_eight_hours_of_work(bench, monkeypatch):
    later(bench, monkeypatch, 0)
    token = bench.sessions.begin(OPERATOR, ME)
    for _ in range(sessions.LONGEST_MS // sessions.IDLE_MS):
        later(bench, monkeypatch, sessions.IDLE_MS)
        bench.sessions.operator(token, ME)
    later(bench, monkeypatch, 1)
    assert is_refused(bench, token)
    assert ends(bench) == [(OPERATOR, SessionEnd.TOO_LONG)]


@pytest.mark.parametrize(
    "event",
    [
        OperatorSuspended(operator=OPERATOR),
        OperatorChanged(operator=OPERATOR, posts=(post(Role.OPERATOR, ends="2026-01-31"),)),
    ],
)
def test_it_ends_with_the_operators_right_to_act(bench, event):
    token, other = bench.sessions.begin(OPERATOR, ME), bench.sessions.begin(ADMINISTRATORS[0], ME)
    bench.desk.journal.commit(event)
    assert is_refused(bench, token)
    assert bench.sessions.operator(other, ME) == ADMINISTRATORS[0]
    assert ends(bench) == [(OPERATOR, SessionEnd.OPERATOR)]


def test_it_ends_on_the_day_after_the_last_post(bench):
    today = bench.desk.clock.day()
    put(bench, "rinji-hachiro", post(Role.OPERATOR, ends=today))
    token = bench.sessions.begin("rinji-hachiro", ME)
    assert bench.sessions.operator(token, ME) == "rinji-hachiro"
    bench.wait(24 * 3600)
    assert is_refused(bench, token)


def test_signing_out_ends_it_once(bench):
    token = bench.sessions.begin(OPERATOR, ME)
    bench.sessions.sign_out(token, ME)
    with pytest.raises(Refused, match="ACC-010"):
        bench.sessions.sign_out(token, ME)
    assert ends(bench) == [(OPERATOR, SessionEnd.SIGNED_OUT)]


def test_what_is_over_is_recorded_though_nobody_uses_it(bench, process):
    bench.sessions.begin(OPERATOR, of(process))
    process.communicate(b"\n")
    bench.sessions.sweep()
    bench.sessions.sweep()
    assert ends(bench) == [(OPERATOR, SessionEnd.PROCESS)]


def test_one_too_many_ends_the_one_that_was_used_least_lately(bench):
    tokens = [bench.sessions.begin(OPERATOR, ME) for _ in range(sessions.MOST)]
    bench.sessions._open[tokens[7]].used_ms -= 60_000
    newest = bench.sessions.begin(OPERATOR, ME)
    assert is_refused(bench, tokens[7])
    assert bench.sessions.operator(newest, ME) == bench.sessions.operator(tokens[0], ME) == OPERATOR
    assert ends(bench) == [(OPERATOR, SessionEnd.CROWDED)]


def test_a_session_leaves_no_descriptor_behind(bench, process):
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(3):
        bench.sessions.sign_out(bench.sessions.begin(OPERATOR, of(process)), of(process))
    assert len(os.listdir("/proc/self/fd")) == before
