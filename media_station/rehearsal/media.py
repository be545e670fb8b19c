"""The rehearsal's bays: a loop device, or a file where there is none, in place of a stick; a file as a disc."""

import hashlib
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

STICK_BYTES = 64 * 1024 * 1024
DISC_BYTES = 4_700_372_992
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Bay:
    """`path` is what the drive opens; `backing` the file behind it."""

    name: str
    kind: str
    path: Path
    backing: Path
    serial: str
    size_bytes: int

    def settings(self) -> str:
        """The bay's table in station.toml."""
        maker, model = ("REHEARSAL", "STICK") if self.kind == "usb" else ("REHEARSAL", "DISC")
        return (
            f'\n[[drive.bays]]\nname = "{self.name}"\nkind = "{self.kind}"\npath = "{self.path}"\n'
            f'vendor = "{maker}"\nmodel = "{model}"\nserial = "{self.serial}"\nsize_bytes = {self.size_bytes}\n'
        )


def stick(folder: Path, name: str, serial: str, size_bytes: int = STICK_BYTES) -> Bay:
    """A stick that has been used before: old data on it, which the station must not leave there."""
    backing = folder / f"{name}.stick"
    with backing.open("wb") as out:
        old = b"".join(hashlib.sha256(f"{serial} {block}".encode()).digest() for block in range(_PIECE // 32))
        for _ in range(size_bytes // _PIECE):
            out.write(old)
    return Bay(
        name=name, kind="usb", path=_loop(backing) or backing, backing=backing, serial=serial, size_bytes=size_bytes
    )


def blank_disc(folder: Path, name: str) -> Bay:
    backing = folder / f"{name}.disc"
    backing.write_bytes(b"")
    return Bay(name=name, kind="dvd-r", path=backing, backing=backing, serial="", size_bytes=DISC_BYTES)


def insert_blank(bay: Bay) -> None:
    """Takes the disc out and puts a new one in."""
    bay.backing.unlink(missing_ok=True)
    bay.backing.write_bytes(b"")


def remove(bay: Bay) -> None:
    """Detaches a loop device of ours."""
    if bay.path != bay.backing:
        subprocess.run(["losetup", "-d", str(bay.path)], check=False)


def copy(bay: Bay, length: int, to: Path) -> str:
    """Reads the medium's first `length` bytes, raw, into a file; their SHA-256."""
    seen = hashlib.sha256()
    with bay.path.open("rb", buffering=0) as medium, to.open("wb") as out:
        while length:
            piece = medium.read(min(length, _PIECE))
            if not piece:
                raise EOFError(f"{bay.name} ended early")
            seen.update(piece)
            out.write(piece)
            length -= len(piece)
    return seen.hexdigest()


def _loop(backing: Path) -> Path | None:
    """A loop device over the file, or None where this user or machine has none."""
    if os.geteuid() != 0:
        return None
    try:
        done = subprocess.run(
            ["losetup", "--find", "--show", str(backing)], capture_output=True, text=True, check=True, timeout=20
        )
    except (OSError, subprocess.SubprocessError):
        return None
    device = Path(done.stdout.strip())
    return device if device.is_block_device() else None
