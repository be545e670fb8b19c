"""What the kernel knows of block devices: what they hang on, what uses them, what went through them. Read only.

`root` is / or a tree of files that stands for a machine.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from media_station.model.ids import is_text

LONGEST_NAME: Final = 64
_SECTOR: Final = 512  # what sysfs counts in, whatever the device's own is
_INTERFACE: Final = re.compile(r"[0-9]+-[0-9.]+:[0-9]+\.[0-9]+")
_SYSTEM: Final = frozenset({"/", "/boot", "/boot/efi", "/efi", "/etc", "/home", "/opt", "/srv", "/usr", "/var", "swap"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Counters:
    """Bytes that the kernel has read from and written to a device since it came."""

    read: int
    written: int


class Kernel:
    """/sys and /proc below a root. `disk` is a whole disk's own directory in /sys, wherever it was found from."""

    def __init__(self, root: Path = Path("/")) -> None:
        self._sys = root / "sys"
        self._proc = root / "proc"

    def disks(self) -> list[Path]:
        return sorted(each.resolve() for each in (self._sys / "block").glob("*"))

    def disk(self, major: int, minor: int) -> Path:
        """FileNotFoundError if it is gone; a partition is none."""
        found = (self._sys / "dev" / "block" / f"{major}:{minor}").resolve(strict=True)
        if (found / "partition").exists():
            raise FileNotFoundError(found.name)
        return found

    def instance(self, disk: Path) -> str:
        """As `identity` makes it of an open descriptor. OSError if the disk is gone."""
        return f"diskseq {(disk / 'diskseq').read_text().strip()}"

    def counters(self, disk: Path) -> Counters:
        """OSError if it is gone, ValueError if the kernel keeps none."""
        if text(disk / "queue" / "iostats") == "0":
            raise ValueError("no counters")
        fields = (disk / "stat").read_text().split()
        return Counters(read=int(fields[2]) * _SECTOR, written=int(fields[6]) * _SECTOR)

    def used_as(self, disk: Path) -> frozenset[str]:
        """Where the disk, a part of it or whatever is built on it (LUKS, LVM, md, loop) is mounted, `swap` among them;
        `held` if something is built on it at all.
        """
        parts = [disk, *(each.parent for each in disk.glob("*/partition"))]
        above = list(self._above(parts))
        known = {number for each in [*parts, *above] if (number := text(each / "dev"))}
        uses = {where for number, where in [*self._mounts(), *self._swaps()] if number in known}
        return frozenset(uses | ({"held"} if above else set()))

    def usb_interface(self, disk: Path) -> Path | None:
        """The USB interface that the disk hangs on; None if it hangs on none."""
        return next((each for each in disk.parents if (each / "bInterfaceClass").exists()), None)

    def _above(self, devices: list[Path]) -> Iterator[Path]:
        for device in devices:
            held = [each.resolve() for each in (device / "holders").glob("*")]
            yield from held
            yield from self._above(held)

    def _mounts(self) -> Iterator[tuple[str, str]]:
        """(major:minor, mount point), by what is named as the source too: file systems over several disks."""
        for line in (self._proc / "self" / "mountinfo").read_text().splitlines():
            before, _, after = line.partition(" - ")
            fields = before.split()
            yield fields[2], fields[4]
            if (source := after.split()[1]).startswith("/dev/"):
                yield self._number(source), fields[4]

    def _swaps(self) -> Iterator[tuple[str, str]]:
        for line in (self._proc / "swaps").read_text().splitlines()[1:]:
            yield self._number(line.split()[0]), "swap"

    def _number(self, node: str) -> str:
        return text(self._sys / "class" / "block" / Path(node).name / "dev")


def is_system(uses: frozenset[str]) -> bool:
    """Does the system itself lie on what is used so?"""
    return bool(uses & _SYSTEM)


def interfaces(usb_device: Path) -> list[Path]:
    """All interfaces of a USB device, whether a driver is bound to them or not."""
    return [each for each in usb_device.iterdir() if _INTERFACE.fullmatch(each.name)]


def text(attribute: Path) -> str:
    """An attribute's one line; empty if there is none. A device says what it likes: what can't be shown is left out."""
    try:
        said = attribute.read_bytes().decode(errors="replace").strip()
    except OSError:
        return ""
    return "".join(each for each in said if is_text(f"x{each}x"))[:LONGEST_NAME].strip()
