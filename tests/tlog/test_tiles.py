"""Tiles: what the log stores and serves, and that it only ever grows at its right edge."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.tlog import tiles, tree
from marketplace.tlog.tiles import Level
from tests.tlog import logs
from tests.tlog.logs import Tiles

LEVELS: st.SearchStrategy[Level] = st.integers(0, 63) | st.just("entries")
HASH = b"h" * 32


@settings(max_examples=20)
@given(st.lists(st.integers(0, 70_000), min_size=1, max_size=4))
def test_growing_in_steps_stores_what_growing_at_once_does(sizes: list[int]) -> None:
    stored: Tiles = {}
    for size, end in pairwise([0, *sorted(sizes)]):
        stored = logs.grown(stored, size, end)
    assert stored == logs.grown({}, 0, max(sizes))


@pytest.mark.parametrize("size", [1, 255, 256, 257, 600, 65_535, 65_536, 65_537])
def test_growing_by_one_stores_what_growing_at_once_does(size: int) -> None:
    assert logs.grown(logs.grown({}, 0, size), size, size + 1) == logs.grown({}, 0, size + 1)


@given(st.integers(0, 3_000), st.integers(0, 3_000))
def test_a_partial_tile_is_the_beginning_of_the_later_one(size: int, more: int) -> None:
    before, after = logs.grown({}, 0, size), logs.grown({}, 0, size + more)
    assert all(after[place].startswith(tile) for place, tile in before.items())


@given(st.integers(0, 3_000), st.integers(1, 600), st.integers(0, 600))
def test_growth_that_was_broken_off_is_repeated_from_the_last_checkpoint(
    size: int, more: int, anew: int
) -> None:
    """Some of its tiles may be stored already, and the leaves may have become more since."""
    stored, grown = logs.grown({}, 0, size), logs.grown({}, 0, size + more)
    torn = stored | {place: grown[place] for place in sorted(grown)[: len(grown) // 2 + 1]}
    repeated = logs.grown(torn, size, size + more + anew)
    assert repeated == logs.grown({}, 0, size + more + anew)


def test_growing_by_one_touches_the_right_edge_alone() -> None:
    read: list[tuple[int, int]] = []

    def last_tile(level: int, n: int) -> bytes:
        read.append((level, n))
        return HASH * 255

    billion = 10**9 + 1
    changed = tiles.extend(billion, last_tile, [HASH])
    assert read == [*changed] == [(0, billion // 256)]
    read.clear()
    # Every tile of the right edge is one short of being full.
    changed = tiles.extend(256**4 - 1, last_tile, [HASH])
    assert read == [(level, 256 ** (3 - level) - 1) for level in range(4)]
    assert [*changed] == [*read, (4, 0)]


@pytest.mark.parametrize("size", [1, 7, 255, 256, 600])
def test_the_nodes_are_those_of_the_leaves(size: int) -> None:
    node, hashes = logs.nodes(size), logs.leaf_hashes(0, size)
    for level in range(size.bit_length()):
        for n in range(size >> level):
            assert node(level, n) == tree.root(hashes[n << level : (n + 1) << level])
        assert logs.refused(node, level, size >> level)


def test_a_tile_is_read_once() -> None:
    stored, read = logs.grown({}, 0, 70_000), []

    def noting(level: int, n: int) -> bytes:
        read.append((level, n))
        return stored[level, n]

    node = tiles.node(noting)
    for index in (54_321, 54_322, 69_999):
        tree.inclusion(node, index, 70_000)
    assert sorted(read) == [(0, 212), (0, 273), (1, 0), (1, 1), (2, 0)]


def test_a_stored_tile_that_lost_its_end_stops_the_log() -> None:
    assert logs.refused(tiles.extend, 5, lambda _level, _n: HASH * 4, [HASH])
    assert logs.refused(tiles.node(lambda _level, _n: HASH * 4 + b"h"), 0, 4)


def test_a_growth_by_nothing_changes_nothing() -> None:
    assert tiles.extend(5, lambda _level, _n: b"", []) == {}


@pytest.mark.parametrize(
    ("level", "n", "width", "spelt"),
    [
        (0, 0, 256, "tile/0/000"),
        (0, 273, 112, "tile/0/273.p/112"),
        (1, 1, 17, "tile/1/001.p/17"),
        (2, 1_234_067, 256, "tile/2/x001/x234/067"),
        ("entries", 1_000, 1, "tile/entries/x001/000.p/1"),
        (63, 2**55, 255, "tile/63/x036/x028/x797/x018/x963/968.p/255"),
    ],
)
def test_paths_are_spelt_as_the_specification_shows(level: Level, n: int, width: int, spelt: str) -> None:
    assert tiles.path(level, n, width) == spelt
    assert tiles.parse(spelt) == (level, n, width)


@given(LEVELS, st.integers(0, 2**55), st.integers(1, 256))
def test_paths_are_read_as_they_are_spelt(level: Level, n: int, width: int) -> None:
    assert tiles.parse(tiles.path(level, n, width)) == (level, n, width)


MISSPELT = [
    "", "tile/0", "tile/0/", "tile/0/0", "tile/0/00", "tile/0/0000", "tile/00/000", "tile/64/000", "tile/-1/000",
    "tile/+1/000", "tile/entry/000", "tile/ENTRIES/000", "/tile/0/000", "tile/0/000/", "tile/0/000\n", " tile/0/000",
    "tile/0/x000/001", "tile/0/001/234", "tile/0/x001/x234", "tile/0/X001/234", "tile/0/x1/234", "tile/0/x001//234",
    "tile/0/000.p", "tile/0/000.p/", "tile/0/000.p/0", "tile/0/000.p/01", "tile/0/000.p/256", "tile/0/000.p/999",
    "tile/0/000.p/1000", "tile/0/000.p/-1", "tile/0/000.P/1", "tile/0/000.p/1/", "tile/\u0660/000", "tile/0/00\u0660",
    "tile/0/x001/x000/x000/x000/x000/x000/000", "tile/0/../0/000", "tile/0/000?x", "tile/0/000.p/1.p/1",
]  # fmt: skip


@pytest.mark.parametrize("spelt", MISSPELT)
def test_any_other_spelling_is_refused(spelt: str) -> None:
    assert logs.refused(tiles.parse, spelt)


@given(st.text(alphabet="tile/entrsx.p0123456789", max_size=30) | st.text())
def test_what_can_be_read_is_what_would_be_spelt(text: str) -> None:
    assert logs.refused(tiles.parse, text) or tiles.path(*tiles.parse(text)) == text


def test_a_log_of_70_000_leaves_has_the_tiles_of_the_specification() -> None:
    size = 70_000
    full: list[tuple[Level, int]] = [(0, 0), (0, 272), ("entries", 272), (1, 0)]
    partial: list[tuple[Level, int, int]] = [(0, 273, 112), ("entries", 273, 112), (1, 1, 17), (2, 0, 1)]
    assert all(tiles.covered(level, n, 256, size) for level, n in full)
    assert all(tiles.covered(*tile, size) for tile in partial)
    assert not any(tiles.covered(level, n, width + 1, size) for level, n, width in partial)
    assert not any(tiles.covered(level, n + 1, 1, size) for level, n, _ in partial)
    assert not tiles.covered(3, 0, 1, size)
    assert tiles.covered(0, 0, 256, 256)
    assert tiles.covered(1, 0, 1, 256)


@given(st.integers(0, 3_000))
def test_what_is_covered_is_what_is_stored(size: int) -> None:
    stored = logs.grown({}, 0, size)
    for level in range(3):
        for n in range(size // 256 + 2):
            width = len(stored.get((level, n), b"")) // 32
            assert [w for w in range(258) if tiles.covered(level, n, w, size)] == [*range(1, width + 1)]


@given(st.lists(st.binary(max_size=300), max_size=256))
def test_a_bundle_gives_its_leaves_back(leaves: list[bytes]) -> None:
    assert tiles.unbundle(tiles.bundle(leaves)) == leaves


def test_a_bundle_spells_lengths_as_the_specification_does() -> None:
    assert tiles.bundle([b"ab", b"", b"c" * 258]) == b"\x00\x02ab\x00\x00\x01\x02" + b"c" * 258


def test_the_longest_leaf_fits_a_bundle_and_no_longer_one() -> None:
    longest = b"x" * 65_535
    assert tiles.unbundle(tiles.bundle([longest])) == [longest]
    assert logs.refused(tiles.bundle, [longest + b"x"])


@given(st.lists(st.binary(max_size=20), min_size=1, max_size=20), st.data())
def test_a_bundle_that_is_cut_inside_a_leaf_is_refused(leaves: list[bytes], data: st.DataObject) -> None:
    whole = tiles.bundle(leaves)
    cut = data.draw(st.integers(0, len(whole) - 1))
    ends = {len(tiles.bundle(leaves[:count])): count for count in range(len(leaves))}
    if cut in ends:
        assert tiles.unbundle(whole[:cut]) == leaves[: ends[cut]]
    else:
        assert logs.refused(tiles.unbundle, whole[:cut])


@given(st.binary(max_size=80))
def test_any_bytes_are_a_bundle_or_refused(content: bytes) -> None:
    assert logs.refused(tiles.unbundle, content) or tiles.bundle(tiles.unbundle(content)) == content
