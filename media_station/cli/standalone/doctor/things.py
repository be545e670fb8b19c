"""What it runs on: clock, disk, printer, drive, kernel; and what ends."""

import os
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509

from media_station.cli.standalone.doctor.place import Place
from media_station.model.errors import IntegrityViolation, Refused, StationError
from media_station.model.network import TIME_DAEMONS
from media_station.settings import Settings

_STATE: Final = "/var/lib/media-station"
_GROUP: Final = "media-station-drive"
_RULES: Final = "/usr/lib/udev/rules.d/71-media-station.rules"
_CERTIFICATES: Final = (
    "/etc/media-station/keys/gate/tls.crt",
    "/etc/media-station/keys/gate/host.crt",
    "/etc/credstore/media-station.papers.crt",
)
_SLACK: Final = timedelta(minutes=1)
_CRYPT: Final = ("CRYPT-LUKS2-", "CRYPT-PLAIN-")  # plain: swap with a key of each boot
STOPPED: Final = re.compile(r"disabled since|not accepting requests")  # lpstat(1), in English as it is asked
_SWAP: Final = re.compile(r"(?m)^(/\S+)\s+(?:partition|file)\s")


def clock(place: Place, settings: Settings) -> Iterator[StationError]:
    del settings
    journal = f"{_STATE}/desk/journal"
    last = max((each.stat().st_mtime for each in place.path(journal).glob("*")), default=0.0)
    if not last:
        yield Refused("DOC-022", what=journal)
    if place.now + _SLACK < datetime.fromtimestamp(last, place.now.tzinfo):
        yield IntegrityViolation("DOC-009", now=place.now.isoformat(timespec="seconds"))
    if "LOCAL" in place.text("/etc/adjtime").split():
        yield Refused("DOC-010")
    running = {each.read_text(errors="replace").strip() for each in _named(place)}
    yield from (Refused("DOC-011", program=each) for each in sorted(TIME_DAEMONS & running))


def _named(place: Place) -> Iterator[Path]:
    return (each for each in place.path("/proc").glob("[0-9]*/comm") if os.access(each, os.R_OK))


def disk(place: Place, settings: Settings) -> Iterator[StationError]:
    """Encryption as the device mapper names it: of the state's disk and of each swap."""
    state = place.path(_STATE)
    if not state.exists():
        state = place.root
    if not _is_encrypted(place, state.stat().st_dev):
        yield IntegrityViolation("DOC-012")
    for device in _SWAP.findall(place.text("/proc/swaps")):
        path = place.path(device)
        at = path.stat() if path.exists() else None
        number = None if at is None else at.st_rdev or at.st_dev
        if number is None or not _is_encrypted(place, number):
            yield IntegrityViolation("DOC-013", device=device)
    room = os.statvfs(state)
    if room.f_bavail * room.f_frsize < settings.disk.warn_bytes:
        yield Refused("DOC-014", has=room.f_bavail * room.f_frsize, needs=settings.disk.warn_bytes)


def _is_encrypted(place: Place, device: int) -> bool:
    return _on_luks(place.path(f"/sys/dev/block/{os.major(device)}:{os.minor(device)}"))


def _on_luks(block: Path) -> bool:
    """It, or all that it lies on. dm-crypt alone: CRYPT-VERITY and CRYPT-INTEGRITY hide nothing."""
    uuid = block / "dm" / "uuid"
    if uuid.exists() and uuid.read_text().startswith(_CRYPT):
        return True
    below = list(block.glob("slaves/*"))
    return bool(below) and all(_on_luks(each) for each in below)


def printer(place: Place, settings: Settings) -> Iterator[StationError]:
    queue = settings.printing.queue
    if not queue:
        yield Refused("DOC-015")
        return
    status, said = place.says("lpstat", "-h", str(settings.printing.server), "-p", queue, "-a", queue)
    if status:
        yield Refused("DOC-016", queue=queue)
    elif stopped := STOPPED.search(said):
        yield Refused("DOC-025", queue=queue, said=stopped[0])


def drive(place: Place, settings: Settings) -> Iterator[StationError]:
    """That there is something to write with, and that the drive's process may."""
    del settings
    if not place.path(_RULES).is_file():
        yield IntegrityViolation("DOC-017", file=Path(_RULES).name)
    discs = sorted(place.path("/sys/class/block").glob("sr[0-9]*"))
    if not discs and not any(place.path("/sys/bus/usb/devices").glob("usb[0-9]*")):
        yield Refused("DOC-018")
    if discs:
        place.says("udevadm", "settle")  # one that has just come isn't the drive's yet
    for each in discs:
        node = place.path(f"/dev/{each.name}")
        if not node.exists() or node.group() != _GROUP:
            yield Refused("DOC-019", device=each.name)


def kernel(place: Place, settings: Settings) -> Iterator[StationError]:
    """SysRq steps over every lock that a console has; a kernel that has none has no such file."""
    del settings
    path = place.path("/proc/sys/kernel/sysrq")
    if not path.parent.is_dir():
        yield Refused("DOC-022", what="/proc/sys/kernel")
    elif path.exists() and path.read_text().strip() != "0":
        yield Refused("DOC-020")


def expiry(place: Place, settings: Settings) -> Iterator[StationError]:
    soon = place.now + timedelta(days=settings.gate.certificate_days)
    for name in _CERTIFICATES:
        path = place.path(name)
        if not path.is_file():
            continue
        try:
            found = x509.load_pem_x509_certificates(path.read_bytes())
        except ValueError:
            yield IntegrityViolation("STP-003", file=path.name)
            continue
        for each in found:
            if each.not_valid_after_utc < soon:
                yield Refused("DOC-021", file=path.name, day=each.not_valid_after_utc.date().isoformat())
