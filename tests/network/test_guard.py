"""The guard at a real station: closed until two administrators have said what is to be, and whenever it isn't."""

import os
import shutil
import signal
import subprocess
import sys
from contextlib import contextmanager

import pytest
from attacking import in_the_end
from guarded import guarded
from lan import PORT, STATION, STRANGER, lan, ports
from test_ruleset import FAST

from media_station.model.errors import Refused
from media_station.model.network_asks import AdoptBaseline

pytestmark = pytest.mark.skipif(os.getuid() != 0, reason="only root can make network namespaces")
LISTENS = "import socket, sys; held = socket.create_server(('', 22)); sys.stdin.read()"


@pytest.fixture(scope="module")
def watched(tmp_path_factory):
    """With a baseline, and open."""
    with lan() as wire, guarded(tmp_path_factory.mktemp("guarded"), wire) as station:
        station.start()
        assert station.is_closed()
        station.adopt()
        in_the_end(station.is_open)
        yield station
        station.station.check_it_stands()


@contextmanager
def drifting(watched, kind: str):
    """While it lasts the gate is closed; before it ends that was recorded, and when it is over it is open again."""
    found = len(watched.told("drift.found"))
    yield
    in_the_end(lambda: len(watched.told("drift.found")) > found)
    assert watched.told("drift.found")[-1]["what"] == kind


def test_rules_flushed_by_hand_are_seen_recorded_and_put_back(watched):
    with drifting(watched, "ruleset"):
        watched.wire.nft("")
    in_the_end(lambda: watched.told("drift.mended")[-1:] == [{"what": "ruleset"}])
    in_the_end(watched.is_open)
    assert watched.told("finding.raised")[-1]["kind"] == "drift"


def test_a_rule_that_lets_one_more_in_is_seen_recorded_and_taken_away(watched):
    with drifting(watched, "ruleset"):
        watched.wire.run("station", "nft", "insert rule inet media_station input tcp dport 22 accept")
    in_the_end(watched.is_open)


@pytest.mark.parametrize(
    ("kind", "comes", "goes", "detail"),
    [
        ("interface", "link add eth2 type bridge", "link del eth2", "eth2"),
        ("address", "address add 203.0.113.9/32 dev eth0", "address del 203.0.113.9/32 dev eth0", "203.0.113.9/32"),
        ("route", "route add 203.0.113.0/24 dev eth0", "route del 203.0.113.0/24 dev eth0", "203.0.113.0/24"),
    ],
)
def test_what_the_baseline_does_not_name_closes_the_gate_for_as_long_as_it_is_there(watched, kind, comes, goes, detail):
    with drifting(watched, kind):
        watched.wire.run("station", "ip", *comes.split())
        in_the_end(watched.is_closed)
    assert detail in watched.told("drift.found")[-1]["detail"]
    assert watched.view().drift == [kind]
    assert "filtered" in ports(watched.wire.nmap("host", *FAST, "-p", str(PORT), STATION)).values()
    watched.wire.run("station", "ip", *goes.split())
    in_the_end(watched.is_open)
    assert watched.told("drift.mended")[-1] == {"what": kind}


def test_a_program_that_listens_closes_the_gate(watched):
    with drifting(watched, "socket"):
        with subprocess.Popen(
            [*watched.wire.inside("station"), sys.executable, "-I", "-c", LISTENS], stdin=subprocess.PIPE
        ) as program:
            in_the_end(watched.is_closed)
            program.stdin.close()
    in_the_end(watched.is_open)


def test_a_program_that_sets_the_clock_closes_the_gate(watched, tmp_path):
    daemon = shutil.copy(shutil.which("sleep"), tmp_path / "chronyd")
    with drifting(watched, "time"):
        with subprocess.Popen([daemon, "60"]) as process:
            in_the_end(watched.is_closed)
            process.kill()
    in_the_end(watched.is_open)


def test_what_is_not_what_was_looked_at_is_not_adopted(watched):
    staff, counter = watched.station.walk.staff, watched.station.walk.counter
    ask = AdoptBaseline(entries=[*watched.view().seen, "socket tcp 0.0.0.0:22"])
    with pytest.raises(Refused, match="GRD-011"):
        watched.station.does(counter.do(ask, staff.administrator, second=staff.second_administrator))


def test_nothing_is_opened_while_nobody_records(watched):
    desk = watched.station.house.pid("desk")
    os.kill(desk, signal.SIGSTOP)
    try:
        watched.wire.nft("")
        in_the_end(watched.is_closed)
        assert ports(watched.wire.nmap("host", *FAST, "-p", str(PORT), STATION)) == {f"{PORT}/tcp": "filtered"}
        assert watched.is_closed()
    finally:
        os.kill(desk, signal.SIGCONT)
    in_the_end(watched.is_open)
    assert watched.told("drift.found")[-1]["what"] == "ruleset"


def test_refused_peers_are_told_of_with_what_they_tried(watched):
    before = len(watched.told("peer.refused"))
    watched.wire.nmap("stranger", *FAST, "-sS", "-p", "22,80", STATION)
    watched.wire.nmap("stranger", *FAST, "-sU", "-p", "53", STATION)

    def of_the_stranger():
        return [each for each in watched.told("peer.refused")[before:] if each["address"] == STRANGER]

    in_the_end(lambda: {"tcp/22", "tcp/80", "udp/53"} <= {port for each in of_the_stranger() for port in each["ports"]})
    assert all(each["packets"] > 0 and each["first_at"] <= each["last_at"] for each in of_the_stranger())


def test_a_flood_of_ports_and_addresses_leaves_a_few_records_and_a_bounded_set(watched):
    before = len(watched.told("peer.refused"))
    watched.wire.run("stranger", "nmap", "-n", "--send-ip", *FAST, "-sS", "-p-", STATION)
    in_the_end(lambda: sum(each["packets"] for each in watched.told("peer.refused")[before:]) >= 65_000)
    told = watched.told("peer.refused")[before:]
    assert len(told) < 40
    listed = watched.wire.run("station", "nft", "list", "set", "inet", "media_station", "refused_ports")
    assert listed.count("counter packets") <= 1024


def test_a_guard_that_starts_again_closes_first_and_opens_when_it_has_the_baseline(watched):
    watched.station.house.kill("guard")
    assert watched.is_open()
    watched.wire.nft("table inet others { }")
    in_the_end(watched.is_open)
