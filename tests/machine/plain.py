"""A plain Debian in QEMU with a disk of its own, no network, and a bundle in its drive; what root types, and the cable.

The disk stays when the power goes: what the guest had not written to it is gone, as on a machine.
"""

import base64
import contextlib
import json
import re
import shlex
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

_BOOT_SECONDS = 600
_BOOTS = 3
_ANSWER_SECONDS = 1800


class Plain:
    """One machine; `on` and `cut_power` as often as one likes. Use as a context."""

    def __init__(self, built: Path, bundle: Path, folder: Path, *more: str) -> None:
        """`more` of QEMU's options: what is plugged in."""
        self._built, self._bundle, self._folder, self._more = built, bundle, folder, more
        self._days = 0
        self._process: subprocess.Popen[bytes] | None = None
        self.typed: list[tuple[str, str]] = []
        base = ["-f", "qcow2", "-b", str(built / "disk"), "-F", "raw", str(folder / "disk")]
        subprocess.run(["qemu-img", "create", "-q", *base], check=True)

    def __enter__(self) -> Self:
        self.on()
        return self

    def __exit__(self, *_: object) -> None:
        self.cut_power()

    def on(self, *, days: int = 0) -> None:
        """Up when a shell answers; its clock `days` on since it was last up. One that hangs at its boot, as emulated ones do
        once in hundreds, is turned off and on again.
        """
        self._days += days
        for _ in range(_BOOTS):
            self._start()
            with contextlib.suppress(ConnectionError):  # it ended
                if self._answers():
                    return
            self.cut_power()
            said = (self._folder / "console").read_text(errors="replace")[-4000:]
            print(f"the machine did not boot:\n{said}", file=sys.stderr)
        raise AssertionError(said)

    def _start(self) -> None:
        clock = datetime.now(UTC) + timedelta(days=self._days)
        command = ["setpriv", "--pdeathsig", "KILL", "qemu-system-x86_64", "-nodefaults", "-no-user-config"]
        command += ["-display", "none", "-machine", "q35", "-accel", "tcg,thread=multi", "-cpu", "max", "-smp", "2"]
        command += ["-m", "1536", "-no-reboot", "-serial", "stdio"]
        command += ["-kernel", str(self._built / "kernel"), "-initrd", str(self._built / "initrd")]
        # The self-tests of the kernel's ciphers take minutes in software; its check of the timer fails on a busy host.
        command += ["-append", "console=ttyS0 quiet panic=-1 mitigations=off no_timer_check cryptomgr.notests rw"]
        command += ["-drive", f"if=virtio,format=qcow2,file={self._folder}/disk"]
        command += ["-drive", f"if=virtio,format=raw,read-only=on,file={self._bundle}", "-device", "qemu-xhci,id=xhci"]
        command += ["-chardev", f"socket,id=shell,path={self._folder}/shell,server=on,wait=off"]
        command += ["-device", "virtio-serial", "-device", "virtserialport,chardev=shell,name=shell"]
        command += ["-rtc", f"base={clock:%Y-%m-%dT%H:%M:%S}", *self._more]
        with (self._folder / "console").open("ab") as log:
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self._folder
            )
        self._shell = self._connected()

    def _answers(self) -> bool:
        until = time.monotonic() + _BOOT_SECONDS
        self._shell.settimeout(5)
        heard = b""
        while b"@@up" not in heard:
            if time.monotonic() > until:
                return False
            try:
                self._shell.sendall(b"echo @@up\n")
                heard += self._shell.recv(1 << 16)
            except TimeoutError:
                continue
        self._shell.settimeout(_ANSWER_SECONDS)
        self._answer("true")
        return True

    def _connected(self) -> socket.socket:
        shell = socket.socket(socket.AF_UNIX)
        for _ in range(400):
            try:
                shell.connect(str(self._folder / "shell"))
            except OSError:
                time.sleep(0.05)
            else:
                return shell
        raise ConnectionError

    def cut_power(self) -> None:
        """SIGKILL; gone when this returns."""
        if self._process is None:
            return
        self._process.kill()
        self._process.wait()
        self._process = None
        self._shell.close()

    def off(self) -> None:
        """In order; gone when this returns."""
        self.begin("systemctl poweroff")
        self._process.wait(_ANSWER_SECONDS)
        self.cut_power()

    def does(self, command: str) -> str:
        """What it said; it must succeed."""
        status, said = self._answer(command)
        assert status == 0, said
        return said

    def types(self, command: str, answers: Sequence[tuple[str, object]] = (), *, as_in_guide: str = "") -> str:
        """The same, as the administrator, for the transcript; `answers` as guest/typist.py has them."""
        if answers:
            given = shlex.quote(json.dumps(answers, ensure_ascii=False))
            said = self.does(f"python3 /root/typist.py {command} {given}")
        else:
            said = self.does(command)
        self.typed.append((as_in_guide or command, said))
        return said

    def has(self, path: str, content: str) -> None:
        """A file there with this content, on the disk."""
        packed = base64.b64encode(content.encode()).decode()
        self.does(f"echo {packed} | base64 -d >{path}; sync {path}")

    def begin(self, command: str) -> None:
        """Doesn't wait for it."""
        self._answer(f"( {command} ) >/dev/null 2>&1 &")

    def _answer(self, command: str) -> tuple[int, str]:
        mark = f"@@{time.monotonic_ns()}"
        self._shell.sendall(f"( {command}\n) 2>&1; came=$?\necho; echo {mark} $came\n".encode())
        heard = b""
        while not (ended := re.search(rf"(?m)^{mark} (\d+)$".encode(), heard)):
            piece = self._shell.recv(1 << 16)
            assert piece, heard
            heard += piece
        return int(ended[1]), heard[: ended.start()].decode(errors="replace").strip()
