"""What a publisher outside makes for stations, signed: virus patterns, updates of the station itself."""

import re
from dataclasses import dataclass
from enum import Enum
from typing import Final

from media_station.model.event import Event, Outcome
from media_station.model.fields import check_types
from media_station.model.ids import parse_sha256, parse_supply_order, parse_time
from media_station.model.once import OnceOrder
from media_station.model.strict_json import LARGEST_INTEGER

# What clamd answers to VERSION: itself, then its patterns' number and day, which it has of `daily.cvd` alone.
ENGINE: Final = re.compile(
    r"(ClamAV [\w.+~-]{1,40})(?:/([0-9]{1,9})/(\w{3} \w{3} +[0-9]{1,2} [0-9:]{8} [0-9]{4}))?", re.ASCII
)


# In a supply's place: the version of the station that was before the present one.
FORMER: Final = "former"


class SupplyKind(Enum):
    """What it is, and the purpose of its signature: a publisher's key is good for its own kind alone."""

    PATTERNS = "patterns"
    UPDATE = "update"


@dataclass(frozen=True, slots=True, kw_only=True)
class Supply:
    """`number` only grows, kind by kind; `made` is UTC; `length` (bytes) and `sha256` are of the body."""

    kind: SupplyKind
    number: int
    made: str
    length: int
    sha256: str

    def __post_init__(self) -> None:
        check_types(self)
        if not (1 <= self.number <= LARGEST_INTEGER and 1 <= self.length <= LARGEST_INTEGER):
            raise ValueError("no such number")
        parse_time(self.made)
        parse_sha256(self.sha256)

    @property
    def name(self) -> str:
        return f"{self.kind.value}-{self.number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplyOrder(OnceOrder):
    """Supply order v1, with purpose `supply-order`: this one, by its body's hash, is to be installed.
    `supply` is `former` for the station's version before the present one, as it was kept.
    """

    supply: str
    sha256: str

    def __post_init__(self) -> None:
        OnceOrder.__post_init__(self)
        parse_supply_order(self.number)
        parse_sha256(self.sha256)


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplyReceived(Event):
    """It lies in the inbox, as its publisher signed it, for whoever installs it. `supply` is its kind and number;
    `key_id` is of the publisher's key, `length` and `sha256` of the body.
    """

    name = "supply.received"
    requirements = ("S4", "S5")
    supply: str
    number: int
    made: str
    length: int
    sha256: str
    key_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplyOrdered(Event):
    """Two persons want it installed. `supply` is `former` where the station is to go back to its version before."""

    name = "supply.ordered"
    requirements = ("S4", "S5", "S6")
    supply_order: str
    supply: str
    sha256: str
    requester: str
    approver: str
    key_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PatternsUpdated(Event):
    """They were tried and lie where clamd reads them. `scanner` is the engine with their number, as it was tried; empty
    where the desk found them in place and hadn't heard what was told of the try.
    """

    name = "patterns.updated"
    requirements = ("S5",)
    supply_order: str
    supply: str
    made: str
    scanner: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateInstalled(Event):
    """The desk runs as the version that was ordered: `version` is its own."""

    name = "update.installed"
    requirements = ("S4",)
    supply_order: str
    supply: str
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateFailed(Event):
    """The order was refused, or nobody took it, or the package manager has ended and the desk runs as another version
    than was ordered: `version` is its own.
    """

    name = "update.failed"
    requirements = ("S4",)
    supply_order: str
    supply: str
    version: str

    @property
    def outcome(self) -> Outcome:
        return Outcome.FAILURE
