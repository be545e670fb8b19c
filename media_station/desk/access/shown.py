"""What a console has to know beforehand: whose name to list, what to ask for, whose a task is."""

from media_station.desk.access.rules import RULES
from media_station.desk.desk import Desk
from media_station.desk.ledger import people
from media_station.model.operator import OperatorState, Role, roles_on
from media_station.model.views import NameView, RuleView

_ORDER = tuple(Role)


def name_views(desk: Desk) -> list[NameView]:
    """Who has a post today; one who is locked too, who is told so when he signs in."""
    there = (each for each in people.operators(desk.ledger).values() if each.state is not OperatorState.SUSPENDED)
    today = desk.clock.day()
    posts = [(each, roles_on(each.posts, today)) for each in there]
    return [NameView(operator=each.operator, person=each.person, roles=_sorted(has)) for each, has in posts if has]


def rule_views(desk: Desk, operator: str) -> list[RuleView]:
    """The table of rules as it stands for this operator today, by the policy that is set here."""
    has = people.roles(desk.ledger, operator, desk.clock.day())
    return [
        RuleView(
            action=action.__name__,
            mine=not has.isdisjoint(rule.roles),
            roles=_sorted(rule.roles),
            code=rule.fresh_code,
            beside=_sorted(rule.second) if rule.needs_second(desk.house.two_person) else [],
        )
        for action, rule in RULES.items()
    ]


def _sorted(roles: frozenset[Role]) -> list[Role]:
    return sorted(roles, key=_ORDER.index)
