"""The package, under a real systemd, as a station that is no rehearsal: each process starts, answers, and can do
nothing but its own (S2, S4, S7). `trying.py` runs inside each sandbox; and outside of any, where it can do what it
tries.
"""

import base64
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from booted import PATIENCE_SECONDS, UNITS, booted
from lan import HOST, LINK, STATION, lan
from on_a_screen import CAGE, IN_MEMORY
from paper_fields import CERTIFICATE
from system.sandboxes import AS_THE_DESK, EXPOSURE, KNOCKS

from media_station.cli.standalone.setup import setup_host, setup_station
from media_station.model.ids import parse_identity

pytestmark = pytest.mark.skipif(os.getuid() != 0, reason="only root can boot a container")
PROJECT = Path(__file__).parents[2]
HERE = Path(__file__).parent
PYTHON = f"/usr/bin/python3.{sys.version_info.minor}"
ROLES = ("desk", "drive", "gate", "guard", "cell@", "clock@", "patterns@", "update@", "chore@", "console", "seat")
TOLD = "/run/told"
AS_THE_CONSOLE = ("setpriv", "--reuid=media-station-console", "--regid=media-station-console", "--clear-groups", "--")
PATHS = "PYTHONPATH=/usr/lib/media-station"
# What it can do is tried before it starts, in the same sandbox.
TRIES = f"""\
[Service]
ExecStartPre=-{PYTHON} /opt/tests/trying.py
StandardOutput=append:{TOLD}/{{told}}
StandardError=append:{TOLD}/{{told}}
"""
# A container has no screen: cage draws into memory.
DRAWN = re.search(r"(?m)^ExecStart=.*$", (UNITS / "media-station-console.service").read_text())[0]
NO_SCREEN = f"""\
[Service]
Environment={" ".join(map("=".join, IN_MEMORY.items()))}
ExecStart=
{DRAWN.replace("cage -d", " ".join(CAGE))}
"""
# A boot that goes on for a while.
BOOT = """\
[Unit]
Before=getty@tty1.service seatd.service
[Service]
Type=oneshot
ExecStart=/bin/sh -c 'until [ -e /run/booted ]; do sleep 0.1; done'
"""
UDEV_RULES = PROJECT / "config" / "udev" / "71-media-station.rules"
WELL, ALARM = bytes.fromhex("60d080"), bytes.fromhex("ff6060")
# Beyond the container these need a disk, or rights that nobody has in it: tests/machine tries them.
OF_A_MACHINE = {"a disk", "the system disk", "a device of its own", "a kernel parameter", "a module"}
# A sandbox of the drive with a line too many, and what the process says that it lacks.
GAPS = {
    "CapabilityBoundingSet=CAP_NET_RAW": "CapBnd",
    "RestrictAddressFamilies=AF_INET": "RestrictAddressFamilies",
    "RestrictAddressFamilies=AF_INET6": "RestrictAddressFamilies",
    "User=root": "User",
}
# The package manager's, which is held by what it is given: docs/threat_model.md.
PACKAGE_MANAGER = "update-media-station.service", 1.9


def built(folder: Path) -> Path:
    done = subprocess.run([PROJECT / "scripts" / "build-deb", folder], capture_output=True, text=True, check=True)
    return Path(done.stdout.strip())


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    return built(tmp_path_factory.mktemp("package"))


