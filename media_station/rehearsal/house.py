"""Starts the real roles as processes in one folder, as the service manager would; restarts what ended."""

import asyncio
import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import IO

from media_station.doors.socket import Socket, accept_each, listen_loopback, listen_notify, listen_path
from media_station.rehearsal.media import Bay

STATION = "rehearsal"
HOST = "district-host"
READY_SECONDS = 30.0
# A sheet's file has its QR code's text as keywords (cell/papers/layout.typ).
_KEYWORDS = re.compile(rb"<pdf:Keywords>([^<]+)</pdf:Keywords>")


class House:
    """One station and its district host under `folder`. Sockets lie elsewhere: their paths have a length limit."""

    def __init__(self, folder: Path, *, commands: Mapping[str, Sequence[str]] | None = None) -> None:
        self.folder = folder
        self.station = folder / "station"
        self.host = folder / "host"
        self.tray = self.station / "state" / "papers"
        self.run = Path(tempfile.mkdtemp(prefix="media-station-"))
        self._commands = dict(commands or {})
        self._roles: dict[str, subprocess.Popen[bytes]] = {}
        self._once: list[subprocess.Popen[bytes]] = []
        self._log: IO[bytes] | None = None
        self._gate: Socket | None = None
        self._once_doors: list[Socket] = []
        self._keeper: asyncio.Task[None] | None = None
        self._starting = asyncio.Lock()
        self.gate_port = 0

    def set_up(self, bays: Sequence[Bay]) -> None:
        """Keys and settings, by the same command that an administrator uses."""
        self.folder.mkdir(parents=True, exist_ok=True)
        run_cli("setup", "host", str(self.host), "--name", HOST)
        run_cli(
            *("setup", "station", str(self.station), "--station", STATION, "--rehearsal"),
            *("--host-cert", str(self.host / "tls.crt"), "--issued-by", "架空区 税務部 税務課（訓練）"),
        )
        settings = self.station / "station.toml"
        text = settings.read_text().replace('run = "run"', f'run = "{self.run}"')
        settings.write_text(text + "".join(bay.settings() for bay in bays))

    async def start(self) -> None:
        """All roles, each ready when this returns."""
        self.open_once_doors()
        self._gate = listen_loopback()
        self.gate_port = self._gate.getsockname()[1]
        for role in ("drive", "desk", "gate"):
            await self.start_role(role)
        self._keeper = asyncio.create_task(self._keep_running())

    def open_once_doors(self) -> None:
        """Where a cell or a oneshot is started for each connection."""
        self._log = (self.folder / "processes.log").open("ab")
        for role in ("cell", "clock", "patterns", "update"):
            door = listen_path(self.run / f"{role}.sock")
            accept_each(door, partial(self._spawn_once, role))
            self._once_doors.append(door)

    async def start_role(self, role: str) -> None:
        """Starts one role and waits until it says READY."""
        address = self.run / f"{role}.notify"
        ready = listen_notify(address)
        passed = self._gate.fileno() if role == "gate" and self._gate is not None else None
        self._roles[role] = self._spawn(
            [*self._command(role), "--settings", str(self.station / "station.toml")],
            {"NOTIFY_SOCKET": str(address), "LISTEN_FDNAMES": "gate"},
            passed,
        )
        try:
            async with asyncio.timeout(READY_SECONDS):
                told = b""
                while b"READY=1" not in told:
                    if self._roles[role].poll() is not None:
                        raise ChildProcessError(f"{role} ended with {self._roles[role].returncode}")
                    await asyncio.sleep(0.02)
                    # From Python 3.12 on, wait_for may end with TimeoutError although sock_recv has taken what came.
                    with contextlib.suppress(BlockingIOError):
                        told = ready.recv(4096)
        finally:
            ready.close()

    async def revive(self) -> None:
        """Starts again every role that ended, as Restart=always does; all of them run when this returns."""
        async with self._starting:
            for role, process in list(self._roles.items()):
                if process.poll() is not None:
                    await self.start_role(role)

    async def _keep_running(self) -> None:
        while True:
            with contextlib.suppress(ChildProcessError):  # ended before it was ready: once more
                await self.revive()
            await asyncio.sleep(0.05)

    @property
    def uids(self) -> frozenset[int]:
        """Who may be at a door's other end here."""
        return frozenset({0, os.getuid()})

    def pid(self, role: str) -> int:
        return self._roles[role].pid

    def kill(self, role: str) -> None:
        """SIGKILL, and gone when this returns."""
        self._roles[role].kill()
        self._roles[role].wait()

    def scan(self, paper: str) -> str:
        """What a scanner types from the sheet in the printer's tray; empty if there is none."""
        sheet = self.tray / f"{paper}.pdf"
        found = _KEYWORDS.search(sheet.read_bytes()) if sheet.exists() else None
        return found[1].decode() if found else ""

    def stop(self) -> None:
        """Ends what this house started, by pid."""
        if self._keeper is not None:
            self._keeper.cancel()
        for process in [*self._roles.values(), *self._once]:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process in [*self._roles.values(), *self._once]:
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        for listening in (self._gate, *self._once_doors):
            if listening is not None:
                asyncio.get_running_loop().remove_reader(listening)
                listening.close()
        if self._log is not None:
            self._log.close()
        shutil.rmtree(self.run, ignore_errors=True)

    def _command(self, role: str) -> list[str]:
        return [*self._commands.get(role, (sys.executable, "-m", "media_station")), role]

    def _spawn_once(self, role: str, connection: Socket) -> None:
        """What an `Accept=yes` socket unit does: a process for each connection."""
        self._once = [process for process in self._once if process.poll() is None]
        command = [*self._command(role), "--settings", str(self.station / "station.toml")]
        self._once.append(self._spawn(command, {"LISTEN_FDNAMES": "connection"}, connection.fileno()))
        connection.close()

    def _spawn(self, command: list[str], environment: dict[str, str], passed: int | None) -> subprocess.Popen[bytes]:
        if passed is not None:
            # LISTEN_PID must be the process's own: the shell's pid stays when it becomes the role. Not dash: it can't
            # redirect descriptors above 9.
            command = ["/bin/bash", "-c", f'export LISTEN_PID=$$ LISTEN_FDS=1; exec "$@" 3<&{passed}', "bash", *command]
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
            pass_fds=() if passed is None else (passed,),
            env={**os.environ, **environment},
        )


def run_cli(*arguments: str) -> str:
    """media-station as a person runs it; what it prints."""
    done = subprocess.run(
        [sys.executable, "-m", "media_station.cli.main", *arguments], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise ChildProcessError(f"media-station {arguments[0]}: {done.stderr.strip()}")
    return done.stdout
