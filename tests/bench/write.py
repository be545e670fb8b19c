"""A sealed image onto a device and back past the cache, beside `dd` with the same bytes on the same loop device; and from
the plaintext on, beside `age | tee | openssl dgst`. They take turns; medians of the rounds.

`peak_mib` is the drive process's memory, `cpu_percent_at_16x` what of a core its work takes while a DVD is written and
read at 16x speed, reckoned from the CPU seconds of the same bytes here.
"""

import os
import secrets
import shlex
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

BYTES = 1 << 30
PIECE = 4 << 20
ROUNDS = 5
DVD_16X = 16 * 1_385_000  # bytes a second
HERE = Path(__file__).parent


def rows(scale: float) -> Iterator[dict[str, str | float]]:
    pieces = max(1, round(BYTES / PIECE * scale))
    with tempfile.TemporaryDirectory(prefix="bench-", dir=Path.cwd()) as folder:
        backing = Path(folder) / "device"
        with backing.open("wb") as out:
            os.posix_fallocate(out.fileno(), 0, (pieces + 1) * PIECE)
        losetup = ["losetup", "--find", "--show", "--direct-io=on", str(backing)]
        device = subprocess.run(losetup, capture_output=True, text=True, check=True).stdout.strip()
        try:
            yield from _rows(Path(folder), device, pieces, max(1, round(ROUNDS * min(1, scale * 10))))
        finally:
            subprocess.run(["losetup", "-d", device], check=True)


def _rows(folder: Path, device: str, pieces: int, rounds: int) -> Iterator[dict[str, str | float]]:
    plain, image = folder / "plain", folder / "image"
    for path in (plain, image):
        with path.open("wb") as out:
            for _ in range(pieces):
                out.write(secrets.token_bytes(PIECE))
    identity = subprocess.run(["age-keygen"], capture_output=True, text=True, check=True).stdout
    recipient = next(line.split()[-1] for line in identity.splitlines() if "public key" in line)
    drive = [sys.executable, str(HERE / "_drive_writes.py"), str(image), device, str(folder / "took")]
    sealing = [sys.executable, str(HERE / "_seals_and_writes.py"), str(plain), recipient, device]
    to, size = shlex.quote(device), pieces * PIECE
    direct = (
        f"dd if={shlex.quote(str(image))} of={to} bs=4M oflag=direct conv=fsync status=none"
        f" && dd if={to} of=/dev/null bs=4M count={pieces} iflag=direct status=none"
    )
    sealed = (
        f"age -r {recipient} {shlex.quote(str(plain))} | tee {to} | openssl dgst -sha256"
        f" && blockdev --flushbufs {to} && head -c {size} {to} | openssl dgst -sha256"
    )
    doing = {"ours": drive, "dd": ["sh", "-c", direct], "whole": sealing, "age": ["sh", "-c", sealed]}
    took: dict[str, list[tuple[float, int]]] = {name: [] for name in doing}
    running: list[list[float]] = []
    for _ in range(rounds):
        for name, command in doing.items():
            took[name].append(_measured(command))
        running.append([float(each) for each in (folder / "took").read_text().split()])
    ours, cpu = (statistics.median(each) for each in zip(*running, strict=True))
    seconds = {name: statistics.median(each[0] for each in runs) for name, runs in took.items()}
    yield {
        "what": f"write and read back {size >> 20} MiB",
        "ours_s": round(ours, 3),
        "peer": "dd oflag=direct, dd iflag=direct",
        "peer_s": round(seconds["dd"], 3),
        "ratio": round(seconds["dd"] / ours, 2),
        "goal": round(1 / 1.05, 2),
        "peak_mib": round(max(each[1] for each in took["ours"]) / 1024, 1),
        "cpu_percent_at_16x": round(100 * cpu * DVD_16X / (2 * size), 2),
    }
    yield {
        "what": f"seal, write and read back {size >> 20} MiB",
        "ours_s": round(seconds["whole"], 3),
        "peer": "age | tee | openssl dgst, openssl dgst",
        "peer_s": round(seconds["age"], 3),
        "ratio": round(seconds["age"] / seconds["whole"], 2),
        "goal": 1.9,
    }


def _measured(command: list[str]) -> tuple[float, int]:
    """Seconds, peak in KiB."""
    done = subprocess.run(
        [sys.executable, str(HERE / "_measured.py"), *command],
        capture_output=True,
        text=True,
        check=True,
    )
    took, _, peak = done.stdout.split()
    return float(took), int(peak)
