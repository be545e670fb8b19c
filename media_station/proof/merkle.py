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


class ProvingTree(Tree):
    """A tree that notes proofs while its leaves pass: some hashes for each proof, whatever the number of leaves.

    `indices` are the leaves to be proved (PATH, §2.1.1), `old_size` the beginning to be proved (PROOF, §2.1.2).
    """

    __slots__ = ("_grown", "_inclusion", "_indices", "_old_size", "_through", "_waiting")

    def __init__(self, indices: Sequence[int], old_size: int = 0) -> None:
        super().__init__()
        self._indices = indices
        self._old_size = old_size
        self._inclusion: dict[int, list[bytes]] = {index: [] for index in indices}
        self._grown: list[bytes] = []
        # By node: the proofs that begin at it, and those that lead through it.
        self._waiting = {_key(0, index): [proof] for index, proof in self._inclusion.items()}
        if old_size:
            height = (old_size & -old_size).bit_length() - 1  # of the old tree's last full subtree
            self._waiting.setdefault(_key(height, (old_size >> height) - 1), []).append(self._grown)
        self._through: dict[int, list[list[bytes]]] = {}

    def append(self, leaf: bytes) -> None:
        height, place = 0, self.size
        self._begin(height, place, leaf)
        while place & 1:
            left = self._peaks.pop()
            self._meet(_key(height, place - 1), left, _key(height, place), leaf, _key(height + 1, place >> 1))
            leaf, height, place = node_hash(left, leaf), height + 1, place >> 1
            self._begin(height, place, leaf)
        self._peaks.append(leaf)
        self.size += 1

    def proofs(self) -> tuple[list[list[bytes]], list[bytes]]:
        """Of each index, in their order, and of the old size; of the leaves so far, once: then the tree is complete.

        IndexError if there is no such leaf or the tree was never that large.
        """
        if any(not 0 <= index < self.size for index in self._indices) or not 0 <= self._old_size <= self.size:
            raise IndexError(self._indices, self._old_size)
        peaks = [_key(height, (self.size >> height) - 1) for height in range(self.size.bit_length())]
        keys = [key for height, key in enumerate(peaks) if self.size >> height & 1]  # the smallest first
        if keys:
            key, node = keys[0], self._peaks[-1]
            for left_key, left in zip(keys[1:], reversed(self._peaks[:-1]), strict=True):
                self._meet(left_key, left, key, node, left_key)
                key, node = left_key, node_hash(left, node)
        grown = [] if self._old_size == self.size else self._grown
        return [self._inclusion[index] for index in self._indices], grown

    def _begin(self, height: int, place: int, node: bytes) -> None:
        key = _key(height, place)
        beginning = self._waiting.pop(key, None)
        if beginning is None:
            return
        self._through.setdefault(key, []).extend(beginning)
        if self._old_size != 1 << height and any(each is self._grown for each in beginning):
            self._grown.append(node)  # else it is the old root itself, which the verifier has

    def _meet(self, left_key: int, left: bytes, right_key: int, right: bytes, above: int) -> None:
        """Two nodes become one: whoever leads through one of them needs the other."""
        through_left, through_right = self._through.pop(left_key, []), self._through.pop(right_key, [])
        if through_left or through_right:
            for proof in through_left:
                proof.append(right)
            for proof in through_right:
                proof.append(left)
            self._through[above] = through_left + through_right


def _key(height: int, place: int) -> int:
    """A full subtree's: the `place`th of this height from the left."""
    return place << 6 | height


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
