"""A journal against its keys, its checkpoint, and a head that was kept elsewhere. One pass, flat memory.

A head is a signed checkpoint from another place (paper, another machine, an auditor's copy): it alone shows that a
journal was put back to an older state, or rewritten by who holds the journal key.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from media_station.model.errors import IntegrityViolation, StationError
from media_station.proof.checkpoint import Checkpoint, open_checkpoint
from media_station.proof.key import Verifier
from media_station.proof.merkle import Tree, leaf_hash
from media_station.proof.places import Change, Places
from media_station.proof.segments import lines, segments, signed_checkpoint

_SCHEMA = 1
_CODES = {
    Change.REMOVED: "PRF-018",
    Change.SWAPPED: "PRF-019",
    Change.DOUBLED: "PRF-020",
    Change.RENUMBERED: "PRF-021",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """A whole journal: how many records, the root of their tree, the checkpoint as it was signed."""

    size: int
    root: bytes
    checkpoint: bytes


def verify_journal(directory: Path, verifiers: Sequence[Verifier], head: bytes | None) -> Verified:
    """The whole journal, or IntegrityViolation for the first thing that tells most about what happened:

    PRF-007 to PRF-010 the checkpoint is damaged or not signed by these keys · PRF-011 there is none ·
    PRF-012 a torn line · PRF-013 a line that is no record · PRF-014 another schema · PRF-015 another station or epoch ·
    PRF-016 a record under another key · PRF-017 fewer lines than the checkpoint covers · PRF-018 a line removed ·
    PRF-019 swapped · PRF-020 doubled · PRF-021 a number altered · PRF-022 some record's content altered ·
    PRF-023 lines beyond the checkpoint · PRF-024 the head is unusable · PRF-025 the head is ahead of the journal ·
    PRF-026 the head is not the journal's beginning. Lines are counted from 1, sequences from 0.
    Refused PRF-029 if a file can't be read.
    """
    raw = signed_checkpoint(directory)
    covered = open_checkpoint(raw, verifiers)
    witnessed = None if head is None else _open_head(head, verifiers, covered)
    walk = _Walk(covered, {verifier.key_id for verifier in verifiers}, witnessed)
    walk.read(directory)
    _verify_order(walk, covered)
    if witnessed is not None:
        if witnessed.size > covered.size:
            raise IntegrityViolation("PRF-025", head=witnessed.size, lines=covered.size)
        if walk.roots[witnessed.size] != witnessed.root:
            raise IntegrityViolation("PRF-026", head=witnessed.size)
    return Verified(size=covered.size, root=covered.root, checkpoint=raw)


class _Walk:
    """One reading of all lines: the roots at the sizes that matter, and where the lines stand."""

    def __init__(self, covered: Checkpoint, key_ids: set[str], witnessed: Checkpoint | None) -> None:
        self.tree = Tree()
        self.places = Places()
        self.roots = {covered.size: b""} | ({witnessed.size: b""} if witnessed else {})
        self._identity = covered.identity
        self._key_ids = key_ids

    def read(self, directory: Path) -> None:
        self._note_root()
        for segment in segments(directory):
            for line in lines(segment):
                if not line.endswith(b"\n"):
                    raise IntegrityViolation("PRF-012", file=segment.name, line=self.tree.size + 1)
                self.places.see(self.tree.size, self._sequence(line))
                self.tree.append(leaf_hash(line[:-1]))
                self._note_root()

    def _note_root(self) -> None:
        if self.tree.size in self.roots:
            self.roots[self.tree.size] = self.tree.root()

    def _sequence(self, line: bytes) -> int:
        number = self.tree.size + 1
        try:
            # The bytes are under the root; of their meaning only the place matters here, so no strict (slow) parsing.
            record = json.loads(line.decode())
        except (ValueError, RecursionError) as error:
            raise IntegrityViolation("PRF-013", line=number) from error
        own = record.get("media_station") if isinstance(record, dict) else None
        if not isinstance(own, dict):
            raise IntegrityViolation("PRF-013", line=number)
        sequence = own.get("sequence")
        if not isinstance(sequence, int) or isinstance(sequence, bool):
            raise IntegrityViolation("PRF-013", line=number)
        if (type(own.get("schema")), own.get("schema")) != (int, _SCHEMA):
            raise IntegrityViolation("PRF-014", line=number)
        if (own.get("station"), own.get("epoch")) != (self._identity.station, self._identity.epoch):
            raise IntegrityViolation("PRF-015", line=number)
        if str(own.get("key_id")) not in self._key_ids:
            raise IntegrityViolation("PRF-016", line=number)
        return sequence


def _verify_order(walk: _Walk, covered: Checkpoint) -> None:
    size = walk.tree.size
    misplaced = walk.places.misplaced(lines=size, expected=covered.size)
    if misplaced is not None:
        code = _CODES[misplaced.change]
        raise IntegrityViolation(code, line=misplaced.place + 1, sequence=misplaced.sequence)
    if size < covered.size:
        raise IntegrityViolation("PRF-017", lines=size, expected=covered.size)
    if walk.roots[covered.size] != covered.root:
        raise IntegrityViolation("PRF-022", lines=covered.size)
    if size > covered.size:
        raise IntegrityViolation("PRF-023", lines=size, expected=covered.size)


def _open_head(head: bytes, verifiers: Sequence[Verifier], covered: Checkpoint) -> Checkpoint:
    try:
        witnessed = open_checkpoint(head, verifiers)
    except StationError as error:
        raise IntegrityViolation("PRF-024") from error
    if witnessed.origin != covered.origin:
        raise IntegrityViolation("PRF-024")
    return witnessed
