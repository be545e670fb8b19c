"""faults.toml: each fault at each stage, and what must come of it. `faults.py` writes docs/faults.md from it."""

import tomllib
from collections.abc import Iterable
from pathlib import Path

TABLE = tomllib.loads(Path(__file__).with_name("faults.toml").read_text())
STAGES: list[str] = TABLE.pop("stages")
PAGE = Path(__file__).parents[2] / "docs" / "faults.md"
_HEAD = """# Faults

Written by `tests/system/faults.py` from the table that was there before anything was measured, and held by the tests
beside it: `test_faults_of_media.py` (the real drive on a loop device, over a stick with faults at will) and
`test_faults_at_the_station.py` (all processes, their own disk, a boot id that changes). What is marked “machine” is
measured in `tests/machine`, where a medium has wires and a tray.

A cell is what comes of the order. `PASS`, `FAIL`, `UNKNOWN` is the evidence's verdict, with the reason's code; a medium
that fails, or of which nothing is known, is spoiled or not erased, and its journal says why. `refused`: nothing touched
it. `lapsed`: the drive never began. `broken off`: there is no evidence, nothing is claimed. `seen`: it is in the bay.
"""


def expected(fault: str, stage: str) -> str:
    return TABLE[fault][stage]


def mediums_cells(faults: Iterable[str]) -> list[tuple[str, str]]:
    """What can occur here, of these faults."""
    return [(fault, stage) for fault in faults for stage in STAGES if is_measured(expected(fault, stage))]


def is_measured(cell: str) -> bool:
    return not cell.startswith(("-", "machine"))


def page() -> str:
    rows = [
        f"| **{each['title']}**: {each['how']} | "
        + " | ".join(each[stage].replace("- ", "– ") for stage in STAGES)
        + " |"
        for each in TABLE.values()
    ]
    notes = [f"- **{each['title']}**: {each['note']}" for each in TABLE.values() if "note" in each]
    table = [f"| fault | {' | '.join(STAGES)} |", "|---" * (len(STAGES) + 1) + "|", *rows]
    return "\n".join([_HEAD, *table, "", *notes]) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
