"""The page on which a day begins: what is due, and what is to be done, first what this operator may do."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import partial

from media_station.console.pages import Item
from media_station.console.sources import Given
from media_station.console.tasks import OTHERS, PAYLOADS, PERMITS, STEPS, Task
from media_station.model.steps import Step, StepKind
from media_station.model.views import DueRow, PayloadView, TransferView
from media_station.texts.console import word
from media_station.texts.nouns import COUNTS, KINDS, ROLES, TRANSFER_STATES, of
from media_station.texts.words import due_words, step_words

Open = Callable[[Given, Task, Callable[[str], str]], Awaitable[None]]

_SOON_DAYS = 7
_DUE_SHOWN = 5


async def today_items(given: Given, opened: Open) -> list[Item]:
    """A StationError, as the desk refuses."""
    due: list[DueRow] = await given.at.all("Due")
    payloads: list[PayloadView] = await given.at.all("Payloads")
    transfers: list[TransferView] = await given.at.all("Transfers")
    items = list(_due(due, given.today))
    items.append(_said("gap", lambda _: ("", "")))
    waiting = [*_payloads(payloads, given, opened)]
    for view in transfers:
        waiting += _transfer(replace(given, view=view), opened)
    return [*items, *(waiting or [_said("none", lambda language: (word("nothing_waits", language), "dim"))])]


def other_items(given: Given, opened: Open) -> list[Item]:
    """What may be done besides, by this operator."""
    mine = [task for task in OTHERS if given.rules[task.ask.__name__].mine]
    return [_item(task.name, given, task, partial(word, task.name), opened) for task in mine]


def _said(name: str, text: Callable[[str], tuple[str, str]]) -> Item:
    return Item(name=name, text=text)


def _due(rows: Sequence[DueRow], today: str) -> Iterator[Item]:
    """What is late, and what is due soon."""
    near = [row for row in rows if row.overdue or _days(row.day, today) <= _SOON_DAYS]
    for row in near[:_DUE_SHOWN]:
        yield _said(f"due {row.what} {row.subject}", partial(_due_text, row, today))
    if not near:
        yield _said("due", lambda language: (word("nothing_due", language), "dim"))


def _days(day: str, today: str) -> int:
    return (date.fromisoformat(day) - date.fromisoformat(today)).days


def _due_text(row: DueRow, today: str, language: str) -> tuple[str, str]:
    days = _days(row.day, today)
    left = word("days_left", language, days=days) if days else word("due_today", language)
    left = word("overdue", language, days=-days) if days < 0 else left
    return f"{left}  {row.day}  {due_words(row.what, language)}  {row.subject}", "alarm" if days < 0 else ""


def _payloads(rows: Sequence[PayloadView], given: Given, opened: Open) -> Iterator[Item]:
    for row in rows:
        of_payload = replace(given, subject=row.payload)
        for task in PAYLOADS.get(row.state, ()):
            name = task.ask.__name__
            yield _item(f"{row.payload} {name}", of_payload, task, partial(_payload, row, name), opened)


def _payload(row: PayloadView, name: str, language: str) -> str:
    payload = word("of_payload", language, payload=row.payload[:8], records=f"{row.records:,}")
    return f"{word(name, language)}  {payload}"


def _transfer(given: Given, opened: Open) -> Iterator[Item]:
    view = given.transfer

    def heading(language: str) -> tuple[str, str]:
        state = of(TRANSFER_STATES, view.state, language)
        frozen = word("frozen", language) if view.frozen else ""
        about = word(
            "of_transfer", language, transfer=view.transfer, title=view.title, state=state, records=f"{view.records:,}"
        )
        return about + frozen, "strong"

    yield _said(view.transfer, heading)
    for kind, task in PERMITS.items():
        if len(waiting := given.waiting(kind)) > 1 and not set(waiting) <= given.at.permitted:
            name = task.ask.__name__
            yield _item(f"{view.transfer} {name}", given, task, partial(word, name), opened)
    for step in view.steps:
        yield _item(
            f"{view.transfer} {step.kind.value} {step.subject}",
            replace(given, subject=step.subject),
            STEPS[step.kind],
            partial(_step, step),
            opened,
        )


def _step(step: Step, language: str) -> str:
    words = {StepKind.REPORT_COUNT: COUNTS, StepKind.SEAL: KINDS}.get(step.kind)
    about = of(words, step.subject, language) if words else step.subject
    return f"{step_words(step.kind, language)}  {about if step.kind is not StepKind.PURGE else about[:8]}".rstrip()


def _item(name: str, given: Given, task: Task, title: Callable[[str], str], opened: Open) -> Item:
    """A task of somebody else's says whose."""
    rule = given.rules[task.ask.__name__]

    def text(language: str) -> tuple[str, str]:
        if rule.mine:
            return f"  {title(language)}", ""
        roles = ", ".join(of(ROLES, each.value, language) for each in rule.roles)
        return f"  {title(language)}  ({word('others_turn', language, roles=roles)})", "dim"

    return Item(name=name, text=text, open=(lambda: opened(given, task, title)) if rule.mine else None)
