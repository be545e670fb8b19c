"""systemd as the first process of a container that has the station's end of a wire: the shipped units, and what is
put beside them. Of this machine it sees /usr alone, read-only.
"""

import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lan import Lan

PATIENCE_SECONDS = 60
UNITS = Path(__file__).parents[2] / "systemd"
_MANAGER = "/lib/systemd/systemd"
_LEAN = "lean.target"


class Booted:
    def __init__(self, nspawn: int) -> None:
        self._nspawn = nspawn

    def run(self, *command: str) -> str:
        done = subprocess.run(
            ["nsenter", "-t", str(self._manager()), "-a", *command],
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE_SECONDS,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def is_up(self) -> bool:
        try:
            return self.run("systemctl", "is-system-running") == "running\n"
        except (AssertionError, StopIteration):
            return False

    def _manager(self) -> int:
        """The container's first process, by its number out here."""
        children = Path(f"/proc/{self._nspawn}/task/{self._nspawn}/children").read_text().split()
        return next(int(each) for each in children if _MANAGER in Path(f"/proc/{each}/cmdline").read_text())


@contextmanager
def booted(folder: Path, wire: Lan, units: dict[str, str] | None, *more: str) -> Iterator[Booted]:
    """`units`: texts by their paths below /etc/systemd/system, in place of a shipped one of that name; None: /etc is
    empty, and its own. `more`: options of systemd-nspawn(1).
    """
    shipped = [] if units is None else [*UNITS.rglob("media-station*"), *UNITS.glob("*.d/*.conf")]
    texts = {str(path.relative_to(UNITS)): path.read_text() for path in shipped if path.is_file()}
    texts |= {_LEAN: "[Unit]\n"} | (units or {})
    for name, text in texts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    within = f"/{_LEAN}" if units is None else ""
    command = (
        *("systemd-nspawn", "--quiet", "--register=no", "--keep-unit", "--volatile=yes", "-D", "/", "--console=pipe"),
        # Without these two an address filter is passed over in silence.
        *("--capability=all", "--system-call-filter=bpf"),
        *(
            f"--network-namespace-path=/run/netns/{wire.name('station')}",
            f"--bind-ro={folder}{within}:/etc/systemd/system{within}",
        ),
        *more,
        *(_MANAGER, f"--unit={_LEAN}"),
    )
    environment = {**os.environ, "SYSTEMD_NSPAWN_UNIFIED_HIERARCHY": "1"}
    nothing = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with _control_group() as within, subprocess.Popen([*within, *command], env=environment, **nothing) as nspawn:
        try:
            container = Booted(nspawn.pid)
            until = time.monotonic() + PATIENCE_SECONDS
            while not container.is_up():
                assert nspawn.poll() is None
                assert time.monotonic() < until
                time.sleep(0.1)
            yield container
        finally:
            nspawn.terminate()
            try:
                nspawn.wait(PATIENCE_SECONDS)
            except subprocess.TimeoutExpired:
                nspawn.kill()
                nspawn.wait()


@contextmanager
def _control_group() -> Iterator[tuple[str, ...]]:
    """What a command begins with to have one of its own: an address filter stays with its group when the manager that
    put it there is gone.
    """
    mounted = next(
        line.split()[1] for line in Path("/proc/self/mounts").read_text().splitlines() if " cgroup2 " in line
    )
    own = next(line[4:] for line in Path("/proc/self/cgroup").read_text().splitlines() if line.startswith("0::/"))
    group = Path(tempfile.mkdtemp(prefix="media-station-", dir=Path(mounted, own)))
    try:
        yield "sh", "-c", 'echo $$ >"$0" && exec "$@"', str(group / "cgroup.procs")
    finally:
        for each, _, _ in os.walk(group, topdown=False):
            os.rmdir(each)
