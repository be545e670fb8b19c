"""Sealing 1 GiB to a key, whole processes, beside Debian's `age`; and the cipher alone, beside `openssl speed`."""

import re
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from _beside import medians, row
from _sealed_file import SealedFile

from media_station.age import stream

GOALS = {1: 1.3, 2: 1.8}
OPENSSL_GOAL = 0.65
ROUNDS = 5


def rows(scale: float) -> Iterator[dict[str, str | float]]:
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        file = SealedFile(Path(folder), scale)
        commands = {f"{threads}": file.ours("seal", threads) for threads in GOALS}
        took = medians({**commands, "age": ["age", "-r", file.recipient, file.plain]}, scale)
        for threads, goal in GOALS.items():
            what = f"{threads} thread{'s' if threads > 1 else ''}"
            yield row(what, took[f"{threads}"], "age", took["age"], goal)
        yield in_process(file.plain, max(1, round(ROUNDS * scale)))


def in_process(plain: Path, rounds: int) -> dict[str, str | float]:
    """Reading, encrypting and handing over by one thread; the best of some rounds of each."""
    ours, theirs = 0.0, 0.0
    for _ in range(rounds):
        began = time.perf_counter()
        with plain.open("rb", buffering=0) as source:
            length = sum(map(len, stream.seal(source, bytes(16), 1)))
        ours = max(ours, length / (time.perf_counter() - began))
        command = ["openssl", "speed", "-seconds", "1", "-bytes", "65536", "-evp", "chacha20-poly1305"]
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        theirs = max(theirs, float(re.findall(r"([0-9.]+)k", said)[-1]) * 1000)
    return {
        "what": "1 thread in this process",
        "ours_mb_per_s": round(ours / 1e6),
        "peer": "openssl speed",
        "peer_mb_per_s": round(theirs / 1e6),
        "ratio": round(ours / theirs, 2),
        "goal": OPENSSL_GOAL,
    }
