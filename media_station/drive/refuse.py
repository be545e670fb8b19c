"""What is never touched, order or not. Unknown means refuse."""

import mmap
import os
from pathlib import Path
from typing import Final

from media_station.drive.identity import BLOCK_BYTES
from media_station.drive.kernel import Kernel, interfaces, is_system, text
from media_station.model.errors import Refused

_MASS_STORAGE: Final = "08"  # USB class code
_BY_INTERFACE: Final = frozenset({"00", _MASS_STORAGE})


def refuse_in_use(kernel: Kernel, disk: Path, bay: str) -> None:
    """Refused DRV-038 if the system lies on the disk, DRV-023 if anything else uses it or a part of it.

    The kernel's own O_EXCL refuses most of this at the opening; here the reason is found before anything is hashed.
    """
    uses = kernel.used_as(disk)
    if is_system(uses):
        raise Refused("DRV-038", bay=bay)
    if uses:
        raise Refused("DRV-023", bay=bay)


def refuse_unfit(kernel: Kernel, disk: Path, bay: str) -> None:
    """Of a device that was found: Refused DRV-039 unless it is removable, DRV-040 if it is more than one medium on
    USB, a keyboard among them.
    """
    if text(disk / "removable") != "1":
        raise Refused("DRV-039", bay=bay)
    interface = kernel.usb_interface(disk)
    if interface is None:
        if text(disk / "device" / "type") == "5":
            return
        raise Refused("DRV-039", bay=bay)
    usb = interface.parent
    classes = [text(each / "bInterfaceClass") for each in interfaces(usb)]
    configured = (text(usb / "bNumConfigurations"), text(usb / "bNumInterfaces"))
    media = [each for each in kernel.disks() if kernel.usb_interface(each) == interface]
    if (
        classes != [_MASS_STORAGE]
        or configured != ("1", "1")
        or text(usb / "bDeviceClass") not in _BY_INTERFACE
        or media != [disk]
    ):
        raise Refused("DRV-040", bay=bay)


def refuse_read_only(disk: Path, bay: str) -> None:
    """Refused DRV-041 unless the kernel says that it can be written."""
    if text(disk / "ro") != "0":
        raise Refused("DRV-041", bay=bay)


def refuse_used(device: int, bay: str) -> None:
    """Of a stick that is to be written, and so was erased: Refused DRV-047 if it bears a file system or partitions.

    Somebody has had it in another computer since. What can't be read is left to the writing, which tells why.
    """
    with mmap.mmap(-1, BLOCK_BYTES) as block:
        try:
            os.preadv(device, [block], 0)
        except OSError:
            return
        if block[510:512] != b"\x55\xaa":
            return
        # A jump into a volume's boot code, or four partitions that are active or not.
        if block[0] in {0xE9, 0xEB} or {block[at] for at in range(446, 510, 16)} <= {0x00, 0x80}:
            raise Refused("DRV-047", bay=bay)
