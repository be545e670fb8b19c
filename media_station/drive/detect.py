"""The bays of this station. In a rehearsal they stand in the settings: a loop device or a file in place of a medium."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from media_station.model.errors import Refused
from media_station.model.ids import parse_bay
from media_station.model.kind import MediumKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Bay:
    """A place for one medium. `path` is absent while the tray is empty; `size_bytes` is a disc's capacity."""

    name: str
    kind: MediumKind
    path: Path
    vendor: str
    model: str
    serial: str
    size_bytes: int


def parse_bays(untrusted: Iterable[tuple[str, str, Path, str, str, str, int]]) -> dict[str, Bay]:
    """By name. Refused SET-002 for a kind that isn't one or a name that stands twice."""
    bays: dict[str, Bay] = {}
    for name, kind, path, vendor, model, serial, size_bytes in untrusted:
        if kind not in {each.value for each in MediumKind} or name in bays:
            raise Refused("SET-002", problems=f"drive.bays: {name}")
        bays[parse_bay(name)] = Bay(
            name=name,
            kind=MediumKind(kind),
            path=path,
            vendor=vendor,
            model=model,
            serial=serial,
            size_bytes=size_bytes,
        )
    return bays
