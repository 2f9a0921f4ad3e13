"""The hash tree: RFC 6962, compared with its own recursive definitions, and its proofs with what they must not show."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.tlog import tree
from tests import vectors
from tests.conftest import long_except
from tests.tlog import logs

EVERY = 600
TURNS = 5
LARGE = 100_000
LARGEST = 2**63 - 1


@cache
def mth(begin: int, end: int) -> bytes:
    """MTH(D[begin:end]) of RFC 6962, section 2.1, over the leaves of `logs`."""
    if end - begin <= 1:
        return sha256(b"\x00" + logs.leaf(begin) if end > begin else b"").digest()
    split = begin + largest_power_below(end - begin)
    return sha256(b"\x01" + mth(begin, split) + mth(split, end)).digest()


@cache
def path(m: int, begin: int, end: int) -> list[bytes]:
    """PATH(m, D[begin:end]) of section 2.1.1."""
    if end - begin == 1:
        return []
    k = largest_power_below(end - begin)
    if m < k:
        return [*path(m, begin, begin + k), mth(begin + k, end)]
    return [*path(m - k, begin + k, end), mth(begin, begin + k)]


@cache
def subproof(m: int, begin: int, end: int, is_known: bool) -> list[bytes]:
    """SUBPROOF(m, D[begin:end], b) of section 2.1.2."""
    if m == end - begin:
        return [] if is_known else [mth(begin, end)]
    k = largest_power_below(end - begin)
    if m <= k:
        return [*subproof(m, begin, begin + k, is_known), mth(begin + k, end)]
    return [*subproof(m - k, begin + k, end, False), mth(begin, begin + k)]


def largest_power_below(count: int) -> int:
    power = 1
    while power * 2 < count:
        power *= 2
    return power


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
    assert tree.root(logs.leaf_hashes(0, size)) == mth(0, size) == tree.root_at(logs.nodes(EVERY), size)


@given(st.lists(st.binary(max_size=8), min_size=1, max_size=70), st.data())
def test_a_changed_leaf_changes_the_root(leaves: list[bytes], data: st.DataObject) -> None:
    changed = data.draw(st.integers(0, len(leaves) - 1))
    other = [*leaves]
    other[changed] += b"!"
    assert tree.root([*map(tree.leaf_hash, leaves)]) != tree.root([*map(tree.leaf_hash, other)])


def test_a_leaf_cannot_pass_for_a_node() -> None:
    left, right = tree.leaf_hash(b"a"), tree.leaf_hash(b"b")
    assert tree.leaf_hash(left + right) != tree.node_hash(left, right)


# Every fifth size, even and odd ones, is always tried. The others take their time.
in_turns = pytest.mark.parametrize("turn", long_except([0], range(TURNS)))


@in_turns
def test_every_leaf_of_every_size_has_the_standards_proof_and_it_holds(turn: int) -> None:
    node, hashes = logs.nodes(EVERY), logs.leaf_hashes(0, EVERY)
    for size in range(1 + turn, EVERY + 1, TURNS):
        root = tree.root_at(node, size)
        for index in range(size):
            proof = tree.inclusion(node, index, size)
            assert proof == path(index, 0, size)
            assert tree.included(hashes[index], index, size, proof, root)


@in_turns
def test_every_size_has_the_standards_proof_for_each_before_it_and_it_holds(turn: int) -> None:
    node = logs.nodes(EVERY)
    roots = [tree.root_at(node, size) for size in range(EVERY + 1)]
    for size in range(1 + turn, EVERY + 1, TURNS):
        for old in range(size + 1):
            proof = tree.consistency(node, old, size)
            assert proof == (subproof(old, 0, size, True) if old else [])
            assert tree.consistent(old, roots[old], size, roots[size], proof)


@given(st.integers(1, LARGE), st.data())
def test_any_leaf_of_a_large_log_is_proved(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    node = logs.nodes(LARGE)
    proof, root = tree.inclusion(node, index, size), tree.root_at(node, size)
    assert tree.included(tree.leaf_hash(logs.leaf(index)), index, size, proof, root)
    assert not tree.included(tree.leaf_hash(logs.leaf(index + 1)), index, size, proof, root)


@given(st.integers(0, LARGE), st.data())
def test_any_growth_of_a_large_log_is_proved(size: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(0, size))
    node = logs.nodes(LARGE)
    old_root, root = tree.root_at(node, old), tree.root_at(node, size)
    assert tree.consistent(old, old_root, size, root, tree.consistency(node, old, size))


@given(st.integers(1, LARGEST), st.data())
def test_the_largest_logs_are_proved_with_at_most_63_hashes(size: int, data: st.DataObject) -> None:
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    root, old_root = tree.root_at(logs.equal_leaves, size), tree.root_at(logs.equal_leaves, old)
    proof, growth = (
        tree.inclusion(logs.equal_leaves, index, size),
        tree.consistency(logs.equal_leaves, old, size),
    )
    assert tree.included(tree.leaf_hash(b""), index, size, proof, root)
    assert tree.consistent(old, old_root, size, root, growth)
    assert max(len(proof), len(growth) - 1) <= (size - 1).bit_length() <= 63


PAIRS = [(0, 1), (0, 2), (1, 2), (2, 3), (6, 7), (0, 8), (5, 8), (7, 13), (256, 257), (300, 600)]


@pytest.mark.parametrize(("index", "size"), PAIRS)
def test_a_proof_with_one_bit_changed_is_refused(index: int, size: int) -> None:
    node, leaf = logs.nodes(EVERY), logs.leaf(index)
    proof, root = tree.inclusion(node, index, size), tree.root_at(node, size)

    def holds(leaf: bytes, proof: Sequence[bytes], root: bytes) -> bool:
        return tree.included(tree.leaf_hash(leaf), index, size, proof, root)

    assert holds(leaf, proof, root)
    assert not any(holds(other, proof, root) for other in logs.with_one_bit_changed(leaf))
    assert not any(holds(leaf, other, root) for other in with_one_hash_changed(proof))
    assert not any(holds(leaf, proof, other) for other in logs.with_one_bit_changed(root))


@pytest.mark.parametrize(("old", "size"), [(old, size) for old, size in PAIRS if old])
def test_a_growth_with_one_bit_changed_is_refused(old: int, size: int) -> None:
    node = logs.nodes(EVERY)
    proof = tree.consistency(node, old, size)
    old_root, root = tree.root_at(node, old), tree.root_at(node, size)

    def holds(old_root: bytes, root: bytes, proof: Sequence[bytes]) -> bool:
        return tree.consistent(old, old_root, size, root, proof)

    assert holds(old_root, root, proof)
    assert not any(holds(other, root, proof) for other in logs.with_one_bit_changed(old_root))
    assert not any(holds(old_root, other, proof) for other in logs.with_one_bit_changed(root))
    assert not any(holds(old_root, root, other) for other in with_one_hash_changed(proof))


def with_one_hash_changed(proof: Sequence[bytes]) -> Iterator[list[bytes]]:
    for place, hash in enumerate(proof):
        for other in logs.with_one_bit_changed(hash):
            yield [*proof[:place], other, *proof[place + 1 :]]


@pytest.mark.parametrize(("index", "size"), PAIRS)
def test_a_proof_holds_at_its_own_index_alone(index: int, size: int) -> None:
    """The size is not in the path: it is the signed checkpoint that fixes it, together with the root."""
    node, hash = logs.nodes(EVERY), tree.leaf_hash(logs.leaf(index))
    proof, root = tree.inclusion(node, index, size), tree.root_at(node, size)
    others = [*range(-1, size + 2), index + 2**32, index + 2**63]
    assert [other for other in others if tree.included(hash, other, size, proof, root)] == [index]


@given(st.integers(2, EVERY), st.data())
def test_a_path_that_lost_gained_or_swapped_a_hash_is_refused(size: int, data: st.DataObject) -> None:
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size - 1))
    node = logs.nodes(EVERY)
    root, old_root = tree.root_at(node, size), tree.root_at(node, old)
    hash = tree.leaf_hash(logs.leaf(index))
    for other in misshapen(tree.inclusion(node, index, size), data.draw):
        assert not tree.included(hash, index, size, other, root)
    for other in misshapen(tree.consistency(node, old, size), data.draw):
        assert not tree.consistent(old, old_root, size, root, other)


def misshapen(proof: list[bytes], draw: Callable[[st.SearchStrategy[int]], int]) -> list[list[bytes]]:
    place = draw(st.integers(0, len(proof) - 1))
    longer = [[*proof[:place], hash, *proof[place:]] for hash in (proof[place], tree.EMPTY_ROOT, b"")]
    cut_elsewhere = [*proof[:place], proof[place][:-1], *proof[place + 1 :]]
    shapes = [*longer, proof[:place] + proof[place + 1 :], cut_elsewhere, proof[::-1], []]
    return [shape for shape in shapes if shape != proof]


def test_the_place_where_two_hashes_are_joined_cannot_move() -> None:
    left, right = tree.leaf_hash(b"a"), tree.leaf_hash(b"b")
    assert tree.included(left, 0, 2, [right], tree.node_hash(left, right))
    assert not tree.included(left + right[:1], 0, 2, [right[1:]], tree.node_hash(left, right))
    assert tree.consistent(1, left, 2, tree.node_hash(left, right), [right])
    assert not tree.consistent(1, left + right[:1], 2, tree.node_hash(left, right), [right[1:]])


def test_only_the_empty_log_is_the_beginning_of_any_without_proof() -> None:
    node = logs.nodes(EVERY)
    root = tree.root_at(node, 7)
    assert tree.consistent(0, tree.EMPTY_ROOT, 7, root, [])
    assert tree.consistent(7, root, 7, root, [])
    assert tree.consistent(0, tree.EMPTY_ROOT, 0, tree.EMPTY_ROOT, [])
    assert not tree.consistent(0, root, 7, root, [])
    assert not tree.consistent(0, tree.EMPTY_ROOT, 7, root, [root])
    assert not tree.consistent(7, root, 7, tree.root_at(node, 8), [])
    assert not tree.consistent(8, root, 7, root, [])
    assert not tree.consistent(4, tree.root_at(node, 4), 7, root, [])


def test_no_proof_is_made_beyond_the_log() -> None:
    node = logs.equal_leaves
    for index, size in [(7, 7), (-1, 7), (0, 0)]:
        assert logs.refused(tree.inclusion, node, index, size)
    for old, size in [(8, 7), (-1, 7), (0, -1)]:
        assert logs.refused(tree.consistency, node, old, size)
    assert logs.refused(tree.root_at, node, -1)
