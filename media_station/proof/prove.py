"""Proofs for papers and bundles: that a record stands in the journal, shown with hashes instead of the journal."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from media_station.model.errors import IntegrityViolation, Refused
from media_station.model.strict_json import JSON, canonical
from media_station.proof.checkpoint import Checkpoint, parse_unsigned
from media_station.proof.merkle import ProvingTree, leaf_hash, verify_consistency, verify_inclusion
from media_station.proof.segments import lines, segments, signed_checkpoint

RECORD_PROOF_SCHEMA: Final = "media-station/record-proof/v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proven:
    """A record's line, byte for byte without its newline, and the hashes that lead from it to a checkpoint's root."""

    index: int
    size: int
    line: bytes
    proof: tuple[bytes, ...]

    def render(self) -> dict[str, JSON]:
        """`leaf_index`, `tree_size`, `leaf_hash` (hex), `proof` (hex hashes from the leaf upward)."""
        return {
            "leaf_index": self.index,
            "tree_size": self.size,
            "leaf_hash": leaf_hash(self.line).hex(),
            "proof": [each.hex() for each in self.proof],
        }

    def verify(self, root: bytes) -> None:
        """IntegrityViolation PRF-027 if it doesn't hold under a checkpoint's root."""
        leaf = leaf_hash(self.line)
        verify_inclusion(leaf=leaf, index=self.index, size=self.size, proof=self.proof, root=root)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proofs:
    """Of some records, and that the journal began as an older checkpoint says (empty if none was given)."""

    records: tuple[Proven, ...]
    consistency: tuple[bytes, ...]


def prove(directory: Path, raw_checkpoint: bytes, indices: Sequence[int], kept: Checkpoint | None = None) -> Proofs:
    """The records with these sequences, under this checkpoint of the journal; one reading of it, in flat memory.

    Refused PRF-030 if the checkpoint doesn't cover one. IntegrityViolation PRF-025, PRF-026 if `kept` is no beginning
    of it; PRF-027 if the lines don't fit the checkpoint, PRF-017 if there are too few: a proof that doesn't hold is
    never given out. The checkpoint's signature is for the reader to check.
    """
    covered = parse_unsigned(raw_checkpoint)
    for index in indices:
        if not 0 <= index < covered.size:
            raise Refused("PRF-030", index=index, size=covered.size)
    old_size = 0 if kept is None else kept.size
    if old_size > covered.size:
        raise IntegrityViolation("PRF-025", head=old_size, lines=covered.size)
    wanted, taken = set(indices), {}
    tree = ProvingTree(indices, old_size)
    every = (line.removesuffix(b"\n") for segment in segments(directory) for line in lines(segment))
    for index, line in enumerate(islice(every, covered.size)):
        tree.append(leaf_hash(line))
        if index in wanted:
            taken[index] = line
    if tree.size < covered.size:
        raise IntegrityViolation("PRF-017", lines=tree.size, expected=covered.size)
    proofs, grown = tree.proofs()
    proven = tuple(
        Proven(index=index, size=covered.size, line=taken[index], proof=tuple(proof))
        for index, proof in zip(indices, proofs, strict=True)
    )
    for each in proven:
        each.verify(covered.root)
    if kept is not None:
        verify_grown(kept, covered, grown)
    return Proofs(records=proven, consistency=tuple(grown))


def consistency(directory: Path, raw_checkpoint: bytes, old_size: int) -> tuple[bytes, ...]:
    """That the journal of this checkpoint began as any true one of `old_size` records; empty if it hasn't as many.

    IntegrityViolation PRF-027 if the lines don't fit the checkpoint.
    """
    covered = parse_unsigned(raw_checkpoint)
    if not 0 <= old_size <= covered.size:
        return ()
    tree = ProvingTree([], old_size)
    every = (line.removesuffix(b"\n") for segment in segments(directory) for line in lines(segment))
    for line in islice(every, covered.size):
        tree.append(leaf_hash(line))
    if (tree.size, tree.root()) != (covered.size, covered.root):
        raise IntegrityViolation("PRF-027", index=covered.size)
    return tuple(tree.proofs()[1])


def verify_grown(kept: Checkpoint, covered: Checkpoint, consistency: Sequence[bytes]) -> None:
    """IntegrityViolation PRF-026 if these hashes don't show that the journal began as `kept` says."""
    try:
        verify_consistency(
            old_size=kept.size, old_root=kept.root, new_size=covered.size, new_root=covered.root, proof=consistency
        )
    except IntegrityViolation as error:
        raise IntegrityViolation("PRF-026", head=kept.size) from error


def proof_file(proven: Proven, checkpoint: bytes, kept: bytes = b"", consistency: Sequence[bytes] = ()) -> bytes:
    """What `journal prove` writes (docs/formats.md): canonical JSON and a newline."""
    whole: dict[str, JSON] = {
        "schema": RECORD_PROOF_SCHEMA,
        "record": proven.line.decode(),
        **proven.render(),
        "checkpoint": checkpoint.decode(),
    }
    if kept:
        whole |= {"kept": kept.decode(), "consistency": [each.hex() for each in consistency]}
    return canonical(whole) + b"\n"


def prove_inclusion(directory: Path, index: int) -> dict[str, JSON]:
    """One record under the latest checkpoint: as `Proven.render`, with `checkpoint` (the signed note's text)."""
    raw = signed_checkpoint(directory)
    (proven,) = prove(directory, raw, [index]).records
    return {**proven.render(), "checkpoint": raw.decode()}
