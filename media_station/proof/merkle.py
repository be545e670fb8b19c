"""The Merkle tree of RFC 6962 §2 and its two proofs.

A leaf is SHA-256(0x00 || data), a node SHA-256(0x01 || left || right); the root of nothing is SHA-256 of nothing.
Hashes are 32 bytes, proofs are hashes from the leaf upward.
"""

from collections.abc import Iterable, Sequence
from hashlib import sha256

from media_station.model.errors import IntegrityViolation


def leaf_hash(data: bytes) -> bytes:
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


class Tree:
    """A tree that only grows. Keeps the roots of its full subtrees, largest first: one for each 1 bit of the size."""

    __slots__ = ("_peaks", "size")

    def __init__(self, leaf_hashes: Iterable[bytes] = ()) -> None:
        self._peaks: list[bytes] = []
        self.size = 0
        for each in leaf_hashes:
            self.append(each)

    def append(self, leaf: bytes) -> None:
        """Takes a leaf's hash."""
        self.append_full(1, leaf)

    def append_full(self, leaves: int, node: bytes) -> None:
        """Takes the root of a full subtree of so many leaves, a power of two that divides the size."""
        carried = self.size // leaves
        while carried & 1:
            node = node_hash(self._peaks.pop(), node)
            carried >>= 1
        self._peaks.append(node)
        self.size += leaves

    def root(self) -> bytes:
        if not self._peaks:
            return sha256(b"").digest()
        root = self._peaks[-1]
        for peak in reversed(self._peaks[:-1]):
            root = node_hash(peak, root)
        return root


def inclusion_proof(index: int, leaf_hashes: Sequence[bytes]) -> list[bytes]:
    """PATH(m, D[n]) of §2.1.1; IndexError if there is no such leaf."""
    start, end = 0, len(leaf_hashes)
    if not 0 <= index < end:
        raise IndexError(index)
    proof = []
    while end - start > 1:
        middle = start + _left_size(end - start)
        if index < middle:
            proof.append(_root(leaf_hashes, middle, end))
            end = middle
        else:
            proof.append(_root(leaf_hashes, start, middle))
            start = middle
    return proof[::-1]


def inclusion_proofs(indices: Sequence[int], leaf_hashes: Sequence[bytes]) -> list[list[bytes]]:
    """PATH for each of these leaves, each node reckoned once; IndexError if there is no such leaf.

    Level by level: what has no right neighbour goes up as it is, which makes the tree of §2.1.
    """
    if any(not 0 <= index < len(leaf_hashes) for index in indices):
        raise IndexError(indices)
    proofs: list[list[bytes]] = [[] for _ in indices]
    level, height = list(leaf_hashes), 0
    while len(level) > 1:
        for proof, index in zip(proofs, indices, strict=True):
            beside = index >> height ^ 1
            if beside < len(level):
                proof.append(level[beside])
        pairs = [node_hash(level[at], level[at + 1]) for at in range(0, len(level) - 1, 2)]
        level, height = pairs + level[len(pairs) * 2 :], height + 1
    return proofs


def consistency_proof(old_size: int, leaf_hashes: Sequence[bytes]) -> list[bytes]:
    """PROOF(m, D[n]) of §2.1.2: that the first `old_size` leaves are a prefix. Empty for 0 and for all."""
    start, end = 0, len(leaf_hashes)
    if not 0 <= old_size <= end:
        raise IndexError(old_size)
    if old_size == 0:
        return []
    proof = []
    while old_size < end:
        middle = start + _left_size(end - start)
        if old_size <= middle:
            proof.append(_root(leaf_hashes, middle, end))
            end = middle
        else:
            proof.append(_root(leaf_hashes, start, middle))
            start = middle
    if start:  # else the old root itself is the first node, and the verifier has it
        proof.append(_root(leaf_hashes, start, end))
    return proof[::-1]


def verify_inclusion(*, leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """RFC 9162 §2.1.3.2; IntegrityViolation PRF-027 if the leaf is not at `index` of the tree with this root."""
    if not 0 <= index < size:
        raise IntegrityViolation("PRF-027", index=index)
    place, last, found = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise IntegrityViolation("PRF-027", index=index)
        if place & 1 or place == last:
            found = node_hash(sibling, found)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        place, last = place >> 1, last >> 1
    if last or found != root:
        raise IntegrityViolation("PRF-027", index=index)


def verify_consistency(
    *, old_size: int, old_root: bytes, new_size: int, new_root: bytes, proof: Sequence[bytes]
) -> None:
    """RFC 9162 §2.1.4.2; IntegrityViolation PRF-028 if the old tree is not the new one's beginning."""
    if not _is_consistent(old_size, old_root, new_size, new_root, list(proof)):
        raise IntegrityViolation("PRF-028", old=old_size, new=new_size)


def _is_consistent(old_size: int, old_root: bytes, new_size: int, new_root: bytes, proof: list[bytes]) -> bool:
    if not 0 <= old_size <= new_size:
        return False
    if old_size == new_size:
        return not proof and old_root == new_root
    if old_size == 0:
        return not proof and old_root == Tree().root()
    if old_size & (old_size - 1) == 0:  # a full subtree stands for itself
        proof = [old_root, *proof]
    return _roots(old_size - 1, new_size - 1, proof) == (old_root, new_root)


def _roots(place: int, last: int, proof: list[bytes]) -> tuple[bytes, bytes] | None:
    """Both roots as the proof makes them; None if it is too short or too long."""
    if not proof:
        return None
    while place & 1:
        place, last = place >> 1, last >> 1
    old = new = proof[0]
    for sibling in proof[1:]:
        if last == 0:
            return None
        if place & 1 or place == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        place, last = place >> 1, last >> 1
    return (old, new) if last == 0 else None


def _left_size(size: int) -> int:
    """The largest power of two below `size` (§2.1)."""
    return 1 << ((size - 1).bit_length() - 1)


def _root(leaf_hashes: Sequence[bytes], start: int, end: int) -> bytes:
    return Tree(leaf_hashes[at] for at in range(start, end)).root()
