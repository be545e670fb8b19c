"""The address filter of the shipped .socket alone: no firewall, no TLS, only what systemd and the kernel make of it."""

import os

import pytest
from booted import booted
from lan import HOST, PORT, STATION, lan

pytestmark = pytest.mark.skipif(os.getuid() != 0, reason="only root can boot a container")
LISTENS = f"[Socket]\nListenStream={STATION}:{PORT}\nBindToDevice=eth0\n"
# Greets whoever comes; its unit is as shut in as the gate's.
GREETS = """\
[Service]
PrivateNetwork=yes
RestrictAddressFamilies=AF_UNIX
IPAddressDeny=any
Slice=media-station.slice
ExecStart=/usr/bin/python3 -c "import socket; s = socket.socket(fileno=3)\\nwhile True: c, _ = s.accept(); c.send(b'hello', socket.MSG_NOSIGNAL); c.close()"
"""
KNOCKS = f"""
import socket
sock = socket.socket()
sock.settimeout(2)
try:
    sock.connect(("{STATION}", {PORT}))
    print(sock.recv(5).decode())
except TimeoutError:
    print("nothing")
except ConnectionRefusedError:
    print("nobody there")
"""
STARTED = "[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/bin/true\n"


@pytest.fixture(scope="module")
def station(tmp_path_factory):
    """Beside the shipped socket one that hears everyone, so that it is seen that others would be heard."""
    units = {
        "media-station-guard.service": STARTED,
        "media-station-gate.service": GREETS,
        "media-station-gate.socket.d/network.conf": f"{LISTENS}IPAddressAllow={HOST}\n",
        "open.socket": f"[Socket]\nListenStream={STATION}:{PORT + 1}\n",
        "open.service": GREETS.replace("IPAddressDeny=any\nSlice=media-station.slice\n", ""),
    }
    with lan() as wire, booted(tmp_path_factory.mktemp("units"), wire, units) as machine:
        machine.run("systemctl", "start", "media-station-gate.socket", "open.socket")
        wire.nft("")
        yield wire, machine


def heard(wire, who: str, port: int = PORT) -> str:
    return wire.python(who, KNOCKS.replace(str(PORT), str(port))).strip()


def test_the_host_is_heard_and_a_stranger_gets_no_answer(station):
    wire, _ = station
    assert heard(wire, "host") == "hello"
    assert heard(wire, "stranger") == "nothing"
    assert heard(wire, "second") == "nobody there"  # the socket is bound to the other interface
    assert {heard(wire, who, PORT + 1) for who in ("host", "stranger", "second")} == {"hello"}


def test_everyone_is_refused_but_whom_the_drop_in_allows(station):
    _, machine = station
    told = machine.run("systemctl", "show", "media-station-gate.socket", "-p", "IPAddressDeny", "-p", "IPAddressAllow")
    lists = dict(line.split("=") for line in told.splitlines())
    assert set(lists["IPAddressDeny"].split()) == {"0.0.0.0/0", "::/0"}
    assert lists["IPAddressAllow"] == f"{HOST}/32"


def test_who_serves_it_can_dial_nobody(station):
    wire, machine = station
    assert heard(wire, "host") == "hello"
    pid = machine.run("systemctl", "show", "media-station-gate.service", "-p", "MainPID", "--value").strip()
    assert machine.run("nsenter", "-t", pid, "-n", "ip", "-br", "address").split()[0] == "lo"
    assert "eth0" not in machine.run("nsenter", "-t", pid, "-n", "ip", "-br", "link")
    assert "eth0" in machine.run("ip", "-br", "link")
