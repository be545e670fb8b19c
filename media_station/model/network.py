"""What the machine is to be; what the guard found otherwise, and whom it refused."""

import re
from dataclasses import dataclass
from enum import Enum
from typing import Final

from media_station.model.errors import Refused
from media_station.model.event import Event, Outcome
from media_station.model.machine import Machine
from media_station.model.station import DriftMended

_ENTRY = re.compile(r"(interface|address|route|socket|time)( [!-~]{1,48}){1,2}")
# All of them fit twice into one message of a door.
ENTRIES_MOST: Final = 200
HOST_KEYS_MOST: Final = 2
# By the names that the kernel keeps, of 15 letters at most. A time that nobody ordered is no evidence.
TIME_DAEMONS: Final = frozenset(
    {
        "chronyd",
        "ntpd",
        "ntpsec-ntpd",
        "ntpdate",
        "sntp",
        "openntpd",
        "systemd-timesyn",
        "phc2sys",
        "ptp4l",
        "timemaster",
    }
)


class DriftKind(Enum):
    """RULESET: the live firewall rules. INTERFACE to TIME are what an entry of the baseline begins with: network
    interfaces, their addresses, routes, listening sockets, programs that set the clock. The last three, of which the
    machine runs short or which failed, close nothing.
    """

    RULESET = "ruleset"
    INTERFACE = "interface"
    ADDRESS = "address"
    ROUTE = "route"
    SOCKET = "socket"
    TIME = "time"
    MEMORY = "memory"
    DISK = "disk"
    UNIT = "unit"


CLOSES_NOTHING: Final = frozenset({DriftKind.MEMORY, DriftKind.DISK, DriftKind.UNIT})


def parse_entry(untrusted_text: str) -> str:
    """One thing that a machine has: its kind and what it is, `interface eth0 52:54:00:00:00:01`. Refused IDS-001."""
    if not _ENTRY.fullmatch(untrusted_text):
        raise Refused("IDS-001", what="baseline")
    return untrusted_text


def baseline_text(name: str, entries: tuple[str, ...]) -> str:
    """What the desk signs: of this station and epoch (`name`), a line for each entry, sorted."""
    return "".join(f"{line}\n" for line in (f"media-station/baseline/v1/{name}", *sorted(entries)))


@dataclass(frozen=True, slots=True, kw_only=True)
class BaselineAdopted(Event):
    """Two administrators say that the machine has these, and nothing else: what the gate is open with."""

    name = "baseline.adopted"
    requirements = ("S1", "S2")
    entries: tuple[str, ...]
    approver: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftFound(Event):
    """The machine is not what it was left as; the gate is closed until it is (`drift.mended`), unless the machine only
    lacks something. `what` is a DriftKind's value, `detail` what there is too much or too little, cut where it is long:
    of all that was found of this kind since it began, so that a record more tells of more.
    """

    name = "drift.found"
    requirements = ("S2", "S8")
    what: str
    detail: str

    @property
    def outcome(self) -> Outcome:
        return Outcome.FAILURE


class DriftState(Enum):
    FOUND = "found"
    MENDED = "mended"


# What the station makes anew by itself (its index) is mended when it is found.
DRIFT = Machine(
    noun="drift",
    key="what",
    states=DriftState,
    table={
        (None, DriftFound): DriftState.FOUND,
        (DriftState.MENDED, DriftFound): DriftState.FOUND,
        (DriftState.FOUND, DriftFound): DriftState.FOUND,
        (DriftState.FOUND, DriftMended): DriftState.MENDED,
        (None, DriftMended): DriftState.MENDED,
        (DriftState.MENDED, DriftMended): DriftState.MENDED,
    },
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerRefused(Event):
    """The firewall dropped these `packets` of one address since it was last told of; at most once a minute. `ports` are
    some of those that were tried (`tcp/22`, `icmp`). An empty address: several, none of which has a record of its own.
    """

    name = "peer.refused"
    requirements = ("S1", "S8")
    address: str
    ports: tuple[str, ...]
    packets: int
    first_at: str
    last_at: str

    @property
    def outcome(self) -> Outcome:
        return Outcome.FAILURE


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerAdopted(Event):
    """Two administrators say by which keys the district host is known, current and next: the SHA-256 of each one's
    SubjectPublicKeyInfo (hex), and its certificate (PEM).
    """

    name = "peer.adopted"
    requirements = ("S1", "S3", "S6")
    pins: tuple[str, ...]
    certificates: tuple[str, ...]
    approver: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BaselineView:
    """What the guard saw last (`seen`; nothing if it has not reported), what was adopted, and what drifts now; the pins
    of the host's keys that were adopted (nothing while the settings' hold).
    """

    seen: list[str]
    adopted: list[str]
    drift: list[str]
    host_pins: list[str]
