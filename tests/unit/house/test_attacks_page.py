"""docs/attacks.md and the attacker's tests are of one mind."""

import ast
import re
from pathlib import Path

import pytest

from media_station.model.vocabulary import EVENTS
from media_station.texts.texts import catalogue

ROOT = Path(__file__).parents[3]
MODULES = [*(ROOT / "tests/scenario").glob("test_attacks_*.py"), ROOT / "tests/scenario/test_noise_at_the_doors.py"]
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in (ROOT / "docs/attacks.md").read_text().splitlines()
    if line.startswith("| ") and "`test_" in line
]
# Issue 4's list, in the page's words.
ASKED_FOR = """
another uid at each door; a session token from another process; a sign-in replayed; requests in another order;
an order edited in each field; an order from before a restart of the machine;
a vault or a journal put back from yesterday; a medium swapped between order and write; lookalike names;
a 1 MB password; 10,000 rapid failures; 100,000 messages of noise at all doors; 22 MiB without a NUL, deep JSON
"""


def attackers() -> dict[str, str]:
    """The text of each attacker's test with the constants of its module, by name."""
    found = {}
    for module in MODULES:
        whole = module.read_text()
        tree = ast.parse(whole)
        constants = [ast.get_source_segment(whole, each) for each in tree.body if isinstance(each, ast.Assign)]
        for each in tree.body:
            if isinstance(each, ast.FunctionDef) and each.name.startswith("test_"):
                around = [ast.get_source_segment(whole, decorator) for decorator in each.decorator_list]
                found[each.name] = "\n".join([*constants, *around, ast.get_source_segment(whole, each)])
    return found


def test_every_attackers_test_is_on_the_page_once():
    assert sorted(name.strip("`") for _, name, _, _ in ROWS) == sorted(attackers())


@pytest.mark.parametrize(("attack", "name", "codes", "recorded"), ROWS, ids=[row[0] for row in ROWS])
def test_a_row_tells_what_its_test_tells(attack, name, codes, recorded):
    for code in filter(None, codes.split(", ")):
        assert code in attackers()[name.strip("`")]
        assert any(each.startswith(code) for each in catalogue("en"))
    assert set(re.findall(r"`([a-z_.]+)`", recorded)) <= EVENTS.keys()
    assert recorded


def test_nothing_of_what_was_asked_for_is_missing():
    attacks = [attack for attack, *_ in ROWS]
    asked = [each.strip().replace("\n", " ") for each in ASKED_FOR.split(";")]
    assert not [each for each in asked if not any(attack.startswith(each) for attack in attacks)]
