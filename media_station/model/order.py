"""Orders: what the drive may do, once, on one medium with one image; and the evidence that it brings back."""

from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from media_station.model.event import Event, Outcome, before
from media_station.model.fields import check_types
from media_station.model.ids import (
    Identity,
    parse_identity,
    parse_medium,
    parse_operator,
    parse_order,
    parse_sha256,
    parse_transfer,
)

# No order waits longer for its start, whatever the settings say.
LONGEST_START_SECONDS: Final = 3600


class Action(Enum):
    """What an order asks the drive to do."""

    WRITE = "write"
    READ = "read"
    ERASE = "erase"
    IMPORT = "import"


class Verdict(Enum):
    """The result of a check. UNKNOWN is not PASS; nothing defaults to PASS."""

    PASS = "PASS"  # noqa: S105 - a verdict, not a password
    FAIL = "FAIL"
    UNKNOWN = "UNKNOWN"

    @property
    def outcome(self) -> Outcome:
        return {"PASS": Outcome.SUCCESS, "FAIL": Outcome.FAILURE, "UNKNOWN": Outcome.UNKNOWN}[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Order v1, signed as JSON with purpose `order`. Times are CLOCK_BOOTTIME in milliseconds; another boot voids it.

    `transfer`, `image_sha256` are empty where there is none (preparing new stock, exporting, erasing, importing);
    `image_length` is in bytes: what to write or to read, 0 for an erasure, which always takes the whole medium, and for
    an import.
    Refused or ValueError for what can't be an order, whoever signed it.
    """

    number: str
    identity: str
    boot_id: str
    action: Action
    transfer: str
    medium: str
    fingerprint: str
    image_sha256: str
    image_length: int
    requester: str
    approver: str
    issued_ms: int
    start_by_ms: int

    def __post_init__(self) -> None:
        check_types(self)
        parse_order(self.number)
        parse_identity(self.identity)
        parse_medium(self.medium)
        parse_sha256(self.fingerprint)
        if self.action in {Action.ERASE, Action.IMPORT}:
            if self.image_sha256 or self.image_length:
                raise ValueError("an erasure or an import of an image")
        else:
            parse_sha256(self.image_sha256)
            if self.image_length < 1:
                raise ValueError("an image of nothing")
        if self.action is Action.IMPORT and self.transfer:
            raise ValueError("an import for a transfer")
        if self.transfer or self.action is Action.READ:
            parse_transfer(self.transfer)
        parse_operator(self.requester)
        if self.approver:
            parse_operator(self.approver)

    @property
    def of(self) -> Identity:
        return parse_identity(self.identity)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What the drive saw, measured, never assumed. No field has a default.

    `bytes_*` count what went to and came from the medium; of a blanked disc, which gives nothing, `bytes_verified` are
    those that it was asked for. `sha256` is over the bytes read back (empty where none were read; of an import, over
    the pieces as they were given); `code` says why a verdict isn't PASS (empty if it is); `started_ms`, `ended_ms` are
    CLOCK_BOOTTIME. `bad_sectors` counts unreadable or unwritable blocks, -1 where it could not be determined;
    `differs_at` is the byte at which the first sector begins that did not come back as it must, -1 if none is known.
    `device_read` and `device_written` are the bytes that the kernel counted from and to the device meanwhile (past
    every cache), -1 where it counts none.
    """

    order: str
    action: Action
    verdict: Verdict
    code: str
    fingerprint: str
    method: str
    passes: int
    bytes_written: int
    bytes_verified: int
    device_read: int = field(metadata=before(-1))
    device_written: int = field(metadata=before(-1))
    sha256: str
    bad_sectors: int
    differs_at: int = field(metadata=before(-1))
    drive: str
    tool: str
    started_ms: int
    ended_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderIssued(Event):
    name = "order.issued"
    requirements = ("F2", "F6", "S6")
    order: str
    action: Action
    transfer: str
    medium: str
    fingerprint: str
    image_sha256: str
    requester: str
    approver: str
    key_id: str

    @property
    def branch(self) -> Action:
        return self.action


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderCancelled(Event):
    """Somebody wants its work to end; what became of the medium is told when it has ended."""

    name = "order.cancelled"
    order: str
    medium: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLapsed(Event):
    """The drive never began it: nothing touched the medium."""

    name = "order.lapsed"
    order: str
    medium: str
    code: str

    @property
    def outcome(self) -> Outcome:
        return Outcome.FAILURE


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRefused(Event):
    """The drive would not do it; `code` says why."""

    name = "order.refused"
    requirements = ("S6",)
    order: str
    medium: str
    code: str

    @property
    def outcome(self) -> Outcome:
        return Outcome.FAILURE


class OrderState(Enum):
    ISSUED = "issued"
    SPENT = "spent"
    LAPSED = "lapsed"
    REFUSED = "refused"
