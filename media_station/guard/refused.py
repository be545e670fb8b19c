"""Refused peers on their way into the journal: each address once a minute at most, and no more than a few of them.

A flood of packets, ports or addresses changes numbers, not the number of records: what has no record of its own is
counted in one for all.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from media_station.doors.findings import PORTS_MOST, SECONDS_AGO_MOST, Peer
from media_station.guard.firewall import Counts, Tried

RECORD_SECONDS = 60.0
PEERS_A_RECORDING: Final = 8
PEERS_KEPT: Final = 512


@dataclass(slots=True)
class _Waiting:
    """Of one address, since it was last told of."""

    first: float
    last: float
    packets: int = 0
    ports: dict[str, None] = field(default_factory=dict)


class RefusedPeers:
    """Times are the caller's, in seconds of any clock that doesn't step."""

    def __init__(self) -> None:
        self._before = Counts(total=0, by={})
        self._waiting: dict[str, _Waiting] = {}
        self._told_at: float | None = None

    def forget(self) -> None:
        """The rules were put in place anew: all counters begin at nothing."""
        self._before = Counts(total=0, by={})

    def see(self, counts: Counts, now: float) -> None:
        """What was refused since the last look."""
        grown = {tried: _more(self._before.by, tried, packets) for tried, packets in counts.by.items()}
        for (address, protocol, port), packets in grown.items():
            if packets:
                named = address if address in self._waiting or len(self._waiting) < PEERS_KEPT else ""
                self._add(named, f"{protocol}/{port}" if port else protocol, packets, now)
        total = counts.total - self._before.total if counts.total >= self._before.total else counts.total
        if (beside := total - sum(grown.values())) > 0:
            self._add("", "", beside, now)
        self._before = counts

    def due(self, now: float) -> list[Peer]:
        """What is to be recorded now; the same until `told`."""
        if not self._waiting or (self._told_at is not None and now - self._told_at < RECORD_SECONDS):
            return []
        named = sorted((each for each in self._waiting if each), key=lambda each: -self._waiting[each].packets)
        rest = [self._waiting[each] for each in ("", *named[PEERS_A_RECORDING:]) if each in self._waiting]
        peers = [_peer(address, self._waiting[address], now) for address in named[:PEERS_A_RECORDING]]
        if rest:
            together = _Waiting(
                first=min(each.first for each in rest),
                last=max(each.last for each in rest),
                packets=sum(each.packets for each in rest),
            )
            peers.append(_peer("", together, now))
        return peers

    def told(self, now: float) -> None:
        """What was due is recorded."""
        self._waiting.clear()
        self._told_at = now

    def _add(self, address: str, port: str, packets: int, now: float) -> None:
        waiting = self._waiting.setdefault(address, _Waiting(first=now, last=now))
        waiting.last = now
        waiting.packets += packets
        if port and len(waiting.ports) < PORTS_MOST:
            waiting.ports[port] = None


def _more(before: Mapping[Tried, int], tried: Tried, packets: int) -> int:
    """An element that was forgotten and came again counts from its beginning."""
    seen = before.get(tried, 0)
    return packets - seen if packets >= seen else packets


def _peer(address: str, waiting: _Waiting, now: float) -> Peer:
    return Peer(
        address=address,
        ports=list(waiting.ports),
        packets=waiting.packets,
        first_seconds_ago=min(round(now - waiting.first), SECONDS_AGO_MOST),
        last_seconds_ago=min(round(now - waiting.last), SECONDS_AGO_MOST),
    )
