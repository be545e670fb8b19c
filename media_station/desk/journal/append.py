"""Lines to the disk, durably, under a signed checkpoint.

The sequence of one append:
 1. the lines are written to the day's segment with one write
 2. fdatasync of the segment (of its directory too, when the segment is new)
 3. the checkpoint is written over the old one in one write, and fdatasync: it lies in one sector, which a disk writes
    whole or not at all (PostgreSQL's pg_control counts on the same). One of another length (its number of records has
    got a digit more) is written beside, fsynced, renamed over the old one, the directory fsynced
Only then is anything acknowledged. A crash after 1 leaves lines beyond the checkpoint, the last one perhaps torn: they
were never acknowledged and are set aside, as is whatever somebody else has added there. A failed write closes the log
for good: after a failed fsync nobody knows what the disk holds, so only a restart, which reads it again, may go on.
"""

import errno
import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from media_station.desk.hands.durably import replace_durably, sync
from media_station.model.errors import IntegrityViolation, Refused
from media_station.model.ids import Identity
from media_station.proof import checkpoint, merkle
from media_station.proof.note import Signer, Verifier
from media_station.proof.segments import CHECKPOINT, SUFFIX, lines, segments

_SECTOR_BYTES = 512
_DIGITS = 16  # of a tail's hash, in its file's name


@dataclass(frozen=True, slots=True, kw_only=True)
class Torn:
    """The end of a segment that no checkpoint covers, moved aside."""

    file: str
    length: int
    sha256: str


