"""What runs: programs, units, sandboxes, keys, firewall."""

import re
import stat
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from media_station.cli.standalone import credentials
from media_station.cli.standalone.doctor.place import Place
from media_station.model.backup import BackupMade
from media_station.model.chore import IntegrityVerified, StationAlive
from media_station.model.errors import IntegrityViolation, Refused, StationError
from media_station.model.event import Event
from media_station.model.instant import parse_wall
from media_station.model.review import LogAnalysed
from media_station.proof.record import decode, wall
from media_station.proof.segments import lines, segments
from media_station.settings import Settings

PROGRAMS: Final = ("nft", "xorriso", "systemctl", "systemd-creds", "systemd-analyze", "udevadm")
UNITS: Final = "/usr/lib/systemd/system"
LOCAL_UNITS: Final = "/etc/systemd/system"
_SERVICES: Final = ("desk", "drive", "guard")
_SOCKETS: Final = ("people", "intake", "findings", "media", "cell", "clock", "patterns", "update", "chores")
JOURNAL: Final = "/var/lib/media-station/desk/journal"
_ORDERED: Final = "/var/lib/media-station-update/ordered.json"
_UPDATE: Final = timedelta(
    minutes=20
)  # longer than one run of the package manager may take (update-media-station.service)
_LONGEST: Final = timedelta(hours=30)  # each night, and a night's work
# What each timer's chore leaves in the journal, and how old that may be.
_CHORES: Final[dict[str, tuple[type[Event], timedelta]]] = {
    "heartbeat": (StationAlive, timedelta(hours=3)),
    "integrity": (IntegrityVerified, _LONGEST),
    "analysis": (LogAnalysed, _LONGEST),
    "backup": (BackupMade, _LONGEST),
}
# What setup writes beside the shipped units.
_OWN: Final = {
    "sealed.conf": re.compile(r"\[Service\]|LoadCredentialEncrypted=([a-z.]+\.key):/etc/media-station/keys/[a-z]+/\1"),
    "network.conf": re.compile(r"\[Socket\]|ListenStream=[0-9.]+:[0-9]+|BindToDevice=[^\s/]+|IPAddressAllow=[0-9.]+"),
}
# Those of one unit, of all that begin alike, of every unit.
_DROP_INS: Final = ("media-*.d", "update-media-station.*.d", "service.d", "socket.d")
# Beside /etc/systemd/system: at run time, and by `systemctl set-property`.
_OTHER_UNITS: Final = ("/run/systemd/system", "/etc/systemd/system.control", "/run/systemd/system.control")
# Exposure by systemd-analyze security, in tenths.
EXPOSURE: Final = {
    "clamd": 3,
    "desk": 5,
    "restore": 5,
    "drive": 5,
    "gate": 3,
    "cell@doctor": 3,
    "guard": 13,
    "clock@doctor": 15,
    "console": 7,
    "seat": 12,
    "patterns@doctor": 3,
    "update@doctor": 7,
    "chore@doctor": 3,
}
_CLOSED: Final = re.compile(r"hook input priority [^;]+; policy drop;")
_DORMANT: Final = re.compile(r"(?m)^\s*flags .*\bdormant\b")
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
    if not settings.scanner.socket:
        yield Refused("DOC-027")
    if not settings.backup.recipients:
        yield Refused("DOC-028")


