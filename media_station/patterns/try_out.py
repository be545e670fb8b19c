"""Patterns are tried by a clamd of one's own: it loads them, finds the test file that every scanner finds (EICAR), and
nothing in a file that has nothing.
"""

import socket
import subprocess
import tempfile
import time
from contextlib import closing, suppress
from pathlib import Path
from typing import Final

from media_station.model.errors import Refused
from media_station.model.supply import ENGINE

CLAMD: Final = "/usr/sbin/clamd"
SECONDS: Final = 600.0
_LOOK_SECONDS: Final = 0.2
# In two halves: this file is none that a scanner should find.
EICAR: Final = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}" + b"$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
_SETTINGS: Final = """\
LocalSocket {folder}/clamd.sock
DatabaseDirectory {patterns}
TemporaryDirectory {folder}
Foreground yes
"""
# What this process is to be held by once it starts another, where the kernel has AppArmor.
_NEXT: Final = Path("/proc/thread-self/attr/apparmor/exec")
_ANSWER_BYTES: Final = 4096


def try_out(patterns: Path, *, dated: bool) -> str:
    """The engine with the patterns' number and day, as clamd tells it. Refused SUP-020 if they don't load, don't find
    what they are to or, where they are to be `dated`, have no day; SUP-021 without a clamd.
    """
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        (here / "clamd.conf").write_text(_SETTINGS.format(folder=here, patterns=patterns))
        (here / "eicar").write_bytes(EICAR)
        (here / "nothing").write_bytes(b"nothing\n")
        # Debian's profile for clamd knows Debian's folders alone; what holds it here is this process's sandbox.
        with suppress(OSError):
            _NEXT.write_text("exec unconfined")
        try:
            clamd = subprocess.Popen(
                [CLAMD, f"--config-file={here / 'clamd.conf'}"],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        except OSError as error:
            raise Refused("SUP-021") from error
        with clamd:
            try:
                return _tried(here, clamd, dated=dated)
            except (OSError, ValueError) as error:
                raise Refused("SUP-020") from error
            finally:
                clamd.kill()


def _tried(here: Path, clamd: subprocess.Popen[bytes], *, dated: bool) -> str:
    until = time.monotonic() + SECONDS
    while not (here / "clamd.sock").exists():
        if clamd.poll() is not None or time.monotonic() > until:
            raise Refused("SUP-020")
        time.sleep(_LOOK_SECONDS)
    found = _ask(here, f"SCAN {here / 'eicar'}")
    nothing = _ask(here, f"SCAN {here / 'nothing'}")
    told = ENGINE.fullmatch(_ask(here, "VERSION"))
    if not found.endswith(" FOUND") or not nothing.endswith(": OK") or told is None or (dated and not told[3]):
        raise Refused("SUP-020")
    return told[0]


def _ask(here: Path, command: str) -> str:
    with closing(socket.socket(socket.AF_UNIX)) as clamd:
        clamd.settimeout(SECONDS)
        clamd.connect(str(here / "clamd.sock"))
        clamd.sendall(b"z" + command.encode() + b"\0")
        answer = b""
        while not answer.endswith(b"\0") and len(answer) < _ANSWER_BYTES and (piece := clamd.recv(_ANSWER_BYTES)):
            answer += piece
    return answer.rstrip(b"\0").decode()
