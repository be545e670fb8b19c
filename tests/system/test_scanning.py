"""The package's clamd under a real systemd, and a payload that the desk shows it from inside its own sandbox (S5)."""

import os
import re
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from a_clamd import MALWARE, SIGNATURE
from booted import PATIENCE_SECONDS, booted
from lan import lan
from pattern_supplies import PUBLISHER, patterns_of, supply
from test_sandboxes import AS_THE_DESK, HERE, PATHS, PYTHON, TOLD, TRIES, built, found

from media_station.cli.standalone.setup import setup_host, setup_station
from media_station.model.ids import parse_identity
from media_station.patterns.try_out import EICAR

pytestmark = pytest.mark.skipif(os.getuid() != 0, reason="only root can boot a container")
IDENTITY = "kita-zei-1/e1"
FOLDER = "/run/media-station-clamd"
SOCKET = f"{FOLDER}/clamd.sock"
PATTERNS = "/var/lib/media-station-patterns"
# The kernel's, as a unit with a /proc of its own sees it; the container's manager shows another.
BOOT_ID = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
NEWER = b"NEWER-CANARY-7F3A"  # dated_clamd.py knows it
DATED = "[Service]\nBindReadOnlyPaths=/opt/dated_clamd:/usr/sbin/clamd\n"
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
    with (etc / "station.toml").open("a") as settings:
        settings.write(f'\n[supplies]\npatterns = ["{PUBLISHER.verifier.render()}"]\n')
    supplies = folder / "supplies"
    supplies.mkdir()
    for number, sought in ((7, (EICAR, NEWER)), (6, (EICAR, NEWER)), (8, (NEWER,)), (9, (EICAR, MALWARE))):
        supply(supplies, number, patterns_of(*sought))
    subprocess.run(["dpkg-deb", "-x", built(folder / "package"), folder / "installed"], check=True)
    looks.write_text(LOOKS)
    dated = folder / "dated_clamd"
    dated.write_text(f"#!{PYTHON}\n{(HERE / 'dated_clamd.py').read_text()}")
    dated.chmod(0o755)
    patterns.write_text(f"{SIGNATURE}:0:*:{MALWARE.hex()}\n")
    units.mkdir()
    told.mkdir()
    shutil.copytree(etc, folder / "etc-of-station")
    binds = (
        f"--bind={folder / 'etc-of-station'}:/etc/media-station",
        f"--bind={told}:{TOLD}",
        f"--bind-ro={looks}:/opt/looks.py",
        f"--bind-ro={patterns}:/opt/own.ndb",
        f"--bind-ro={supplies}:/opt/supplies",
        f"--bind-ro={HERE}:/opt/tests",
        f"--bind-ro={dated}:/opt/dated_clamd",
        "--bind-ro=/usr/sbin/clamd:/opt/real_clamd",
        f"--overlay-ro=/usr:{folder / 'installed/usr'}:/usr",
    )
    texts = {
        "media-station-desk.service.d/looks.conf": IN_THE_DESK,
        "media-station-patterns@.service.d/dated.conf": DATED,
        "media-station-clamd.service.d/tries.conf": TRIES.format(told="clamd"),
    }
    with lan() as wire, booted(units, wire, texts, *binds) as running:
        running.run("ldconfig")  # its /etc began empty
        running.run("systemd-sysusers", "/usr/lib/sysusers.d/media-station.conf")
        running.run("systemd-tmpfiles", "--create", "/usr/lib/tmpfiles.d/media-station.conf")
        running.run("install", "-m", "644", "/opt/own.ndb", f"{PATTERNS}/now/")
        running.run("systemctl", "start", "media-station-patterns.socket", "media-station-clamd.service")
        until = time.monotonic() + PATIENCE_SECONDS
        while running.run("sh", "-c", f"test -S {SOCKET} && echo up || true") != "up\n":
            assert time.monotonic() < until, running.run("journalctl", "-u", "media-station-clamd.service")
            time.sleep(0.1)
        yield running, told, (etc / "keys" / "desk" / "orders.key").read_text()


def test_the_desk_shows_it_payloads_from_inside_its_sandbox(machine):
    running, told, _ = machine
    running.run("systemctl", "start", "media-station-desk.service")
    assert (told / "desk").read_text().splitlines()[:2] == ["found ", f"found {SIGNATURE}.UNOFFICIAL"]


def test_no_code_in_it_can_do_more_than_its_own(machine):
    _, told, _ = machine
    assert "done" not in found(told, "clamd").values()


@pytest.mark.parametrize("user", ["nobody", "media-station-drive", "media-station-gate", "media-station-guard"])
def test_nobody_but_root_and_the_desk_reaches_it(machine, user):
    running, _, _ = machine
    with pytest.raises(AssertionError, match="PermissionError"):
        running.run("setpriv", f"--reuid={user}", "--regid=nogroup", "--init-groups", PYTHON, "-c", KNOCKS)


def test_it_is_of_no_group_that_a_door_is_open_to(machine):
    running, _, _ = machine
    pid = running.run("systemctl", "show", "media-station-clamd.service", "-p", "MainPID", "--value").strip()
    who = running.run("stat", "-c", "%U %G", f"/proc/{pid}")
    groups = running.run("id", "-Gn", "media-station-clamd")
    assert (who.split(), groups.split()) == (["media-station-clamd"] * 2, ["media-station-clamd"])


def test_its_patterns_are_not_its_own(machine):
    running, _, _ = machine
    asked = ("stat", "-c", "%U %a", PATTERNS, f"{PATTERNS}/now/own.ndb")
    assert running.run(*asked).splitlines() == ["media-station-patterns 755", "root 644"]


def test_new_patterns_are_tried_and_take_the_others_place(machine):
    """In the oneshot's own sandbox, by the order that the desk would hand over."""
    running, _, key = machine

    def install(order: int, number: int) -> list[str]:
        command = (PYTHON, "/opt/tests/asking_for_patterns.py", IDENTITY, key, BOOT_ID, f"E1-A-{order:05d}")
        asked = (*AS_THE_DESK, "env", PATHS, *command, f"/opt/supplies/patterns-{number}.supply", NEWER.decode())
        return running.run(*asked).splitlines()

    def present() -> str:
        return running.run("readlink", f"{PATTERNS}/now").strip()

    assert present() == "by-hand"
    engine, newer = install(1, 7)
    assert re.fullmatch(r"ClamAV [0-9.]+/27800/Tue Nov 24 09:00:00 2026", engine)
    assert newer == "Test.Number1.UNOFFICIAL"
    for order, number, code in ((2, 6, "SUP-017"), (3, 8, "SUP-020"), (4, 9, "SUP-020"), (1, 7, "SUP-012")):
        with pytest.raises(AssertionError, match=code):
            install(order, number)
        assert present() == "patterns-7"
    left = running.run("ls", PATTERNS).split()
    assert left == ["by-hand", "now", "patterns-7"]


def test_nothing_of_it_is_swapped_or_dumped_or_left(machine):
    running, _, _ = machine
    asked = running.run("systemctl", "show", "media-station-clamd.service", "-p", "MemorySwapMax", "-p", "LimitCORE")
    assert sorted(asked.split()) == ["LimitCORE=0", "MemorySwapMax=0"]
    running.run("sh", "-c", f"echo unpacked >{FOLDER}/tmp/left")
    running.run("systemctl", "kill", "-s", "KILL", "media-station-clamd.service")
    until = time.monotonic() + PATIENCE_SECONDS
    while running.run("sh", "-c", f"test -e {FOLDER}/tmp/left && echo left || true"):
        assert time.monotonic() < until
        time.sleep(0.1)
