"""The firewall alone: what each peer sees of a station on which programs listen everywhere."""

import os

import pytest
from lan import LINK, PORT, STATION, STRANGER, lan, ports, unseen

from media_station.guard.firewall import LISTING
from media_station.guard.ruleset import closed, opened
from media_station.model.link import Link

pytestmark = pytest.mark.skipif(os.getuid() != 0, reason="only root can make network namespaces")
QUICK = ("-T5", "--max-retries", "0", "--max-rtt-timeout", "100ms", "--initial-rtt-timeout", "50ms")
FAST = ("-Pn", *QUICK, "--min-rate", "20000")
ALL_PORTS = 65535
KNOCKS_AS = """
import socket, sys
own, station, *ports = sys.argv[1:]
for port in ports:
    sock = socket.socket()
    sock.settimeout(0.2)
    sock.bind((own, 0))
    try:
        sock.connect((station, int(port)))
    except TimeoutError:
        pass
"""
SPEAKS = """
import socket, sys
for address in sys.argv[1:]:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    for kind, port in ((socket.SOCK_STREAM, 22), (socket.SOCK_DGRAM, 53)):
        sock = socket.socket(family, kind)
        sock.settimeout(0.3)
        try:
            sock.connect((address, port))
            sock.send(b"anybody?")
            if kind == socket.SOCK_STREAM:
                print(address)
        except OSError:
            pass
sock = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
try:
    sock.sendto(b"\\x08\\0\\xf7\\xff\\0\\0\\0\\0", (sys.argv[1], 0))
except OSError:
    pass
"""


@pytest.fixture(scope="module")
def wire():
    with lan() as made, made.listening("station"), made.listening("host"):
        yield made


@pytest.fixture
def guarded(wire):
    wire.nft(opened(LINK))
    return wire


@pytest.mark.parametrize("ruleset", [opened(LINK), closed()], ids=["opened", "closed"])
def test_nft_takes_it_and_lists_it_as_it_was_rendered(wire, ruleset):
    wire.run("station", "nft", "-c", "-f", "-", text=ruleset)
    wire.nft(ruleset)
    assert wire.run("station", "nft", *LISTING) == ruleset


def test_without_it_a_stranger_sees_what_listens(wire):
    wire.nft("")
    assert ports(wire.nmap("stranger", *FAST, "-sS", "-p", f"21,22,{PORT}", STATION)) == {
        "21/tcp": "closed",
        "22/tcp": "open",
        f"{PORT}/tcp": "open",
    }
    assert "Host is up" in wire.nmap("stranger", "-sn", *QUICK, "-PE", STATION)
    assert "Host is up" in wire.run("stranger", "nmap", "-n", "-sn", *QUICK, "-PR", STATION)
    assert ports(wire.nmap("stranger", "-6", *FAST, "-p", "22", "2001:db8::2")) == {"22/tcp": "open"}
    assert ports(wire.nmap("second", *FAST, "-p", "22", STATION)) == {"22/tcp": "open"}


@pytest.mark.parametrize(("kind", "state"), [("-sS", "filtered"), ("-sU", "open|filtered")])
def test_a_stranger_gets_no_answer_from_any_port(guarded, kind, state):
    scan = guarded.nmap("stranger", *FAST, kind, "-p-", STATION)
    assert ports(scan) == {}
    assert unseen(scan) == [(ALL_PORTS, state)]


def test_a_stranger_gets_no_answer_to_any_other_probe(guarded):
    probes = ("-PE", "-PP", "-PM", "-PO1,2,47,50", "-PY22", "-PU53", "-PS22", "-PA22")
    assert "0 hosts up" in guarded.nmap("stranger", "-sn", *QUICK, *probes, STATION)


def test_a_stranger_gets_no_answer_to_arp_or_over_ipv6(guarded):
    assert "0 hosts up" in guarded.run("stranger", "nmap", "-n", "-sn", *QUICK, "-PR", STATION)
    assert "0 hosts up" in guarded.run("stranger", "nmap", "-n", "-6", "-sn", *QUICK, "2001:db8::2")
    assert "0 hosts up" in guarded.nmap("host", "-6", "-sn", *QUICK, "-PE", "2001:db8::2")
    assert set(ports(guarded.nmap("host", "-6", *FAST, "-p", f"22,{PORT}", "2001:db8::2")).values()) == {"filtered"}


def test_who_comes_by_another_interface_gets_no_answer_whatever_the_address(wire):
    for setting in ("all", "eth1"):
        wire.run("station", "sysctl", "-qw", f"net.ipv4.conf.{setting}.rp_filter=0")
    wire.run("second", "ip", "address", "replace", f"{LINK.host}/32", "dev", "eth0")
    for ruleset, states, answers in (("", {"open"}, True), (opened(LINK), {"filtered"}, False)):
        wire.nft(ruleset)
        assert set(ports(wire.nmap("second", *FAST, "-p", f"22,{PORT}", STATION)).values()) == states
        wire.count_arrivals("host")
        wire.python("second", KNOCKS_AS, LINK.host, STATION, "22", str(PORT))
        assert bool(wire.counted("host")["tcp"]) is answers


def test_the_host_sees_one_port(guarded):
    scan = guarded.nmap("host", *FAST, "-sS", "-p-", STATION)
    assert ports(scan) == {f"{PORT}/tcp": "open"}
    assert unseen(scan) == [(ALL_PORTS - 1, "filtered")]
    assert "0 hosts up" in guarded.nmap("host", "-sn", *QUICK, "-PE", STATION)
    assert "Host is up" in guarded.run("host", "nmap", "-n", "-sn", *QUICK, "-PR", STATION)


def test_what_is_no_beginning_of_a_connection_gets_no_answer(guarded):
    for kind in ("-sA", "-sF", "-sX", "-sN"):
        assert set(ports(guarded.nmap("host", *FAST, kind, "-p", str(PORT), STATION)).values()) <= {
            "filtered",
            "open|filtered",
        }


def test_the_station_says_nothing_of_its_own_accord(wire):
    for ruleset, reached in (("", True), (opened(LINK), False)):
        wire.nft(ruleset)
        for who in ("host", "stranger"):
            wire.count_arrivals(who)
        said = wire.python("station", SPEAKS, LINK.host, STRANGER, "2001:db8::1", "198.51.100.3")
        assert bool(said) is reached
        assert bool(sum(wire.counted("stranger").values())) is reached
        heard = wire.counted("host")
        assert [bool(heard[name]) for name in ("tcp", "udp", "icmp", "six")] == [reached] * 4
    assert ports(wire.nmap("host", *FAST, "-p", str(PORT), STATION)) == {f"{PORT}/tcp": "open"}
    assert wire.counted("host")["tcp"] > 0


def test_with_the_port_closed_the_host_sees_nothing(wire):
    wire.nft(closed())
    assert set(ports(wire.nmap("host", *FAST, "-p", f"22,{PORT}", STATION)).values()) == {"filtered"}
    assert "0 hosts up" in wire.run("host", "nmap", "-n", "-sn", *QUICK, "-PR", STATION)


@pytest.mark.parametrize(
    "fields",
    [
        {"interface": 'eth0" accept'},
        {"interface": ""},
        {"address": "192.0.2.2/0"},
        {"host": "any"},
        {"host": LINK.address},
        {"host": "127.0.0.1"},
        {"port": 0},
    ],
)
def test_a_link_that_makes_no_sense_is_never_rendered(fields):
    whole = {"interface": LINK.interface, "address": LINK.address, "host": LINK.host, "port": PORT}
    with pytest.raises(ValueError):
        opened(Link(**whole | fields))
