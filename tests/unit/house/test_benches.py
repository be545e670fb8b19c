"""scripts/bench: each bench runs, at a size at which its figures say nothing."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[2]
NAMES = sorted(path.stem.replace("_", "-") for path in (TESTS / "bench").glob("[!_]*.py"))


@pytest.mark.parametrize("name", NAMES)
def test_a_bench_measures_something(name):
    command = [sys.executable, str(TESTS / "bench"), name, "--scale", "0.001", "--json"]
    environment = {**os.environ, "PYTHONPATH": str(TESTS / "unit" / "ledger")}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert rows
    assert {row["bench"] for row in rows} == {name}
    assert len({row["what"] for row in rows}) == len(rows)
