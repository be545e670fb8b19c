"""What is kept off the station, so that its journal and accounts outlive the machine (S9)."""

from dataclasses import dataclass

from media_station.model.event import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupMade(Event):
    """Journal, accounts and settings, sealed to `readers` (age1…); media passwords are not among them.

    `head` is how many records are in it, `root` their tree's, hex. `archive_sha256` is of the tar inside, `sha256` and
    `length` of the sealed file. `word_sha256` is of the word inside, which only who has opened it can tell.
    """

    name = "backup.made"
    requirements = ("S9",)
    bundle: str
    readers: tuple[str, ...]
    head: int
    root: str
    archive_sha256: str
    sha256: str
    length: int
    word_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupProved(Event):
    """The drill: somebody with a reader's key has opened it, and told the word that is in it."""

    name = "backup.proved"
    requirements = ("S9",)
    bundle: str
    head: int
    sha256: str
