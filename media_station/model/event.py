"""What happened: the shape that every event has. An event is a noun and a past participle; its class is its name.

`name` is also ECS `event.action`. `requirements` are ids of the requirement map. Fields are text, whole numbers,
booleans, enums, tuples of text, or frozen records of these: what canonical JSON can hold without loss.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import ClassVar, Final

BEFORE: Final = "before"


def before(value: int | str) -> Mapping[str, int | str]:
    """Of a field that came later: what it is in the records that were written before it was there."""
    return {BEFORE: value}


class Outcome(Enum):
    """ECS event.outcome."""

    SUCCESS = "success"
    FAILURE = "failure"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Base of all events."""

    name: ClassVar[str]
    requirements: ClassVar[tuple[str, ...]] = ()

    @property
    def branch(self) -> Enum | None:
        """What a transition table may branch on: a verdict, an action, a kind."""
        return None

    @property
    def outcome(self) -> Outcome:
        return Outcome.SUCCESS

    @property
    def cites(self) -> tuple[str, ...]:
        """The ids that this very event is evidence for."""
        return self.requirements
