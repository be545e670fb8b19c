"""A journal against its keys, its checkpoint, a head and a copy that were kept elsewhere. Flat memory.

A head is a signed checkpoint from another place (paper, another machine, an auditor's copy): it alone shows that a
journal was put back to an older state, or rewritten by who holds the journal key. A copy shows where, too.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from media_station.model.errors import IntegrityViolation, StationError
from media_station.proof import quick, succession
from media_station.proof.checkpoint import Checkpoint, open_checkpoint, parse_unsigned
from media_station.proof.cosignature import Witness, cosigned_at
from media_station.proof.key import Verifier
from media_station.proof.merkle import Tree, leaf_hash
from media_station.proof.places import Change, Places
from media_station.proof.segments import lines, segments, signed_checkpoint, witnessed
from media_station.proof.succession import Reign

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
    witness: Witness | None = None,
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
    PRF-032 journal and copy differ from a record on · PRF-033 the copy is ahead of the journal ·
    PRF-052 beside the journal lies no head that `witness` cosigned (PRF-025, PRF-026 hold for that one, too) ·
    PRF-050 a record that hands over to another key, not signed by both · PRF-051 the checkpoint is a former key's ·
    PRF-054 an epoch that doesn't follow from the one before · PRF-055 the head is of records that a restore lost.
    Of an epoch's keys the first is enough, hand-overs lead to the others; each epoch's must be given.
    Lines are counted from 1, sequences from 0. Refused PRF-029 if a file can't be read.
    """
    raw = signed_checkpoint(directory)
    found = succession.reigns(directory, verifiers)
    known = [*verifiers, *(each.key for each in found[1:])]
    covered = open_checkpoint(raw, known)
    heads = [] if head is None else [_open_head(head, known, covered, found)]
    if witness is not None:
        heads.append(_open_head(_cosigned(directory, witness), known, covered, found))
    sizes = {covered.size, *(each.size for each in heads), *(each.former.size for each in found if each.former)}
    roots, found = _read(directory, verifiers, found, covered, sizes, processes)
    _require_reigning(raw, found, covered.size)
    for each in heads:
        epoch = succession.epoch_of(found, each)
        if epoch is not None and each.size >= epoch.stop:
            raise IntegrityViolation("PRF-055", head=each.size, lines=epoch.stop - 1)
        if each.size > covered.size:
            raise IntegrityViolation("PRF-025", head=each.size, lines=covered.size)
        if roots[each.size] != each.root:
            raise IntegrityViolation("PRF-026", head=each.size)
    if copy is not None:
        _verify_copy(directory, copy, verifiers, covered, processes)
    return Verified(size=covered.size, root=covered.root, checkpoint=raw)


def _read(
    directory: Path,
    verifiers: Sequence[Verifier],
    reigns: list[Reign],
    covered: Checkpoint,
    sizes: set[int],
    processes: int,
) -> tuple[dict[int, bytes], list[Reign]]:
    """The roots of the journal's beginnings of these sizes, and the keys' reigns, once its lines are in order."""
    try:
        expected = quick.Expected(identity=covered.identity, reigns=reigns, sizes=sizes)
        size, roots = quick.read(directory, expected, processes=processes)
        formers = [each.former for each in reigns if each.former]
        if size == covered.size and all(roots.get(each.size) == each.root for each in (covered, *formers)):
            return roots, reigns
    except quick.Unusual:
        pass  # the walk says what it is
    walk = _Walk(covered, verifiers, sizes)
    walk.read(directory)
    _verify_order(walk, covered)
    return walk.roots, walk.reigns


def _require_reigning(raw: bytes, reigns: Sequence[Reign], size: int) -> None:
    key = succession.reigning(reigns, size)
    if key is None:
        return
    try:
        open_checkpoint(raw, [key])
    except IntegrityViolation as error:
        raise IntegrityViolation("PRF-051") from error


class _Walk:
    """One reading of all lines: the roots at the sizes that matter, and where the lines stand."""

    def __init__(self, covered: Checkpoint, verifiers: Sequence[Verifier], sizes: set[int]) -> None:
        self.tree = Tree()
        self.places = Places()
        self.roots = dict.fromkeys(sizes, b"")
        self._identity = covered.identity
        self._verifiers = verifiers
        self.reigns: list[Reign] = []

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
        self._see_key(record, own)
        return sequence

    def _see_key(self, record: dict[str, Any], own: dict[str, Any]) -> None:
        number, event = self.tree.size + 1, record.get("event")
        action = event.get("action") if isinstance(event, dict) else None
        if self.reigns and action == succession.RESTORED:
            self._begin_epoch(record)
        may = [self.reigns[-1].key] if self.reigns else self._verifiers
        key = next((each for each in may if each.key_id == str(own.get("key_id"))), None)
        expected = self._identity.name if key is None else Reign(start=0, key=key).identity
        if f"{own.get('station')}/{own.get('epoch')}" != (self.reigns[-1].identity if self.reigns else expected):
            raise IntegrityViolation("PRF-015", line=number)
        if key is None:
            raise IntegrityViolation("PRF-016", line=number)
        if not self.reigns:
            self.reigns.append(Reign(start=0, key=key))
        if action == succession.ACTION:
            try:
                self.reigns.append(Reign(start=number, key=succession.successor(record, key)))
            except IntegrityViolation as error:
                raise IntegrityViolation("PRF-050", line=number) from error

    def _begin_epoch(self, record: dict[str, Any]) -> None:
        number = self.tree.size + 1
        try:
            reign = succession.restored(record, self.reigns[-1].key, self._verifiers)
        except IntegrityViolation as error:
            raise IntegrityViolation("PRF-054", line=number) from error
        if reign.former is None or (reign.former.size, reign.former.root) != (self.tree.size, self.tree.root()):
            raise IntegrityViolation("PRF-054", line=number)
        self.reigns.append(reign)


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


def _open_head(head: bytes, verifiers: Sequence[Verifier], covered: Checkpoint, reigns: Sequence[Reign]) -> Checkpoint:
    try:
        kept = open_checkpoint(head, verifiers)
    except StationError as error:
        raise IntegrityViolation("PRF-024") from error
    epoch = succession.epoch_of(reigns, kept)
    if kept.origin != covered.origin and (epoch is None or kept.size < epoch.start):
        raise IntegrityViolation("PRF-024")
    return kept


def _cosigned(directory: Path, witness: Witness) -> bytes:
    path = witnessed(directory, witness.key_id)
    raw = path.read_bytes() if path.exists() else b""
    cosigned_at(raw, witness)
    return raw


def _verify_copy(
    directory: Path, copy: Path, verifiers: Sequence[Verifier], covered: Checkpoint, processes: int
) -> None:
    try:
        other = verify_journal(copy, verifiers, None, processes=processes)
        # A copy of an earlier epoch is one, too: its lines are this journal's, as far as the restore had them.
        if parse_unsigned(other.checkpoint).identity.station != covered.identity.station:
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