def units(place: Place, settings: Settings) -> Iterator[StationError]:
    names = ["media-station.target", *(f"media-station-{each}.service" for each in _SERVICES)]
    names += [f"media-station-{each}.socket" for each in _SOCKETS]
    names += [f"media-station-{each}.timer" for each in _CHORES]
    names += ["update-media-station.path"]
    names += ["media-station-gate.socket"] if settings.network.interface else []
    names += ["media-station-clamd.service"] if settings.scanner.socket else []
    for name in names:
        _, said = place.says("systemctl", "is-active", name)
        if said.strip() != "active":
            yield Refused("DOC-002", unit=name, state=said.strip() or "unknown")
    for name in ("media-station.target", "media-station-guard.service"):
        _, said = place.says("systemctl", "is-enabled", name)
        if said.strip() != "enabled":
            yield Refused("DOC-023", unit=name)
    with suppress(FileNotFoundError):
        ordered = place.path(_ORDERED).stat().st_mtime
        up = float((place.text("/proc/uptime") or "0").split()[0])  # the power may have been off since
        if min(place.now.timestamp() - ordered, up) > _UPDATE.total_seconds():
            yield Refused("DOC-033", minutes=_UPDATE // timedelta(minutes=1))


def chores(place: Place, settings: Settings) -> Iterator[StationError]:
    """What timers have the desk do, by what the journal tells of it: a unit that never ran has failed at nothing."""
    try:
        began, last = _last_done(place)
    except StationError as error:
        yield error
        return
    for chore, (event, limit) in _CHORES.items():
        if chore == "backup" and not settings.backup.recipients:
            continue
        if place.now - last.get(event.name, began) > limit:
            told = last[event.name].isoformat(timespec="seconds") if event.name in last else "-"
            yield Refused("DOC-026", chore=chore, last=told, hours=limit // timedelta(hours=1))


def _last_done(place: Place) -> tuple[datetime, dict[str, datetime]]:
    """When the journal began, and when each chore was recorded last, as far back as any may lie."""
    found = segments(place.path(JOURNAL))
    if not found:
        raise Refused("DOC-022", what=JOURNAL)
    actions = {event.name for event, _ in _CHORES.values()}
    last: dict[str, datetime] = {}
    for segment in reversed(found):
        first = place.now
        for number, line in enumerate(lines(segment)):
            if not line.endswith(b"\n"):  # it is being written
                break
            record = decode(line)
            at = parse_wall(record.at.wall)
            first = first if number else at
            if record.action in actions and not record.actor:
                last[record.action] = max(at, last.get(record.action, at))
        if place.now - first > _LONGEST:
            break
    return parse_wall(wall(next(lines(found[0]), b""))), last


def sandboxes(place: Place, settings: Settings) -> Iterator[StationError]:
    """A line too many in a drop-in, and what systemd makes of each unit."""
    del settings
    for folder in (LOCAL_UNITS, *_OTHER_UNITS):
        shown = "" if folder == LOCAL_UNITS else f"{folder}/"
        for path in sorted(each for kind in _DROP_INS for each in place.path(folder).glob(f"{kind}/*")):
            if shown or not _is_own(path):
                yield IntegrityViolation("DOC-003", file=f"{shown}{path.parent.name}/{path.name}")
        for path in sorted(place.path(folder).glob("media-station*")):
            if path.is_file() and not path.is_symlink():
                yield IntegrityViolation("DOC-003", file=f"{shown}{path.name}")
    for role, most in EXPOSURE.items():
        unit = f"media-station-{role}.service"
        status, _ = place.says("systemd-analyze", "security", "--no-pager", f"--threshold={most}", unit)
        if status:
            yield IntegrityViolation("DOC-004", unit=unit, most=f"{most / 10:.1f}")


def _is_own(path: Path) -> bool:
    """That it is one of setup's, and says nothing but what setup writes there."""
    own = _OWN.get(path.name)
    lines = path.read_text(errors="replace").splitlines()
    return own is not None and all(not line or line.startswith("#") or own.fullmatch(line) for line in lines)


def keys(place: Place, settings: Settings) -> Iterator[StationError]:
    """Each credential of the units is there, is root's alone, and opens; by a TPM2 where the machine has one."""
    alone = False
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
                alone = alone or credentials.is_by_host_alone(path.read_bytes())
    if alone and place.path(str(credentials.TPM)).exists():
        yield Refused("DOC-024")


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
        table = rules.partition(f"table {family} media_station {{")[2].partition("\n}")[0]
        if not _CLOSED.search(table) or _DORMANT.search(table):
            yield IntegrityViolation("DOC-008", family=family)
