"""Operators as the journal has them: who they are, their posts, whether they may act."""

from collections.abc import Mapping
from dataclasses import dataclass

from media_station.desk.ledger.index import Ledger
from media_station.model.errors import IntegrityViolation
from media_station.model.operator import (
    OPERATOR,
    OperatorChanged,
    OperatorEnrolled,
    OperatorState,
    Post,
    Role,
    fewest_administrators,
    roles_on,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    operator: str
    person: str
    posts: tuple[Post, ...]
    state: OperatorState


def operators(ledger: Ledger) -> dict[str, Operator]:
    """All that were ever enrolled, in the order of their first enrolment."""
    return {
        name: Operator(operator=name, person=person, posts=posts, state=_state(ledger, name))
        for name, (person, posts) in _people(ledger).items()
    }


def _people(ledger: Ledger) -> dict[str, tuple[str, tuple[Post, ...]]]:
    """Names and posts: a few records a year."""
    people: dict[str, tuple[str, tuple[Post, ...]]] = {}
    for record in ledger.of(OperatorEnrolled, OperatorChanged).records:
        match record.event:
            case OperatorEnrolled(operator=name, person=person, posts=posts):
                people[name] = (person, posts)
            case OperatorChanged(operator=name, posts=posts):
                people[name] = (people[name][0], posts)
    return people


def _state(ledger: Ledger, operator: str) -> OperatorState:
    state = ledger.state(OPERATOR, operator)
    if not isinstance(state, OperatorState):
        raise IntegrityViolation("LDG-001", event=OperatorEnrolled.name)
    return state


def roles(ledger: Ledger, operator: str, day: str) -> frozenset[Role]:
    """What the operator may act as on this day: nothing if suspended, locked, unknown or without a post."""
    if ledger.state(OPERATOR, operator) is not OperatorState.ENROLLED:
        return frozenset()
    return roles_on(_people(ledger)[operator][1], day)


def administrators_left(ledger: Ledger, today: str, changed: Mapping[str, tuple[Post, ...]]) -> int:
    """On the day that has the fewest, if those in `changed` had these posts; who is locked doesn't count."""
    able = {each.operator: each.posts for each in operators(ledger).values() if each.state is OperatorState.ENROLLED}
    return fewest_administrators({**able, **changed}, today)
