"""Proofs for papers and bundles: that a record stands in the journal, shown with hashes instead of the journal."""

from pathlib import Path

from media_station.model.errors import IntegrityViolation, Refused
from media_station.proof.checkpoint import parse_unsigned
from media_station.proof.merkle import inclusion_proof, leaf_hash, verify_inclusion
from media_station.proof.segments import lines, segments, signed_checkpoint
from media_station.proof.strict_json import JSON


def prove_inclusion(directory: Path, index: int) -> dict[str, JSON]:
    """The record with this sequence, under the latest checkpoint: `leaf_index`, `tree_size`, `leaf_hash` (hex),
    `proof` (hex hashes from the leaf upward), `checkpoint` (the signed note's text).

    Refused PRF-030 if the checkpoint doesn't cover it. IntegrityViolation PRF-027 if the lines don't fit the
    checkpoint, PRF-017 if there are too few: a proof that doesn't hold is never given out. The checkpoint's signature
    is for the reader to check.
    """
    raw = signed_checkpoint(directory)
    covered = parse_unsigned(raw)
    if not 0 <= index < covered.size:
        raise Refused("PRF-030", index=index, size=covered.size)
    leaves: list[bytes] = []
    for segment in segments(directory):
        if len(leaves) < covered.size:
            leaves += [leaf_hash(line.removesuffix(b"\n")) for line in lines(segment)]
    if len(leaves) < covered.size:
        raise IntegrityViolation("PRF-017", lines=len(leaves), expected=covered.size)
    del leaves[covered.size :]
    proof = inclusion_proof(index, leaves)
    verify_inclusion(leaf=leaves[index], index=index, size=covered.size, proof=proof, root=covered.root)
    return {
        "leaf_index": index,
        "tree_size": covered.size,
        "leaf_hash": leaves[index].hex(),
        "proof": [each.hex() for each in proof],
        "checkpoint": raw.decode(),
    }
