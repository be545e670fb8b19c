"""nft(8): rules put in place as one change, what is live, and what was refused."""

import json
import subprocess
from dataclasses import dataclass
from typing import Any, Final

from media_station.guard.ruleset import SETS, TABLE
from media_station.model.errors import IntegrityViolation

NFT_SECONDS: Final = 30.0
# Protocols by number: their names stand in a file that a machine need not have (/etc/protocols).
LISTING: Final = ("--stateless", "--terse", "--numeric-protocol", "list", "ruleset")
_PROTOCOLS: Final = {1: "icmp", 6: "tcp", 17: "udp", 58: "ipv6-icmp"}
# (address, protocol, port; 0 where there are none)
Tried = tuple[str, str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Packets refused since the rules were put in place: all, and those of which the sets know."""

    total: int
    by: dict[Tried, int]


def apply(ruleset: str) -> None:
    """In place of everything that there is, at one moment. IntegrityViolation GRD-002 if the kernel doesn't take it."""
    _nft("-f", "-", said="flush ruleset\n" + ruleset)


def live() -> str:
    """All rules of all tables, as `ruleset` writes them."""
    return _nft(*LISTING)


def counts() -> Counts:
    """Nothing, while the tables are not there."""
    listed = json.loads(_nft("-j", "--numeric-protocol", "list", "ruleset"))["nftables"]
    total = 0
    by: dict[Tried, int] = {}
    for kind, each in (item for entry in listed for item in entry.items()):
        if each.get("family") != "inet" or each.get("table") != TABLE:
            continue
        if kind == "counter" and each["name"] == "refused":
            total = int(each["packets"])
        elif kind == "set" and each["name"] in SETS:
            by |= dict(_element(element["elem"]) for element in each.get("elem", ()))
    return Counts(total=total, by=by)


def _element(element: dict[str, Any]) -> tuple[Tried, int]:
    address, protocol, *port = element["val"]["concat"]
    tried = str(address), _PROTOCOLS.get(protocol, str(protocol)), int(port[0]) if port else 0
    return tried, int(element["counter"]["packets"])


def _nft(*words: str, said: str = "") -> str:
    try:
        done = subprocess.run(
            ["nft", *words], input=said, capture_output=True, text=True, check=True, timeout=NFT_SECONDS
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise IntegrityViolation("GRD-002") from error
    return done.stdout
