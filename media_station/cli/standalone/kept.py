"""What send keeps from one run to the next: ciphertext and its signed submission, of each file not handed in yet.

No plaintext and no key to any: the host itself can't open what lies here.
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from media_station.cli.standalone.held import held
from media_station.model.errors import Refused

DAYS: Final = 7
_OWNER_ONLY: Final = 0o700


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """The ciphertext of one file on its way; its submission lies beside it once that is whole."""

    sealed: BinaryIO
    ciphertext: Path

    @property
    def _submission(self) -> Path:
        return self.ciphertext.with_suffix(".json")

    def submission(self) -> bytes | None:
        """As an earlier run signed it; None if none has sealed all of it."""
        try:
            return self._submission.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise Refused("SND-005", file=self._submission.name) from error

    def begin(self) -> None:
        """What an earlier run left goes, its submission before its ciphertext."""
        self._submission.unlink(missing_ok=True)
        self.sealed.seek(0)
        self.sealed.truncate()

    def complete(self, signed: bytes) -> None:
        """Refused SND-003 without room."""
        beside = self._submission.with_suffix(".new")
        try:
            self.sealed.flush()
            os.fsync(self.sealed.fileno())
            with beside.open("wb") as file:
                file.write(signed)
                file.flush()
                os.fsync(file.fileno())
            beside.rename(self._submission)
        except OSError as error:
            raise Refused("SND-003") from error

    def drop(self) -> None:
        self._submission.unlink(missing_ok=True)
        self.ciphertext.unlink(missing_ok=True)


@contextmanager
def kept(folder: Path, name: str) -> Iterator[Kept]:
    """For one run alone until the block ends. What was left there a week ago goes. Refused SND-005 for a folder that
    isn't this account's alone, SND-006 while another run is at the same.
    """
    _check(folder)
    _forget_old(folder)
    path = folder / f"{name}.age"
    with held(path, make=True) as descriptor, os.fdopen(descriptor, "r+b", closefd=False) as sealed:
        yield Kept(sealed=sealed, ciphertext=path)


def _check(folder: Path) -> None:
    try:
        folder.mkdir(mode=_OWNER_ONLY, parents=True, exist_ok=True)
        found = folder.stat()
    except OSError as error:
        raise Refused("SND-005", file=folder.name) from error
    if found.st_uid != os.geteuid() or found.st_mode & 0o077:
        raise Refused("SND-005", file=folder.name)


def _forget_old(folder: Path) -> None:
    for path in folder.glob("*.age"):
        with suppress(Refused, FileNotFoundError):  # at work on it, or done with it
            if path.stat().st_mtime < time.time() - DAYS * 86400:
                with held(path):
                    path.with_suffix(".json").unlink(missing_ok=True)
                    path.unlink()
