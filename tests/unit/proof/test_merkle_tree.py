from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_station.model.errors import IntegrityViolation
from media_station.proof.merkle import (
    ProvingTree,
    Tree,
    leaf_hash,
    node_hash,
    verify_consistency,
    verify_inclusion,
)

# The reference leaves and roots of certificate-transparency, which every implementation of RFC 6962 is held to.
REFERENCE_LEAVES = [
    bytes.fromhex(text)
    for text in [
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    ]
]
REFERENCE_ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]

# And the proofs that stand beside them there: index, size; old size, new size.
REFERENCE_PATHS = {
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
    (1, 5): [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
REFERENCE_GROWTH = {
    (1, 1): [],
    (1, 8): REFERENCE_PATHS[0, 8],
    (2, 8): REFERENCE_PATHS[0, 8][1:],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        *REFERENCE_PATHS[5, 8][1:],
    ],
}

trees = st.lists(st.binary(max_size=4), max_size=40).map(lambda data: [leaf_hash(each) for each in data])


def split(size: int) -> int:
    left = 1
    while left * 2 < size:
        left *= 2
    return left


def naive_root(leaves: list[bytes]) -> bytes:
    """RFC 6962 §2.1, word for word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = split(len(leaves))
    return node_hash(naive_root(leaves[:k]), naive_root(leaves[k:]))


def naive_path(m: int, leaves: list[bytes]) -> list[bytes]:
    """RFC 6962 §2.1.1, word for word."""
    if len(leaves) == 1:
        return []
    k = split(len(leaves))
    if m < k:
        return [*naive_path(m, leaves[:k]), naive_root(leaves[k:])]
    return [*naive_path(m - k, leaves[k:]), naive_root(leaves[:k])]


def naive_subproof(m: int, leaves: list[bytes], whole: bool) -> list[bytes]:
    """RFC 6962 §2.1.2, word for word."""
    if m == len(leaves):
        return [] if whole else [naive_root(leaves)]
    k = split(len(leaves))
    if m <= k:
        return [*naive_subproof(m, leaves[:k], whole), naive_root(leaves[k:])]
    return [*naive_subproof(m - k, leaves[k:], False), naive_root(leaves[:k])]


def proved(leaves: list[bytes], indices: list[int], old: int = 0) -> tuple[list[list[bytes]], list[bytes]]:
    tree = ProvingTree(indices, old)
    for leaf in leaves:
        tree.append(leaf)
    assert tree.root() == naive_root(leaves)
    return tree.proofs()


def inclusion_proof(index: int, leaves: list[bytes]) -> list[bytes]:
    return proved(leaves, [index])[0][0]


def consistency_proof(old: int, leaves: list[bytes]) -> list[bytes]:
    return proved(leaves, [], old)[1]


@pytest.mark.parametrize("size", range(1, 9))
def test_the_reference_roots_come_out(size):
    tree = Tree(leaf_hash(leaf) for leaf in REFERENCE_LEAVES[:size])
    assert tree.root().hex() == REFERENCE_ROOTS[size - 1]


@pytest.mark.parametrize(("index", "size"), REFERENCE_PATHS)
def test_the_reference_paths_come_out(index, size):
    leaves = [leaf_hash(leaf) for leaf in REFERENCE_LEAVES[:size]]
    proof = inclusion_proof(index, leaves)
    assert [each.hex() for each in proof] == REFERENCE_PATHS[index, size]
    root = bytes.fromhex(REFERENCE_ROOTS[size - 1])
    verify_inclusion(leaf=leaves[index], index=index, size=size, proof=proof, root=root)


@pytest.mark.parametrize(("old", "size"), REFERENCE_GROWTH)
def test_the_reference_consistency_proofs_come_out(old, size):
    proof = consistency_proof(old, [leaf_hash(leaf) for leaf in REFERENCE_LEAVES[:size]])
    assert [each.hex() for each in proof] == REFERENCE_GROWTH[old, size]
    roots = [bytes.fromhex(REFERENCE_ROOTS[each - 1]) for each in (old, size)]
    verify_consistency(old_size=old, old_root=roots[0], new_size=size, new_root=roots[1], proof=proof)


def test_the_root_of_nothing_is_the_hash_of_nothing():
    assert Tree().root() == sha256(b"").digest()


def test_a_leaf_is_never_a_node():
    left, right = leaf_hash(b"a"), leaf_hash(b"b")
    assert leaf_hash(left + right) != node_hash(left, right)


@given(trees)
def test_the_growing_tree_has_the_root_of_the_definition_at_every_size(leaves):
    tree = Tree()
    for size, leaf in enumerate(leaves):
        assert tree.root() == naive_root(leaves[:size])
        tree.append(leaf)
    assert (tree.size, tree.root()) == (len(leaves), naive_root(leaves))


@given(trees.filter(bool), st.data())
def test_an_inclusion_proof_is_the_one_of_the_definition_and_holds(leaves, data):
    index = data.draw(st.integers(0, len(leaves) - 1))
    proof = inclusion_proof(index, leaves)
    assert proof == naive_path(index, leaves)
    verify_inclusion(leaf=leaves[index], index=index, size=len(leaves), proof=proof, root=naive_root(leaves))


@given(trees.filter(bool), st.data())
def test_proofs_of_many_leaves_and_of_the_past_at_once_are_those_of_the_definition(leaves, data):
    indices = data.draw(st.lists(st.integers(0, len(leaves) - 1)))
    old = data.draw(st.integers(0, len(leaves)))
    paths, grown = proved(leaves, indices, old)
    assert paths == [naive_path(index, leaves) for index in indices]
    assert grown == (naive_subproof(old, leaves, True) if old else [])


@given(trees, st.data())
def test_a_consistency_proof_is_the_one_of_the_definition_and_holds(leaves, data):
    old = data.draw(st.integers(0, len(leaves)))
    proof = consistency_proof(old, leaves)
    assert proof == (naive_subproof(old, leaves, True) if old else [])
    verify_consistency(
        old_size=old,
        old_root=naive_root(leaves[:old]),
        new_size=len(leaves),
        new_root=naive_root(leaves),
        proof=proof,
    )


LEAVES = [leaf_hash(bytes([n])) for n in range(13)]


@pytest.mark.parametrize("index", range(13))
def test_an_inclusion_proof_holds_for_no_other_place_leaf_size_or_length(index):
    proof, root = inclusion_proof(index, LEAVES), naive_root(LEAVES)
    good = {"leaf": LEAVES[index], "index": index, "size": 13, "proof": proof, "root": root}
    wrong = [{"index": n} for n in range(-1, 14) if n != index]
    wrong += [{"size": n} for n in (0, 1, 6, 26, 200)]
    wrong += [{"leaf": LEAVES[index - 1]}, {"root": LEAVES[0]}, {"proof": proof[:-1]}, {"proof": [*proof, root]}]
    wrong += [{"proof": [*proof[:n], leaf_hash(b"x"), *proof[n + 1 :]]} for n in range(len(proof))]
    for change in wrong:
        with pytest.raises(IntegrityViolation, match="PRF-027"):
            verify_inclusion(**(good | change))
    verify_inclusion(**good)


@pytest.mark.parametrize("old", range(1, 13))
def test_a_consistency_proof_holds_for_no_other_past(old):
    proof = consistency_proof(old, LEAVES)
    good = {"old_size": old, "old_root": naive_root(LEAVES[:old]), "new_size": 13, "new_root": naive_root(LEAVES)}
    good["proof"] = proof
    wrong = [{"old_size": n} for n in range(-1, 15) if n != old]
    wrong += [{"old_root": leaf_hash(b"x")}, {"new_root": leaf_hash(b"x")}, {"proof": proof[:-1]}, {"proof": []}]
    wrong += [{"proof": [*proof, leaf_hash(b"x")]}]
    wrong += [{"proof": [*proof[:n], leaf_hash(b"x"), *proof[n + 1 :]]} for n in range(len(proof))]
    for change in wrong:
        with pytest.raises(IntegrityViolation, match="PRF-028"):
            verify_consistency(**(good | change))
    verify_consistency(**good)


@pytest.mark.parametrize("index", [-1, 13])
def test_there_is_no_proof_of_a_leaf_that_is_not_there(index):
    with pytest.raises(IndexError):
        inclusion_proof(index, LEAVES)
    with pytest.raises(IndexError):
        proved(LEAVES, [0, index])


@pytest.mark.parametrize("old", [-1, 14])
def test_there_is_no_proof_of_a_past_that_was_not(old):
    with pytest.raises(IndexError):
        consistency_proof(old, LEAVES)
