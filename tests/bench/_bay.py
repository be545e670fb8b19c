"""A bay as the settings of a rehearsal give it."""

from pathlib import Path

from media_station.drive.detect import Bay
from media_station.model.kind import MediumKind


def bay_at(path: Path, kind: MediumKind = MediumKind.USB, *, serial: str = "", size_bytes: int = 0) -> Bay:
    disc = kind.optical
    return Bay(
        name="dvd0" if disc else "usb0",
        kind=kind,
        path=path,
        vendor="V",
        model="D" if disc else "M",
        serial=serial,
        serial_source="settings" if serial else "",
        size_bytes=size_bytes,
        found=False,
    )
