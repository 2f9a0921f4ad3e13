"""The hash tree over the log's leaves (RFC 6962): 32-byte SHA-256 hashes, leaves left to right.

Leaves and inner nodes are hashed with different first bytes, so that neither can pass for the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

EMPTY_ROOT = sha256(b"").digest()


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