@pytest.fixture(scope="module")
def station(tmp_path_factory, package):
    """What each process told, by its role: its output's first line is what `trying.py` found."""
    folder = tmp_path_factory.mktemp("station")
    etc, told, units = folder / "etc", folder / "told", folder / "units"
    setup_host(folder / "host", "kita-zei-host")
    identity = parse_identity("kita-zei-1/e1")
    setup_station(etc, identity, issued_by="北市", host_certificate=folder / "host" / "tls.crt")
    with (etc / "station.toml").open("a") as settings:
        settings.write(f'\n[network]\ninterface = "{LINK.interface}"\naddress = "{STATION}"\nhost = "{HOST}"\n')
    told.mkdir()
    units.mkdir()
    binds = {f"--bind={etc}:/etc/media-station", f"--bind={told}:{TOLD}", f"--bind-ro={HERE}:/opt/tests"}
    binds.add("--bind-ro=/etc/fonts")
    subprocess.run(["dpkg-deb", "-x", package, folder / "installed"], check=True)
    binds.add(f"--overlay-ro=/usr:{folder}/installed/usr:/usr")
    texts = {f"media-station-{role}.service.d/tries.conf": TRIES.format(told=role) for role in ROLES}
    texts["media-station-drive.service.d/watchdog.conf"] = "[Service]\nWatchdogSec=4\n"
    texts["media-station-console.service.d/screen.conf"] = NO_SCREEN
    texts["media-station-gate.socket.d/network.conf"] = f"[Socket]\nListenStream={STATION}:{LINK.port}\n"
    texts["boot.service"] = BOOT
    for number, gap in enumerate(GAPS):
        parts = UNITS / "media-station-drive.service", UNITS / "media-station-.service.d" / "sandbox.conf"
        shut_in = "".join(part.read_text() for part in parts) + TRIES.format(told=f"gap{number}")
        texts[f"gap{number}.service"] = f"{shut_in}{gap}\nRestart=no\n"
    with lan() as wire, booted(units, wire, texts, *binds) as machine:
        machine.run("ldconfig")  # its /etc began empty
        machine.run("systemd-sysusers")
        machine.run("systemd-tmpfiles", "--create", "--prefix=/run/media-station", "--prefix=/etc/media-station")
        machine.run("systemctl", "start", "media-station.target")
        machine.run("systemctl", "start", "media-station-gate.service", "media-station-console.service")
        for door in ("cell", "clock", "patterns", "update"):
            machine.run(*AS_THE_DESK, PYTHON, "-c", KNOCKS.format(door))
        machine.run("systemctl", "start", "media-station-chore@heartbeat.service")
        yield machine, told


def found(told: Path, role: str) -> dict[str, str]:
    until = time.monotonic() + PATIENCE_SECONDS
    path = told / role
    while "}" not in (path.read_text() if path.exists() else ""):
        assert time.monotonic() < until, path.read_text() if path.exists() else path
        time.sleep(0.1)
    tried: dict[str, str] = json.loads(path.read_text().partition("\n")[0])
    return tried


@pytest.mark.parametrize("role", ROLES)
def test_no_code_in_it_can_do_more_than_its_own(station, role):
    _, told = station
    tried = found(told, role)
    assert {name for name, came in tried.items() if came == "done"} == ({"the clock"} if role == "clock@" else set())


def test_outside_of_a_sandbox_it_can(station):
    machine, _ = station
    tried = json.loads(machine.run("env", "STATE_DIRECTORY=/none", PYTHON, "/opt/tests/trying.py"))
    assert {name for name, came in tried.items() if came != "done"} <= OF_A_MACHINE


def test_the_watchdog_hears_from_it(station):
    machine, _ = station
    seen = set()
    until = time.monotonic() + PATIENCE_SECONDS
    while len(seen) < 3:
        asked = (
            "systemctl",
            "show",
            "media-station-drive.service",
            "-p",
            "WatchdogTimestampMonotonic",
            "-p",
            "NRestarts",
        )
        seen.add(machine.run(*asked))
        assert time.monotonic() < until
    assert all("NRestarts=0\n" in each for each in seen)


@pytest.mark.parametrize("unit", ["desk", "cell@1", "drive", "gate"])
def test_nothing_of_it_is_swapped_or_dumped(station, unit):
    """As systemd has understood its unit; that the kernel keeps to it, a container without the controller can't show."""
    machine, _ = station
    asked = machine.run("systemctl", "show", f"media-station-{unit}.service", "-p", "MemorySwapMax", "-p", "LimitCORE")
    assert sorted(asked.split()) == ["LimitCORE=0", "MemorySwapMax=0"]


@pytest.mark.parametrize("role", ["desk", "drive", "gate", "guard"])
def test_it_runs_as_it_is_shipped(station, role):
    machine, _ = station
    assert machine.run("systemctl", "is-active", f"media-station-{role}.service") == "active\n"


def test_the_console_shows_the_station_on_its_screen(station):
    """In colours that only the console has: all is well, nothing is not."""
    machine, _ = station
    asked = ("env", "XDG_RUNTIME_DIR=/run/media-station-console", "WAYLAND_DISPLAY=wayland-0", "grim", "-t", "ppm")
    until = time.monotonic() + PATIENCE_SECONDS
    seen: set[bytes] = set()
    while WELL not in seen:
        assert time.monotonic() < until, machine.run("journalctl", "-u", "media-station-console.service")
        time.sleep(0.5)
        shown = machine.run("sh", "-c", shlex.join([*AS_THE_CONSOLE, *asked, "-"]) + " 2>&1 | base64 -w 0")
        pixels = base64.b64decode(shown)
        seen = {pixels[at : at + 3] for at in range(len(pixels) % 3, len(pixels), 3)}
    assert ALARM not in seen
    assert machine.run("systemctl", "show", "-P", "NRestarts", "media-station-console.service") == "0\n"


