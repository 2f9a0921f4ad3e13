"""What a cell counts: the exact mean, or what the panel agreed, and when it must speak."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.rules.moderation import Cell, final_level, is_outside, moved

LEVELS = st.lists(st.integers(0, 10), min_size=1, max_size=7).map(tuple)


@pytest.mark.parametrize(
    ("levels", "is_open"),
    [((3, 3, 3), False), ((3, 4, 3), False), ((2, 4), True), ((0, 1, 2), True), ((2,), False)],
)
def test_the_panel_speaks_where_levels_are_more_than_one_apart(
    levels: tuple[int, ...], is_open: bool
) -> None:
    assert Cell("A", "fit", levels).is_open is is_open
    assert not Cell("A", "fit", levels, said=True).is_open


def test_without_agreement_the_exact_mean_counts() -> None:
    assert final_level(None, (1, 2, 4)) == Fraction(7, 3)
    assert final_level(4, (1, 2, 4)) == 4


@given(LEVELS, st.integers(0, 10))
def test_a_level_that_nobody_gave_is_outside_only_beyond_the_lowest_and_the_highest(
    levels: tuple[int, ...], level: int
) -> None:
    assert is_outside(level, levels) == (level < min(levels) or level > max(levels))
    assert not is_outside(None, levels)


@given(LEVELS, st.integers(0, 10))
def test_everybody_whose_level_is_another_is_moved_and_nobody_else(
    levels: tuple[int, ...], level: int
) -> None:
    own = dict(enumerate(levels))
    assert [own[who] != level for who in own] == [who in moved(level, own) for who in own]
    assert moved(None, own) == ()
