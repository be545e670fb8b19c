"""Transition tables: `{(State, EventType): State}`, or by the event's branch. What is not in a table is refused."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum

from media_station.model.errors import Refused
from media_station.model.event import Event

Table = Mapping[tuple[Enum | None, type[Event]], Enum | Mapping[Enum, Enum]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """One noun's life cycle. `key` names the event field that holds the noun's number; empty means: not concerned.

    `moved_by` are the kinds of events in the table.
    """

    noun: str
    key: str
    states: type[Enum]
    table: Table
    moved_by: frozenset[type[Event]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "moved_by", frozenset(kind for _, kind in self.table))

    def concerns(self, event: Event) -> str | None:
        """The number of the noun that this event moves, or None."""
        if type(event) not in self.moved_by:
            return None
        key: str = getattr(event, self.key)
        return key or None

    def step(self, state: Enum | None, event: Event) -> Enum:
        """The state after `event`; Refused FLW-001 if the table doesn't allow it."""
        to = self.table.get((state, type(event)))
        if isinstance(to, Mapping):
            to = to.get(event.branch) if event.branch is not None else None
        if to is None:
            shown = "-" if state is None else str(state.value)
            raise Refused("FLW-001", noun=self.noun, number=self.concerns(event) or "-", state=shown, event=event.name)
        return to

    def edges(self) -> Iterator[tuple[Enum | None, type[Event], Enum | None, Enum]]:
        """(state, event, branch, next state) for each permitted step, for docs, diagrams and tests."""
        for (state, event), to in self.table.items():
            if isinstance(to, Mapping):
                for branch, target in to.items():
                    yield state, event, branch, target
            else:
                yield state, event, None, to
