"""Commands measured beside each other: they take turns, for machines have moods; medians of the runs."""

import statistics
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

RUNS = 7
_MEASURED = [sys.executable, "-I", str(Path(__file__).with_name("_measured.py"))]


class Run(NamedTuple):
    seconds: float
    cpu_seconds: float
    peak_kib: float


def medians(commands: Mapping[str, Sequence[object]], scale: float) -> dict[str, Run]:
    took: dict[str, list[Run]] = {name: [] for name in commands}
    for _ in range(max(1, min(RUNS, round(RUNS * scale)))):
        for name, command in commands.items():
            took[name].append(measured(command))
    return {name: Run(*map(statistics.median, zip(*each, strict=True))) for name, each in took.items()}


def measured(command: Sequence[object]) -> Run:
    whole = [*_MEASURED, *map(str, command)]
    done = subprocess.run(whole, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)
    return Run(*map(float, done.stdout.split()))


def row(what: str, ours: Run, peer: str, theirs: Run, goal: float) -> dict[str, str | float]:
    return {
        "what": what,
        "ours_s": round(ours.seconds, 3),
        "ours_cpu_s": round(ours.cpu_seconds, 3),
        "peak_mib": round(ours.peak_kib / 1024, 1),
        "peer": peer,
        "peer_s": round(theirs.seconds, 3),
        "peer_cpu_s": round(theirs.cpu_seconds, 3),
        "ratio": round(theirs.seconds / ours.seconds, 2),
        "cpu_ratio": round(theirs.cpu_seconds / ours.cpu_seconds, 2),
        "goal": goal,
    }
