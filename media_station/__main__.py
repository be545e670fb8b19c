"""media-stationd ROLE: starts one of the station's processes. Only the role's own room is imported."""

import argparse
import importlib
import sys
from pathlib import Path

from media_station.model.errors import StationError
from media_station.texts.texts import tell

ROLES = ("desk", "drive", "gate", "cell", "clock", "guard", "console")


def main() -> int:
    """The role's exit code; an error that a person can act on is told in both languages on stderr."""
    parser = argparse.ArgumentParser(prog="media-stationd", description="Runs one process of the station.")
    parser.add_argument("role", choices=ROLES)
    parser.add_argument("--settings", type=Path, default=Path("/etc/media-station/station.toml"), metavar="FILE")
    asked = parser.parse_args()
    role = importlib.import_module(f"media_station.{asked.role}.main")
    try:
        code: int = role.main(asked.settings)
    except StationError as error:
        print(tell(error), file=sys.stderr)
        return error.exit_code
    return code


if __name__ == "__main__":
    sys.exit(main())
