"""From a task to its form, and from there to the request: with codes and a second person where the rules say so."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from inspect import isawaitable
from typing import Any

from media_station.console.rows import Option, Row, Typed, choice
from media_station.console.sources import Given
from media_station.console.tasks import Task
from media_station.model.asks import Ask
from media_station.model.views import RuleView, SecondPerson

_CODE, _SECOND, _SECOND_PASSWORD, _SECOND_CODE = "own_code", "second", "second_password", "second_code"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filling:
    """`known` are the request's values that nobody has to fill in."""

    task: Task
    rows: list[Row]
    known: Mapping[str, Any]

    @property
    def medium(self) -> str:
        """On which the drive is to work, if it is known before the form is filled in."""
        return str(self.known.get(self.task.medium, ""))

    def ask(self, values: Mapping[str, Any]) -> Ask:
        """Refused IDS-001, CON-005 and their like for what was typed wrongly."""
        filled_in = {name: values[name] for name in self.task.of if name in values}
        made = self.task.made({**self.known, **filled_in})
        return self.task.ask(**{each.name: made[each.name] for each in fields(self.task.ask)})

    @staticmethod
    def signed(values: Mapping[str, Any]) -> tuple[str | None, SecondPerson | None]:
        """The codes, where they were asked for."""
        if _SECOND not in values:
            return values.get(_CODE), None
        second = SecondPerson(
            operator=values[_SECOND], password=values[_SECOND_PASSWORD], code=values[_SECOND_CODE].strip()
        )
        return values[_CODE], second


async def fill(given: Given, task: Task) -> Filling:
    """What the desk says can be chosen now."""
    rows: list[Row] = []
    known: dict[str, Any] = {}
    for name, source in task.of.items():
        found = source(given)
        if isawaitable(found):
            found = await found
        if isinstance(found, Row):
            found.name = name
            rows.append(found)
        else:
            known[name] = found
    rule = given.rules[task.ask.__name__]
    if rule.code and known.get(task.medium, "") not in given.at.permitted:
        rows += await codes(given, rule)
    return Filling(task=task, rows=rows, known=known)


async def codes(given: Given, rule: RuleView) -> list[Row]:
    """The one that lasts shortest comes last."""
    rows: list[Row] = []
    if rule.beside:
        able = [
            each
            for each in await given.at.names()
            if each.operator != given.at.operator and not set(rule.beside).isdisjoint(each.roles)
        ]
        rows = [
            choice([Option(value=each.operator, label=each.person) for each in able], name=_SECOND),
            Typed(name=_SECOND_PASSWORD, secret=True),
            Typed(name=_SECOND_CODE, secret=True),
        ]
    return [*rows, Typed(name=_CODE, secret=True, ends=True)]
