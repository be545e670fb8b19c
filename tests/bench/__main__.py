"""Runs benches by name. A bench is a file here, its name with _ for -, with `rows(scale)`: what it measured, row by row.

A row names its `bench` and `what`; its other columns are numbers. `scale` 1.0 is the size that the goals speak of.
"""

import argparse
import importlib
import json
from pathlib import Path

NAMES = sorted(path.stem.replace("_", "-") for path in Path(__file__).parent.glob("[!_]*.py"))


def main() -> None:
    parser = argparse.ArgumentParser(prog="scripts/bench", description="Measures; one row for each thing measured.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(NAMES)}; all if none is given")
    parser.add_argument("--scale", type=float, default=1.0, metavar="FACTOR", help="of the full size, default 1.0")
    parser.add_argument("--json", action="store_true", help="one object a line")
    asked = parser.parse_args()
    if unknown := set(asked.names) - set(NAMES):
        parser.error(f"no such bench: {', '.join(sorted(unknown))}")
    for name in asked.names or NAMES:
        for row in importlib.import_module(name.replace("-", "_")).rows(asked.scale):
            told = {"bench": name, **row}
            print(
                json.dumps(told) if asked.json else "  ".join(f"{key} {value}" for key, value in told.items()),
                flush=True,
            )


main()
