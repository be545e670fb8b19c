"""What runs: programs, units, sandboxes, keys, firewall."""

import re
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from media_station.cli.standalone import credentials
from media_station.cli.standalone.doctor.place import Place
from media_station.model.errors import IntegrityViolation, Refused, StationError
from media_station.settings import Settings

PROGRAMS: Final = ("nft", "xorriso", "systemctl", "systemd-creds", "systemd-analyze", "udevadm")
UNITS: Final = "/usr/lib/systemd/system"
LOCAL_UNITS: Final = "/etc/systemd/system"
_SERVICES: Final = ("desk", "drive", "guard")
_SOCKETS: Final = ("people", "intake", "findings", "media", "cell", "clock")
# What setup writes beside the shipped units.
_OWN: Final = frozenset({"sealed.conf", "network.conf"})
# Exposure by systemd-analyze security, in tenths.
EXPOSURE: Final = {"clamd": 3, "desk": 5, "drive": 5, "gate": 3, "cell@doctor": 3, "guard": 13, "clock@doctor": 15}
_CREDENTIAL: Final = re.compile(r"(?m)^LoadCredential=(\S+?):(/etc/media-station/keys/\S+)$")


def programs(place: Place, settings: Settings) -> Iterator[StationError]:
    wanted = (
        *PROGRAMS,
        *(("lp",) if settings.printing.queue else ()),
        *(("clamd",) if settings.scanner.socket else ()),
    )
    yield from (Refused("DOC-001", program=each) for each in wanted if not place.has_program(each))
    for font in settings.station.fonts:
        if not place.path(str(font)).is_dir():
            yield Refused("DOC-001", program=str(font))


def units(place: Place, settings: Settings) -> Iterator[StationError]:
    names = ["media-station.target", *(f"media-station-{each}.service" for each in _SERVICES)]
    names += [f"media-station-{each}.socket" for each in _SOCKETS]
    names += ["media-station-gate.socket"] if settings.network.interface else []
    names += ["media-station-clamd.service"] if settings.scanner.socket else []
    for name in names:
        _, said = place.says("systemctl", "is-active", name)
        if said.strip() != "active":
            yield Refused("DOC-002", unit=name, state=said.strip() or "unknown")


def sandboxes(place: Place, settings: Settings) -> Iterator[StationError]:
    """A line too many in a drop-in, and what systemd makes of each unit."""
    del settings
    for path in sorted(place.path(LOCAL_UNITS).glob("media-station*/*")):
        if path.name not in _OWN and path.parent.name.endswith(".d"):
            yield IntegrityViolation("DOC-003", file=f"{path.parent.name}/{path.name}")
    for path in sorted(place.path(LOCAL_UNITS).glob("media-station*")):
        if path.is_file() and not path.is_symlink():
            yield IntegrityViolation("DOC-003", file=path.name)
    for role, most in EXPOSURE.items():
        unit = f"media-station-{role}.service"
        status, _ = place.says("systemd-analyze", "security", "--no-pager", f"--threshold={most}", unit)
        if status:
            yield IntegrityViolation("DOC-004", unit=unit, most=f"{most / 10:.1f}")


def keys(place: Place, settings: Settings) -> Iterator[StationError]:
    """Each credential of the units is there, is root's alone, and opens."""
    for unit in sorted(place.path(UNITS).glob("media-station-*.service")):
        if unit.name == "media-station-gate.service" and not settings.network.interface:
            continue
        for name, given in _CREDENTIAL.findall(unit.read_text()):
            path, told = place.path(given), given.removeprefix("/etc/media-station/")
            if not path.is_file():
                yield IntegrityViolation("DOC-005", key=told)
                continue
            if path.stat().st_uid or stat.S_IMODE(path.stat().st_mode) & 0o077:
                yield IntegrityViolation("DOC-006", key=told)
            if credentials.is_secret(told):
                yield from _opens(place, unit.name, name, path, told)


def _opens(place: Place, unit: str, name: str, path: Path, told: str) -> Iterator[StationError]:
    if f"LoadCredentialEncrypted={name}:" not in place.text(f"{LOCAL_UNITS}/{unit}.d/sealed.conf"):
        yield IntegrityViolation("DOC-007", key=told)
        return
    try:
        credentials.unseal(told, path.read_bytes())
    except IntegrityViolation as error:
        yield error


def firewall(place: Place, settings: Settings) -> Iterator[StationError]:
    """That there are the guard's rules; that they are the right ones is the guard's to see."""
    del settings
    _, rules = place.says("nft", "--stateless", "list", "ruleset")
    for family in ("inet", "arp"):
        table = rules.partition(f"table {family} media_station {{")[2]
        if "hook input" not in table or "policy drop" not in table:
            yield IntegrityViolation("DOC-008", family=family)
