"""Operators: named, never shared; the posts that they hold; the life cycle of an account."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from media_station.model.errors import Refused
from media_station.model.event import Event, Outcome
from media_station.model.ids import parse_operator
from media_station.model.instant import parse_day
from media_station.model.machine import Machine
from media_station.model.sign_in import RecoveryCodeUsed, SignInAccepted, StepUpAccepted

ADMINISTRATORS_AT_LEAST = 2
# In the journal in place of a name that isn't enrolled, and in place of a person while the station is set up.
UNKNOWN = "unknown"
SETUP = "setup"
RESERVED = frozenset({UNKNOWN, SETUP})


class Role(Enum):
    """操作者, 承認者, 管理者, 監査者."""

    OPERATOR = "operator"
    APPROVER = "approver"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A role from a day to a day, both included (ISO); `ends` may be empty.

    `deputy_of` names the person whose 代理 this is, else empty; a deputy's post always ends. Refused ACC-026.
    """

    role: Role
    starts: str
    ends: str
    deputy_of: str

    def __post_init__(self) -> None:
        starts = parse_day(self.starts, "starts")
        if self.ends and parse_day(self.ends, "ends") < starts:
            raise Refused("ACC-026")
        if self.deputy_of:
            parse_operator(self.deputy_of)
            if not self.ends:
                raise Refused("ACC-026")

    def on(self, day: str) -> bool:
        return self.starts <= day and (not self.ends or day <= self.ends)


def roles_on(posts: Iterable[Post], day: str) -> frozenset[Role]:
    """An operator without a post on a day opens nothing on that day."""
    return frozenset(post.role for post in posts if post.on(day))


def fewest_administrators(posts_by_operator: Mapping[str, Iterable[Post]], today: str) -> int:
    """How many administrators there are on the day, from today on, that has the fewest."""
    held = {
        operator: [post for post in posts if post.role is Role.ADMINISTRATOR]
        for operator, posts in posts_by_operator.items()
    }
    ended = (post.ends for posts in held.values() for post in posts if post.ends >= today)
    # The number can fall only on the day after a post has ended.
    days = [today, *((date.fromisoformat(day) + timedelta(days=1)).isoformat() for day in ended)]
    return min(sum(any(post.on(day) for post in posts) for posts in held.values()) for day in days)


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorEnrolled(Event):
    """In person, with a password and a token that gave a right code.

    `vault_sha256` is the vault that now holds the account: an older vault put back is refused.
    """

    name = "operator.enrolled"
    requirements = ("S6",)
    operator: str
    person: str
    posts: tuple[Post, ...]
    vault_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorChanged(Event):
    """異動, 代理: these are the person's posts from now on."""

    name = "operator.changed"
    requirements = ("S6",)
    operator: str
    posts: tuple[Post, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorRenewed(Event):
    """The same person with new factors: `factors` names them (password, token, recovery_codes)."""

    name = "operator.renewed"
    requirements = ("S6",)
    operator: str
    factors: tuple[str, ...]
    vault_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorSuspended(Event):
    """Nobody signs in with this account any more; the name stays for the papers."""

    name = "operator.suspended"
    requirements = ("S6",)
    operator: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorLocked(Event):
    """Too many wrong factors in a row, or brought back by a restore: closed until another administrator opens it."""

    name = "operator.locked"
    requirements = ("S6",)
    operator: str

    @property
    def outcome(self) -> Outcome:
        return Outcome.FAILURE


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorUnlocked(Event):
    name = "operator.unlocked"
    requirements = ("S6",)
    operator: str


class OperatorState(Enum):
    ENROLLED = "enrolled"
    LOCKED = "locked"
    SUSPENDED = "suspended"


_ENROLLED, _LOCKED, _SUSPENDED = OperatorState.ENROLLED, OperatorState.LOCKED, OperatorState.SUSPENDED

OPERATOR = Machine(
    noun="operator",
    key="operator",
    states=OperatorState,
    table={
        (None, OperatorEnrolled): _ENROLLED,
        **{
            (_ENROLLED, kept): _ENROLLED
            for kept in (OperatorChanged, OperatorRenewed, SignInAccepted, StepUpAccepted, RecoveryCodeUsed)
        },
        **{(_LOCKED, kept): _LOCKED for kept in (OperatorChanged, OperatorRenewed)},
        (_ENROLLED, OperatorLocked): _LOCKED,
        (_LOCKED, OperatorUnlocked): _ENROLLED,
        **{(held, OperatorSuspended): _SUSPENDED for held in (_ENROLLED, _LOCKED)},
        # The same person comes back to the section.
        (_SUSPENDED, OperatorEnrolled): _ENROLLED,
    },
)
