"""A segment of its own for each test: the station, the district host, a stranger on the same wire, and a second wire.

Everything is in network namespaces that are made and taken away here; nothing reaches the machine's own network.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import count

from media_station.model.link import Link

STATION, HOST, STRANGER, SECOND = "192.0.2.2", "192.0.2.1", "192.0.2.3", "198.51.100.3"
SECOND_STATION = "198.51.100.2"
PORT = 8443
LINK = Link(interface="eth0", address=STATION, host=HOST, port=PORT)
MAC, SECOND_MAC = "02:00:00:00:00:02", "02:00:00:00:00:12"
_ADDRESSES = {
    "station": (f"{STATION}/24", "2001:db8::2/64", MAC),
    "host": (f"{HOST}/24", "2001:db8::1/64", "02:00:00:00:00:01"),
    "stranger": (f"{STRANGER}/24", "2001:db8::3/64", "02:00:00:00:00:03"),
}
_LISTENERS = """
import socket, sys
held = []
for kind, port in [(socket.SOCK_STREAM, 22), (socket.SOCK_STREAM, int(sys.argv[1])), (socket.SOCK_DGRAM, 53)]:
    for family, address in [(socket.AF_INET, "0.0.0.0"), (socket.AF_INET6, "::")]:
        sock = socket.socket(family, kind)
        if family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        sock.bind((address, port))
        if kind == socket.SOCK_STREAM:
            sock.listen(64)
        held.append(sock)
print("ready", flush=True)
sys.stdin.read()
"""
_made = count()


class Lan:
    """`run("stranger", …)` is a command there; what it prints."""

    def __init__(self) -> None:
        self._prefix = f"ms{os.getpid()}-{next(_made)}-"

    def name(self, who: str) -> str:
        return self._prefix + who

    def inside(self, who: str) -> tuple[str, ...]:
        """What a command begins with to run there."""
        return ("ip", "netns", "exec", self.name(who))

    def run(self, who: str, *command: str, text: str | None = None) -> str:
        done = subprocess.run(
            [*self.inside(who), *command], input=text, capture_output=True, text=True, check=False, timeout=120
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def nft(self, ruleset: str, who: str = "station") -> None:
        self.run(who, "nft", "-f", "-", text="flush ruleset\n" + ruleset)

    def python(self, who: str, program: str, *arguments: str) -> str:
        return self.run(who, sys.executable, "-I", "-c", program, *arguments)

    @contextmanager
    def listening(self, who: str) -> Iterator[None]:
        """On TCP 22 and 8443 and UDP 53, of both families."""
        command = [*self.inside(who), sys.executable, "-I", "-c", _LISTENERS, str(PORT)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
            assert process.stdout.readline()
            yield
            process.stdin.close()

    def nmap(self, who: str, *options: str) -> str:
        """What it saw of the station; frames are sent though nobody answers a question for the address."""
        return self.run(who, "nmap", "-n", "--send-ip", "--disable-arp-ping", *options)

    def counted(self, who: str) -> dict[str, int]:
        """Frames that came there from the station since `count_arrivals`, by what is in them."""
        listed = json.loads(self.run(who, "nft", "-j", "list", "counters"))["nftables"]
        counters = [each["counter"] for each in listed if "counter" in each]
        return {each["name"].removeprefix("of_"): each["packets"] for each in counters}

    def count_arrivals(self, who: str) -> None:
        kinds = {"tcp": "meta l4proto tcp", "udp": "meta l4proto udp", "icmp": "meta l4proto icmp"}
        kinds |= {"arp": "ether type arp", "six": "ether type ip6"}
        counters = "".join(f"counter of_{name} {{ }}\n" for name in kinds)
        rules = "".join(
            f"ether saddr {{ {MAC}, {SECOND_MAC} }} {match} counter name of_{name}\n" for name, match in kinds.items()
        )
        hook = 'type filter hook ingress device "eth0" priority 0;'
        self.nft(f"table netdev seen {{\n{counters}chain arrivals {{ {hook}\n{rules}}}\n}}\n", who)


@contextmanager
def lan(*, taps: bool = False) -> Iterator[Lan]:
    """With `taps`, in place of the station: a guest's first card ends at `tap0`, its second at `tap1`, both in `wire`."""
    made = Lan()
    peers = {who: each for who, each in _ADDRESSES.items() if who != "station" or not taps}
    with ExitStack() as held:

        def namespace(who: str) -> None:
            _ip("netns", "add", made.name(who))
            held.callback(_ip, "netns", "del", made.name(who))
            _ip("-n", made.name(who), "link", "set", "lo", "up")
            made.run(who, "sysctl", "-qw", "net.ipv6.conf.default.accept_dad=0")

        for who in ("wire", *peers, "second"):
            namespace(who)
        wire = made.name("wire")
        _ip("-n", wire, "link", "add", "bridge", "type", "bridge")
        _ip("-n", wire, "link", "set", "bridge", "up")
        for who, (four, six, mac) in peers.items():
            there = made.name(who)
            _ip("-n", wire, "link", "add", who, "type", "veth", "peer", "name", "eth0", "netns", there)
            _ip("-n", wire, "link", "set", who, "master", "bridge", "up")
            _ip("-n", there, "link", "set", "eth0", "address", mac, "up")
            _ip("-n", there, "address", "add", four, "dev", "eth0")
            _ip("-n", there, "address", "add", six, "dev", "eth0")
        if taps:
            _ip("-n", wire, "link", "add", "bridge1", "type", "bridge")
            _ip("-n", wire, "link", "set", "bridge1", "up")
            for tap, bridge in (("tap0", "bridge"), ("tap1", "bridge1")):
                _ip("-n", wire, "tuntap", "add", tap, "mode", "tap")
                _ip("-n", wire, "link", "set", tap, "master", bridge, "up")
            _ip(
                "-n",
                wire,
                "link",
                "add",
                "second",
                "type",
                "veth",
                "peer",
                "name",
                "eth0",
                "netns",
                made.name("second"),
            )
            _ip("-n", wire, "link", "set", "second", "master", "bridge1", "up")
        else:
            station, other = made.name("station"), made.name("second")
            _ip("-n", station, "link", "add", "eth1", "type", "veth", "peer", "name", "eth0", "netns", other)
            _ip("-n", station, "link", "set", "eth1", "address", SECOND_MAC, "up")
            _ip("-n", station, "address", "add", f"{SECOND_STATION}/24", "dev", "eth1")
        _join(made.name("second"))
        for who in ("host", "stranger"):
            for address in (STATION, "2001:db8::2"):
                _ip("-n", made.name(who), "neigh", "add", address, "lladdr", MAC, "dev", "eth0")
        yield made


def _join(second: str) -> None:
    """Whoever is at the other end of the station's second interface."""
    _ip("-n", second, "link", "set", "eth0", "up")
    _ip("-n", second, "address", "add", f"{SECOND}/24", "dev", "eth0")
    for via in (SECOND_STATION, STATION):
        _ip("-n", second, "neigh", "add", via, "lladdr", SECOND_MAC, "dev", "eth0")
    _ip("-n", second, "route", "add", f"{STATION}/32", "dev", "eth0")


def ports(scan: str) -> dict[str, str]:
    """Port → state of those that a scan names."""
    return dict(re.findall(r"^(\d+/\w+)\s+(\S+)", scan, re.MULTILINE))


def unseen(scan: str) -> list[tuple[int, str]]:
    """(how many, how) of the ports that a scan doesn't name one by one."""
    return [(int(many), state) for many, state in re.findall(r"Not shown: (\d+) (\S+) ", scan)]


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)
