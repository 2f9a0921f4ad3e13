"""What becomes of several evaluators' levels for one criterion of a proposal: a cell.

A cell counts the exact mean of its levels, or the one level that the panel agreed on. Where the panel could not
agree, it says so and the exact mean counts: an agreed level of None.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar

from marketplace.rules.scoring import mean

CLOSE = 1
"""Levels as far apart as this need no word: their mean counts without anybody's act."""

K = TypeVar("K")


@dataclass(frozen=True)
class Cell:
    """The levels of E1, E2 … for one criterion of one proposal, and what the panel said of them.

    `said` is whether it spoke; then `agreed` is its level, or None where it did not agree. `unsigned` is a level
    outside the range of the individual ones that waits for a second person.
    """

    letter: str
    criterion: str
    levels: tuple[int, ...]
    said: bool = False
    agreed: int | None = None
    unsigned: bool = False

    @property
    def spread(self) -> int:
        """How far the lowest and the highest level are apart."""
        return max(self.levels) - min(self.levels)

    @property
    def is_close(self) -> bool:
        return self.spread <= CLOSE

    @property
    def is_open(self) -> bool:
        """Whether the panel must speak about it before anything is final."""
        return not self.said and not self.is_close

    @property
    def waits(self) -> bool:
        """Whether anything keeps it from being final."""
        return self.is_open or self.unsigned

    @property
    def mean(self) -> Fraction:
        return mean(self.levels)

    @property
    def counts(self) -> Fraction:
        """What the cell counts."""
        return final_level(self.agreed, self.levels)


def is_outside(level: int | None, levels: Sequence[int]) -> bool:
    """Whether nobody gave so low, or so high, a level: then a second person signs it."""
    return level is not None and not min(levels) <= level <= max(levels)


def moved(level: int | None, own: Mapping[K, int]) -> tuple[K, ...]:
    """Whose own level the panel moves away from; each of them needs a reason."""
    return () if level is None else tuple(who for who, given in own.items() if given != level)


def final_level(agreed: int | None, levels: Sequence[int]) -> Fraction:
    """What a cell counts: the agreed level, or the exact mean where there is none."""
    return mean(levels) if agreed is None else Fraction(agreed)
