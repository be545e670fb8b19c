"""ARCHITECTURE.md's tables are the code's."""

import re
from pathlib import Path

import pytest

from media_station.__main__ import ROLES
from media_station.doors.cell import Cell
from media_station.doors.intake import Intake
from media_station.doors.media import Media
from media_station.doors.people import People
from media_station.model.vocabulary import EVENTS, MACHINES

ROOT = Path(__file__).parents[3]
DOORS = {"people": People, "intake": Intake, "media": Media, "cell": Cell}


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


def test_the_doors_have_these_methods(page):
    doors = table(page, "Doors")
    assert set(doors) == set(DOORS)
    for name, kind in DOORS.items():
        interface, methods = doors[name]
        assert interface == kind.name
        assert sorted(words(methods)) == sorted(method for method in vars(kind) if method[0].isupper())


def test_the_rooms_are_the_folders(page):
    folders = {path.parent.name for path in (ROOT / "media_station").glob("*/__init__.py")}
    assert set(table(page, "Rooms")) == folders


def test_the_events_are_the_vocabulary(page):
    listed = {f"{noun}.{past}" for noun, (cell,) in table(page, "Events").items() for past in words(cell)}
    assert listed == set(EVENTS)


def test_the_states_are_the_machines(page):
    listed = {noun: words(cell) for noun, (cell,) in table(page, "States").items()}
    assert listed == {machine.noun: [state.value for state in machine.states] for machine in MACHINES}
