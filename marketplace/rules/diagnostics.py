"""How firm a ranking is: information about it, never a correction of it.

Everything is exact: whole numbers and fractions. Two views of a panel are looked at:

- *Levels as they were given*, by cell (proposal, criterion) and evaluator. Spread, leniency and agreement read these.
  A level that the panel agreed on later changes none of them; whose scores do not count is left out by the caller;
  a proposal that was excluded or missed a threshold was scored like the others and stays in.
- *Shares*: how much of its scale each proposal won on each part, from 0 to 1, agreed levels in place of means, and the
  price method's factor as one more part. Shifts and splits of weight read these. They compare the proposals that have a
  rank: whoever was excluded or missed a threshold stays out, and thresholds are not asked again under other weights.

Leads are compared by total alone. What only the published chain for ties decides is a shared lead here.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate, combinations
from math import comb, lcm
from typing import Literal

from marketplace.rules import scoring
from marketplace.rules.prices import Price, weight
from marketplace.rules.ranking import Ranked
from marketplace.rules.scoring import Criterion, Standing

Cell = tuple[str, str]
Levels = Mapping[Cell, Mapping[str, int]]
Shares = Mapping[str, Mapping[str, Fraction]]
Metric = Literal["nominal", "ordinal", "interval"]

PRICE = "price"
STEP = 5
MOST_SPLITS = 50_000


@dataclass(frozen=True, slots=True)
class Move:
    """Some weight, in points of 100, taken from one part and given to another."""

    source: str
    target: str
    points: Fraction


@dataclass(frozen=True, slots=True)
class Shift:
    """The least weight, in points of 100, after which any more puts the rival ahead of the leader."""

    rival: str
    moves: tuple[Move, ...]

    @property
    def points(self) -> Fraction:
        return sum((move.points for move in self.moves), Fraction())


@dataclass(frozen=True, slots=True)
class Splits:
    """On how many of all splits of the weight each proposal leads alone, the most first, and how many are shared."""

    count: int
    alone: Mapping[str, int]
    shared: int


@dataclass(frozen=True, kw_only=True)
class Panel:
    """All that the totals of one stage rest on, by letter and by E1, E2 …: those who count alone.

    Every evaluator gave a level in every cell. `prices` are minor units, of all that are not `excluded` where
    price counts.
    """

    criteria: Sequence[Criterion]
    evaluators: Sequence[str]
    proposals: Sequence[str]
    levels: Levels
    agreed: Mapping[Cell, int]
    minimum_total: int | Fraction = 0
    price: Price | None = None
    prices: Mapping[str, int]
    excluded: Collection[str] = ()

    def count(
        self, evaluators: Sequence[str] | None = None, proposals: Sequence[str] | None = None
    ) -> tuple[Standing, ...]:
        """The standings again, of some of the evaluators or the proposals alone; ties stay unbroken."""
        people = self.evaluators if evaluators is None else evaluators
        kept = self.proposals if proposals is None else proposals
        return scoring.stand(
            self.criteria, len(people), {id: self._sums(id, people) for id in kept}, self.minimum_total,
            price=self.price, prices={id: self.prices[id] for id in kept if id in self.prices},
            excluded=[id for id in kept if id in self.excluded],
        )  # fmt: skip

    def _sums(self, proposal: str, people: Sequence[str]) -> dict[str, int]:
        found = {}
        for criterion in self.criteria:
            cell = (proposal, criterion.id)
            given = self.levels[cell]
            agreed = self.agreed.get(cell)
            found[criterion.id] = (
                sum(given[each] for each in people) if agreed is None else agreed * len(people)
            )
        return found

    @property
    def weights(self) -> dict[str, int]:
        """Of each part, in published order; the price is the last."""
        found = {criterion.id: criterion.weight for criterion in self.criteria}
        return found | {PRICE: weight(self.price)} if weight(self.price) else found

    @property
    def one_scale(self) -> bool:
        return len({criterion.maximum for criterion in self.criteria}) == 1


@dataclass(frozen=True, slots=True)
class Robustness:
    """Who leads, and what other weights would change of it; `shifts` are empty where a lead is shared."""

    leaders: tuple[str, ...]
    shifts: tuple[Shift, ...]
    splits: Splits | None


@dataclass(frozen=True, slots=True)
class Agreement:
    """How the evaluators differ, each by their own levels.

    `alphas` have no value where it is undefined, and are empty where criteria have different scales.
    """

    levels: Levels
    leniency: Mapping[str, Fraction]
    alphas: Mapping[Metric, Fraction | None]
    without: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Who leads, and who would lead without `left`: the one rival that moves totals of others, if there is one."""

    leaders: tuple[str, ...]
    left: str | None
    then: tuple[str, ...]

    @property
    def changes(self) -> bool:
        """Whether taking one proposal away that does not lead changes who does."""
        return self.left is not None and self.left not in self.leaders and self.then != self.leaders


