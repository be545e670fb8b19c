"""A backup's archive: a tar, written and read as a stream (docs/formats.md, "Backup").

The journal's segments and checkpoint, the vault's accounts, the settings, and a word that only who has opened it can
tell; at its end the list of hashes, signed by the journal's key: the seal itself says nothing of who made it.
"""

import json
import os
import re
import tarfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import IO, Any, Final, cast

from media_station.model.errors import IntegrityViolation, Refused
from media_station.model.ids import Identity, parse_bundle, parse_identity
from media_station.proof import succession
from media_station.proof.bundle import NOTE, SUMS
from media_station.proof.key import Signer, Verifier
from media_station.proof.note import open_note, sign_note
from media_station.proof.segments import CHECKPOINT, segments
from media_station.proof.verify import Verified, verify_journal

PURPOSE: Final = "backup"
_JOURNAL: Final = "journal"
_VAULT: Final = "vault.json"
_SETTINGS: Final = "station.toml"
_WORD: Final = "word"
_SMALL: Final = (_VAULT, _SETTINGS, _WORD, SUMS, NOTE)
_SMALL_BYTES: Final = 16 * 1024 * 1024  # a line of SHA256SUMS a day, an account a person
_SEGMENT: Final = re.compile(rf"{_JOURNAL}/([0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}\.jsonl|{CHECKPOINT})")
_VAULT_HASH: Final = re.compile(rb'"vault_sha256":"([0-9a-f]{64})"')
_TEXT: Final = re.compile(rf"media-station/{PURPOSE}/v1/(\S+)\n(\S+)\n([0-9a-f]{{64}})\n")
_PIECE: Final = 1 << 20
_MODE: Final = 0o600


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What goes into one. `segments`: files with as many of their bytes as the checkpoint covers."""

    identity: Identity
    number: str
    written: datetime
    segments: Sequence[tuple[Path, int]]
    checkpoint: bytes
    vault: bytes = field(repr=False)
    settings: str
    word: str = field(repr=False)

    def archive(self, signer: Signer) -> Iterator[bytes]:
        """Equal content gives equal bytes; `length` of them."""
        sums = ""
        for name, size, pieces in self._files():
            seen = sha256()
            yield self._header(name, size)
            for piece in pieces:
                seen.update(piece)
                yield piece
            yield _padding(size)
            sums += f"{seen.hexdigest()}  {name}\n"
        for name, data in ((SUMS, sums.encode()), (NOTE, self._note(sums.encode(), signer))):
            yield self._header(name, len(data))
            yield data
            yield _padding(len(data))
        yield bytes(2 * tarfile.BLOCKSIZE)

    def length(self, signer: Signer) -> int:
        listed = [(name, size) for name, size, _ in self._files()]
        sums = "".join(f"{'0' * 64}  {name}\n" for name, _ in listed).encode()
        sizes = [*(size for _, size in listed), len(sums), len(self._note(sums, signer))]
        return sum(tarfile.BLOCKSIZE + size + len(_padding(size)) for size in sizes) + 2 * tarfile.BLOCKSIZE

    def _files(self) -> Iterator[tuple[str, int, Iterator[bytes]]]:
        for path, size in self.segments:
            yield f"{_JOURNAL}/{path.name}", size, _beginning(path, size)
        small = {
            f"{_JOURNAL}/{CHECKPOINT}": self.checkpoint,
            _VAULT: self.vault,
            _SETTINGS: self.settings.encode(),
            _WORD: self.word.encode() + b"\n",
        }
        for name, data in small.items():
            yield name, len(data), iter((data,))

    def _header(self, name: str, size: int) -> bytes:
        entry = tarfile.TarInfo(f"{self.number}/{name}")
        entry.size, entry.mode, entry.mtime = size, _MODE, int(self.written.timestamp())
        return entry.tobuf(tarfile.USTAR_FORMAT, "ascii", "strict")

    def _note(self, sums: bytes, signer: Signer) -> bytes:
        text = f"media-station/{PURPOSE}/v1/{self.identity.name}\n{self.number}\n{sha256(sums).hexdigest()}\n"
        return sign_note(PURPOSE, text, signer)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A backup that holds: its journal lies, verified, in `journal`. `accounts` as the vault of this hash has them, by
    operator.
    """

    identity: Identity
    number: str
    journal: Path
    verified: Verified
    accounts: dict[str, Any] = field(repr=False)
    vault_sha256: str
    settings: str
    word: str = field(repr=False)


