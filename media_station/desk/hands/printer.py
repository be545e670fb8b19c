"""Where finished sheets go. A rehearsal's sheets go into its folder of papers; a real printer comes by CUPS, later."""

from pathlib import Path

from media_station.model.errors import Refused
from media_station.model.ids import Identity, parse_paper


class Printer:
    def __init__(self, directory: Path, identity: Identity) -> None:
        self._directory = directory
        self._identity = identity

    def print(self, number: str, sheet: bytes, *, copy: int = 0) -> None:
        """One sheet by its number, or a copy of it (from 1); Refused PRN-001 outside a rehearsal."""
        if not self._identity.rehearsal:
            raise Refused("PRN-001")
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = f"{parse_paper(number)}-copy-{copy}" if copy else parse_paper(number)
        (self._directory / f"{name}.pdf").write_bytes(sheet)
