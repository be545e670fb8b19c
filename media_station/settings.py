"""station.toml to frozen sections. An unknown key is an error; all errors are told at once. Paths are relative to it.

Secrets are not settings: they lie in the credentials directory (systemd's `$CREDENTIALS_DIRECTORY`, or `keys/ROLE`).
"""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from pathlib import Path
from typing import Any, get_args, get_origin

from media_station.model.errors import Refused
from media_station.model.ids import Identity, parse_identity
from media_station.model.link import Link
from media_station.model.review import Thresholds


@dataclass(frozen=True, slots=True, kw_only=True)
class Station:
    """Where things lie. `state` is kept, `run` is gone after a reboot, `keys` holds credentials by role."""

    state: Path
    run: Path
    keys: Path
    issued_by: str
    fonts: tuple[Path, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """`two_person`: actions that ask for a second person beside the one who does them (rules.py names them).

    `permit_minutes`: for how long one pair of codes stands for all media of a transfer; 0: for one medium alone.
    """

    two_person: tuple[str, ...]
    order_seconds: int = 300
    permit_minutes: int = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Bay:
    """A rehearsal's bay: a loop device or a file in place of a USB stick, a file in place of a disc."""

    name: str
    kind: str
    path: Path
    vendor: str
    model: str
    serial: str
    size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Drive:
    """`real_media`: a rehearsal takes the machine's sticks and discs too. Outside of one they are all there is."""

    real_media: bool = False
    bays: tuple[Bay, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """`host_pins`: SHA-256 of the district host's SubjectPublicKeyInfo, hex, current and next; what two administrators
    adopted later holds in their place. A certificate that ends within `certificate_days` is a finding.
    """

    host_pins: tuple[str, ...] = ()
    body_bytes: int = 4 * 1024**3
    certificate_days: int = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Disk:
    """Of the disk that holds the state: with less room than `warn_bytes` a finding, than `refuse_bytes` no new work."""

    warn_bytes: int = 1024**3
    refuse_bytes: int = 256 * 1024**2


@dataclass(frozen=True, slots=True, kw_only=True)
class Journal:
    """`witnesses`: public key files' texts (`witness.pub`) of those whose cosignature of a head is taken; where there
    is one, whoever signs in is warned of a last cosigned head older than `witness_days`.
    """

    witnesses: tuple[str, ...] = ()
    witness_days: int = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Printing:
    """`queue` of the cupsd at the socket `server`, empty for none; after `seconds` a sheet was not taken."""

    queue: str = ""
    server: Path = Path("/run/media-station-cups/cups.sock")
    seconds: int = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Scanner:
    """`socket` of clamd, which runs as media-station-clamd; empty for none: then only a rehearsal inspects anything.

    A payload longer than `largest_bytes` is refused, as clamd doesn't look into it. With patterns as old as
    `block_days` an approver's exception is asked for.
    """

    socket: str = ""
    largest_bytes: int = 512 * 1024**2
    seconds: int = 300
    block_days: int = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """`recipients`: two age recipients (age1…) of the district, either of whom opens a backup; none: there are none."""

    recipients: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Supplies:
    """Public key files' texts of the publishers whose virus patterns and updates are taken; without one none is."""

    patterns: tuple[str, ...] = ()
    update: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """`text` is the file's own, for a backup."""

    station: Station
    policy: Policy
    drive: Drive = field(default_factory=Drive)
    gate: Gate = field(default_factory=Gate)
    analysis: Thresholds = field(default_factory=Thresholds)
    disk: Disk = field(default_factory=Disk)
    network: Link = field(default_factory=Link)
    journal: Journal = field(default_factory=Journal)
    printing: Printing = field(default_factory=Printing)
    backup: Backup = field(default_factory=Backup)
    scanner: Scanner = field(default_factory=Scanner)
    text: str = field(default="", init=False, repr=False, compare=False)
    supplies: Supplies = field(default_factory=Supplies)

    def credentials(self, role: str) -> Path:
        """The directory that holds this role's keys."""
        passed = os.environ.get("CREDENTIALS_DIRECTORY")
        return Path(passed) if passed else self.station.keys / role

    def identity(self, role: str) -> Identity:
        """Which station this is, as the role's credential says it."""
        path = self.credentials(role) / "identity"
        try:
            return parse_identity(path.read_text())
        except OSError as error:
            raise Refused("SET-003", file=path.name) from error


def load(path: Path) -> Settings:
    """Reads station.toml; Refused SET-001 if it can't be read, SET-002 with everything that is wrong in it."""
    try:
        text = path.read_text()
        untrusted = tomllib.loads(text)
    except (OSError, ValueError) as error:
        raise Refused("SET-001", file=path.name) from error
    wrong: list[str] = []
    settings = _section(Settings, untrusted, path.resolve().parent, "", wrong)
    if wrong:
        raise Refused("SET-002", problems="; ".join(wrong))
    object.__setattr__(settings, "text", text)
    return settings  # type: ignore[no-any-return]


def _section(kind: type[Any], untrusted: object, base: Path, where: str, wrong: list[str]) -> Any:
    if not isinstance(untrusted, Mapping):
        wrong.append(f"{where or 'file'}: not a table")
        return None
    known = {each.name: each for each in fields(kind) if each.init}
    wrong.extend(f"{where}{name}: unknown" for name in untrusted if name not in known)
    values: dict[str, Any] = {}
    for name, each in known.items():
        if name in untrusted:
            values[name] = _value(each.type, untrusted[name], base, f"{where}{name}", wrong)
        elif _required(each):
            wrong.append(f"{where}{name}: missing")
    return None if wrong else kind(**values)


def _required(each: Field[Any]) -> bool:
    return each.default is MISSING and each.default_factory is MISSING


def _value(kind: Any, untrusted: object, base: Path, where: str, wrong: list[str]) -> Any:
    if kind is Path and isinstance(untrusted, str):
        return base / untrusted
    if kind in (str, int, bool) and type(untrusted) is kind:
        return untrusted
    if get_origin(kind) is tuple and isinstance(untrusted, list):
        inner = get_args(kind)[0]
        return tuple(_value(inner, each, base, f"{where}[{number}]", wrong) for number, each in enumerate(untrusted))
    if isinstance(kind, type) and hasattr(kind, "__dataclass_fields__"):
        return _section(kind, untrusted, base, where + ".", wrong)
    wrong.append(f"{where}: not {getattr(kind, '__name__', kind)}")
    return None
