"""Proofs for papers and bundles: that a record stands in the journal, shown with hashes instead of the journal."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from media_station.model.errors import IntegrityViolation, Refused
from media_station.model.strict_json import JSON
from media_station.proof.checkpoint import parse_unsigned
from media_station.proof.merkle import inclusion_proofs, leaf_hash, verify_inclusion
from media_station.proof.segments import lines, segments, signed_checkpoint


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


def prove(directory: Path, raw_checkpoint: bytes, indices: Sequence[int]) -> list[Proven]:
    """The records with these sequences, under this checkpoint of the journal.

    Refused PRF-030 if the checkpoint doesn't cover one. IntegrityViolation PRF-027 if the lines don't fit the
    checkpoint, PRF-017 if there are too few: a proof that doesn't hold is never given out. The checkpoint's signature
    is for the reader to check.
    """
    covered = parse_unsigned(raw_checkpoint)
    for index in indices:
        if not 0 <= index < covered.size:
            raise Refused("PRF-030", index=index, size=covered.size)
    wanted, taken, leaves = set(indices), {}, []
    every = (line.removesuffix(b"\n") for segment in segments(directory) for line in lines(segment))
    for index, line in enumerate(islice(every, covered.size)):
        leaves.append(leaf_hash(line))
        if index in wanted:
            taken[index] = line
    if len(leaves) < covered.size:
        raise IntegrityViolation("PRF-017", lines=len(leaves), expected=covered.size)
    proofs = inclusion_proofs(indices, leaves)
    for index, proof in zip(indices, proofs, strict=True):
        verify_inclusion(leaf=leaves[index], index=index, size=covered.size, proof=proof, root=covered.root)
    return [
        Proven(index=index, size=covered.size, line=taken[index], proof=tuple(proof))
        for index, proof in zip(indices, proofs, strict=True)
    ]


def prove_inclusion(directory: Path, index: int) -> dict[str, JSON]:
    """One record under the latest checkpoint: as `Proven.render`, with `checkpoint` (the signed note's text)."""
    raw = signed_checkpoint(directory)
    (proven,) = prove(directory, raw, [index])
    return {**proven.render(), "checkpoint": raw.decode()}
