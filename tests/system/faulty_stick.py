"""A stick with faults at will: bytes in this process, served by FUSE as a file under a loop device. What is read and
written comes here past every cache, one request after the other, as to a real one.

`fault(kind, offset, length)` is asked before each `read` and `write` and may raise OSError, wait, or do anything else.
"""

import errno
import os
import struct
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from enum import IntEnum
from pathlib import Path


# linux/fuse.h, protocol 7.31
class _Asked(IntEnum):
    FORGET, GETATTR, SETATTR, OPEN, READ, WRITE, RELEASE = 2, 3, 4, 14, 15, 16, 18
    FSYNC, FLUSH, INIT, INTERRUPT, DESTROY, BATCH_FORGET = 20, 25, 26, 36, 38, 42


_UNANSWERED = {_Asked.FORGET, _Asked.INTERRUPT, _Asked.BATCH_FORGET}
_BIG_WRITES, _MAX_PAGES, _PAST_THE_CACHE = 1 << 5, 1 << 22, 1
_PAGES = 256
_LARGEST = _PAGES * 4096
_HEADER = struct.Struct("<IIQQIIII")
_REGULAR = 0o100600


def no_fault(kind: str, offset: int, length: int) -> None:
    """Sound."""


class FaultyStick:
    """`path` leads to its device. `keeps` bytes are kept of `size_bytes`; what lies beyond goes to the beginning again."""

    def __init__(self, folder: Path, name: str, size_bytes: int, *, keeps: int = 0) -> None:
        self.content = bytearray(b"old data" * ((keeps or size_bytes) // 8))
        self.size_bytes = size_bytes
        self.fault: Callable[[str, int, int], None] = no_fault
        self.path = folder / name
        self.file = folder / f"{name}.file"
        self.file.touch()
        self._fuse = os.open("/dev/fuse", os.O_RDWR | os.O_CLOEXEC)
        options = f"fd={self._fuse},rootmode={_REGULAR:o},user_id=0,group_id=0"
        mounting = ["mount", "-i", "-t", "fuse", "-o", options, "stick", self.file]
        threading.Thread(target=self._serve, daemon=True).start()
        subprocess.run(mounting, pass_fds=[self._fuse], check=True)
        done = subprocess.run(
            ["losetup", "--find", "--show", "--direct-io=on", self.file], capture_output=True, text=True, check=True
        )
        self.device = Path(done.stdout.strip())
        self.path.symlink_to(self.device)

    def pull(self) -> None:
        """From now on nothing comes from it any more; as with a cable, nobody is asked."""
        fuse, self._fuse = self._fuse, -1
        os.close(fuse)

    def swap_for(self, other: "FaultyStick") -> None:
        """What is found under its name from now on is another."""
        self.path.unlink()
        self.path.symlink_to(other.device)

    def remove(self) -> None:
        subprocess.run(["losetup", "-d", self.device], check=True)
        subprocess.run(["umount", "-l", self.file], check=True)
        if self._fuse >= 0:
            self.pull()

    def _serve(self) -> None:
        while not self._is_mounted():
            time.sleep(0.005)
        with suppress(OSError):  # it was pulled
            while asked := os.read(self._fuse, _LARGEST + 4096):
                _, kind, unique, *_ = _HEADER.unpack_from(asked)
                if kind in _UNANSWERED:
                    continue
                try:
                    said, error = self._answer(kind, asked[_HEADER.size :]), 0
                except OSError as fault:
                    said, error = b"", fault.errno
                os.write(self._fuse, struct.pack("<IiQ", 16 + len(said), -error, unique) + said)

    def _is_mounted(self) -> bool:
        """Until then there is nothing to read."""
        return any(line.split()[4] == str(self.file) for line in Path("/proc/self/mountinfo").read_text().splitlines())

    def _answer(self, kind: int, asked: bytes) -> bytes:
        match kind:
            case _Asked.INIT:
                flags = _BIG_WRITES | _MAX_PAGES
                return struct.pack("<IIIIHHIIHH32x", 7, 31, 0, flags, 1, 1, _LARGEST, 1, _PAGES, 0)
            case _Asked.GETATTR | _Asked.SETATTR:
                return struct.pack("<QII", 1, 0, 0) + struct.pack(
                    "<6Q10I", 1, self.size_bytes, 0, 0, 0, 0, 0, 0, 0, _REGULAR, 1, 0, 0, 0, 4096, 0
                )
            case _Asked.OPEN:
                return struct.pack("<QII", 0, _PAST_THE_CACHE, 0)
            case _Asked.READ:
                offset, length = struct.unpack_from("<QI", asked, 8)
                self.fault("read", offset, length)
                return self._get(offset, min(length, self.size_bytes - offset))
            case _Asked.WRITE:
                offset, length = struct.unpack_from("<QI", asked, 8)
                self.fault("write", offset, length)
                self._put(offset, asked[40 : 40 + length])
                return struct.pack("<II", length, 0)
            case _Asked.RELEASE | _Asked.FSYNC | _Asked.FLUSH | _Asked.DESTROY:
                return b""
        raise OSError(errno.ENOSYS, "not a stick's")

    def _put(self, offset: int, data: bytes) -> None:
        at = offset % len(self.content)
        fits = len(self.content) - at
        self.content[at : at + len(data[:fits])] = data[:fits]
        if rest := data[fits:]:
            self._put(offset + fits, rest)

    def _get(self, offset: int, length: int) -> bytes:
        at = offset % len(self.content)
        came = bytes(self.content[at : at + length])
        return came if len(came) == length else came + self._get(offset + len(came), length - len(came))