def test_where_there_is_a_screen_the_console_comes_up_though_the_boot_has_yet_to_start_a_getty(station):
    """Wanted by a device a unit is started as with `--job-mode=fail`."""
    machine, _ = station
    as_wanted = ("systemctl", "--job-mode=fail", "start")
    machine.run("systemctl", "stop", "media-station-console.service")
    machine.run("systemctl", "start", "--no-block", "boot.service", "getty@tty1.service", "seatd.service")
    with pytest.raises(AssertionError, match="destructive"):
        machine.run(*as_wanted, "media-station-console.service")
    (wanted,) = re.findall(r'ENV\{SYSTEMD_WANTS\}\+="(.+)"', UDEV_RULES.read_text())
    machine.run(*as_wanted, wanted)
    until = time.monotonic() + PATIENCE_SECONDS
    while machine.run("systemctl", "show", "-P", "ActiveState", "media-station-console.service") != "active\n":
        assert time.monotonic() < until
        time.sleep(0.2)
    machine.run("touch", "/run/booted")


def test_the_seat_is_for_the_console_alone(station):
    machine, _ = station
    knock = f"import socket as s; s.socket(s.AF_UNIX).connect({'/run/seatd.sock'!r})"
    machine.run(*AS_THE_CONSOLE, PYTHON, "-c", knock)
    with pytest.raises(AssertionError, match="PermissionError"):
        machine.run(*AS_THE_DESK, PYTHON, "-c", knock)


def test_a_timers_chore_is_done_in_its_sandbox(station):
    machine, _ = station
    machine.run("systemctl", "start", "media-station-chore@integrity.service")
    said = machine.run("sh", "-c", "cat /var/lib/media-station/desk/journal/*.jsonl")
    assert "station.alive" in said
    assert '"action":"integrity.verified"' in said
    timers = machine.run("systemctl", "list-timers", "--no-legend", "media-station-*")
    assert all(each in timers for each in ("heartbeat", "integrity", "analysis", "backup"))


def test_no_other_terminal_gets_a_login(station):
    machine, _ = station
    said = machine.run("systemd-analyze", "cat-config", "systemd/logind.conf")
    assert {"NAutoVTs=0", "ReserveVT=0"} <= set(said.splitlines())


def test_a_cell_does_its_work_in_its_sandbox(station):
    machine, _ = station
    fields = json.dumps(CERTIFICATE)
    heard = machine.run(*AS_THE_DESK, "env", PATHS, PYTHON, "/opt/tests/asking_a_cell.py", fields)
    assert heard.split() == ["True", "%PDF-"]


@pytest.mark.parametrize("user", ["nobody", "media-station-clamd"])
def test_a_door_is_closed_to_whom_it_is_not_for(station, user):
    """By the socket's own mode, before any process hears of it."""
    machine, _ = station
    for door in ("intake", "findings", "media", "cell", "clock", "patterns", "update", "chores", "people"):
        with pytest.raises(AssertionError, match="PermissionError"):
            machine.run(
                "setpriv", f"--reuid={user}", "--regid=nogroup", "--init-groups", PYTHON, "-c", KNOCKS.format(door)
            )


@pytest.mark.parametrize(("number", "lacks"), list(enumerate(GAPS.values())))
def test_it_does_not_start_in_a_sandbox_with_a_gap(station, number, lacks):
    machine, told = station
    with pytest.raises(AssertionError, match="failed"):
        machine.run("systemctl", "start", f"gap{number}.service")
    said = (told / f"gap{number}").read_text()
    assert "SBX-001" in said
    assert lacks in said


@pytest.mark.parametrize("role", ["desk", "drive", "guard", "cell", "clock", "patterns", "update"])
def test_it_does_not_start_without_a_sandbox(station, role):
    machine, _ = station
    with pytest.raises(AssertionError, match="SBX-001"):
        machine.run("media-stationd", role)


def test_the_same_sources_give_the_same_package(package, tmp_path):
    assert built(tmp_path).read_bytes() == package.read_bytes()


def test_each_unit_is_no_more_exposed_than_it_may_be(tmp_path):
    shutil.copytree(UNITS, tmp_path / "etc" / "systemd" / "system")
    units = {f"media-station-{role}.service": most for role, most in EXPOSURE.items()}
    for unit, most in (*units.items(), PACKAGE_MANAGER):
        command = ("systemd-analyze", "security", "--offline=yes", f"--root={tmp_path}", f"--threshold={most * 10:.0f}")
        done = subprocess.run([*command, unit], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout
