"""The hash tree: RFC 6962, compared with its own recursive definition."""

from __future__ import annotations

import json
from collections.abc import Sequence
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.tlog import tree
from tests import vectors


def as_the_standard_defines_it(leaves: Sequence[bytes]) -> bytes:
    """MTH of RFC 6962, section 2.1: split at the largest power of two below the size."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    halves = as_the_standard_defines_it(leaves[:split]) + as_the_standard_defines_it(leaves[split:])
    return sha256(b"\x01" + halves).digest()


def test_the_published_hashes() -> None:
    published = json.loads((vectors.folder("rfc6962") / "hash-vectors.json").read_bytes())
    assert tree.root([]).hex() == published["empty_root"]
    for leaf in published["leaves"]:
        assert tree.leaf_hash(bytes.fromhex(leaf["data_hex"])).hex() == leaf["leaf_hash"]
    for node in published["nodes"]:
        joined = tree.node_hash(bytes.fromhex(node["left_hex"]), bytes.fromhex(node["right_hex"]))
        assert joined.hex() == node["node_hash"]


@pytest.mark.parametrize("size", range(40))
def test_the_root_is_the_standards_for_every_small_size(size: int) -> None:
    leaves = [bytes([number]) for number in range(size)]
    assert tree.root([tree.leaf_hash(leaf) for leaf in leaves]) == as_the_standard_defines_it(leaves)


@given(st.lists(st.binary(max_size=8), min_size=1, max_size=70), st.data())
def test_a_changed_leaf_changes_the_root(leaves: list[bytes], data: st.DataObject) -> None:
    changed = data.draw(st.integers(0, len(leaves) - 1))
    other = [*leaves]
    other[changed] += b"!"
    assert tree.root([*map(tree.leaf_hash, leaves)]) != tree.root([*map(tree.leaf_hash, other)])


def test_a_leaf_cannot_pass_for_a_node() -> None:
    left, right = tree.leaf_hash(b"a"), tree.leaf_hash(b"b")
    assert tree.leaf_hash(left + right) != tree.node_hash(left, right)
