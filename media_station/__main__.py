"""media-stationd ROLE: starts one of the station's processes. Only the role's own room is imported."""

import argparse
import gc
import importlib
import sys
from pathlib import Path

from media_station.model.errors import StationError
from media_station.texts.texts import tell

ROLES = ("desk", "drive", "gate", "cell", "clock", "patterns", "update", "chore", "guard", "console")
RESTORE = "restore"  # no process that stays: it makes the state from which the desk starts


def arrange(parser: argparse.ArgumentParser) -> None:
    parser.description = "Runs one process of the station."
    parser.add_argument("role", choices=(*ROLES, RESTORE), help="which one")
    parser.add_argument(
        "--settings",
        type=Path,
        default=Path("/etc/media-station/station.toml"),
        metavar="FILE",
        help="its settings (station.toml(5))",
    )


def main() -> int:
    """The role's exit code; an error that a person can act on is told in both languages on stderr."""
    parser = argparse.ArgumentParser(prog="media-stationd")
    arrange(parser)
    once = sys.argv[1:2] == [RESTORE]
    asked = None if once else parser.parse_args()
    try:
        if asked is None:
            code: int = importlib.import_module("media_station.desk.restore").main(sys.argv[2:])
        else:
            gc.disable()  # what is imported stays: looking through it again and again is a fifteenth of a desk's start
            role = importlib.import_module(f"media_station.{asked.role}.main")
            gc.freeze()
            gc.enable()
            code = role.main(asked.settings)
    except StationError as error:
        print(tell(error), file=sys.stderr)
        return error.exit_code
    return code


if __name__ == "__main__":
    sys.exit(main())
