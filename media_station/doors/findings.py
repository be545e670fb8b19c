"""guard → desk: what the machine has, what drifts, whom the firewall refused; back comes what it is to have."""

from dataclasses import dataclass
from typing import Final

from asyncvarlink import VarlinkInterface, varlinkmethod

from media_station.model.errors import Refused
from media_station.model.ids import parse_text
from media_station.model.network import DriftKind

PORTS_MOST: Final = 8
SECONDS_AGO_MOST: Final = 366 * 24 * 60 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """`detail` is a line about what there is too much."""

    kind: DriftKind
    detail: str

    def __post_init__(self) -> None:
        parse_text(self.detail)


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """As `peer.refused`; times by how many seconds ago (of a year at most), since the guard's clock is nobody's."""

    address: str
    ports: list[str]
    packets: int
    first_seconds_ago: int
    last_seconds_ago: int

    def __post_init__(self) -> None:
        for each in (self.address, *self.ports):
            parse_text(each)
        in_order = 0 <= self.last_seconds_ago <= self.first_seconds_ago <= SECONDS_AGO_MOST
        if len(self.ports) > PORTS_MOST or self.packets < 1 or not in_order:
            raise Refused("IDS-001", what="peer")


class Findings(VarlinkInterface, name="media-station.findings.v1"):
    """The guard's door into the desk."""

    @varlinkmethod(return_parameter="baseline")
    async def Report(self, *, seen: list[str], drift: list[Drift], peers: list[Peer]) -> str:
        """Everything that drifts now, and the peers that were not told of before. The answer comes when it is recorded:
        the adopted baseline as a signed note (purpose `baseline`), or nothing if none was adopted.
        """
        raise NotImplementedError
