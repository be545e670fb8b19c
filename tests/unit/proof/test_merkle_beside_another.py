"""Roots and proofs are those of pymerkle, an implementation of RFC 6962 that isn't ours (S8)."""

import pymerkle
import pytest

from media_station.proof.merkle import ProvingTree, Tree, leaf_hash, verify_consistency, verify_inclusion

LEAVES = [b"%d" % number for number in range(70)]
SIZES = [1, 2, 3, 4, 7, 8, 9, 31, 32, 33, 64, 65, 70]


@pytest.fixture(scope="module")
def other():
    tree = pymerkle.InmemoryTree(algorithm="sha256")
    for leaf in LEAVES:
        tree.append_entry(leaf)
    return tree


def proofs(size: int, *indexes: int, old: int | None = None):
    tree = ProvingTree(list(indexes), old) if old is not None else ProvingTree(list(indexes))
    for leaf in LEAVES[:size]:
        tree.append(leaf_hash(leaf))
    return tree.proofs()


def root(size: int) -> bytes:
    tree = Tree()
    for leaf in LEAVES[:size]:
        tree.append(leaf_hash(leaf))
    return tree.root()


@pytest.mark.parametrize("size", SIZES)
def test_a_root_is_the_others(other, size):
    assert root(size) == other.get_root(size)


@pytest.mark.parametrize("size", SIZES)
def test_each_inclusion_proof_is_the_others(other, size):
    paths, _ = proofs(size, *range(size))
    for index, path in enumerate(paths):
        theirs = other.prove_inclusion(index + 1, size)
        assert list(path) == list(theirs.path)[1:]  # theirs begins with the leaf
        verify_inclusion(leaf=leaf_hash(LEAVES[index]), index=index, size=size, proof=path, root=other.get_root(size))


@pytest.mark.parametrize("size", SIZES)
def test_each_takes_the_others_consistency_proof_for_its_own(other, size):
    for old in range(1, size + 1):
        _, proof = proofs(size, old=old)
        pymerkle.verify_consistency(root(old), root(size), other.prove_consistency(old, size))
        verify_consistency(
            old_size=old, old_root=other.get_root(old), new_size=size, new_root=other.get_root(size), proof=proof
        )
