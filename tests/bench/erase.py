"""A random pass and its verification on a loop device, beside Debian's `nwipe` and `badblocks -w` on the same device; the
pass alone beside `dd if=/dev/zero oflag=direct`. They take turns, in each round another is the first (a virtual disk's speed
wanders by a quarter from one second to the next); medians of the rounds. `read_of_device`: what the kernel counted from the
device while ours verified, as a part of its size.

And what a certificate takes from its fields to a signed PDF.

nwipe takes a minute: it runs in the first rounds alone. It waits some ten seconds whatever it wipes: what it takes for one
piece is taken off (`peer_start_s`). It wipes whatever it is shown: it runs where /dev holds that one loop device, and nothing
else that could be written.
"""

import importlib.util
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

BYTES = 2 << 30
PIECE = 4 << 20
ROUNDS = 6
NWIPE_ROUNDS = 2
CERTIFICATES = 9
HERE = Path(__file__).parent
PAPERS = HERE.parent / "unit" / "proof" / "papers_made.py"
ALONE = """
set -e
mount -t tmpfs -o mode=755 dev "$1"
mknod "$1/${2##*/}" b 7 "${2##*/loop}"
for each in null:3 zero:5 random:8 urandom:9; do mknod -m 666 "$1/${each%:*}" c 1 "${each#*:}"; done
mount --bind "$1" /dev
shift
exec nwipe --autonuke --nogui --nowait --noblank --method=random --rounds=1 --verify=last --logfile=/dev/null "$1"
"""


def rows(scale: float) -> Iterator[dict[str, str | float]]:
    pieces = max(2, round(BYTES / PIECE * scale))
    with tempfile.TemporaryDirectory(prefix="bench-", dir=Path.cwd()) as name:
        folder = Path(name)
        (folder / "dev").mkdir()
        with _loop(folder / "piece", PIECE) as device:
            start = _seconds(_nwipe(folder, device))
        with _loop(folder / "device", pieces * PIECE) as device:
            yield from _rows(folder, device, pieces, ROUNDS if scale >= 0.1 else 1, start)
        yield _certificate(folder, max(1, round(CERTIFICATES * min(1, scale))))


@contextmanager
def _loop(backing: Path, size: int) -> Iterator[str]:
    with backing.open("wb") as out:
        os.posix_fallocate(out.fileno(), 0, size)
    losetup = ["losetup", "--find", "--show", "--direct-io=on", str(backing)]
    device = subprocess.run(losetup, capture_output=True, text=True, check=True).stdout.strip()
    try:
        yield device
    finally:
        subprocess.run(["losetup", "-d", device], check=True)


def _nwipe(folder: Path, device: str) -> list[str]:
    return ["unshare", "--mount", "sh", "-c", ALONE, "nwipe", str(folder / "dev"), device]


def _seconds(command: list[str]) -> float:
    began = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    return time.perf_counter() - began


def _rows(folder: Path, device: str, pieces: int, rounds: int, start: float) -> Iterator[dict[str, str | float]]:
    size = pieces * PIECE
    doing = {
        "ours": [sys.executable, str(HERE / "_drive_erases.py"), device, str(folder / "took")],
        "nwipe": _nwipe(folder, device),
        "badblocks": ["badblocks", "-w", "-t", "random", "-b", "4096", "-c", "1024", device],
        "dd": ["dd", "if=/dev/zero", f"of={device}", "bs=4M", f"count={pieces}", "oflag=direct", "conv=fsync"],
    }
    seconds: dict[str, list[float]] = {name: [] for name in doing}
    ours: list[list[float]] = []
    order = list(doing)
    for number in range(rounds):
        for name in order[number % len(order) :] + order[: number % len(order)]:
            if name != "nwipe" or number < NWIPE_ROUNDS:
                seconds[name].append(_seconds(doing[name]))
        ours.append([float(each) for each in (folder / "took").read_text().split()])
    whole, written, counted = (statistics.median(each) for each in zip(*ours, strict=True))
    share = round(counted / size, 3)
    for peer, took, goal in (("nwipe", whole, 8.0), ("badblocks", whole, 1.0), ("dd", written, 0.9)):
        theirs = statistics.median(seconds[peer]) - (start if peer == "nwipe" else 0)
        yield {
            "what": f"{'random pass' if peer == 'dd' else 'random + verify'}, {size >> 20} MiB, beside {peer}",
            "ours_s": round(took, 3),
            "peer": peer,
            "peer_s": round(theirs, 3),
            "ratio": round(theirs / took, 2),
            "goal": goal,
            **({"peer_start_s": round(start, 3)} if peer == "nwipe" else {}),
            "read_of_device": share,
        }


def _certificate(folder: Path, times: int) -> dict[str, str | float]:
    sys.path.insert(0, str(PAPERS.parent))
    spec = importlib.util.spec_from_file_location("papers_made", PAPERS)
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = made
    spec.loader.exec_module(made)
    made.signed(made.sheet(), folder)
    took = []
    for _ in range(times):
        began = time.perf_counter()
        made.signed(made.sheet(), folder)
        took.append(time.perf_counter() - began)
    ours = statistics.median(took)
    return {
        "what": "a certificate, typeset and signed",
        "ours_s": round(ours, 3),
        "peer": "a second",
        "peer_s": 1.0,
        "ratio": round(1 / ours, 2),
        "goal": 1.0,
    }
