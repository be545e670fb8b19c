"""What is asked of the journal and seen of it."""

from dataclasses import dataclass

from media_station.model.event import Outcome
from media_station.model.instant import parse_wall


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which records: all that fit each field that isn't empty. `since` ≤ time < `until`, both UTC as recorded.

    `operator`: whoever did it, was beside or is named in it. `actions` and `outcomes`: one of these.
    """

    since: str
    until: str
    operator: str
    medium: str
    transfer: str
    actions: list[str]
    outcomes: list[Outcome]

    def __post_init__(self) -> None:
        for each in filter(None, (self.since, self.until)):
            parse_wall(each)


EVERYTHING = Wanted(since="", until="", operator="", medium="", transfer="", actions=[], outcomes=[])


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalRow:
    """A record: `line` is the journal's own, byte for byte without its newline; `names` of the people in it, by id.

    Of a line that is too long for a row `line` is empty: it comes in pieces.
    """

    record: int
    line: str
    names: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Some of what was wanted, oldest first. `following`: the record from which to go on; -1 if that was all."""

    rows: list[JournalRow]
    following: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Grown:
    """The latest checkpoint (a signed note), and hashes in hex that lead to its root from an older one's."""

    checkpoint: str
    consistency: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordProof:
    """Hashes in hex that lead from a record to the root of `checkpoint` (a signed note), over `size` records.

    `consistency`: from the root of an older one that was given; empty if none was, or if it is as large.
    """

    record: int
    size: int
    proof: list[str]
    checkpoint: str
    consistency: list[str]
