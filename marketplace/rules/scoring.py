"""Scores become means, totals and ranks: whole numbers and exact fractions, never floats.

A level is a whole number from 0 to the criterion's maximum. A criterion's mean is over all counted
evaluators. A total is 100 · Σ weight · mean / maximum ÷ Σ weight. Thresholds, ties and ranks compare
exact values; rounding is for the eye alone. A missing score is never a 0.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, lcm
from typing import Protocol

from marketplace.rules.limits import REASON_LEAST

_FILLERS = frozenset(
    (
        "a",
        "an",
        "and",
        "in",
        "is",
        "it",
        "level",
        "of",
        "score",
        "scores",
        "that",
        "the",
        "this",
        "to",
        "with",
    )
)


class Criterion(Protocol):
    """What the arithmetic needs to know of a criterion; `minimum` is a level, or none is asked."""

    @property
    def id(self) -> str: ...
    @property
    def weight(self) -> int: ...
    @property
    def maximum(self) -> int: ...
    @property
    def minimum(self) -> int | None: ...


@dataclass(frozen=True, slots=True)
class Result:
    """A proposal's total of 100, and whether it meets every threshold."""

    id: str
    total: Fraction
    passes: bool


@dataclass(frozen=True, slots=True)
class Ranked:
    """A result with its place; `rank` is `None` where a threshold is missed."""

    id: str
    total: Fraction
    passes: bool
    rank: int | None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a proposal stands, with its mean (or agreed level) by criterion."""

    id: str
    total: Fraction
    passes: bool
    rank: int | None
    means: Mapping[str, Fraction]


def mean(levels: Sequence[int]) -> Fraction:
    """The exact mean; refuses an empty list with `ValueError`."""
    if not levels:
        raise ValueError("no levels to take the mean of")
    return Fraction(sum(levels), len(levels))


def total(criteria: Sequence[Criterion], means: Mapping[str, Fraction]) -> Fraction:
    """The total of 100 from each criterion's mean."""
    return sum((points(criterion, criteria, means[criterion.id]) for criterion in criteria), Fraction())


def points(criterion: Criterion, criteria: Sequence[Criterion], mean: Fraction) -> Fraction:
    """What one criterion adds to the total of 100."""
    whole = sum(each.weight for each in criteria)
    return 100 * criterion.weight * mean / (criterion.maximum * whole)


def passes(
    criteria: Sequence[Criterion],
    means: Mapping[str, Fraction],
    total: Fraction,
    minimum_total: int | Fraction = 0,
) -> bool:
    """Whether every threshold is met; a value exactly on a threshold meets it."""
    each = (criterion.minimum is None or means[criterion.id] >= criterion.minimum for criterion in criteria)
    return total >= minimum_total and all(each)


