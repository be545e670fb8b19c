"""Composition: where the people door is, and the console before it. It runs in cage and foot on the first terminal."""

from pathlib import Path

from media_station.console.app import Console
from media_station.settings import load


def main(settings: Path) -> int:
    """Until it is ended from without."""
    Console(load(settings).station.run / "people.sock").run(mouse=False)
    return 1
