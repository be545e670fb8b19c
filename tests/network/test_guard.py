"""The guard at a real station: closed until two administrators have said what is to be, and whenever it isn't."""

import json
import os
import shutil
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest
from at_the_gate import refused_at_the_gate
from attacking import in_the_end
from guarded import guarded
from lan import PORT, STATION, STRANGER, lan, ports
from test_ruleset import FAST
from typing_commands import Typing

from media_station.cli.standalone.setup import setup_host
from media_station.model.errors import Refused
from media_station.model.network_asks import AdoptBaseline
from media_station.rehearsal.payload import synthesize

pytestmark = pytest.mark.skipif(os.getuid() != 0, reason="only root can make network namespaces")
ASKS = """
import socket, ssl, sys
address, port, station, keys = sys.argv[1:]
context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
context.check_hostname = False
context.load_verify_locations(station + "/public/gate.crt")
context.load_cert_chain(keys + "/tls.crt", keys + "/tls.key")
try:
    plain = socket.create_connection((address, int(port)), timeout=3)
except TimeoutError:
    sys.exit(print("nobody reached"))
plain.settimeout(30)
try:
    with context.wrap_socket(plain) as sock:
        sock.sendall(b"GET /v1/checkpoint HTTP/1.1\\r\\nHost: station\\r\\n\\r\\n")
        heard = sock.recv(100)
except (ssl.SSLError, ConnectionError):
    heard = b""
print(heard.decode().splitlines()[0] if heard else "nothing heard")
"""
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


@pytest.fixture(scope="module")
def handed_in(watched, tmp_path_factory):
    """A file of the open consignment."""
    watched.station.does(watched.station.walk.consign())
    path = tmp_path_factory.mktemp("export") / "payload.csv"
    path.write_bytes(synthesize(20, 7))
    return path


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


def test_the_host_hands_in_through_firewall_and_tls(watched, handed_in):
    sent = json.loads(watched.send("host", handed_in))
    assert watched.told("payload.received")[-1]["payload"] == sent["payload"]


def asked(watched, who: str, keys: Path) -> str:
    """What somebody there gets who speaks TLS to the gate, with these keys: its answer, or how far he came."""
    return watched.wire.python(who, ASKS, STATION, str(PORT), str(watched.station.house.station), str(keys)).strip()


def test_a_stranger_with_the_hosts_key_reaches_nobody(watched):
    """The firewall alone: TLS would take this one for the host."""
    assert asked(watched, "stranger", watched.station.house.host) == "nobody reached"
    assert asked(watched, "host", watched.station.house.host) == "HTTP/1.1 200 OK"


def test_with_the_hosts_address_and_without_its_key_nobody_is_heard(watched, tmp_path):
    """TLS alone: the firewall takes this one for the host."""
    setup_host(tmp_path / "other", "other-host")
    assert asked(watched, "host", tmp_path / "other") == "nothing heard"
    in_the_end(lambda: ("", "GAT-010") in refused_at_the_gate(watched.station))


def test_the_command_shows_what_there_is_beside_what_was_adopted(watched):
    typing, administrator = Typing(walk=watched.station.walk), watched.station.walk.staff.administrator
    shown = watched.station.does(typing.piped("baseline", "show", "--lang", "en", by=administrator))
    assert (shown.code, shown.lines[-1]) == (0, "The machine is what the baseline says.")
    assert f"  address eth0 {STATION}/24" in shown.lines
    watched.wire.run("station", "ip", "address", "add", "203.0.113.9/32", "dev", "eth0")
    in_the_end(lambda: watched.view().drift == ["address"])
    shown = watched.station.does(typing.piped("baseline", "show", "--lang", "en", by=administrator))
    assert "+ address eth0 203.0.113.9/32" in shown.lines
    assert shown.lines[-1] == "Drifting, the gate is closed: address"
    watched.wire.run("station", "ip", "address", "del", "203.0.113.9/32", "dev", "eth0")
    in_the_end(watched.is_open)
    refused = watched.station.does(typing.piped("baseline", "show", by=watched.station.walk.staff.operator))
    assert (refused.code, "ACC-011" in refused.err) == (3, True)