def rank(results: Iterable[Result]) -> list[Ranked]:
    """Places by total, equal totals sharing theirs (1, 2, 2, 4); by rank, then id, failing ones last."""
    found = list(results)
    common = lcm(*(result.total.denominator for result in found))
    height = {result.id: result.total.numerator * (common // result.total.denominator) for result in found}
    ordered = sorted(found, key=lambda each: (not each.passes, -height[each.id] * each.passes, each.id))
    ranked: list[Ranked] = []
    for number, result in enumerate(ordered, start=1):
        place = number if result.passes else None
        if place and ranked and height[ranked[-1].id] == height[result.id]:
            place = ranked[-1].rank
        ranked.append(Ranked(result.id, result.total, result.passes, place))
    return ranked


def evaluate(
    criteria: Sequence[Criterion],
    proposals: Sequence[str],
    evaluators: Sequence[str],
    scores: Mapping[tuple[str, str, str], int],
    minimum_total: int | Fraction = 0,
    agreed: Mapping[tuple[str, str], int] | None = None,
) -> tuple[Standing, ...]:
    """Every proposal's standing, by rank, then id, those that miss a threshold last.

    `scores` holds one level for each (evaluator, proposal, criterion) and nothing else; `agreed` a
    level for some (proposal, criterion), which takes the place of the mean. Refuses with `ValueError`
    a missing cell, an unknown or repeated id, a level outside the scale, and an empty panel.
    """
    _check_ids(criteria, proposals, evaluators)
    sums = _sums(criteria, proposals, evaluators, scores)
    _apply_agreed(sums, criteria, len(evaluators), agreed or {})
    means = _Means(len(evaluators))
    scale = Scale(criteria, len(evaluators), minimum_total)
    rows = {id: {c.id: means[row[c.id]] for c in criteria} for id, row in sums.items()}
    results = [scale.result(id, scale.height(row), row) for id, row in sums.items()]
    return tuple(Standing(r.id, r.total, r.passes, r.rank, rows[r.id]) for r in rank(results))


def shown(totals: Iterable[Fraction], digits: int = 1) -> dict[Fraction, str]:
    """Totals for the eye: rounded half up, with as many digits as keep unequal totals apart."""
    distinct = set(totals)
    while True:
        written = {value: _half_up(value, digits) for value in distinct}
        if len(set(written.values())) == len(distinct):
            return written
        digits += 1


def reason_refusal(reason: str, level_texts: Iterable[str]) -> str | None:
    """The code that refuses a reason, or `None`.

    `score.reason_short`: fewer than 20 characters, runs of white space counted as one, or no word.
    `score.reason_paraphrase`: nothing but words of the scale, which says nothing of the proposal.
    """
    said = _vocabulary(reason)
    if len(" ".join(reason.split())) < REASON_LEAST or not said:
        return "score.reason_short"
    scale = set().union(*map(_vocabulary, level_texts))
    own = {word for word in said - scale - _FILLERS if not word.isdigit()}
    return None if own else "score.reason_paraphrase"


class _Means(dict[int, Fraction]):
    """Sums of levels to means; few sums are distinct, so each fraction is made once."""

    def __init__(self, evaluators: int) -> None:
        super().__init__()
        self.evaluators = evaluators

    def __missing__(self, levels: int) -> Fraction:
        self[levels] = Fraction(levels, self.evaluators)
        return self[levels]


class Scale:
    """Totals and thresholds over one common denominator, so that what is summed are whole numbers.

    A proposal's height is the sum over its levels of `factors`, by criterion: 100 points are `denominator` high.
    """

    def __init__(
        self, criteria: Sequence[Criterion], evaluators: int, minimum_total: int | Fraction = 0
    ) -> None:
        common = lcm(*(criterion.maximum for criterion in criteria))
        self.factors = {c.id: 100 * c.weight * (common // c.maximum) for c in criteria}
        self.least = {c.id: c.minimum * evaluators for c in criteria if c.minimum is not None}
        self.denominator = evaluators * common * sum(criterion.weight for criterion in criteria)
        self.lowest = ceil(minimum_total * self.denominator)

    def height(self, row: Mapping[str, int]) -> int:
        """From the sum of the evaluators' levels for each criterion."""
        return sum(factor * row[criterion] for criterion, factor in self.factors.items())

    def result(self, id: str, height: int, row: Mapping[str, int]) -> Result:
        """Of a proposal that is `height` high; `row` holds at least the sums of criteria with a minimum."""
        passing = height >= self.lowest and all(row[id] >= least for id, least in self.least.items())
        return Result(id, Fraction(height, self.denominator), passing)


def _check_ids(criteria: Sequence[Criterion], proposals: Sequence[str], evaluators: Sequence[str]) -> None:
    named = {"criterion": [c.id for c in criteria], "evaluator": evaluators, "proposal": proposals}
    for kind, ids in named.items():
        if len(set(ids)) != len(ids):
            raise ValueError(f"repeated {kind}")
        if not ids and kind != "proposal":
            raise ValueError(f"no {kind}")
    for criterion in criteria:
        if criterion.weight <= 0 or criterion.maximum <= 0:
            raise ValueError(f"{criterion.id}: weight and maximum must be above 0")


def _sums(
    criteria: Sequence[Criterion],
    proposals: Sequence[str],
    evaluators: Sequence[str],
    scores: Mapping[tuple[str, str, str], int],
) -> dict[str, dict[str, int]]:
    """By proposal and criterion, the sum of the evaluators' levels."""
    if len(scores) != len(criteria) * len(proposals) * len(evaluators):
        _name_odd_cell(criteria, proposals, evaluators, scores)
    limits = [(c.id, c.maximum, frozenset(range(c.maximum + 1))) for c in criteria]
    whole = set(map(type, scores.values())) <= {int}
    found: dict[str, dict[str, int]] = {}
    for proposal in proposals:
        found[proposal] = row = {}
        for criterion, maximum, scale in limits:
            try:
                levels = [scores[evaluator, proposal, criterion] for evaluator in evaluators]
            except KeyError as missing:
                raise ValueError(f"no score for {missing}") from None
            if not scale.issuperset(levels) or not whole:
                for level in levels:
                    _check_level(level, maximum, proposal, criterion)
            row[criterion] = sum(levels)
    return found


def _name_odd_cell(
    criteria: Sequence[Criterion],
    proposals: Sequence[str],
    evaluators: Sequence[str],
    scores: Iterable[tuple[str, str, str]],
) -> None:
    """Refuse a score that belongs to nothing here; one that is missing is named where it is looked up."""
    known = (set(evaluators), set(proposals), {criterion.id for criterion in criteria})
    for cell in scores:
        if any(id not in ids for id, ids in zip(cell, known, strict=True)):
            raise ValueError(f"unknown id in score {cell}")


def _apply_agreed(
    sums: dict[str, dict[str, int]],
    criteria: Sequence[Criterion],
    evaluators: int,
    agreed: Mapping[tuple[str, str], int],
) -> None:
    maxima = {criterion.id: criterion.maximum for criterion in criteria}
    for (proposal, criterion), level in agreed.items():
        if proposal not in sums or criterion not in maxima:
            raise ValueError(f"unknown id in agreed level {(proposal, criterion)}")
        _check_level(level, maxima[criterion], proposal, criterion)
        sums[proposal][criterion] = level * evaluators


def _check_level(level: int, maximum: int, proposal: str, criterion: str) -> None:
    if type(level) is not int or not 0 <= level <= maximum:
        raise ValueError(f"{proposal}, {criterion}: {level!r} is not a whole number from 0 to {maximum}")


def _half_up(value: Fraction, digits: int) -> str:
    scaled = value * 10**digits + Fraction(1, 2)
    whole, rest = divmod(scaled.numerator // scaled.denominator, 10**digits)
    return f"{whole}.{rest:0{digits}}" if digits else str(whole)


def _vocabulary(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.casefold()))
