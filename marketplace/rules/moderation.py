"""What becomes of several evaluators' levels for one criterion of a proposal: a cell.

A cell counts the exact mean of its levels, or the one level that the panel agreed on. Where the panel could not
agree, it says so and the exact mean counts: an agreed level of None.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TypeVar

from marketplace.rules.scoring import mean

CLOSE = 1
"""Levels as far apart as this need no word: their mean counts without anybody's act."""

K = TypeVar("K")


def spread(levels: Sequence[int]) -> int:
    """How far the lowest and the highest level are apart."""
    return max(levels) - min(levels)


def needs_agreement(levels: Sequence[int]) -> bool:
    """Whether the panel must speak about the cell before anything is final."""
    return spread(levels) > CLOSE


def is_outside(level: int | None, levels: Sequence[int]) -> bool:
    """Whether nobody gave so low, or so high, a level: then a second person signs it."""
    return level is not None and not min(levels) <= level <= max(levels)


def moved(level: int | None, own: Mapping[K, int]) -> tuple[K, ...]:
    """Whose own level the panel moves away from; each of them needs a reason."""
    return () if level is None else tuple(who for who, given in own.items() if given != level)


def final_level(agreed: int | None, levels: Sequence[int]) -> Fraction:
    """What the cell counts: the agreed level, or the exact mean where there is none."""
    return mean(levels) if agreed is None else Fraction(agreed)
