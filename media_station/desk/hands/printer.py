"""Where finished sheets go. A rehearsal's sheets go into its folder of papers; a real printer comes by CUPS, later."""

from pathlib import Path

from media_station.model.errors import Refused
from media_station.model.ids import Identity, parse_paper


class Printer:
    def __init__(self, directory: Path, identity: Identity) -> None:
        self._directory = directory
        self._identity = identity

    def print(self, number: str, sheet: bytes) -> None:
        """One sheet by its number; Refused PRN-001 outside a rehearsal."""
        if not self._identity.rehearsal:
            raise Refused("PRN-001")
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        (self._directory / f"{parse_paper(number)}.pdf").write_bytes(sheet)
