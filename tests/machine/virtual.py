"""A guest in QEMU: started or restored, commands in it, sticks and a burner plugged and pulled. Software emulation."""

import contextlib
import json
import socket
import subprocess
import sys
import time
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from burner.iscsi import LUN, NAME

_ANSWER_SECONDS = 120
_BOOT_SECONDS = 180
_BOOTS = 3


class CommandFailed(Exception):
    """In the guest; its arguments tell how."""


@dataclass(frozen=True, slots=True)
class Said:
    """`status` is None while a command runs that was started in the background."""

    status: int | None
    out: str
    err: str = ""


class _Lines:
    """A Unix socket on which lines of JSON go both ways, and after some of them raw bytes."""

    def __init__(self, path: Path, alive) -> None:
        self._stream = socket.socket(socket.AF_UNIX)
        self._stream.settimeout(_BOOT_SECONDS)
        for _ in range(200):
            try:
                self._stream.connect(str(path))
                break
            except OSError:
                alive()
                time.sleep(0.05)
        self._file = self._stream.makefile("rb")

    def send(self, message: dict[str, object], body: bytes = b"") -> None:
        self._stream.sendall(json.dumps(message).encode() + b"\n" + body)

    def receive(self) -> dict[str, object]:
        line = self._file.readline()
        if not line:
            raise ConnectionResetError
        return json.loads(line)

    def receive_bytes(self, length: int) -> bytes:
        return self._file.read(length)

    def close(self) -> None:
        self._file.close()
        self._stream.close()


