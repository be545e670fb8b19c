"""A real cupsd with the station's configuration, in a folder of its own: what it prints, a backend lays into a drawer."""

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

CONFIG = Path(__file__).parents[2] / "config" / "cups"
SECONDS = 30  # against a hang
_BACKEND = """#!/bin/sh
[ $# -eq 0 ] && { echo 'file drawer "Unknown" "drawer"'; exit 0; }
[ -e '{folder}/jammed' ] && exit 1
cat ${6:+"$6"} >'{folder}/drawer/.part' && mv '{folder}/drawer/.part' "{folder}/drawer/$3.pdf"
"""


@dataclass(frozen=True)
class Cupsd:
    folder: Path
    pid: int

    @property
    def socket(self) -> Path:
        return self.folder / "cups.sock"

    @property
    def spool(self) -> Path:
        return self.folder / "spool"

    def jobs(self) -> list[str]:
        """What is left of jobs in the spool."""
        return [path.name for path in self.spool.iterdir() if path.is_file()]

    def sheets(self) -> dict[str, bytes]:
        return {path.stem: path.read_bytes() for path in (self.folder / "drawer").glob("*.pdf")}


def wait(until) -> None:
    ends = time.monotonic() + SECONDS
    while not until():
        assert time.monotonic() < ends, "never"
        time.sleep(0.05)


@contextmanager
def a_cupsd(folder: Path, queue: str) -> Iterator[Cupsd]:
    """`folder` must be reachable for cupsd's own user."""
    backends = folder / "bin" / "backend"
    for each in (backends, folder / "drawer", folder / "root", *(folder / name for name in ("spool", "tmp", "state"))):
        each.mkdir(parents=True)
    (folder / "bin" / "daemon").symlink_to("/usr/lib/cups/daemon")
    (backends / "drawer").write_text(_BACKEND.replace("{folder}", str(folder)))
    (backends / "drawer").chmod(0o700)
    for name in ("cupsd.conf", "cups-files.conf"):
        text = (CONFIG / name).read_text().replace("/run/media-station-cups", str(folder))
        text = text.replace("/etc/media-station/cups", str(folder / "root")).replace("syslog", str(folder / "log"))
        (folder / name).write_text(text)
    with (folder / "cups-files.conf").open("a") as files:
        files.write(f"ServerBin {folder / 'bin'}\n")
    command = ["cupsd", "-f", "-c", folder / "cupsd.conf", "-s", folder / "cups-files.conf"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
        try:
            made = Cupsd(folder, running.pid)
            wait(lambda: made.socket.exists() or running.poll() is not None)
            admin = ["lpadmin", "-h", made.socket, "-p", queue, "-E", "-v", "drawer:/drawer", "-m", "raw"]
            done = subprocess.run(admin, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stderr + (folder / "log").read_text()
            yield made
        finally:
            running.terminate()
