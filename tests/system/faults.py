"""faults.toml: each fault at each stage, and what must come of it."""

import tomllib
from collections.abc import Iterable
from pathlib import Path

TABLE = tomllib.loads(Path(__file__).with_name("faults.toml").read_text())
STAGES: list[str] = TABLE.pop("stages")


def expected(fault: str, stage: str) -> str:
    return TABLE[fault][stage]


def mediums_cells(faults: Iterable[str]) -> list[tuple[str, str]]:
    """What can occur here, of these faults."""
    return [(fault, stage) for fault in faults for stage in STAGES if is_measured(expected(fault, stage))]


def is_measured(cell: str) -> bool:
    return not cell.startswith("-") and cell != "machine"