def robustness(panel: Panel) -> Robustness:
    """What the weights do to the lead, among the proposals that have a rank."""
    standings = [each for each in panel.count() if each.rank is not None]
    first = leaders(standings)
    field = {each.id: shares(panel.criteria, each.means, each.q) for each in standings}
    moved = shifts(panel.weights, field, first[0]) if len(first) == 1 else []
    return Robustness(first, tuple(moved), splits(field))


def agreement(panel: Panel) -> Agreement:
    """How the evaluators differ. What the panel agreed on later does not change it."""
    metrics: tuple[Metric, ...] = ("ordinal", "interval") if panel.one_scale else ()
    return Agreement(
        panel.levels,
        dict(sorted(leniency(panel.levels).items(), key=lambda item: panel.evaluators.index(item[0]))),
        {each: alpha((given.values() for given in panel.levels.values()), each) for each in metrics},
        without_each(panel.evaluators, lambda people: panel.count(evaluators=people)),
    )


def left_out(panel: Panel) -> LeftOut | None:
    """The leave-one-out check of `lowest_ratio`; None by the other methods, where no rival moves a total."""
    if panel.price is None or panel.price.method != "lowest_ratio":
        return None
    standings = panel.count()
    least = {criterion.id: criterion.minimum or 0 for criterion in panel.criteria}
    looked_at = {
        each.id: panel.prices[each.id]
        for each in standings
        if each.id not in panel.excluded and all(each.means[id] >= least[id] for id in least)
    }
    left = sole_cheapest(looked_at)
    others = [id for id in panel.proposals if id != left]
    return LeftOut(leaders(standings), left, leaders(panel.count(proposals=others)))


def spread(levels: Iterable[int]) -> int:
    """The highest level given less the lowest; refuses an empty cell with `ValueError`."""
    given = list(levels)
    return max(given) - min(given)


def leniency(levels: Levels) -> dict[str, Fraction]:
    """By evaluator: the mean, over cells shared with others, of the own level less the mean of the others'.

    In levels; above 0 is more generous than the others. A level of a short scale counts like one of a
    long scale. Whoever shares no cell is left out.
    """
    apart: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    shared: Counter[str] = Counter()
    for given in levels.values():
        others, total = len(given) - 1, sum(given.values())
        if others:
            shared.update(given.keys())
            for evaluator, level in given.items():
                apart[evaluator][others] += level * others - (total - level)
    return {
        evaluator: sum((Fraction(sums[others], others) for others in sums), Fraction()) / shared[evaluator]
        for evaluator, sums in apart.items()
    }


def alpha(units: Iterable[Iterable[int]], metric: Metric) -> Fraction | None:
    """Krippendorff's alpha over units, each the levels that it was given, all on one scale.

    1 is full agreement, 0 what chance would give, below 0 less than that. None where it is undefined:
    no unit has two levels, or all levels are the same. Criteria of different scales are not units of
    one alpha. Few proposals and few evaluators spread it widely: nothing may depend on it.
    """
    kinds = Counter(tuple(sorted(unit)) for unit in units)
    shared = [(Counter(unit), times) for unit, times in kinds.items() if len(unit) > 1]
    totals: Counter[int] = Counter()
    for unit, times in shared:
        totals.update({level: number * times for level, number in unit.items()})
    distance = _distances(totals)[metric]
    observed = sum(
        (Fraction(times * _apart(unit, distance), unit.total() - 1) for unit, times in shared), Fraction()
    )
    expected = _apart(totals, distance)
    return 1 - (totals.total() - 1) * observed / expected if expected else None


def _apart(levels: Mapping[int, int], distance: Callable[[int, int], int]) -> int:
    return sum(levels[low] * levels[high] * distance(low, high) for low, high in combinations(levels, 2))


def _distances(totals: Mapping[int, int]) -> dict[Metric, Callable[[int, int], int]]:
    """The squared distance of two different levels; ordinal ones count twice the ranks between, so as to stay whole."""
    seen = sorted(totals)
    below = dict(zip(seen, accumulate((totals[level] for level in seen), initial=0), strict=False))
    middle = {level: 2 * below[level] + totals[level] for level in seen}
    return {
        "nominal": lambda low, high: 1,
        "ordinal": lambda low, high: (middle[high] - middle[low]) ** 2,
        "interval": lambda low, high: (high - low) ** 2,
    }


def leaders(ranking: Iterable[Ranked | Standing]) -> tuple[str, ...]:
    """Whoever has the highest total of those that have a rank; several where the total is the same."""
    ranked = [each for each in ranking if each.rank is not None]
    highest = max((each.total for each in ranked), default=None)
    return tuple(sorted(each.id for each in ranked if each.total == highest))


