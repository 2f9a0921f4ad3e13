"""Scores become means, totals and standings: whole numbers and exact fractions, never floats.

A level is a whole number from 0 to the criterion's maximum. A criterion's mean is over all counted
evaluators; an agreed level takes its place. A total is 100 · (Σ wᵢ·mᵢ/maxᵢ + W·q) / (Σ wᵢ + W), where the
price weighs W and is worth q of it. Thresholds, ties and ranks compare exact values; rounding is for the
eye alone. A missing score is never a 0.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from fractions import Fraction
from math import lcm
from operator import mul
from typing import NamedTuple, Protocol, TypedDict, Unpack

from marketplace.rules import prices as pricing
from marketplace.rules.prices import Price
from marketplace.rules.ranking import DRAW, Chain, Result, rank


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


class Standing(NamedTuple):
    """Where a proposal stands, with its mean (or agreed level) by criterion.

    `q` is what its price is worth, from 0 to 1; None where price does not count, or an excluded one has none.
    """

    id: str
    total: Fraction
    passes: bool
    rank: int | None
    means: Mapping[str, Fraction]
    q: Fraction | None = None


class Rest(TypedDict, total=False):
    """What bears on a standing beside levels, as `stand` explains it."""

    price: Price | None
    prices: Mapping[str, int]
    points: Mapping[str, Fraction]
    excluded: Collection[str]
    ties: Sequence[str]
    beacon: str


def mean(levels: Sequence[int]) -> Fraction:
    """The exact mean; refuses an empty list with `ValueError`."""
    if not levels:
        raise ValueError("no levels to take the mean of")
    return Fraction(sum(levels), len(levels))


def total(
    criteria: Sequence[Criterion], means: Mapping[str, Fraction], price: Price | None = None,
    q: Fraction | None = None,
) -> Fraction:  # fmt: skip
    """The total of 100 from each criterion's mean and what the price is worth."""
    each = (points(criterion, criteria, means[criterion.id], price) for criterion in criteria)
    return sum(each, price_points(criteria, price, q))


def points(
    criterion: Criterion, criteria: Sequence[Criterion], mean: Fraction, price: Price | None = None
) -> Fraction:
    """What one criterion adds to the total of 100."""
    return 100 * criterion.weight * mean / (criterion.maximum * whole(criteria, price))


def price_points(criteria: Sequence[Criterion], price: Price | None, q: Fraction | None) -> Fraction:
    """What the price adds to the total of 100."""
    return Fraction(100 * pricing.weight(price), whole(criteria, price)) * (q or 0)


def whole(criteria: Iterable[Criterion], price: Price | None) -> int:
    """All weights together; 100 for every challenge that was written here."""
    return sum(criterion.weight for criterion in criteria) + pricing.weight(price)


def passes(
    criteria: Sequence[Criterion],
    means: Mapping[str, Fraction],
    total: Fraction,
    minimum_total: int | Fraction = 0,
) -> bool:
    """Whether every threshold is met; a value exactly on a threshold meets it."""
    each = (criterion.minimum is None or means[criterion.id] >= criterion.minimum for criterion in criteria)
    return total >= minimum_total and all(each)


def evaluate(
    criteria: Sequence[Criterion],
    proposals: Sequence[str],
    evaluators: Sequence[str],
    scores: Mapping[tuple[str, str, str], int],
    minimum_total: int | Fraction = 0,
    agreed: Mapping[tuple[str, str], int] | None = None,
    **rest: Unpack[Rest],
) -> tuple[Standing, ...]:
    """Every proposal's standing from the evaluators' scores; `rest` is as `stand` takes it.

    `scores` holds one level for each (evaluator, proposal, criterion) and nothing else; `agreed` a
    level for some (proposal, criterion), which takes the place of the mean. Refuses with `ValueError`
    a missing cell, an unknown or repeated id, a level outside the scale, and an empty panel.
    """
    _check_ids(criteria, proposals, evaluators)
    sums = _sums(criteria, proposals, evaluators, scores)
    _apply_agreed(sums, criteria, len(evaluators), agreed or {})
    return stand(criteria, len(evaluators), sums, minimum_total, **rest)


def evaluate_levels(
    criteria: Sequence[Criterion],
    proposals: Sequence[str],
    levels: Mapping[tuple[str, str], Fraction],
    minimum_total: int | Fraction = 0,
    **rest: Unpack[Rest],
) -> tuple[Standing, ...]:
    """The same from the panel's final levels, one for each (proposal, criterion) and no other."""
    _check_ids(criteria, proposals, ("the panel",))
    if set(levels) != {(proposal, criterion.id) for proposal in proposals for criterion in criteria}:
        raise ValueError("not one level for each proposal and criterion")
    maxima = {criterion.id: criterion.maximum for criterion in criteria}
    for (proposal, criterion), level in levels.items():
        if not 0 <= level <= maxima[criterion]:
            raise ValueError(f"{proposal}, {criterion}: {level} is not from 0 to {maxima[criterion]}")
    count = lcm(*(Fraction(level).denominator for level in levels.values()))
    sums = {p: {c.id: int(levels[p, c.id] * count) for c in criteria} for p in proposals}
    return stand(criteria, count, sums, minimum_total, **rest)


