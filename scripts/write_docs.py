#!/usr/bin/env python3
"""Writes what is taken from the code: docs/vocabulary.md and docs/states.md; the columns of an event's own fields in
config/lnav/media-station.json.
"""

import json
from collections.abc import Iterable
from dataclasses import fields
from enum import Enum
from pathlib import Path

from media_station.doors.cell import Cell
from media_station.doors.chores import Chores
from media_station.doors.clock import SetsClock
from media_station.doors.findings import Findings
from media_station.doors.intake import Intake
from media_station.doors.media import Media
from media_station.doors.patterns import InstallsPatterns
from media_station.doors.people import People
from media_station.doors.update import TakesUpdate
from media_station.model.machine import Machine
from media_station.model.vocabulary import EVENTS, MACHINES

ROOT = Path(__file__).resolve().parents[1]
FORMAT = ROOT / "config" / "lnav" / "media-station.json"
DOORS = {
    "people": People,
    "intake": Intake,
    "media": Media,
    "cell": Cell,
    "clock": SetsClock,
    "patterns": InstallsPatterns,
    "update": TakesUpdate,
    "findings": Findings,
    "chores": Chores,
}

_DATA = "media_station/data/"
_VOCABULARY = """# Vocabulary

Written by `scripts/write_docs.py` from `media_station/doors` and `media_station/model`.
"""
_STATES = """# State tables

Written by `scripts/write_docs.py` from the tables in `media_station/model`; a step that isn't here is refused.
An event passes only if every table that it concerns lets it pass.
"""


def vocabulary() -> str:
    """Each door with its methods, each noun with its events."""
    nouns: dict[str, list[str]] = {}
    for name in sorted(EVENTS):
        noun, past = name.split(".")
        nouns.setdefault(noun, []).append(past)
    doors = ((f"`{name}`", f"`{kind.name}`", ", ".join(_methods(kind))) for name, kind in DOORS.items())
    events = ((noun, ", ".join(past)) for noun, past in nouns.items())
    return (
        f"{_VOCABULARY}\n## Doors\n\n{_table(('door', 'interface', 'methods'), doors)}"
        f"\n## Events\n\n{_table(('noun', 'past participles'), events)}"
    )


def states() -> str:
    """One Mermaid diagram for each table."""
    return _STATES + "".join(f"\n## {each.noun}\n\n```mermaid\n{_diagram(each)}```\n" for each in MACHINES)


def lnav(page: str) -> str:
    """The format with a column for each plain field of an event. A number in one and a text in another is a text."""
    whole = json.loads(page)
    kinds: dict[str, set[str]] = {}
    for field in (field for event in EVENTS.values() for field in fields(event)):
        if field.type in (str, int) or (isinstance(field.type, type) and issubclass(field.type, Enum)):
            kinds.setdefault(field.name, set()).add("integer" if field.type is int else "string")
    values = whole["media_station_log"]["value"]
    own = {name: each for name, each in values.items() if not name.startswith(_DATA)}
    shown = {each["field"] for each in whole["media_station_log"]["line-format"] if isinstance(each, dict)}
    for name, kind in sorted(kinds.items()):
        value: dict[str, str | bool] = {"kind": "integer" if kind == {"integer"} else "string"}
        if _DATA + name not in shown:
            value["hidden"] = True
        own[_DATA + name] = value
    whole["media_station_log"]["value"] = own
    return json.dumps(whole, indent=2) + "\n"


def _methods(kind: type) -> Iterable[str]:
    return (name for name in vars(kind) if name[0].isupper())


def _table(headings: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [headings, ("---",) * len(headings), *rows]
    return "".join("|" + "|".join("---" if cell == "---" else f" {cell} " for cell in line) + "|\n" for line in lines)


def _diagram(machine: Machine) -> str:
    """Each pair of states with all the events between them."""
    labels: dict[tuple[str, str], list[str]] = {}
    for state, event, branch, to in machine.edges():
        label = event.name if branch is None else f"{event.name} ({branch.value})"
        labels.setdefault(("[*]" if state is None else str(state.value), str(to.value)), []).append(label)
    lines = (f"    {one} --> {other}: {'<br>'.join(events)}\n" for (one, other), events in labels.items())
    return "stateDiagram-v2\n" + "".join(lines)


def main() -> None:
    (ROOT / "docs" / "vocabulary.md").write_text(vocabulary(), encoding="utf-8")
    (ROOT / "docs" / "states.md").write_text(states(), encoding="utf-8")
    FORMAT.write_text(lnav(FORMAT.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
