"""What an order of two persons to a oneshot of the machine is, whatever it orders."""

from dataclasses import dataclass

from media_station.model.fields import check_types
from media_station.model.ids import parse_identity, parse_operator


@dataclass(frozen=True, slots=True, kw_only=True)
class OnceOrder:
    """Signed as JSON; good once. `issued_ms`, `start_by_ms` are CLOCK_BOOTTIME in milliseconds; another boot voids it.
    `requester` and `approver` are two persons. Refused or ValueError for what can't be one, whoever signed it.
    """

    number: str
    identity: str
    boot_id: str
    requester: str
    approver: str
    issued_ms: int
    start_by_ms: int

    def __post_init__(self) -> None:
        check_types(self)
        parse_identity(self.identity)
        if parse_operator(self.requester) == parse_operator(self.approver):
            raise ValueError("an order of one person")
