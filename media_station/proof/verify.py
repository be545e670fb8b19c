"""A journal against its keys, its checkpoint, a head and a copy that were kept elsewhere. Flat memory.

A head is a signed checkpoint from another place (paper, another machine, an auditor's copy): it alone shows that a
journal was put back to an older state, or rewritten by who holds the journal key. A copy shows where, too.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from media_station.model.errors import IntegrityViolation, StationError
from media_station.proof import quick
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


def verify_journal(
    directory: Path,
    verifiers: Sequence[Verifier],
    head: bytes | None,
    *,
    copy: Path | None = None,
    processes: int = 1,
) -> Verified:
    """The whole journal, or IntegrityViolation for the first thing that tells most about what happened:

    PRF-007 to PRF-010 the checkpoint is damaged or not signed by these keys · PRF-011 there is none ·
    PRF-012 a torn line · PRF-013 a line that is no record · PRF-014 another schema · PRF-015 another station or epoch ·
    PRF-016 a record under another key · PRF-017 fewer lines than the checkpoint covers · PRF-018 a line removed ·
    PRF-019 swapped · PRF-020 doubled · PRF-021 a number altered · PRF-022 some record's content altered ·
    PRF-023 lines beyond the checkpoint · PRF-024 the head is unusable · PRF-025 the head is ahead of the journal ·
    PRF-026 the head is not the journal's beginning · PRF-031 the copy is not whole itself, or another journal's ·
    PRF-032 journal and copy differ from a record on · PRF-033 the copy is ahead of the journal.
    Lines are counted from 1, sequences from 0. Refused PRF-029 if a file can't be read.
    """
    raw = signed_checkpoint(directory)
    covered = open_checkpoint(raw, verifiers)
    witnessed = None if head is None else _open_head(head, verifiers, covered)
    roots = _roots(directory, verifiers, covered, witnessed, processes)
    if witnessed is not None:
        if witnessed.size > covered.size:
            raise IntegrityViolation("PRF-025", head=witnessed.size, lines=covered.size)
        if roots[witnessed.size] != witnessed.root:
            raise IntegrityViolation("PRF-026", head=witnessed.size)
    if copy is not None:
        _verify_copy(directory, copy, verifiers, covered, processes)
    return Verified(size=covered.size, root=covered.root, checkpoint=raw)


def _roots(
    directory: Path,
    verifiers: Sequence[Verifier],
    covered: Checkpoint,
    witnessed: Checkpoint | None,
    processes: int,
) -> dict[int, bytes]:
    """Of the journal's beginnings that the checkpoint and the head speak of, once its lines are in order."""
    key_ids = {verifier.key_id for verifier in verifiers}
    sizes = {covered.size} | ({witnessed.size} if witnessed else set())
    try:
        expected = quick.Expected(identity=covered.identity, key_ids=key_ids, sizes=sizes)
        size, roots = quick.read(directory, expected, processes=processes)
        if (size, roots.get(size)) == (covered.size, covered.root):
            return roots
    except quick.Unusual:
        pass  # the walk says what it is
    walk = _Walk(covered, key_ids, sizes)
    walk.read(directory)
    _verify_order(walk, covered)
    return walk.roots


class _Walk:
    """One reading of all lines: the roots at the sizes that matter, and where the lines stand."""

    def __init__(self, covered: Checkpoint, key_ids: set[str], sizes: set[int]) -> None:
        self.tree = Tree()
        self.places = Places()
        self.roots = dict.fromkeys(sizes, b"")
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


def _verify_copy(
    directory: Path, copy: Path, verifiers: Sequence[Verifier], covered: Checkpoint, processes: int
) -> None:
    try:
        other = verify_journal(copy, verifiers, None, processes=processes)
        if open_checkpoint(other.checkpoint, verifiers).origin != covered.origin:
            raise IntegrityViolation("PRF-024")
    except IntegrityViolation as error:
        raise IntegrityViolation("PRF-031") from error
    for number, (here, there) in enumerate(zip(_lines(directory), _lines(copy), strict=False)):
        if here != there:
            raise IntegrityViolation("PRF-032", sequence=number)
    if other.size > covered.size:
        raise IntegrityViolation("PRF-033", copy=other.size, lines=covered.size)


def _lines(directory: Path) -> Iterator[bytes]:
    return (line for segment in segments(directory) for line in lines(segment))
