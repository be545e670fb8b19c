"""The package's cupsd under a real systemd, and a sheet that the desk gives it from inside its own sandbox (P)."""

import os
import shutil
import subprocess
import time

import pytest
from booted import PATIENCE_SECONDS, booted
from lan import lan
from test_sandboxes import PYTHON, built

from media_station.cli.standalone.doctor import things
from media_station.cli.standalone.setup import setup_host, setup_station
from media_station.model.ids import parse_identity

pytestmark = pytest.mark.skipif(os.getuid() != 0, reason="only root can boot a container")
QUEUE, NUMBER = "office", "KITA-ZEI-1-E1-N-00001"
SOCKET = "/run/media-station-cups/cups.sock"
DRAWER = "/run/media-station-cups/drawer"
BACKEND = f"""#!/bin/sh
[ $# -eq 0 ] && {{ echo 'direct drawer "Unknown" "drawer"'; exit 0; }}
umask 077
cat ${{6:+"$6"}} >'{DRAWER}.part' && mv '{DRAWER}.part' '{DRAWER}'
"""
PRINTS = f"""\
from pathlib import Path
from media_station.desk.hands.printer import Queue
Queue(Path("{SOCKET}"), "{QUEUE}", 30).print("{NUMBER}", b"%PDF-1.7 the sheet")
"""
# As the desk itself does it: its user, its system calls, its view of the machine.
IN_THE_DESK = f"""\
[Service]
Environment=PYTHONPATH=/usr/lib/media-station
ExecStartPre={PYTHON} /opt/prints.py
"""


@pytest.fixture(scope="module")
def machine(tmp_path_factory):
    folder = tmp_path_factory.mktemp("printing")
    etc, units, prints = folder / "etc", folder / "units", folder / "prints.py"
    setup_host(folder / "host", "kita-zei-host")
    certificate = folder / "host" / "tls.crt"
    setup_station(etc, parse_identity("kita-zei-1/e1"), issued_by="北市", host_certificate=certificate)
    subprocess.run(["dpkg-deb", "-x", built(folder / "package"), folder / "installed"], check=True)
    backend = folder / "installed/usr/lib/cups/backend/drawer"
    backend.parent.mkdir(parents=True)
    backend.write_text(BACKEND)
    backend.chmod(0o700)
    prints.write_text(PRINTS)
    units.mkdir()
    shutil.copytree(etc, folder / "etc-of-station")
    binds = (
        f"--bind={folder / 'etc-of-station'}:/etc/media-station",
        f"--bind-ro={prints}:/opt/prints.py",
        f"--overlay-ro=/usr:{folder / 'installed/usr'}:/usr",
    )
    texts = {"media-station-desk.service.d/prints.conf": IN_THE_DESK}
    with lan() as wire, booted(units, wire, texts, *binds) as running:
        running.run("systemd-sysusers", "/usr/lib/sysusers.d/media-station.conf")
        running.run("systemd-tmpfiles", "--create", "/usr/lib/tmpfiles.d/media-station.conf")
        running.run("systemctl", "start", "media-station-cups.service")
        yield running


def test_the_desk_prints_from_inside_its_sandbox_and_nothing_of_the_job_is_kept(machine):
    until = time.monotonic() + PATIENCE_SECONDS
    while machine.run("sh", "-c", f"test -S {SOCKET} && echo up || true") != "up\n":
        assert time.monotonic() < until
        time.sleep(0.1)
    machine.run("lpadmin", "-h", SOCKET, "-p", QUEUE, "-E", "-v", "drawer:/drawer", "-m", "raw")
    machine.run("systemctl", "start", "media-station-desk.service")
    while machine.run("sh", "-c", f"test -e {DRAWER} && echo out || true") != "out\n":
        assert time.monotonic() < until
        time.sleep(0.1)
    looked = ("env", "LC_ALL=C.UTF-8", "lpstat", "-h", SOCKET, "-p", QUEUE, "-a", QUEUE)
    assert not things.STOPPED.search(machine.run(*looked))
    for stops in ("cupsdisable", "cupsreject"):
        machine.run(f"/usr/sbin/{stops}", "-h", SOCKET, QUEUE)
        assert things.STOPPED.search(machine.run(*looked))
        machine.run("lpadmin", "-h", SOCKET, "-p", QUEUE, "-E")
        assert not things.STOPPED.search(machine.run(*looked))
    assert machine.run("cat", DRAWER) == "%PDF-1.7 the sheet"
    spool = ("sh", "-c", "find /run/media-station-cups/spool /run/media-station-cups/tmp -type f")
    while machine.run(*spool):
        assert time.monotonic() < until
        time.sleep(0.1)


def test_nobody_but_root_and_the_desk_reaches_the_printer(machine):
    with pytest.raises(AssertionError):
        machine.run("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "ls", "/run/media-station-cups")
