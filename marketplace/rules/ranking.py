"""Totals become places, and the published chain breaks exact ties: nothing is compared but exact values."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NamedTuple, Protocol

DRAW = "draw"
"""The last link of a chain: a draw that everybody can repeat from a public value, the beacon."""


RESERVED = (DRAW, "price")
"""Ids that no criterion may have, since they stand beside criteria in chains, and in shares of weight."""


class Weighted(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def weight(self) -> int: ...


class Result(NamedTuple):
    """A proposal's total of 100, and whether it meets every threshold and is not excluded."""

    id: str
    total: Fraction
    passes: bool


class Ranked(NamedTuple):
    """A result with its place; `rank` is `None` where it does not pass."""

    id: str
    total: Fraction
    passes: bool
    rank: int | None


@dataclass(frozen=True, slots=True)
class Chain:
    """What decides between equal totals, link by link: a higher level on a criterion, and the draw at last.

    `levels` are means or agreed levels by proposal and criterion, or their sums over the same panel.
    Refuses with `ValueError` a repeated link, a draw that is not the last, and one without a beacon (in hex).
    """

    ties: Sequence[str] = ()
    levels: Mapping[str, Mapping[str, int | Fraction]] | None = None
    beacon: str = ""

    def __post_init__(self) -> None:
        if len(set(self.ties)) != len(self.ties):
            raise ValueError("repeated link in the chain of ties")
        if DRAW in self.ties[:-1]:
            raise ValueError("the draw must be the last link of the chain")
        if DRAW in self.ties and not re.fullmatch(r"([0-9a-f]{2})+", self.beacon):
            raise ValueError("a draw needs a beacon in hex")

    def __call__(self, id: str) -> tuple[Any, ...]:
        """The lower comes first."""
        row = self.levels[id] if self.levels else {}
        return tuple(drawn(self.beacon, id) if link == DRAW else -row[link] for link in self.ties)


def chain_of(criteria: Iterable[Weighted], draw: bool) -> tuple[str, ...]:
    """Criteria by weight, the heaviest first and equal ones as published; then the draw, where there is one."""
    heaviest = sorted(criteria, key=lambda criterion: -criterion.weight)
    return (*(criterion.id for criterion in heaviest), *((DRAW,) if draw else ()))


def drawn(beacon: str, id: str) -> bytes:
    """A proposal's lot: SHA-256 of the beacon's bytes and the letter; the lowest comes first."""
    return hashlib.sha256(bytes.fromhex(beacon) + id.encode()).digest()


def rank(results: Iterable[Result], chain: Callable[[str], tuple[Any, ...]] = Chain()) -> list[Ranked]:
    """Places by total, then by `chain`; what nothing breaks shares its place (1, 2, 2, 4).

    In the order of rank, then id; whatever does not pass stands last, without a place.
    """
    found = sorted(results, key=lambda each: each.id)
    # Unequal fractions lie at least 1/d² apart, d their largest denominator, so that so many binary digits keep
    # order and equality; over a common denominator a thousand prices would make numbers of a thousand digits.
    ratios = {each.id: each.total.as_integer_ratio() for each in found}
    digits = 2 * max((bottom for _top, bottom in ratios.values()), default=1).bit_length() + 1
    height = {id: (top << digits) // bottom for id, (top, bottom) in ratios.items()}
    often = Counter(height[each.id] for each in found if each.passes)
    merit = {
        each.id: (-height[each.id], *(chain(each.id) if often[height[each.id]] > 1 else ()))
        for each in found
        if each.passes
    }
    ranked: list[Ranked] = []
    for number, result in enumerate(sorted((r for r in found if r.passes), key=lambda r: merit[r.id]), 1):
        tied = ranked and merit[ranked[-1].id] == merit[result.id]
        ranked.append(Ranked(result.id, result.total, True, ranked[-1].rank if tied else number))
    return ranked + [Ranked(each.id, each.total, False, None) for each in found if not each.passes]