class Guest:
    """One QEMU process. Use as a context: it ends with it, by its own pid."""

    def __init__(
        self,
        built: Path,
        project: Path,
        folder: Path,
        *,
        restored_from: Path | None = None,
        within: Sequence[str] = (),
        kernel: str = "",
        more: Sequence[str] = (),
    ) -> None:
        """Up when its agent answers. `within`: what QEMU's own command begins with, where it is to run; `more` of its
        options, and `kernel`'s. A guest that hangs at its boot, as emulated ones do once in hundreds, is started anew.
        """
        self._folder = folder
        command = [*within, "setpriv", "--pdeathsig", "KILL"]  # whatever ends the tests ends the guest
        command += ["qemu-system-x86_64", "-nodefaults", "-no-user-config", "-display", "none"]
        command += ["-machine", "q35", "-accel", "tcg,thread=multi", "-cpu", "max", "-smp", "2", "-m", "1024"]
        command += ["-kernel", str(built / "kernel"), "-initrd", str(built / "initrd")]
        command += ["-append", f"console=ttyS0 panic=-1 mitigations=off no_timer_check {kernel}", *more]
        command += ["-no-reboot", "-serial", "stdio"]
        for image in (built / "root.erofs", built / "packages.erofs", project):
            command += ["-drive", f"if=virtio,format=raw,read-only=on,file={image}"]
        command += ["-device", "virtio-serial", "-chardev", f"socket,id=agent,path={folder}/agent,server=on,wait=off"]
        command += ["-device", "virtserialport,chardev=agent,name=agent", "-device", "qemu-xhci,id=xhci"]
        command += ["-qmp", f"unix:{folder}/qmp,server=on,wait=off"]
        if restored_from is not None:
            command += ["-incoming", f"exec:cat {restored_from}"]
        for boot in range(1, _BOOTS + 1):
            self._start(command)
            if restored_from is not None:
                self._until_running()
                return
            try:
                self.does("true")
            except (TimeoutError, ConnectionError):
                self.cut_power()
                said = (folder / "console").read_text(errors="replace")[-4000:]
                if boot == _BOOTS:
                    raise ChildProcessError(said) from None
                print(f"the guest did not boot:\n{said}", file=sys.stderr)
            else:
                return

    def _start(self, command: list[str]) -> None:
        self._log = (self._folder / "console").open("wb")
        self.process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=self._log, stderr=self._log, cwd=self._folder
        )
        self._qmp = _Lines(self._folder / "qmp", self._check)
        self._qmp.receive()
        self.qmp("qmp_capabilities")
        self._agent = _Lines(self._folder / "agent", self._check)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.cut_power()

    def _check(self) -> None:
        if self.process.poll() is not None:
            raise ChildProcessError((self._folder / "console").read_text(errors="replace")[-4000:])

    def cut_power(self) -> None:
        """SIGKILL; gone when this returns."""
        self.process.kill()
        self.process.wait()
        for each in (self._qmp, self._agent, self._log):
            each.close()

    # --- QEMU's own door

    def qmp(self, command: str, **arguments: object) -> object:
        """ValueError with what QEMU says if it refuses."""
        named = {key.replace("_", "-"): value for key, value in arguments.items()}
        self._qmp.send({"execute": command, "arguments": named})
        while True:
            answer = self._qmp.receive()
            if "error" in answer:
                raise ValueError(answer["error"])
            if "return" in answer:
                return answer["return"]

    def _until_running(self) -> None:
        while self.qmp("query-status")["status"] == "inmigrate":
            time.sleep(0.02)
        self.qmp("cont")

    def save(self, path: Path) -> None:
        """What the guest is now, for `restored_from`; it stands still afterwards."""
        self.qmp("stop")
        self.qmp("migrate", uri=f"exec:cat >{path}")
        while (state := self.qmp("query-migrate").get("status")) != "completed":
            if state == "failed":
                raise ChildProcessError("the guest could not be saved")
            time.sleep(0.05)

    # --- in the guest

    def run(self, *command: str, seconds: int = _ANSWER_SECONDS) -> Said:
        """To its end, whatever that is."""
        answer = self._ask({"do": "run", "command": command, "seconds": seconds})
        return Said(answer["status"], answer["said"], answer["complained"])

    def does(self, *command: str, seconds: int = _ANSWER_SECONDS) -> str:
        """What it said; CommandFailed unless it ended well."""
        said = self.run(*command, seconds=seconds)
        if said.status:
            raise CommandFailed(command, said.status, said.out[-2000:], said.err[-2000:])
        return said.out

    def start(self, *command: str) -> int:
        """In the background; for `look` and `end`."""
        return self._ask({"do": "start", "command": command})["pid"]

    def look(self, pid: int) -> Said:
        answer = self._ask({"do": "look", "pid": pid})
        return Said(answer["status"], answer["said"])

    def end(self, pid: int, seconds: float = _ANSWER_SECONDS) -> Said:
        """Waits for it."""
        return self.until(lambda: said if (said := self.look(pid)).status is not None else None, seconds)

    def call(self, function: str, /, **arguments: object) -> dict[str, object]:
        """Of guest/ordering.py."""
        return self._ask({"do": "call", "function": function, "arguments": arguments})

    def put(self, path: str, data: bytes) -> None:
        packed = zlib.compress(data, 1)
        self._ask({"do": "put", "path": path, "length": len(packed)}, packed)

    def get(self, path: str) -> bytes:
        return self._agent.receive_bytes(self._ask({"do": "get", "path": path})["length"])

    def until(self, looked, seconds: float = _ANSWER_SECONDS):
        """What `looked` returns once it is something; TimeoutError."""
        last = time.monotonic() + seconds
        while not (found := looked()):
            self._check()
            if time.monotonic() > last:
                raise TimeoutError(seconds)
            time.sleep(0.1)
        return found

    def _ask(self, message: dict[str, object], body: bytes = b"") -> dict[str, object]:
        self._agent.send(message, body)
        answer = self._agent.receive()
        if "error" in answer:
            raise CommandFailed(answer["error"])
        return answer

    # --- what is plugged in

    def plug_stick(
        self, name: str, block: dict[str, object], *, serial: str, port: str = "1", removable: bool = True
    ) -> None:
        """A USB stick, always in the same socket; `block` is QEMU's node for what it holds (blockdev-add)."""
        self.qmp("blockdev-add", node_name=name, **block)
        self.qmp(
            "device_add",
            driver="usb-storage",
            id=name,
            drive=name,
            bus="xhci.0",
            port=port,
            serial=serial,
            removable=removable,
        )

    def plug_burner(self, port: int) -> None:
        """The burner at this port of the host, as a USB writer."""
        self.qmp(
            "blockdev-add",
            node_name="burner",
            driver="iscsi",
            transport="tcp",
            portal=f"127.0.0.1:{port}",
            target=NAME,
            lun=LUN,
        )
        self.qmp("device_add", driver="usb-bot", id="burner", bus="xhci.0", port="2")
        self.qmp("device_add", driver="scsi-generic", id="burner-unit", drive="burner", bus="burner.0")
        self.qmp("qom-set", path="/machine/peripheral/burner", property="attached", value=True)

    def pull(self, name: str) -> None:
        """Out of the socket, whatever it was doing; nobody holds its file when this returns."""
        self.qmp("device_del", id=name)
        self.until(lambda: self._is_let_go(name))

    def _is_let_go(self, name: str) -> bool:
        with contextlib.suppress(ValueError):  # in use until the device is gone
            self.qmp("blockdev-del", node_name=name)
            return True
        return False
