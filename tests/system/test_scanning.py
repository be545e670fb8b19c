"""The package's clamd under a real systemd, and a payload that the desk shows it from inside its own sandbox (S5)."""

import os
import shutil
import subprocess
import time

import pytest
from a_clamd import MALWARE, SIGNATURE
from booted import PATIENCE_SECONDS, booted
from lan import lan
from test_sandboxes import HERE, PYTHON, TOLD, TRIES, built, found

from media_station.cli.standalone.setup import setup_host, setup_station
from media_station.model.ids import parse_identity

pytestmark = pytest.mark.skipif(os.getuid() != 0, reason="only root can boot a container")
IDENTITY = "kita-zei-1/e1"
FOLDER = "/run/media-station-clamd"
SOCKET = f"{FOLDER}/clamd.sock"
PATTERNS = "/var/lib/media-station-patterns"
KNOCKS = f"import socket as s; s.socket(s.AF_UNIX).connect('{SOCKET}')"
LOOKS = f"""\
from pathlib import Path
from media_station.desk.hands.scanner import Scanner
from media_station.doors.socket import users
from media_station.model.ids import parse_identity
scanner = Scanner(Path("{SOCKET}"), users(parse_identity("{IDENTITY}"), "clamd"), largest_bytes=99, seconds=30)
for payload in {[b"clean", b"with " + MALWARE]}:
    with scanner.shown() as shown:
        list(shown.passing(iter([payload])))
        print("found", scanner.look(shown), flush=True)
"""
# As the desk itself does it: its user, its system calls, its view of the machine.
IN_THE_DESK = f"""\
[Service]
Environment=PYTHONPATH=/usr/lib/media-station
ExecStartPre={PYTHON} /opt/looks.py
StandardOutput=append:{TOLD}/desk
StandardError=append:{TOLD}/desk
"""


@pytest.fixture(scope="module")
def machine(tmp_path_factory):
    """With what was told in it."""
    folder = tmp_path_factory.mktemp("scanning")
    etc, units, looks, told, patterns = (folder / each for each in ("etc", "units", "looks.py", "told", "own.ndb"))
    setup_host(folder / "host", "kita-zei-host")
    certificate = folder / "host" / "tls.crt"
    setup_station(etc, parse_identity(IDENTITY), issued_by="北市", host_certificate=certificate)
    subprocess.run(["dpkg-deb", "-x", built(folder / "package"), folder / "installed"], check=True)
    looks.write_text(LOOKS)
    patterns.write_text(f"{SIGNATURE}:0:*:{MALWARE.hex()}\n")
    units.mkdir()
    told.mkdir()
    shutil.copytree(etc, folder / "etc-of-station")
    binds = (
        f"--bind={folder / 'etc-of-station'}:/etc/media-station",
        f"--bind={told}:{TOLD}",
        f"--bind-ro={looks}:/opt/looks.py",
        f"--bind-ro={patterns}:/opt/own.ndb",
        f"--bind-ro={HERE}:/opt/tests",
        f"--overlay-ro=/usr:{folder / 'installed/usr'}:/usr",
    )
    texts = {
        "media-station-desk.service.d/looks.conf": IN_THE_DESK,
        "media-station-clamd.service.d/tries.conf": TRIES.format(told="clamd"),
    }
    with lan() as wire, booted(units, wire, texts, *binds) as running:
        running.run("ldconfig")  # its /etc began empty
        running.run("systemd-sysusers", "/usr/lib/sysusers.d/media-station.conf")
        running.run("systemd-tmpfiles", "--create", "/usr/lib/tmpfiles.d/media-station.conf")
        running.run("install", "-m", "644", "/opt/own.ndb", PATTERNS)
        running.run("systemctl", "start", "media-station-clamd.service")
        until = time.monotonic() + PATIENCE_SECONDS
        while running.run("sh", "-c", f"test -S {SOCKET} && echo up || true") != "up\n":
            assert time.monotonic() < until, running.run("journalctl", "-u", "media-station-clamd.service")
            time.sleep(0.1)
        yield running, told


def test_the_desk_shows_it_payloads_from_inside_its_sandbox(machine):
    running, told = machine
    running.run("systemctl", "start", "media-station-desk.service")
    assert (told / "desk").read_text().splitlines()[:2] == ["found ", f"found {SIGNATURE}.UNOFFICIAL"]


def test_no_code_in_it_can_do_more_than_its_own(machine):
    _, told = machine
    assert "done" not in found(told, "clamd").values()


@pytest.mark.parametrize("user", ["nobody", "media-station-drive", "media-station-gate", "media-station-guard"])
def test_nobody_but_root_and_the_desk_reaches_it(machine, user):
    running, _ = machine
    with pytest.raises(AssertionError, match="PermissionError"):
        running.run("setpriv", f"--reuid={user}", "--regid=nogroup", "--init-groups", PYTHON, "-c", KNOCKS)


def test_it_is_of_no_group_that_a_door_is_open_to(machine):
    running, _ = machine
    pid = running.run("systemctl", "show", "media-station-clamd.service", "-p", "MainPID", "--value").strip()
    who = running.run("stat", "-c", "%U %G", f"/proc/{pid}")
    groups = running.run("id", "-Gn", "media-station-clamd")
    assert (who.split(), groups.split()) == (["media-station-clamd"] * 2, ["media-station-clamd"])


def test_its_patterns_are_not_its_own(machine):
    running, _ = machine
    asked = ("stat", "-c", "%U %a", PATTERNS, f"{PATTERNS}/own.ndb")
    assert running.run(*asked).splitlines() == ["root 755", "root 644"]


def test_nothing_of_it_is_swapped_or_dumped_or_left(machine):
    running, _ = machine
    asked = running.run("systemctl", "show", "media-station-clamd.service", "-p", "MemorySwapMax", "-p", "LimitCORE")
    assert sorted(asked.split()) == ["LimitCORE=0", "MemorySwapMax=0"]
    running.run("sh", "-c", f"echo unpacked >{FOLDER}/tmp/left")
    running.run("systemctl", "kill", "-s", "KILL", "media-station-clamd.service")
    until = time.monotonic() + PATIENCE_SECONDS
    while running.run("sh", "-c", f"test -e {FOLDER}/tmp/left && echo left || true"):
        assert time.monotonic() < until
        time.sleep(0.1)
