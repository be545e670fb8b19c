"""Lines to the disk, durably, under a signed checkpoint.

The sequence of one append:
 1. the lines are written to the day's segment with one write
 2. fdatasync of the segment (of its directory too, when the segment is new)
 3. the checkpoint is written beside, fsynced, renamed over the old one, the directory fsynced
Only then is anything acknowledged. A crash after 1 leaves complete lines beyond the checkpoint, which are kept, or a
torn last line, which is set aside; both were never acknowledged. A failed write closes the log for good: after a
failed fsync nobody knows what the disk holds, so only a restart, which reads it again, may go on.
"""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from media_station.desk.hands.vault import replace_durably
from media_station.model.errors import IntegrityViolation, Refused
from media_station.model.ids import Identity
from media_station.proof import checkpoint, merkle
from media_station.proof.note import Signer

SUFFIX = ".jsonl"
CHECKPOINT = "checkpoint"


@dataclass(frozen=True, slots=True, kw_only=True)
class Torn:
    """An incomplete last line that was moved aside."""

    file: str
    length: int
    sha256: str


class Log:
    """The journal's directory, opened for appending; read once, at the start."""

    def __init__(self, directory: Path, identity: Identity, signer: Signer) -> None:
        self._directory = directory
        self._signer = signer
        self._origin = identity.origin
        self._tree = merkle.Tree()
        self._failed = False
        self.head = b""
        self.torn: Torn | None = None
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)

    @property
    def size(self) -> int:
        return self._tree.size

    @property
    def root(self) -> bytes:
        return self._tree.root()

    def recover(self) -> list[bytes]:
        """Reads all lines, checks them against the checkpoint, sets a torn tail aside, and signs what is there."""
        segments = sorted(self._directory.glob(f"*{SUFFIX}"))
        if segments:
            self.torn = self._set_tail_aside(segments[-1])
        lines = [line for segment in segments for line in segment.read_bytes().splitlines()]
        path = self._directory / CHECKPOINT
        if path.exists():
            known = checkpoint.open_checkpoint(path.read_bytes(), [self._signer.verifier])
            if known.origin != self._origin:
                raise IntegrityViolation("JNL-003")
        elif lines:
            # The first append alone can crash before its checkpoint; anything more has lost it.
            known = checkpoint.Checkpoint(origin=self._origin, size=0, root=self._tree.root())
            if len(segments) > 1:
                raise IntegrityViolation("JNL-002")
        else:
            return []
        for number, line in enumerate(lines):
            if number == known.size:
                self._verify(known)
            self._tree.append(merkle.leaf_hash(line))
        if len(lines) <= known.size:
            self._verify(known)
        self._sign()
        return lines

    def append(self, lines: list[bytes], day: str) -> None:
        """Durable when it returns. Refused JNL-001 if the disk won't take it, now and until a restart."""
        self.require_writable()
        try:
            self._write(b"".join(line + b"\n" for line in lines), day)
            for line in lines:
                self._tree.append(merkle.leaf_hash(line))
            self._sign()
        except OSError as error:
            self._failed = True
            raise Refused("JNL-001") from error

    def require_writable(self) -> None:
        """Refused JNL-001 after a failed write: no new work."""
        if self._failed:
            raise Refused("JNL-001")

    def _write(self, data: bytes, day: str) -> None:
        # A clock that went back doesn't reorder segments.
        last = max((segment.stem for segment in self._directory.glob(f"*{SUFFIX}")), default="")
        path = self._directory / f"{max(day, last)}{SUFFIX}"
        new = not path.exists()
        segment = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(segment, rest) :]
            os.fdatasync(segment)
        finally:
            os.close(segment)
        if new:
            directory = os.open(self._directory, os.O_RDONLY | os.O_DIRECTORY)
            try:
                os.fsync(directory)
            finally:
                os.close(directory)

    def _sign(self) -> None:
        head = checkpoint.Checkpoint(origin=self._origin, size=self._tree.size, root=self._tree.root())
        signed = checkpoint.sign(head, self._signer)
        replace_durably(self._directory / CHECKPOINT, signed)
        self.head = signed

    def _verify(self, known: checkpoint.Checkpoint) -> None:
        if (self._tree.size, self._tree.root()) != (known.size, known.root):
            raise IntegrityViolation("JNL-002")

    def _set_tail_aside(self, segment: Path) -> Torn | None:
        data = segment.read_bytes()
        whole = data.rfind(b"\n") + 1
        tail = data[whole:]
        if not tail:
            return None
        aside = self._directory / "aside"
        aside.mkdir(mode=0o700, exist_ok=True)
        digest = hashlib.sha256(tail).hexdigest()
        replace_durably(aside / f"{segment.stem}-{digest[:16]}", tail)
        with segment.open("r+b") as torn:
            torn.truncate(whole)
            os.fsync(torn.fileno())
        return Torn(file=segment.name, length=len(tail), sha256=digest)
