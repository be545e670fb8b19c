"""The station as a whole machine with two network cards: systemd, the shipped units, the guard's rules, the gate. Who is
not the host sees nothing of it; the host sees one port, and what it sends arrives.
"""

import io
import os
import subprocess
import sys
import tarfile
from dataclasses import replace
from pathlib import Path
from unittest import mock

import one_process
import pytest
from lan import HOST, LINK, MAC, PORT, SECOND_MAC, SECOND_STATION, STATION, lan, ports, unseen
from virtual import Guest

from media_station.cli.standalone.setup import setup_host, setup_station
from media_station.guard.firewall import LISTING
from media_station.guard.ruleset import closed, opened
from media_station.model.consignment import ConsignmentOpened, ConsignmentProposed
from media_station.model.ids import parse_identity
from media_station.model.network import BaselineAdopted
from media_station.rehearsal.payload import synthesize
from media_station.rehearsal.walk import sample_terms

pytestmark = pytest.mark.skipif(os.getuid() != 0, reason="only root can make network namespaces")
PROJECT = Path(__file__).parents[2]
IDENTITY = parse_identity("kita-zei-1/e1")
TERMS = sample_terms(PROJECT / "config" / "consignment.sample.csv")
STATE, RUN = "/var/lib/media-station", "/run/media-station"
LINKED = f'\n[network]\ninterface = "eth0"\naddress = "{STATION}"\nhost = "{HOST}"\nport = {PORT}\n'
LISTENS = f"[Socket]\nListenStream={STATION}:{PORT}\nBindToDevice=eth0\nIPAddressAllow={HOST}\n"
STARTS = '#!/usr/bin/python3 -I\nimport sys\nsys.path[:0] = ["/opt/project", "/opt/packages"]\nfrom media_station.__main__ import main\nsys.exit(main())\n'
PATHS = "PYTHONPATH=/opt/project:/opt/packages"
SEES = "from media_station.guard.machine import seen; print(*sorted(seen()), sep='\\n')"
CARDS = f"""
set -e
for card in "eth0 {STATION}/24 2001:db8::2/64" "eth1 {SECOND_STATION}/24 2001:db8:1::2/64"; do
  set -- $card
  ip link set "$1" up
  ip address add "$2" dev "$1"
  ip address add "$3" dev "$1" nodad
done
for each in all eth0 eth1; do echo 0 >"/proc/sys/net/ipv4/conf/$each/rp_filter"; done
"""
INSTALLS = """
set -e
tar -x -C / -f /tmp/station.tar
systemctl daemon-reload
systemd-sysusers media-station.conf
systemd-tmpfiles --create media-station.conf
systemctl start media-station-guard.service media-station-gate.socket
"""
# Software emulation answers late, and what is filtered doesn't answer at all.
PATIENT = ("-Pn", "-T4", "--max-retries", "1", "--initial-rtt-timeout", "1s", "--min-rate", "5000")
PROBES = ("-sn", "-T4", "--max-retries", "1", "--initial-rtt-timeout", "1s")
ALL_PORTS = 65535


ASKS = """
import socket, ssl, sys
station, port, gate, keys = sys.argv[1:]
context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
context.check_hostname = False
context.load_verify_locations(gate)
context.load_cert_chain(keys + "/tls.crt", keys + "/tls.key")
with socket.create_connection((station, int(port)), timeout=60) as plain, context.wrap_socket(plain) as sock:
    try:
        sock.sendall(b"GET /v1/checkpoint HTTP/1.1\\r\\nHost: station\\r\\nConnection: close\\r\\n\\r\\n")
        print(sock.recv(1 << 16).decode())
    except OSError:
        pass
"""


