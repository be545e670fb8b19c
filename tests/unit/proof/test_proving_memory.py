"""Proofs are made in one reading whose memory doesn't grow with the journal."""

import tracemalloc

from recovering import written

from media_station.proof.checkpoint import parse_unsigned
from media_station.proof.prove import prove

ALLOWED_BYTES = 64 * 1024


def peak(directory) -> int:
    raw = (directory / "checkpoint").read_bytes()
    size = parse_unsigned(raw).size
    tracemalloc.start()
    try:
        proofs = prove(directory, raw, [0, size // 2, size - 1])
        assert [len(each.proof) > 5 for each in proofs.records] == [True] * 3
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_the_memory_of_a_proof_does_not_grow_with_the_journal(tmp_path):
    small, large = (written(tmp_path / str(records), records) / "journal" for records in (500, 5000))
    peak(small)  # what is loaded once
    assert peak(large) - peak(small) < ALLOWED_BYTES
