"""A machine as a tree of files: what /sys and /proc say of its disks, as kernels 5.15 and later have it."""

from pathlib import Path

PCI = "sys/devices/pci0000:00"


class Machine:
    """Built piece by piece; what is left out is as the kernel has it for a common PC."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._numbers = 0
        self._mounts: list[str] = []
        self._swaps: list[str] = []
        for each in ("sys/block", "sys/class/block", "sys/dev/block", "proc/self"):
            (root / each).mkdir(parents=True)
        self._proc()

    def disk(self, name: str, below: str = f"{PCI}/0000:00:17.0/ata1/host0/target0:0:0/0:0:0:0", **attributes) -> Path:
        """A whole disk; `below` is the device that it hangs on."""
        place = self.root / below / "block" / name
        self._device(place, name)
        (self.root / "sys" / "block" / name).symlink_to(place)
        (place / "device").mkdir(exist_ok=True)
        said = {
            "removable": 0,
            "ro": 0,
            "size": 8388608,
            "device/type": 0,
            "diskseq": self._numbers,
            "queue/iostats": 1,
        }
        said["stat"] = "0 " * 17
        for attribute, value in (said | attributes).items():
            write(place / attribute, value)
        return place

    def stick(self, name: str = "sdb", port: str = "1-2", lun: int = 0, interfaces=("08",), device=(), **attributes):
        """A USB stick; `interfaces` are its classes, `device` other attributes of the USB device."""
        usb = f"{PCI}/0000:00:14.0/usb1/{port}"
        said = {
            "manufacturer": "Kita",
            "product": "Stick 3.0",
            "serial": "000000000001",
            "idVendor": "0951",
            "bDeviceClass": "00",
            "bNumConfigurations": "1",
            "bNumInterfaces": f" {len(interfaces)}",
        }
        for attribute, value in (said | dict(device)).items():
            write(self.root / usb / attribute, value)
        for number, kind in enumerate(interfaces):
            write(self.root / usb / f"{port}:1.{number}" / "bInterfaceClass", kind)
        at = interfaces.index("08") if "08" in interfaces else 0
        scsi = f"{usb}/{port}:1.{at}/host3/target3:0:0/3:0:0:{lun}"
        return self.disk(name, scsi, **{"removable": 1, **attributes})

    def part(self, disk: Path, name: str) -> Path:
        self._device(disk / name, name)
        write(disk / name / "partition", 1)
        return disk / name

    def built_on(self, name: str, *below: Path) -> Path:
        """A device-mapper or md device over others."""
        place = self.root / "sys/devices/virtual/block" / name
        self._device(place, name)
        (self.root / "sys" / "block" / name).symlink_to(place)
        for each in below:
            (each / "holders").mkdir(exist_ok=True)
            (each / "holders" / name).symlink_to(place)
        return place

    def mount(self, device: Path, where: str, number: str = "", kind: str = "ext4") -> None:
        """`number`: what the kernel says of a file system over several disks, which has a number of its own."""
        said = number or (device / "dev").read_text().strip()
        self._mounts.append(f"30 1 {said} / {where} rw,relatime shared:1 - {kind} /dev/{device.name} rw")
        self._proc()

    def swap(self, device: Path) -> None:
        self._swaps.append(f"/dev/{device.name} partition 1000 0 -2")
        self._proc()

    def _proc(self) -> None:
        write(self.root / "proc/self/mountinfo", "\n".join(["22 1 0:21 / /proc rw - proc proc rw", *self._mounts]))
        write(self.root / "proc/swaps", "\n".join(["Filename Type Size Used Priority", *self._swaps]))

    def _device(self, place: Path, name: str) -> None:
        self._numbers += 1
        write(place / "dev", f"8:{self._numbers}")
        (self.root / "sys/dev/block" / f"8:{self._numbers}").symlink_to(place)
        (self.root / "sys/class/block" / name).symlink_to(place)


def write(path: Path, value: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{value}\n" if not isinstance(value, bytes) else "")
    if isinstance(value, bytes):
        path.write_bytes(value)
