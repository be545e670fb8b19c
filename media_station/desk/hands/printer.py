"""Where finished sheets go: a queue of cupsd's, or a rehearsal's folder of papers. A sheet is no file of ours on the
way to the printer: it goes through a pipe, and cupsd's spool is on a tmpfs (config/cups).
"""

import subprocess
from pathlib import Path
from typing import Protocol

from media_station.model.errors import Refused
from media_station.model.ids import Identity, parse_paper

_LP = "/usr/bin/lp"
# As little as lp needs: no HOME, so that nobody's lpoptions have a word in it.
_ENVIRONMENT = {"PATH": "/usr/bin", "LC_ALL": "C.UTF-8"}


class Printer(Protocol):
    def print(self, number: str, sheet: bytes, *, copy: int = 0) -> None:
        """One sheet by its number, or a copy of it (from 1). Refused PRN-001 without a printer, PRN-002 if it was not
        taken.
        """


class Folder:
    """A rehearsal's."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def print(self, number: str, sheet: bytes, *, copy: int = 0) -> None:
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        (self._directory / f"{_title(number, copy)}.pdf").write_bytes(sheet)


class Queue:
    """One of cupsd's. That a sheet was taken is not that it lies on paper."""

    def __init__(self, server: Path, queue: str, seconds: int) -> None:
        self._server, self._queue, self._seconds = server, queue, seconds

    def print(self, number: str, sheet: bytes, *, copy: int = 0) -> None:
        command = [_LP, "-h", str(self._server), "-d", self._queue, "-t", _title(number, copy), "-s", "-"]
        try:
            subprocess.run(
                command, input=sheet, env=_ENVIRONMENT, timeout=self._seconds, check=True, capture_output=True
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise Refused("PRN-002", queue=self._queue) from error


class NoPrinter:
    """Outside a rehearsal, before one is set up."""

    def print(self, number: str, sheet: bytes, *, copy: int = 0) -> None:  # noqa: ARG002 - as the others
        raise Refused("PRN-001")


def printer(*, queue: str, server: Path, seconds: int, papers: Path, identity: Identity) -> Printer:
    """The queue of the cupsd at this socket, if one is named; else a rehearsal has its folder."""
    if queue:
        return Queue(server, queue, seconds)
    return Folder(papers) if identity.rehearsal else NoPrinter()


def _title(number: str, copy: int) -> str:
    return f"{parse_paper(number)}-copy-{copy}" if copy else parse_paper(number)