def without_each(
    ids: Sequence[str], count: Callable[[Sequence[str]], Iterable[Ranked | Standing]]
) -> dict[str, tuple[str, ...]]:
    """By id: who leads when it is left out and `count` counts the others again, thresholds, price and all.

    For evaluators: an agreed level is the panel's and stays as it is. Empty where there is but one.
    """
    if len(ids) < 2:
        return {}
    return {left: leaders(count([each for each in ids if each != left])) for left in ids}


def sole_cheapest(prices: Mapping[str, int]) -> str | None:
    """The one proposal whose leaving changes the totals of others where price counts as `lowest_ratio`, or None.

    `prices` are those that the method looks at: of proposals neither excluded nor under a criterion's
    minimum. So the leave-one-out check need count again without this one only; the other methods need none.
    """
    lowest = min(prices.values(), default=None)
    holders = [id for id, price in prices.items() if price == lowest]
    return holders[0] if len(holders) == 1 else None


def shares(
    criteria: Sequence[Criterion], means: Mapping[str, Fraction], factor: Fraction | None = None
) -> dict[str, Fraction]:
    """One proposal's shares from its means or agreed levels, and the price method's factor where price counts."""
    found = {criterion.id: means[criterion.id] / criterion.maximum for criterion in criteria}
    return found if factor is None else found | {PRICE: factor}


def shifts(weights: Mapping[str, int], shares: Shares, leader: str) -> list[Shift]:
    """For each rival that some weights would put ahead, the least weight that does; the smallest first.

    `weights` names every part and its weight, price among them. A part can be left with no weight. Each
    point moves from the part on which the leader is furthest ahead to the one on which the rival is.
    A rival that is nowhere ahead of the leader never passes it and is not listed.
    """
    found = (_shift(weights, shares[leader], shares[rival], rival) for rival in shares if rival != leader)
    return sorted((each for each in found if each), key=lambda each: (each.points, each.rival))


def _shift(
    weights: Mapping[str, int], leader: Mapping[str, Fraction], rival: Mapping[str, Fraction], name: str
) -> Shift | None:
    ahead = {part: leader[part] - rival[part] for part in weights}
    target = min(weights, key=lambda part: ahead[part])
    if ahead[target] >= 0:
        return None
    lead = sum((weight * ahead[part] for part, weight in weights.items()), Fraction())
    moves = []
    for source in sorted(weights, key=lambda part: -ahead[part]):
        if lead <= 0:
            break
        each = ahead[source] - ahead[target]
        taken = min(Fraction(weights[source]), lead / each)
        lead -= taken * each
        moves.append(Move(source, target, 100 * taken / sum(weights.values())))
    return Shift(name, tuple(moves))


def splits(shares: Shares) -> Splits | None:
    """Who leads on each split of 100 points into steps of 5, every part at least 5; a price part is one of them.

    None where one part alone has all the weight, or there are more than 50,000 splits.
    """
    parts = list(next(iter(shares.values()), ()))
    steps = 100 // STEP
    count = comb(steps - 1, len(parts) - 1) if len(parts) > 1 else 0
    if not 0 < count <= MOST_SPLITS:
        return None
    common = lcm(*(row[part].denominator for row in shares.values() for part in parts))
    heights = {id: tuple(int(row[part] * common) for part in parts) for id, row in shares.items()}
    alone = Counter(dict.fromkeys(shares, 0))
    for id, number in _led(heights, dict.fromkeys(shares, 0), steps, 0):
        alone[id] += number
    ordered = dict(sorted(alone.items(), key=lambda item: (-item[1], item[0])))
    return Splits(count, ordered, count - alone.total())


def _led(
    heights: Mapping[str, Sequence[int]], bases: Mapping[str, int], steps: int, first: int
) -> Iterator[tuple[str, int]]:
    """Who leads alone, and on how many splits of so many steps over the parts from `first` on.

    A total changes evenly between the corners of such a set of splits, the corners being those where one part
    has all that is free. So whoever is behind at every corner is behind throughout, and is not looked at again.
    """
    parts = len(next(iter(heights.values()))) - first
    corners = {
        id: [base + sum(heights[id][first:]) + (steps - parts) * height for height in heights[id][first:]]
        for id, base in bases.items()
    }
    best = max(corners, key=lambda id: sum(corners[id]))
    near = [id for id, mine in corners.items() if not all(map(int.__lt__, mine, corners[best]))]
    if len(near) == 1:
        yield best, comb(steps - 1, parts - 1)
    elif parts > 1:
        for mine in range(1, steps - parts + 2):
            yield from _led(
                heights, {id: bases[id] + mine * heights[id][first] for id in near}, steps - mine, first + 1
            )
