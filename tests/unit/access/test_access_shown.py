"""What a console is told beforehand: whose names to list, and what each request will ask for."""

from media_station.desk.access.rules import RULES
from media_station.desk.access.shown import name_views, rule_views
from media_station.desk.ledger import people
from media_station.model.operator import Role


def test_all_who_have_a_post_today_are_named(bench):
    named = {each.operator: set(each.roles) for each in name_views(bench.desk)}
    today = bench.desk.clock.day()
    able = {each: people.roles(bench.desk.ledger, each, today) for each in people.operators(bench.desk.ledger)}
    assert named == {operator: roles for operator, roles in able.items() if roles}
    assert named


def test_each_rule_is_shown_as_it_will_be_applied(bench):
    operator = next(each.operator for each in name_views(bench.desk) if each.roles == [Role.OPERATOR])
    shown = {each.action: each for each in rule_views(bench.desk, operator)}
    assert set(shown) == {action.__name__ for action in RULES}
    two_person = bench.desk.house.two_person
    for action, rule in RULES.items():
        each = shown[action.__name__]
        assert each.mine == (Role.OPERATOR in rule.roles)
        assert set(each.roles) == rule.roles
        assert each.code == rule.fresh_code
        assert set(each.beside) == (rule.second if rule.needs_second(two_person) else set())
    assert any(each.beside for each in shown.values())
    assert any(each.code and not each.beside for each in shown.values())
