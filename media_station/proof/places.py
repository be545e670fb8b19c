"""What happened to the order of lines, told from their sequence numbers alone, in flat memory.

In a whole journal the record at place n says n. The first place where that fails, and what follows it, tell a removed
line from a swapped, a doubled or an altered one.
"""

from dataclasses import dataclass
from enum import Enum


class Change(Enum):
    REMOVED = "removed"
    SWAPPED = "swapped"
    DOUBLED = "doubled"
    RENUMBERED = "renumbered"  # the number itself was altered, or the record replaced by another


@dataclass(frozen=True, slots=True, kw_only=True)
class Misplaced:
    """At `place`, where record `place` should be, stands the record that says `sequence`."""

    change: Change
    place: int
    sequence: int


class Places:
    """Shown every line's place and number once, in order."""

    __slots__ = ("_first", "_misplaced", "_turned_up")

    def __init__(self) -> None:
        self._first: tuple[int, int] | None = None
        self._misplaced = 0
        self._turned_up = False

    def see(self, place: int, sequence: int) -> None:
        if place == sequence:
            return
        self._misplaced += 1
        if self._first is None:
            self._first = (place, sequence)
        elif sequence == self._first[0]:
            self._turned_up = True  # the record missing at the first place stands further on

    def misplaced(self, *, lines: int, expected: int) -> Misplaced | None:
        """None if every line was in its place. `expected` is the number of lines that the checkpoint covers."""
        if self._first is None:
            return None
        place, sequence = self._first
        alone = self._misplaced == 1  # nothing after it has moved
        if sequence < place:  # that record already stood in its own place before
            change = Change.RENUMBERED if alone and lines <= expected else Change.DOUBLED
        elif self._turned_up:
            change = Change.SWAPPED
        else:
            change = Change.RENUMBERED if alone and lines >= expected else Change.REMOVED
        return Misplaced(change=change, place=place, sequence=sequence)
