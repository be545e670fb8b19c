"""What a start costs over Python's own: the command's `--help`, each process until it is ready, the console until it has
painted; and what they hold idle.

CPU seconds, so that other work on the machine says little; memory is each process's share (Pss) once it is ready.
"""

import asyncio
import compileall
import fcntl
import os
import pty
import signal
import statistics
import struct
import sys
import tempfile
import termios
from collections.abc import Iterator
from pathlib import Path

from _beside import measured

import media_station
from media_station.rehearsal.house import House
from media_station.texts.console import word

RUNS = 5
HELP_GOAL_S = 0.060
READY_GOAL_S = 0.300
PAINT_GOAL_S = 0.500
CONSOLE_GOAL_MIB = 60
IDLE_GOAL_MIB = 180
# The guard rules a network of its own, and needs root for it.
ROLES = ("drive", "desk", "gate", *(("guard",) if os.getuid() == 0 else ()))
ALONE = {"guard": ("unshare", "--net", sys.executable, "-m", "media_station")}
TICKS = os.sysconf("SC_CLK_TCK")


def rows(scale: float) -> Iterator[dict[str, str | float]]:
    runs = max(1, round(RUNS * min(1.0, scale)))
    compileall.compile_dir(Path(media_station.__file__).parent, quiet=1)  # as the package has it
    bare = cpu([sys.executable, "-I", "-c", "pass"], runs)
    helped = cpu([sys.executable, "-m", "media_station.cli.main", "--help"], runs)
    yield {"what": "media-station --help", "over_python_s": round(helped - bare, 3), "goal_s": HELP_GOAL_S}
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        took, held, painted = asyncio.run(started(Path(name) / "house", runs))
    for role in ROLES:
        ready = {"over_python_s": round(took[role] - bare, 3), "goal_s": READY_GOAL_S}
        yield {"what": f"{role} ready", **ready, "idle_mib": round(held[role], 1)}
    paint = {"over_python_s": round(statistics.median(each for each, _ in painted) - bare, 3), "goal_s": PAINT_GOAL_S}
    console = max(each for _, each in painted)
    yield {"what": "console's first paint", **paint, "idle_mib": round(console, 1), "goal_mib": CONSOLE_GOAL_MIB}
    every = sum(held.values()) + console
    yield {"what": "idle, all of these", "idle_mib": round(every, 1), "goal_mib": IDLE_GOAL_MIB}


def cpu(command: list[str], runs: int) -> float:
    return statistics.median(measured(command).cpu_seconds for _ in range(runs))


async def started(folder: Path, runs: int) -> tuple[dict[str, float], dict[str, float], list[tuple[float, float]]]:
    """CPU seconds of each role until it said that it is ready, and MiB that it holds then; of each run of the console."""
    house = House(folder, commands=ALONE)
    house.set_up([])
    try:
        await house.start()
        if "guard" in ROLES:
            await house.start_role("guard")
        took = {role: seconds(house.pid(role)) for role in ROLES}
        held = {role: pss_mib(house.pid(role)) for role in ROLES}
        painted = [await asyncio.to_thread(first_paint, house.station / "station.toml") for _ in range(runs)]
        return took, held, painted
    finally:
        house.stop()


def first_paint(settings: Path) -> tuple[float, float]:
    """CPU seconds of a console until its first page is on the terminal, and MiB that it holds then."""
    pid, terminal = pty.fork()
    if not pid:
        os.execv(sys.executable, [sys.executable, "-m", "media_station", "console", "--settings", str(settings)])
    try:
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("4H", 30, 100, 0, 0))
        shown = b""
        while word("sign_in", "ja").encode() not in shown:
            shown += os.read(terminal, 1 << 16)
        return seconds(pid), pss_mib(pid)
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(terminal)


def seconds(pid: int) -> float:
    """utime and stime, proc(5)."""
    after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(after_name[11]) + int(after_name[12])) / TICKS


def pss_mib(pid: int) -> float:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