class Machine:
    """The guest, its wire, and who comes to it from the outside."""

    def __init__(self, guest, wire, folder):
        self.guest, self.wire, self.folder = guest, wire, folder

    def rules(self):
        return self.guest.does("nft", *LISTING)

    def until_open(self):
        self.guest.until(lambda: self.rules() == opened(LINK))

    def told(self, action):
        """How many records of it."""
        return int(self.guest.does("sh", "-c", f"cat {STATE}/desk/journal/*.jsonl | grep -c '\"{action}\"' || true"))

    def send(self):
        public = self.folder / "station" / "public"
        file = self.folder / "export.csv"
        file.write_bytes(synthesize(5, 7))
        command = (
            *(sys.executable, "-m", "media_station.cli.main", "send", str(file), "--json"),
            *("--consignment", TERMS.consignment, "--to", f"{STATION}:{PORT}"),
            *("--host-keys", str(self.folder / "host"), "--gate-cert", str(public / "gate.crt")),
            *("--sealing-key", str(public / "sealing.pub"), "--receipts-key", str(public / "receipts.pub")),
            *("--keep", str(self.folder / "sending")),
        )
        return subprocess.run([*self.wire.inside("host"), *command], capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def station(tmp_path_factory):
    """As `media-station setup` leaves it: no rehearsal, so each process asks for its sandbox."""
    folder = tmp_path_factory.mktemp("station")
    for host in ("host", "other"):
        setup_host(folder / host, "kita-zei-host")
    setup_station(folder / "station", IDENTITY, issued_by="架空区", host_certificate=folder / "host" / "tls.crt")
    settings = folder / "station" / "station.toml"
    text = settings.read_text()
    (folder / "station.toml").write_text(text + LINKED)
    settings.write_text(text.replace(STATE, "state").replace(RUN, "run"))
    return folder


@pytest.fixture(scope="module")
def machine(station, tmp_path_factory):
    """Booted as a station, the baseline adopted that two administrators would have adopted, the port open."""
    folder = station
    built, project = Path(os.environ["MEDIA_STATION_MACHINE"]), Path(os.environ["MEDIA_STATION_MACHINE_PROJECT"])
    cards = [
        word
        for number, mac in enumerate((MAC, SECOND_MAC))
        for word in (
            *("-netdev", f"tap,id=card{number},ifname=tap{number},script=no,downscript=no"),
            *("-device", f"virtio-net-pci,netdev=card{number},mac={mac}"),
        )
    ]
    with lan(taps=True) as wire:
        how = {"within": wire.inside("wire"), "kernel": "net.ifnames=0 as-a-station"}
        more = (*cards, "-rtc", f"base={one_process.NOON:%Y-%m-%dT%H:%M:%S}")
        with Guest(built, project, tmp_path_factory.mktemp("guest"), more=more, **how) as guest:
            guest.does("sh", "-c", CARDS)
            guest.put("/tmp/station.tar", packed(folder / "station"))
            guest.does("sh", "-c", INSTALLS)
            adopt(folder, guest.does("env", PATHS, "python3", "-c", SEES).split("\n")[:-1])
            guest.put("/tmp/state.tar", of_folder(folder / "station" / "state" / "desk", "var/lib/media-station/desk"))
            guest.does("tar", "-x", "-C", "/", "-f", "/tmp/state.tar")
            guest.does("systemctl", "start", "media-station-desk.service")
            made = Machine(guest, wire, folder)
            made.until_open()
            yield made


def adopt(folder, entries):
    """What its people have recorded: an open consignment, and that the machine has these."""
    key = (folder / "host" / "submission.pub").read_text().strip()
    terms = replace(TERMS, submission_key=key)
    with one_process.cheap(), mock.patch.object(one_process, "IDENTITY", IDENTITY):
        at_the_desk = one_process.OneProcess(folder)
        at_the_desk.desk.journal.commit(
            ConsignmentProposed(consignment=terms.consignment, terms=terms),
            ConsignmentOpened(consignment=terms.consignment, approver="shonin-ichiro"),
            BaselineAdopted(entries=tuple(entries), approver="kanri-misaki"),
        )
        at_the_desk.close()


def packed(etc):
    """What the package and `media-station setup` put there."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for path in PROJECT.joinpath("systemd").rglob("media-station*"):
            if path.is_file():
                within = path.relative_to(PROJECT / "systemd")
                top = "usr/lib" if within.parts[0] in ("sysusers.d", "tmpfiles.d") else "usr/lib/systemd/system"
                tar.add(path, f"{top}/{within}", filter=roots)
        tar.add(
            PROJECT / "systemd/media-station-.service.d",
            "usr/lib/systemd/system/media-station-.service.d",
            filter=roots,
        )
        tar.add(etc.parent / "station.toml", "etc/media-station/station.toml", filter=roots)
        tar.add(etc / "keys", "etc/media-station/keys", filter=roots)
        for name, text, mode in (
            ("usr/bin/media-stationd", STARTS, 0o755),
            ("etc/systemd/system/media-station-gate.socket.d/network.conf", LISTENS, 0o644),
        ):
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(text.encode()), mode
            tar.addfile(entry, io.BytesIO(text.encode()))
    return out.getvalue()


def of_folder(folder, name):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        tar.add(folder, name, filter=roots)
    return out.getvalue()


def roots(entry):
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = "root"
    return entry


@pytest.mark.parametrize(("kind", "state"), [("-sS", "filtered"), ("-sU", "open|filtered")])
def test_a_stranger_gets_no_answer_from_any_port(machine, kind, state):
    scan = machine.wire.nmap("stranger", *PATIENT, kind, "-p-", STATION)
    assert ports(scan) == {}
    assert unseen(scan) == [(ALL_PORTS, state)]


def test_a_stranger_gets_no_answer_to_any_other_probe(machine):
    wire = machine.wire
    assert "0 hosts up" in wire.nmap("stranger", *PROBES, "-PE", "-PP", "-PM", "-PO1,2,47", "-PU53", "-PA22", STATION)
    assert "0 hosts up" in wire.run("stranger", "nmap", "-n", *PROBES, "-PR", STATION)
    assert "0 hosts up" in wire.nmap("stranger", "-6", *PROBES, "-PE", "-PS22", "2001:db8::2")
    assert "0 hosts up" in wire.run("stranger", "nmap", "-n", "-6", *PROBES, "2001:db8::2")


def test_who_comes_by_the_second_card_gets_no_answer_whatever_the_address(machine):
    wire = machine.wire
    for address in (STATION, SECOND_STATION):
        scan = wire.nmap("second", *PATIENT, "-p", f"22,{PORT}", address)
        assert set(ports(scan).values()) == {"filtered"}
    wire.run("second", "ip", "address", "replace", f"{HOST}/32", "dev", "eth0")
    scan = wire.nmap("second", *PATIENT, "-S", HOST, "-e", "eth0", "-p", f"22,{PORT}", STATION)
    assert set(ports(scan).values()) == {"filtered"}


def test_the_host_sees_one_port_and_its_payload_arrives(machine):
    scan = machine.wire.nmap("host", *PATIENT, "-sS", "-p-", STATION)
    assert ports(scan) == {f"{PORT}/tcp": "open"}
    assert unseen(scan) == [(ALL_PORTS - 1, "filtered")]
    sent = machine.send()
    assert sent.returncode == 0, sent.stderr
    assert machine.told("payload.received") == 1


def test_the_hosts_address_without_its_key_is_not_heard(machine):
    for whose, begins in (("host", "HTTP/1.1 200"), ("other", "")):
        gate, keys = machine.folder / "station" / "public" / "gate.crt", machine.folder / whose
        heard = machine.wire.python("host", ASKS, STATION, str(PORT), str(gate), str(keys)).strip()
        assert heard[: len("HTTP/1.1 200")] == begins


def test_rules_that_somebody_flushed_are_closed_recorded_and_restored(machine):
    machine.guest.does("nft", "flush", "ruleset")
    machine.guest.until(lambda: machine.rules() == closed())
    machine.guest.until(lambda: machine.told("drift.found") == 1)
    machine.until_open()
    assert machine.send().returncode == 0
