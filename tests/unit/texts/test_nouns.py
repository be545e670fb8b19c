"""Each state, kind, count and requirement that a person may see has its word in both languages."""

import unicodedata
from dataclasses import fields
from enum import Enum
from string import Formatter

import pytest

from media_station.console.tasks import OTHERS, PAYLOADS, PERMITS, STEPS
from media_station.model.compliance import TITLES, Result, Side
from media_station.model.event import Outcome
from media_station.model.finding import Disposition, FindingKind
from media_station.model.handover import Legible, NoticeState
from media_station.model.incident import IncidentKind
from media_station.model.kind import MediumKind
from media_station.model.medium import CustodyState, MediumState
from media_station.model.operator import OperatorState, Role
from media_station.model.order import Action
from media_station.model.steps import StepKind
from media_station.model.transfer import Count, TransferState
from media_station.model.vocabulary import EVENTS
from media_station.model.way import Stand
from media_station.texts import fields as of_events
from media_station.texts import nouns
from media_station.texts.console import CONSOLE, CORRECTABLE, EXCEPTIONS, INCIDENTS, LEGIBLE, PHASES, RESULTS, SHEETS
from media_station.texts.requirements import ENGLISH

HIDDEN = {"payload", "ending", "sha256"}  # nobody fills them in
WORDS = [
    (INCIDENTS, IncidentKind),
    (LEGIBLE, Legible),
    (nouns.MEDIUM_STATES, MediumState),
    (nouns.CUSTODY_STATES, CustodyState),
    (nouns.NOTICE_STATES, NoticeState),
    (nouns.TRANSFER_STATES, TransferState),
    (nouns.KINDS, MediumKind),
    (nouns.COUNTS, Count),
    (nouns.ACTIONS, Action),
    (nouns.SIDES, Side),
    (RESULTS, Result),
    (nouns.STANDS, Stand),
    (nouns.ROLES, Role),
    (nouns.FINDINGS, FindingKind),
    (nouns.DISPOSITIONS, Disposition),
    (nouns.OPERATOR_STATES, OperatorState),
    (of_events.OUTCOMES, Outcome),
]


@pytest.mark.parametrize(("words", "values"), WORDS, ids=[values.__name__ for _, values in WORDS])
def test_each_value_has_its_words_and_no_words_are_left_over(words, values: type[Enum]):
    assert set(words) - {""} == {value.value for value in values}


def test_each_field_of_an_event_has_its_words():
    named = {field.name for kind in EVENTS.values() for field in fields(kind)}
    assert named - set(of_events.FIELDS) == set()
    assert set(of_events.FIELDS) - set(nouns.COLUMNS) - named == set()


def test_each_requirement_has_an_english_title():
    assert set(ENGLISH) == set(TITLES)


def test_a_word_of_another_version_is_shown_as_it_is():
    assert nouns.of(nouns.ITEMS, "later_thing", "ja") == "later_thing"


def test_the_console_has_a_word_for_each_field_and_task_and_none_is_of_ambiguous_width():
    tasks = [*OTHERS, *STEPS.values(), *PERMITS.values(), *(each for some in PAYLOADS.values() for each in some)]
    assert {field for task in tasks for field in task.of} <= set(CONSOLE) | HIDDEN
    assert {each.name for some in (*PAYLOADS.values(), PERMITS.values(), OTHERS) for each in some} <= set(CONSOLE)
    assert set(STEPS) == set(StepKind)
    for words in (
        *CONSOLE.values(),
        *PHASES.values(),
        *INCIDENTS.values(),
        *EXCEPTIONS.values(),
        *LEGIBLE.values(),
        *CORRECTABLE.values(),
        *RESULTS.values(),
        *SHEETS.values(),
    ):
        named = [{name for _, name, _, _ in Formatter().parse(each) if name} for each in words]
        assert named[0] == named[1]
        assert not [each for each in "".join(words) if unicodedata.east_asian_width(each) == "A"]
