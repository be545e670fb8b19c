"""What the guard reported last; gone with the process, since only what is so now can be adopted."""

from collections import Counter
from dataclasses import dataclass, field

from media_station.model.network import PeerRefused


@dataclass(slots=True)
class Machine:
    """`seen` is empty until it has reported. `early`: refused peers that were told before the next record of such is
    due (`peers_due_ms`, CLOCK_BOOTTIME), in one for all. By a drift's kind: `details`, what was recorded last;
    `records`, how many there are of this UTC `day`, empty until the ledger was read.
    """

    seen: tuple[str, ...] = ()
    early: tuple[PeerRefused, ...] = ()
    peers_due_ms: int = 0
    day: str = ""
    details: dict[str, str] = field(default_factory=dict)
    records: Counter[str] = field(default_factory=Counter)
