"""Verifying a million records: the package's verifier and the stand-alone one beside `journalctl --verify`.

The peer verifies the same lines as messages, each with the fields that journald itself adds to a service's line
(systemd.journal-fields(7)); `ratio_to_messages_alone` is against entries of nothing else, which no journald writes.
Alternating, medians. On a busy machine `cpu_ratio` says more than `ratio`.
"""

import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import recovering

RECORDS = 1_000_000
RUNS = 3
GOALS = {1: 4, 2: 8}  # times the peer, by processes
REMOTE = Path("/lib/systemd/systemd-journal-remote")
MEASURED = [sys.executable, "-I", str(Path(__file__).with_name("_measured.py"))]
SCRIPT = Path(__file__).parents[2] / "scripts" / "verify_journal.py"
PACKAGE = """
import pathlib, sys
from media_station.proof.key import Verifier
from media_station.proof.verify import verify_journal
keys = [Verifier.parse(pathlib.Path(sys.argv[2]).read_text())]
verify_journal(pathlib.Path(sys.argv[1]), keys, None, processes=int(sys.argv[3]))
"""
ADDED = b"""_BOOT_ID=3a1c9c1e000040008000000000000000
_TRANSPORT=stdout
PRIORITY=6
SYSLOG_FACILITY=3
SYSLOG_IDENTIFIER=media-stationd
_UID=990
_GID=990
_PID=812
_COMM=media-stationd
_EXE=/usr/bin/python3.11
_CMDLINE=/usr/bin/python3 /usr/bin/media-stationd desk
_CAP_EFFECTIVE=0
_SYSTEMD_CGROUP=/system.slice/media-station-desk.service
_SYSTEMD_UNIT=media-station-desk.service
_SYSTEMD_SLICE=system.slice
_SYSTEMD_INVOCATION_ID=0f1e2d3c4b5a69788796a5b4c3d2e1f0
_STREAM_ID=0123456789abcdef0123456789abcdef
_MACHINE_ID=fedcba9876543210fedcba9876543210
_HOSTNAME=aobano
"""


class Run(NamedTuple):
    seconds: float
    cpu_seconds: float
    peak_kib: float


def rows(scale: float) -> Iterator[dict[str, str | float]]:
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        records = round(RECORDS * scale)
        journal = recovering.written(Path(folder), records) / "journal"
        key = Path(folder) / "journal.pub"
        key.write_text(recovering.SIGNER.verifier.render())
        commands = {
            (what, processes): [sys.executable, *command, *last, str(processes)]
            for processes in GOALS
            for what, command, last in (
                ("package", ["-c", PACKAGE, str(journal), str(key)], []),
                ("verify_journal.py", ["-I", str(SCRIPT), str(journal), "--key", str(key)], ["--processes"]),
            )
        }
        ours = list(commands)
        if REMOTE.exists():
            for what, added in (("full", ADDED), ("alone", ADDED[: ADDED.index(b"\n") + 1])):
                directory = _written_by_journald(journal, Path(folder) / what, added)
                commands[what, 1] = ["journalctl", "--verify", "--quiet", f"--directory={directory}"]
        runs: dict[tuple[str, int], list[Run]] = {what: [] for what in commands}
        for _ in range(RUNS):
            for what, command in commands.items():
                runs[what].append(_measured(command))
        took = {what: Run(*map(statistics.median, zip(*each, strict=True))) for what, each in runs.items()}
        for what, processes in ours:
            our = took[what, processes]
            row = {
                "what": f"{what}, {processes} process{'es' if processes > 1 else ''}",
                "records": records,
                "ours_s": round(our.seconds, 2),
                "ours_cpu_s": round(our.cpu_seconds, 2),
                "records_per_s": round(records / our.seconds),
                "peak_mib": round(our.peak_kib / 1024, 1),
            }
            if REMOTE.exists():
                full, alone = took["full", 1], took["alone", 1]
                row |= {
                    "peer": "journalctl --verify",
                    "peer_s": round(full.seconds, 2),
                    "peer_cpu_s": round(full.cpu_seconds, 2),
                    "ratio": round(full.seconds / our.seconds, 2),
                    "cpu_ratio": round(full.cpu_seconds / our.cpu_seconds, 2),
                    "goal": GOALS[processes],
                    "ratio_to_messages_alone": round(alone.seconds / our.seconds, 2),
                }
            yield row


def _measured(command: list[str]) -> Run:
    done = subprocess.run([*MEASURED, *command], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)
    return Run(*map(float, done.stdout.split()))


def _written_by_journald(journal: Path, directory: Path, added: bytes) -> Path:
    """Journal files of the same lines, by systemd's own writer, uncompressed."""
    directory.mkdir()
    command = [REMOTE, f"--output={directory}/records.journal", "--split-mode=none", "--compress=no", "-"]
    writer = subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert writer.stdin
    at = 0
    for segment in sorted(journal.glob("*.jsonl")):
        for line in segment.read_bytes().splitlines():
            at += 1
            times = b"__REALTIME_TIMESTAMP=%d\n__MONOTONIC_TIMESTAMP=%d\n" % (1_743_465_600_000_000 + at * 1000, at)
            writer.stdin.write(times + added + b"MESSAGE=" + line + b"\n\n")
    writer.stdin.close()
    if writer.wait():
        raise subprocess.CalledProcessError(writer.returncode, command)
    return directory
