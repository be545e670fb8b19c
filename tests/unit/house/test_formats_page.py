"""docs/formats.md says of papers and orders what the code has."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from media_station.model.errors import Refused
from media_station.model.order import Action, Order

ROOT = Path(__file__).parents[3]
WORDS = {Action.WRITE: "writing", Action.READ: "reading", Action.ERASE: "erasure", Action.IMPORT: "import"}
ORDER = Order(
    number="R1-O-00001",
    identity="rehearsal/r1",
    boot_id="b",
    action=Action.WRITE,
    transfer="R1-T-00001",
    medium="R1-U-00001",
    fingerprint="0" * 64,
    image_sha256="0" * 64,
    image_length=1,
    requester="sousa-hanako",
    approver="",
    issued_ms=1,
    start_by_ms=2,
)
BARE = {"transfer": "", "image_sha256": "", "image_length": 0}


def cells(first: str) -> list[str]:
    """Of the table row that begins so."""
    page = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8")
    row = next(line for line in page.splitlines() if line.startswith(f"| {first} |"))
    return [cell.strip() for cell in row.strip("|").split("|")]


def is_order(action: Action, **fields) -> bool:
    try:
        replace(ORDER, action=action, **fields)
    except (Refused, ValueError):
        return False
    return True


def test_a_sheet_is_looked_for_in_the_records_that_the_page_names():
    script = (ROOT / "scripts" / "verify_journal.py").read_text(encoding="utf-8")
    printed = script.split("\nPRINTED = {", 1)[1].split("}", 1)[0]
    assert re.findall(r"`([a-z]+\.[a-z]+)`", cells("`--paper FILE.pdf`")[1]) == re.findall(r'"(\w+\.\w+)"', printed)


@pytest.mark.parametrize("field", ["image_sha256", "transfer"])
def test_what_is_empty_in_an_order_is_so_for_the_actions_that_the_page_names(field):
    named = {action for action in Action if WORDS[action] in cells(f"`{field}`")[1]}
    assert named == {action for action in Action if is_order(action, **BARE)}


def test_no_order_to_import_is_for_a_transfer_and_the_page_says_so():
    fields = {**BARE, "transfer": ORDER.transfer}
    assert (is_order(Action.ERASE, **fields), is_order(Action.IMPORT, **fields)) == (True, False)
    assert cells("`transfer`")[1].endswith("may be empty for an erasure, is empty for an import")