class Log:
    """The journal's directory: read and verified once, at the start, then appended to.

    `covered` is the checkpoint that was found, None if there was none; `head` the latest as it was signed. `signer` is
    the key in force, `successor` the one that it may hand over to: which of the two is which, the checkpoint says.
    """

    def __init__(self, directory: Path, identity: Identity, signer: Signer, successor: Signer | None = None) -> None:
        self.directory = directory
        self._aside = directory / "aside"
        self.signer = signer
        self.successor = successor
        self._origin = identity.origin
        self._tree = merkle.Tree()
        self._verified = self._writable = False
        self._latest = ""
        self._tail = -1  # where it begins in the latest segment
        self.head = b""
        self.torn: Torn | None = None
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.covered = self._checkpoint()

    @property
    def verifier(self) -> Verifier:
        """Of what this station's journal key signs."""
        return self.signer.verifier

    @property
    def size(self) -> int:
        return self._tree.size

    @property
    def root(self) -> bytes:
        return self._tree.root()

    @property
    def length(self) -> int:
        """Bytes in all segments."""
        return sum(segment.stat().st_size for segment in segments(self.directory))

    def recover(self) -> Iterator[bytes]:
        """Each line without its newline, once. `settle` follows when all of them are taken and good for their use.

        IntegrityViolation JNL-002 if they are not what the checkpoint covers; what came before the error is then
        nothing to rely on, and no file was changed.
        """
        covered = self.covered or self._nothing()
        for segment in segments(self.directory):
            start = 0
            for line in lines(segment):
                if self._tail >= 0 and self._latest != segment.stem:  # one append goes to one segment
                    raise IntegrityViolation("JNL-002")
                self._latest = segment.stem
                if self._tail < 0 and (self._tree.size == covered.size or not line.endswith(b"\n")):
                    self._tail = start
                if self._tail < 0:
                    start += len(line)
                    whole = line[:-1]
                    self._tree.append(merkle.leaf_hash(whole))
                    yield whole
        if (self._tree.size, self._tree.root()) != (covered.size, covered.root):
            raise IntegrityViolation("JNL-002")
        self._verified = True

    def settle(self) -> None:
        """Sets aside what no checkpoint covers, and opens the log for appending."""
        if not self._verified:
            raise RuntimeError("the journal was not read to its end")
        if self._tail >= 0:
            self.torn = self._set_aside(self.directory / f"{self._latest}{SUFFIX}")
        # The crash may have come between the checkpoint's writing and its fsync, or its directory's.
        if self.covered is not None:
            sync(self.directory / CHECKPOINT)
        sync(self.directory)
        self._writable = True

    def append(self, fresh: list[bytes], day: str, *, hand_over: bool = False) -> None:
        """Durable when it returns. Refused JNL-001 if the disk won't take it, now and until a restart.

        `hand_over`: the last line says that the successor follows. Both sign the checkpoint, which decides it.
        """
        self.require_writable()
        try:
            self._write(b"".join(line + b"\n" for line in fresh), day)
            for line in fresh:
                self._tree.append(merkle.leaf_hash(line))
            self._sign(*([self.successor] if hand_over and self.successor else []))
        except OSError as error:
            self._writable = False
            raise Refused("JNL-001") from error
        if hand_over:
            self._hand_over()

    def require_writable(self) -> None:
        """Refused JNL-001 before the journal is verified and after a failed write: no new work."""
        if not self._writable:
            raise Refused("JNL-001")

    def _write(self, data: bytes, day: str) -> None:
        # A clock that went back doesn't reorder segments.
        self._latest = max(day, self._latest)
        path = self.directory / f"{self._latest}{SUFFIX}"
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
            sync(self.directory)

    def _hand_over(self) -> None:
        if self.successor is not None:
            self.signer, self.successor = self.successor, None

    def _sign(self, *beside: Signer) -> None:
        head = checkpoint.Checkpoint(origin=self._origin, size=self._tree.size, root=self._tree.root())
        signed = checkpoint.sign(head, self.signer, *beside)
        path = self.directory / CHECKPOINT
        if len(signed) == len(self.head) <= _SECTOR_BYTES:
            descriptor = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
            try:
                if os.pwrite(descriptor, signed, 0) != len(signed):
                    raise OSError(errno.EIO, "a part of a sector", CHECKPOINT)
                os.fdatasync(descriptor)
            finally:
                os.close(descriptor)
        else:
            replace_durably(path, signed)
        self.head = signed

    def aside(self) -> list[Torn]:
        """All tails that were ever set aside."""
        return [_torn(file.name[: -_DIGITS - 1], file.read_bytes()) for file in sorted(self._aside.glob("*[0-9a-f]"))]

    def _set_aside(self, segment: Path) -> Torn:
        with segment.open("rb") as file:
            file.seek(self._tail)
            tail = file.read()
        torn = _torn(segment.stem, tail)
        self._aside.mkdir(mode=0o700, exist_ok=True)
        sync(self.directory)  # the tail is on the disk twice before it is there once
        replace_durably(self._aside / f"{segment.stem}-{torn.sha256[:_DIGITS]}", tail)
        with segment.open("r+b") as file:
            file.truncate(self._tail)
            os.fsync(file.fileno())
        return torn

    def _nothing(self) -> checkpoint.Checkpoint:
        """What stands for the checkpoint before there is any: nothing was acknowledged yet."""
        if sum(segment.stat().st_size > 0 for segment in segments(self.directory)) > 1:
            raise IntegrityViolation("JNL-002")
        return checkpoint.Checkpoint(origin=self._origin, size=0, root=self._tree.root())

    def _is_signed_by(self, signer: Signer) -> bool:
        try:
            checkpoint.open_checkpoint(self.head, [signer.verifier])
        except IntegrityViolation:
            return False
        return True

    def _checkpoint(self) -> checkpoint.Checkpoint | None:
        path = self.directory / CHECKPOINT
        if not path.exists():
            return None
        self.head = path.read_bytes()
        if self.successor is not None and self._is_signed_by(self.successor):
            self._hand_over()
        known = checkpoint.open_checkpoint(self.head, [self.signer.verifier])
        if known.origin != self._origin:
            raise IntegrityViolation("JNL-003")
        return known


def _torn(stem: str, tail: bytes) -> Torn:
    return Torn(file=f"{stem}{SUFFIX}", length=len(tail), sha256=hashlib.sha256(tail).hexdigest())
