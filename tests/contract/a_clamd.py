"""clamd with the station's configuration and a tiny database of the tests' own, in a folder; and one that only speaks
as clamd does, whose patterns can be of any day.
"""

import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

CONFIG = Path(__file__).parents[2] / "config" / "clamd" / "clamd.conf"
MALWARE = b"MALICIOUS-CANARY-7F3A"
SIGNATURE = "Test.Canary"
SECONDS = 60  # against a hang


@dataclass(frozen=True)
class Clamd:
    socket: Path
    temporary: Path
    pid: int

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)


@contextmanager
def a_clamd(folder: Path, within: Sequence[str] = ()) -> Iterator[Clamd]:
    """`within`: what its own command begins with."""
    patterns, temporary, own = folder / "patterns", folder / "tmp", folder / "clamd.sock"
    patterns.mkdir()
    temporary.mkdir()
    (patterns / "own.ndb").write_text(f"{SIGNATURE}:0:*:{MALWARE.hex()}\n")
    text = CONFIG.read_text().replace("LogSyslog yes", f"LogFile {folder / 'log'}")
    for name, path in (("LocalSocket ", own), ("DatabaseDirectory ", patterns), ("TemporaryDirectory ", temporary)):
        (line,) = (each for each in text.splitlines() if each.startswith(name))
        text = text.replace(line, f"{name}{path}")
    (folder / "clamd.conf").write_text(text)
    with subprocess.Popen(
        [*within, "/usr/sbin/clamd", f"--config-file={folder / 'clamd.conf'}"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            ends = time.monotonic() + SECONDS
            while not own.exists():
                assert process.poll() is None, process.stdout.read()
                assert time.monotonic() < ends, "never"
                time.sleep(0.05)
            yield Clamd(own, temporary, process.pid)
        finally:
            process.kill()


@contextmanager
def speaking_as_clamd(folder: Path, version: str = "ClamAV 1.4.6/27500/Mon Apr  6 01:00:00 2026") -> Iterator[Path]:
    """Its socket. `version` is what it answers to VERSION."""
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(folder / "clamd.sock"))
        listening.listen()
        answering = threading.Thread(target=_answer_all, args=(listening, version))
        answering.start()
        try:
            yield folder / "clamd.sock"
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            answering.join()


def _answer_all(listening: socket.socket, version: str) -> None:
    while True:
        try:
            speaking, _ = listening.accept()
        except OSError:
            return
        with speaking:
            command = b""
            while not command.endswith(b"\0") and (piece := speaking.recv(1)):
                command += piece
            if command.endswith(b"\0"):
                speaking.sendall(_answer(speaking, version) if command == b"zFILDES\0" else f"{version}\0".encode())


def _answer(speaking: socket.socket, version: str) -> bytes:
    _, (descriptor,), _, _ = socket.recv_fds(speaking, 1, 1)
    try:
        content = os.pread(descriptor, os.fstat(descriptor).st_size, 0)
    finally:
        os.close(descriptor)
    if "ERROR" in version:
        return b"fd[10]: Can't allocate memory ERROR\0"
    return f"fd[10]: {SIGNATURE}.UNOFFICIAL FOUND\0".encode() if MALWARE in content else b"fd[10]: OK\0"
