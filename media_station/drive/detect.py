"""The bays of this station: what hangs on USB or is an optical drive; in a rehearsal those of its settings as well."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from media_station.drive.kernel import Kernel, is_system, text
from media_station.model.errors import Refused
from media_station.model.ids import LONGEST_BAY, parse_bay
from media_station.model.kind import MediumKind

_DISC_DRIVE: Final = "5"  # SCSI peripheral device type, SPC-4
_DISK: Final = "0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bay:
    """A place for one medium. `kind` is a disc drive's DVD_R until its disc is looked at. Of the settings alone:
    `size_bytes` is a disc's capacity, `path` is absent while the tray is empty.
    """

    name: str
    kind: MediumKind
    path: Path
    vendor: str
    model: str
    serial: str
    serial_source: str
    size_bytes: int
    found: bool


def parse_bays(untrusted: Iterable[tuple[str, str, Path, str, str, str, int]]) -> dict[str, Bay]:
    """By name. Refused SET-002 for a name that stands twice or a kind that no file can stand for: a rewritable disc is
    erased by its drive's commands.
    """
    bays: dict[str, Bay] = {}
    for name, kind, path, vendor, model, serial, size_bytes in untrusted:
        if kind not in {MediumKind.USB.value, MediumKind.DVD_R.value} or name in bays:
            raise Refused("SET-002", problems=f"drive.bays: {name}")
        bays[parse_bay(name)] = Bay(
            name=name,
            kind=MediumKind(kind),
            path=path,
            vendor=vendor,
            model=model,
            serial=serial,
            serial_source="settings" if serial else "",
            size_bytes=size_bytes,
            found=False,
        )
    return bays


def find_bays(kernel: Kernel) -> dict[str, Bay]:
    """What is there now, by its port: a stick on USB, a disc drive anywhere. `refuse` says whether it may be used; what
    the system lies on isn't even looked at.
    """
    bays: dict[str, Bay] = {}
    for disk in kernel.disks():
        interface, sort = kernel.usb_interface(disk), text(disk / "device" / "type")
        if is_system(kernel.used_as(disk)):
            continue
        if sort == _DISC_DRIVE or (sort == _DISK and interface is not None):
            bay = _found(disk, None if interface is None else interface.parent, disc=sort == _DISC_DRIVE)
            bays.setdefault(bay.name, bay)
    return bays


def _found(disk: Path, usb: Path | None, *, disc: bool) -> Bay:
    """Named by its port (`usb1p2` is port 1-2), which stays the same for whoever stands before it."""
    number = "".join(each for each in disk.name if each.isdigit()) or disk.name
    port = number if usb is None else usb.name.replace("-", "p").replace(".", "p")
    device = disk / "device"
    vendor = text(device / "vendor") if usb is None else text(usb / "manufacturer") or text(device / "vendor")
    model = text(device / "model") if usb is None else text(usb / "product") or text(device / "model")
    serial = "" if usb is None else text(usb / "serial")
    return Bay(
        name=parse_bay(f"{'dvd' if disc else 'usb'}{port}"[:LONGEST_BAY]),
        kind=MediumKind.DVD_R if disc else MediumKind.USB,
        path=Path("/dev") / disk.name.replace("!", "/"),
        vendor=vendor,
        model=model,
        serial="" if disc else serial,
        serial_source="usb" if serial and not disc else "",
        size_bytes=0,
        found=True,
    )
