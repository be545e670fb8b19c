"""ARCHITECTURE.md is the code's picture; what is written from the code is as the code is."""

import importlib.util
import re
from pathlib import Path

import pytest

from media_station.__main__ import ROLES
from media_station.model.steps import StepKind
from media_station.model.vocabulary import EVENTS
from media_station.texts.words import EVENT_WORDS, STEP_WORDS

ROOT = Path(__file__).parents[3]
_spec = importlib.util.spec_from_file_location("write_docs", ROOT / "scripts" / "write_docs.py")
write_docs = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(write_docs)
DOORS = write_docs.DOORS


@pytest.fixture(scope="module")
def page() -> str:
    return (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")


def table(page: str, heading: str) -> dict[str, list[str]]:
    """The first table under a heading: first cell → the others, without backticks."""
    section = page.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    rows = [line.strip("|").split("|") for line in section.splitlines() if line.startswith("|")][2:]
    cells = [[cell.strip().replace("`", "") for cell in row] for row in rows]
    assert cells
    assert len({first for first, *_ in cells}) == len(cells)
    return {first: others for first, *others in cells}


def words(cell: str) -> list[str]:
    return cell.split(", ")


def test_the_processes_are_the_roles(page):
    assert set(table(page, "Processes")) == set(ROLES)


def test_each_process_speaks_at_the_doors_that_its_room_imports(page):
    for role, cells in table(page, "Processes").items():
        source = "".join(path.read_text() for path in (ROOT / "media_station" / role).rglob("*.py"))
        found = {
            door
            for door in DOORS
            if re.search(rf"media_station\.doors\.{door}\b|media_station\.doors import .*\b{door}\b", source)
        }
        assert found == set(words(cells[2])), role


def test_the_rooms_are_the_folders(page):
    folders = {path.parent.name for path in (ROOT / "media_station").glob("*/__init__.py")}
    assert set(table(page, "Rooms")) == folders


def test_the_vocabulary_and_the_state_diagrams_are_the_codes():
    for name, written in {"vocabulary": write_docs.vocabulary(), "states": write_docs.states()}.items():
        assert (ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8") == written


def test_the_lnav_format_has_a_column_for_each_plain_field_of_an_event():
    page = write_docs.FORMAT.read_text(encoding="utf-8")
    assert write_docs.lnav(page) == page


def test_each_event_and_each_step_has_words():
    assert set(EVENT_WORDS) == set(EVENTS)
    assert set(STEP_WORDS) == set(StepKind)