def stand(
    criteria: Sequence[Criterion],
    evaluators: int,
    sums: Mapping[str, Mapping[str, int]],
    minimum_total: int | Fraction = 0,
    *,
    price: Price | None = None,
    prices: Mapping[str, int] | None = None,
    points: Mapping[str, Fraction] | None = None,
    excluded: Collection[str] = (),
    ties: Sequence[str] = (),
    beacon: str = "",
) -> tuple[Standing, ...]:
    """Every proposal's standing, by rank, then id, those that do not pass last.

    `sums` are the levels by proposal and criterion, summed over so many `evaluators`. Where there is a `price`,
    each proposal that is not `excluded` has one among `prices`, in minor units, or ready-made among `points`,
    as q. `ties` and `beacon` are a `Chain`'s. Refuses with `ValueError` a price that is missing or cannot be
    counted with, and an unknown id.
    """
    scale = Scale(criteria, evaluators, minimum_total, price)
    q = scale.worth(sums, prices or {}, points or {}, excluded)
    _check_chain(criteria, ties)
    means = _Means(evaluators)
    ids = [criterion.id for criterion in criteria]
    rows = {
        id: dict(zip(ids, map(means.__getitem__, map(row.__getitem__, ids)), strict=True))
        for id, row in sums.items()
    }
    results = [
        scale.result(id, scale.height(row), row, q.get(id), excluded=id in excluded)
        for id, row in sums.items()
    ]
    ranked = rank(results, Chain(ties, sums, beacon))
    return tuple(Standing(r.id, r.total, r.passes, r.rank, rows[r.id], q.get(r.id)) for r in ranked)


def shown(totals: Iterable[Fraction], digits: int = 1) -> dict[Fraction, str]:
    """Totals for the eye: rounded half up, with as many digits as keep unequal totals apart."""
    distinct = set(totals)
    while True:
        written = {value: _half_up(value, digits) for value in distinct}
        if len(set(written.values())) == len(distinct):
            return written
        digits += 1


class Points(dict[tuple[str, tuple[int, int]], Fraction]):
    """What each mean adds, by criterion and the mean as a ratio: few are distinct, so each is counted once."""

    def __init__(self, criteria: Sequence[Criterion], price: Price | None = None) -> None:
        super().__init__()
        self.criteria, self.price = {criterion.id: criterion for criterion in criteria}, price

    def __missing__(self, cell: tuple[str, tuple[int, int]]) -> Fraction:
        criterion, mean = self.criteria[cell[0]], Fraction(*cell[1])
        self[cell] = points(criterion, tuple(self.criteria.values()), mean, self.price)
        return self[cell]


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
    What the price adds is no part of the height.
    """

    def __init__(
        self, criteria: Sequence[Criterion], evaluators: int, minimum_total: int | Fraction = 0,
        price: Price | None = None,
    ) -> None:  # fmt: skip
        common = lcm(*(criterion.maximum for criterion in criteria))
        self.factors = {c.id: 100 * c.weight * (common // c.maximum) for c in criteria}
        self.least = {c.id: c.minimum * evaluators for c in criteria if c.minimum is not None}
        self.denominator = evaluators * common * whole(criteria, price)
        self.minimum_total = minimum_total
        self.price = price if pricing.weight(price) else None
        self.price_points = price_points(criteria, price, Fraction(1))

    def height(self, row: Mapping[str, int]) -> int:
        """From the sum of the evaluators' levels for each criterion."""
        return sum(map(mul, self.factors.values(), map(row.__getitem__, self.factors)))

    def total(self, height: int, q: Fraction | None) -> Fraction:
        """Reduced once: fractions are slow to add, and there is one for each of a thousand proposals."""
        if not q:
            return Fraction(height, self.denominator)
        top, bottom = self.price_points.as_integer_ratio()
        top, bottom = top * q.numerator, bottom * q.denominator
        return Fraction(height * bottom + top * self.denominator, self.denominator * bottom)

    def meets(self, row: Mapping[str, int | Fraction]) -> bool:
        """Whether no criterion is under its minimum; `row` holds at least the sums of those that have one."""
        return all(row[id] >= least for id, least in self.least.items())

    def worth(
        self,
        sums: Mapping[str, Mapping[str, int | Fraction]],
        prices: Mapping[str, int],
        points: Mapping[str, Fraction],
        excluded: Collection[str],
    ) -> dict[str, Fraction]:
        """The factor q of each proposal that has one, from `sums` as `meets` takes them."""
        if not {*prices, *points, *excluded} <= set(sums):
            raise ValueError("unknown id among prices, points or those excluded")
        if self.price is None:
            return {}
        eligible = [id for id, row in sums.items() if id not in excluded and self.meets(row)]
        q = pricing.factors(self.price, prices, eligible) | dict(points)
        for id in sums:
            if id not in excluded and id not in q:
                raise ValueError(f"no price of {id}")
        for id, given in points.items():
            if not 0 <= given <= 1:
                raise ValueError(f"{id}: what a price is worth lies from 0 to 1")
        return q

    def result(
        self,
        id: str,
        height: int,
        row: Mapping[str, int],
        q: Fraction | None = None,
        *,
        excluded: bool = False,
    ) -> Result:
        """Of a proposal that is `height` high; `row` as `meets` takes it."""
        total = self.total(height, q)
        # Most challenges ask for no total, and this runs once for each of a thousand proposals.
        enough = not self.minimum_total or total >= self.minimum_total
        return Result(id, total, enough and not excluded and self.meets(row))


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


def _check_chain(criteria: Sequence[Criterion], ties: Sequence[str]) -> None:
    if unknown := set(ties) - {criterion.id for criterion in criteria} - {DRAW}:
        raise ValueError(f"unknown link in the chain of ties: {sorted(unknown)}")


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
