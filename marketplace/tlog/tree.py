"""The hash tree over the log's leaves (RFC 6962): 32-byte SHA-256 hashes, leaves left to right.

Leaves and inner nodes are hashed with different first bytes, so that neither can pass for the other.
`D[a:b]` is the standard's word for leaves `a` to `b - 1`, `MTH` its word for the hash over them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()

# (level, n) → MTH(D[n * 2**level : (n + 1) * 2**level]), which never changes once its leaves are there.
Node = Callable[[int, int], bytes]


def leaf_hash(leaf: bytes) -> bytes:
    return sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def root(hashes: Sequence[bytes]) -> bytes:
    """The root over leaf hashes, from the first leaf to the last."""
    if not hashes:
        return EMPTY_ROOT
    level = list(hashes)
    while len(level) > 1:
        level = _next_level(level)
    return level[0]


def _next_level(level: list[bytes]) -> list[bytes]:
    """Pairs joined; a last one without a partner rises as it is."""
    joined = [node_hash(left, right) for left, right in zip(level[::2], level[1::2], strict=False)]
    return joined + level[len(level) - len(level) % 2 :]


def root_at(node: Node, size: int) -> bytes:
    """The root over the first `size` leaves."""
    if size < 0:
        raise ValueError(f"no tree has {size} leaves")
    return _over(node, 0, size) if size else EMPTY_ROOT


def inclusion(node: Node, index: int, size: int) -> list[bytes]:
    """What shows that leaf `index` is among the first `size`: PATH(index, D[size]) of RFC 6962, section 2.1.1.

    The leaf's sibling comes first, the root's child last.
    """
    if not 0 <= index < size:
        raise ValueError(f"leaf {index} is not among the first {size}")
    path, begin, end = [], 0, size
    while end - begin > 1:
        begin, end, sibling = _down(node, begin, end, index)
        path.append(sibling)
    return path[::-1]


def consistency(node: Node, old: int, size: int) -> list[bytes]:
    """What shows that `size` leaves begin with the first `old`: PROOF(old, D[size]) of RFC 6962, section 2.1.2.

    Nothing is needed, and the proof is empty, where `old` is zero or `size`.
    """
    if not 0 <= old <= size:
        raise ValueError(f"{old} leaves are no beginning of {size}")
    if old == 0:
        return []
    path, begin, end = [], 0, size
    while end > old:
        begin, end, sibling = _down(node, begin, end, old - 1)
        path.append(sibling)
    # Whoever checks knows the old root; what is only a part of the old tree has to be told.
    if begin > 0:
        path.append(_over(node, begin, end))
    return path[::-1]


def _down(node: Node, begin: int, end: int, index: int) -> tuple[int, int, bytes]:
    """From D[begin:end] to the half that leaf `index` is in, with the hash over the other half.

    The left one has as many leaves as the largest power of two that is less than the length.
    """
    middle = begin + (1 << (end - begin - 1).bit_length() - 1)
    if index < middle:
        return begin, middle, _over(node, middle, end)
    return middle, end, _over(node, begin, middle)


def _over(node: Node, begin: int, end: int) -> bytes:
    """MTH(D[begin:end]), where `begin` is a multiple of a power of two that is no less than the length."""
    level = (end - begin).bit_length() - 1
    complete, middle = node(level, begin >> level), begin + (1 << level)
    return complete if middle == end else node_hash(complete, _over(node, middle, end))


def included(leaf_hash: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether `path` leads from leaf `index` to the root over `size` leaves (RFC 9162, section 2.1.3.2)."""
    if not 0 <= index < size or not _are_hashes(leaf_hash, root, *path):
        return False
    lefts = _lefts(index, size)
    return len(path) == len(lefts) and _climb(leaf_hash, zip(path, lefts, strict=True)) == root


def consistent(old: int, old_root: bytes, size: int, root: bytes, path: Sequence[bytes]) -> bool:
    """Whether the tree over `size` leaves begins with the one over `old` leaves (RFC 9162, section 2.1.4.2).

    The climb to both roots begins at the largest complete subtree that ends the old tree. The whole path leads to the
    new root; its left siblings alone, which are what the old tree held already, lead to the old one.
    """
    if not 0 <= old <= size or not _are_hashes(old_root, root, *path):
        return False
    if old in (0, size):
        return not path and old_root == (root if old else EMPTY_ROOT)
    height = (old & -old).bit_length() - 1
    lefts = _lefts((old - 1) >> height, ((size - 1) >> height) + 1)
    # An old tree that is one complete subtree is its own beginning, and whoever checks has its root already.
    hashes = path if old != 1 << height else [old_root, *path]
    if len(hashes) != 1 + len(lefts):
        return False
    siblings = list(zip(hashes[1:], lefts, strict=True))
    held = [sibling for sibling in siblings if sibling[1]]
    return _climb(hashes[0], held) == old_root and _climb(hashes[0], siblings) == root


def _lefts(index: int, size: int) -> list[bool]:
    """For each sibling on the way from leaf `index` to the root over `size` leaves, whether it stands to the left.

    Until the way meets that of the last leaf the bits of the index tell; from there on all that is to the right is
    missing, and only left siblings are left, one for each bit that is set.
    """
    meeting = (index ^ (size - 1)).bit_length()
    return [bool(index >> level & 1) for level in range(meeting)] + [True] * (index >> meeting).bit_count()


def _climb(start: bytes, siblings: Iterable[tuple[bytes, bool]]) -> bytes:
    reached = start
    for sibling, is_left in siblings:
        reached = node_hash(sibling, reached) if is_left else node_hash(reached, sibling)
    return reached


def _are_hashes(*values: bytes) -> bool:
    """Whether all have a hash's length: two that are joined must not be cut at another place."""
    return all(len(value) == HASH_BYTES for value in values)
