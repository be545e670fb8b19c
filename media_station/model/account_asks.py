"""What people ask about accounts and the room: who may sign in, as what, and who was there."""

from dataclasses import dataclass, field

from media_station.model.asks import Ask, asks_in
from media_station.model.operator import Post


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrol(Ask):
    """A named operator, in person: the password as that person typed it, a new token and a code that it shows.

    The answer carries the recovery codes, once (`recovery_codes`, parted by blanks).
    """

    operator: str
    person: str
    posts: list[Post]
    password: str = field(repr=False)
    token_secret: str = field(repr=False)
    token_period_seconds: int
    proof: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Renew(Ask):
    """Password forgotten or token lost: the same person, in person, with new factors; as Enrol."""

    operator: str
    password: str = field(repr=False)
    token_secret: str = field(repr=False)
    token_period_seconds: int
    proof: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePosts(Ask):
    """All posts that the person has from now on, those to come and those of a deputy (代理) too."""

    operator: str
    posts: list[Post]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unlock(Ask):
    """An account that too many wrong factors have locked."""

    operator: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspend(Ask):
    """異動: this account opens nothing any more."""

    operator: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeStaff(Ask):
    """異動 in bulk: a CSV, line by line with its headings; `sha256` is the file's."""

    lines: list[list[str]]
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AdoptStaff(Ask):
    """By an administrator other than the proposer: all of it, at once."""

    staff: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPresence(Ask):
    """Someone has entered the room or left it, now."""

    operator: str
    entered: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPresence(Ask):
    """The door system's CSV, line by line with its headings."""

    lines: list[list[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparePresence(Ask):
    """The sign-ins of these days, both included, against the room's records."""

    since: str
    until: str


ACCOUNT_ASKS = asks_in(globals())