def unpack(archive: Iterator[memoryview], into: Path, verifiers: Sequence[Verifier], *, processes: int = 1) -> Opened:
    """The journal under `into`, an empty directory, and the rest, once all of it holds; nothing before counts.

    IntegrityViolation BKP-002 for what is no backup, cut off, changed, or another key's than the one in force at its
    journal's end; BKP-003 for a vault that isn't the one that the journal names; PRF-… for its journal
    (verify_journal); Refused BKP-004 if `into` won't take it.
    """
    journal = into / _JOURNAL
    try:
        journal.mkdir(mode=0o700)
        small, sums = _sorted(archive, into)
        reigns = succession.reigns(journal, verifiers)
        note = open_note(PURPOSE, small[NOTE], [*verifiers, *(each.key for each in reigns)])
        told = _TEXT.fullmatch(note.text)
        if told is None or small[SUMS] != sums or told[3] != sha256(sums).hexdigest():
            raise ValueError(SUMS)
        identity, number = parse_identity(told[1]), parse_bundle(told[2])
        vault = json.loads(small[_VAULT])
        accounts, vault_sha256 = dict(vault["accounts"]), str(vault["sha256"])
        settings, word = small[_SETTINGS].decode(), small[_WORD].decode().strip()
    except OSError as error:
        raise Refused("BKP-004") from error
    except (ValueError, KeyError, TypeError, tarfile.TarError, EOFError, IntegrityViolation) as error:
        raise IntegrityViolation("BKP-002") from error
    except Refused as error:
        if error.code.startswith("AGE-"):
            raise
        raise IntegrityViolation("BKP-002") from error
    verified = verify_journal(journal, verifiers, None, processes=processes)
    # Only the key in force at its end speaks for the accounts: one rotated away may be another's by now.
    key = succession.reigning(reigns, verified.size)
    if key not in note.signed_by or key.name != identity.key_name("journal"):
        raise IntegrityViolation("BKP-002")
    if vault_sha256 != _vault_named(journal):
        raise IntegrityViolation("BKP-003")
    return Opened(
        identity=identity,
        number=number,
        journal=journal,
        verified=verified,
        accounts=accounts,
        vault_sha256=vault_sha256,
        settings=settings,
        word=word,
    )


def _sorted(archive: Iterator[memoryview], into: Path) -> tuple[dict[str, bytes], bytes]:
    """The small files by name, the journal's written; and SHA256SUMS as it must be."""
    small: dict[str, bytes] = {}
    sums: dict[str, str] = {}
    with tarfile.open(fileobj=cast(IO[bytes], _Stream(archive)), mode="r|", bufsize=_PIECE) as entries:
        for entry in entries:
            name = entry.name.partition("/")[2]
            content = entries.extractfile(entry) if entry.isreg() else None
            if content is None or name in sums:
                raise ValueError(name)
            if name in _SMALL and entry.size <= _SMALL_BYTES:
                small[name] = content.read()
                sums[name] = sha256(small[name]).hexdigest()
            elif _SEGMENT.fullmatch(name):
                sums[name] = _copied(content, into / name)
            else:
                raise ValueError(name)
    if any(bytes(rest).strip(b"\0") for rest in archive):  # to its end: only that shows that it was not cut off
        raise ValueError("trailing")
    listed = "".join(f"{hashed}  {name}\n" for name, hashed in sums.items() if name not in (SUMS, NOTE))
    return small, listed.encode()


class _Stream:
    """Pieces as tarfile reads a stream."""

    def __init__(self, pieces: Iterator[memoryview]) -> None:
        self._pieces = pieces

    def read(self, _: int) -> bytes:
        """The next piece, whatever its length."""
        return bytes(next(self._pieces, b""))


def _vault_named(journal: Path) -> str:
    """The vault's hash that the journal named last; empty if it never did."""
    for segment in reversed(segments(journal)):
        if found := _VAULT_HASH.findall(segment.read_bytes()):
            return str(found[-1].decode())
    return ""


def _copied(content: Any, to: Path) -> str:
    seen = sha256()
    with open(to, "xb", opener=_private) as file:
        while piece := content.read(_PIECE):
            seen.update(piece)
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    return seen.hexdigest()


def _private(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW | os.O_CLOEXEC, _MODE)


def _beginning(path: Path, size: int) -> Iterator[bytes]:
    """ValueError if the file has got shorter."""
    with path.open("rb") as file:
        while size:
            piece = file.read(min(size, _PIECE))
            if not piece:
                raise ValueError(path.name)
            size -= len(piece)
            yield piece


def _padding(size: int) -> bytes:
    return bytes(-size % tarfile.BLOCKSIZE)
