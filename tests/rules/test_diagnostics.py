"""How firm a ranking is: exact, and the same as counting by hand."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product
from typing import Any, get_args

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from marketplace.rules import diagnostics, scoring
from marketplace.rules.diagnostics import PRICE, LeftOut, Metric, Move, Panel, Shares, Shift, Splits
from marketplace.rules.ranking import Ranked, Result, rank
from tests.rules.panels import Criterion, criteria_of, table

CRITERIA = criteria_of(30, 20, 35, 15)
WEIGHTS = {criterion.id: criterion.weight for criterion in CRITERIA}
ROWS = {
    "P1": [[3, 3, 3, 2], [4, 3, 3, 2], [3, 2, 4, 3]],
    "P2": [[4, 2, 3, 3], [3, 2, 3, 4], [4, 2, 3, 4]],
    "P3": [[2, 4, 2, 4], [2, 3, 3, 4], [1, 4, 2, 4]],
}
SCORES = table(CRITERIA, ROWS)
PANEL = ["E0", "E1", "E2"]
WORKED = {
    each.id: diagnostics.shares(CRITERIA, each.means)
    for each in scoring.evaluate(CRITERIA, list(ROWS), PANEL, SCORES)
}
METRICS: tuple[Metric, ...] = get_args(Metric)


def without_evaluators(counted: Sequence[str]) -> Sequence[Ranked]:
    scores = {cell: level for cell, level in SCORES.items() if cell[0] in counted}
    standings = scoring.evaluate(CRITERIA, list(ROWS), counted, scores)
    return [Ranked(each.id, each.total, each.passes, each.rank) for each in standings]


def total(weights: Mapping[str, int | Fraction], share: Mapping[str, Fraction]) -> Fraction:
    return sum((weight * share[part] for part, weight in weights.items()), Fraction())


def by_cell(scores: Mapping[tuple[str, str, str], int]) -> dict[diagnostics.Cell, dict[str, int]]:
    """Levels by cell, from levels by (evaluator, proposal, criterion)."""
    cells: dict[diagnostics.Cell, dict[str, int]] = defaultdict(dict)
    for (evaluator, proposal, criterion), level in scores.items():
        cells[proposal, criterion][evaluator] = level
    return dict(cells)


def test_spread_is_from_the_lowest_level_to_the_highest() -> None:
    cells = by_cell(SCORES)
    assert cells["P1", "c0"] == {"E0": 3, "E1": 4, "E2": 3}
    assert diagnostics.spread(cells["P1", "c0"].values()) == 1
    assert diagnostics.spread([2]) == 0
    with pytest.raises(ValueError, match="empty"):
        diagnostics.spread([])


def test_leniency_is_against_the_others_on_shared_cells_alone() -> None:
    cells = {
        ("A", "c0"): {"E1": 4, "E2": 2, "E3": 1},
        ("A", "c1"): {"E1": 3, "E2": 3},
        ("B", "c0"): {"E1": 0},
        ("B", "c1"): {"E4": 0},
    }
    assert diagnostics.leniency(cells) == {
        "E1": Fraction(5, 4),
        "E2": Fraction(-1, 4),
        "E3": Fraction(-2),
    }


def test_leniency_of_the_worked_example() -> None:
    found = diagnostics.leniency(by_cell(SCORES))
    assert found == {"E0": Fraction(-1, 12), "E1": Fraction(1, 24), "E2": Fraction(1, 24)}
    # On a full table what one gives more, the others give less.
    assert sum(found.values()) == 0


RATERS = (
    "1 2 3 3 2 1 4 1 2 * * *",
    "1 2 3 3 2 2 4 1 2 5 * 3",
    "* 3 3 3 2 3 4 2 2 5 1 *",
    "1 2 3 3 2 4 4 1 2 5 1 *",
)
UNITS = [
    [int(level) for level in unit if level != "*"]
    for unit in zip(*(row.split() for row in RATERS), strict=True)
]


@pytest.mark.parametrize(
    ("metric", "value"),
    [
        ("nominal", Fraction(113, 152)),
        ("ordinal", Fraction(108577, 133160)),
        ("interval", Fraction(951, 1120)),
    ],
)
def test_alpha_of_the_worked_example(metric: Metric, value: Fraction) -> None:
    assert diagnostics.alpha(UNITS, metric) == value


@pytest.mark.parametrize("metric", METRICS)
def test_alpha_is_undefined_when_nothing_varies_or_nothing_overlaps(metric: Metric) -> None:
    assert diagnostics.alpha([], metric) is None
    assert diagnostics.alpha([[1], [2], []], metric) is None
    assert diagnostics.alpha([[3, 3], [3, 3, 3], [1]], metric) is None


some_units = st.lists(st.lists(st.integers(0, 4), max_size=4), max_size=6)


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(2, 4)), min_size=2))
def test_alpha_is_1_where_all_agree(agreed: list[tuple[int, int]]) -> None:
    assume(len({level for level, evaluators in agreed}) > 1)
    units = [[level] * evaluators for level, evaluators in agreed]
    assert [diagnostics.alpha(units, metric) for metric in METRICS] == [1, 1, 1]


@given(some_units)
def test_alpha_asks_for_no_order_and_never_exceeds_1(units: list[list[int]]) -> None:
    for metric in METRICS:
        found = diagnostics.alpha(units, metric)
        assert found == diagnostics.alpha([unit[::-1] for unit in reversed(units)], metric)
        assert found is None or found <= 1


@given(some_units)
def test_alpha_is_what_every_pair_of_levels_gives(units: list[list[int]]) -> None:
    """Interval alpha from its definition: differences within units against differences between any two levels."""
    shared = [unit for unit in units if len(unit) > 1]
    every = [level for unit in shared for level in unit]

    def apart(levels: list[int]) -> Fraction:
        pairs = sum((one - other) ** 2 for one, other in product(levels, levels))
        return Fraction(pairs, len(levels) - 1)

    expected = apart(every) if every else None
    assert diagnostics.alpha(units, "interval") == (
        1 - sum(map(apart, shared), Fraction()) / expected if expected else None
    )


def test_without_one_evaluator_of_the_worked_example_another_leads() -> None:
    assert diagnostics.without_each(PANEL, without_evaluators) == {
        "E0": ("P1",),
        "E1": ("P2",),
        "E2": ("P2",),
    }


def test_nobody_leads_without_the_only_one() -> None:
    assert diagnostics.without_each(["E0"], without_evaluators) == {}


def test_leaders_share_the_highest_total_and_have_a_rank() -> None:
    ranking = rank(
        [Result("C", Fraction(9), False), Result("B", Fraction(8), True), Result("A", Fraction(8), True)]
    )
    assert diagnostics.leaders(ranking) == ("A", "B")
    assert diagnostics.leaders(ranking[2:]) == ()


def test_one_lowest_price_alone_makes_totals_depend_on_a_rival() -> None:
    assert diagnostics.sole_cheapest({"A": 10_000, "B": 8_000, "C": 6_000}) == "C"
    assert diagnostics.sole_cheapest({"A": 10_000, "B": 6_000, "C": 6_000}) is None
    assert diagnostics.sole_cheapest({}) is None


def lowest_ratio(bids: Mapping[str, tuple[int, int]]) -> list[Ranked]:
    """Quality of 130 and a price, by id: the design's example weighs them 130 and 70."""
    lowest = min((price for quality, price in bids.values()), default=0)
    return rank(
        Result(id, Fraction(quality, 2) + 35 * Fraction(lowest, price), True)
        for id, (quality, price) in bids.items()
    )


BIDS = {"A": (86, 10_000), "B": (74, 8_000), "C": (0, 6_000)}


def test_leaving_the_cheapest_out_reverses_the_two_that_could_win() -> None:
    left = diagnostics.without_each(list(BIDS), lambda ids: lowest_ratio({id: BIDS[id] for id in ids}))
    assert diagnostics.leaders(lowest_ratio(BIDS)) == ("A",)
    assert left == {"A": ("B",), "B": ("A",), "C": ("B",)}


bids = st.dictionaries(
    st.sampled_from("ABCDE"), st.tuples(st.integers(0, 130), st.integers(1, 12)), min_size=2
)


@given(bids)
def test_without_any_other_than_the_sole_cheapest_the_leaders_stay(found: dict[str, tuple[int, int]]) -> None:
    before = diagnostics.leaders(lowest_ratio(found))
    left = diagnostics.without_each(list(found), lambda ids: lowest_ratio({id: found[id] for id in ids}))
    cheapest = diagnostics.sole_cheapest({id: price for id, (quality, price) in found.items()})
    assert all(left[id] == before for id in found if id not in (cheapest, *before))


def test_the_least_shift_of_the_worked_example() -> None:
    assert [(each.rival, each.points) for each in diagnostics.shifts(WEIGHTS, WORKED, "P2")] == [
        ("P1", Fraction(5, 2)),
        ("P3", Fraction(135, 11)),
    ]
    assert diagnostics.shifts(WEIGHTS, WORKED, "P2")[0].moves == (Move("c3", "c1", Fraction(5, 2)),)


def test_who_is_nowhere_ahead_never_passes_and_who_shares_the_lead_needs_nothing() -> None:
    half, whole = Fraction(1, 2), Fraction(1)
    shares = {
        "A": {"x": whole, "y": half},
        "behind": {"x": half, "y": half},
        "same": {"x": whole, "y": half},
        "level": {"x": half, "y": whole},
    }
    assert diagnostics.shifts({"x": 50, "y": 50}, shares, "A") == [Shift("level", ())]


def test_a_price_is_one_more_part() -> None:
    """Quality 1 against 1/2 and price 1/2 against 1, weights 80 and 20: equal at 50 and 50."""
    criteria = [Criterion("fit", 80)]
    shares = {
        "A": diagnostics.shares(criteria, {"fit": Fraction(4)}, Fraction(1, 2)),
        "B": diagnostics.shares(criteria, {"fit": Fraction(2)}, Fraction(1)),
    }
    assert diagnostics.shifts({"fit": 80, PRICE: 20}, shares, "A") == [
        Shift("B", (Move("fit", PRICE, Fraction(30)),))
    ]
    assert diagnostics.splits(shares) == Splits(19, {"A": 9, "B": 9}, 1)


def test_points_are_of_100_whatever_the_weights_add_up_to() -> None:
    thrice = {part: 3 * weight for part, weight in WEIGHTS.items()}
    assert diagnostics.shifts(thrice, WORKED, "P2") == diagnostics.shifts(WEIGHTS, WORKED, "P2")


@st.composite
def some_shares(draw: st.DrawFn, most_parts: int = 4, whole: int = 4) -> dict[str, dict[str, Fraction]]:
    parts = [f"c{number}" for number in range(draw(st.integers(2, most_parts)))]
    level = st.integers(0, whole).map(lambda height: Fraction(height, whole))
    rows = draw(st.lists(st.tuples(*(level for part in parts)), min_size=2, max_size=6))
    return {f"P{number}": dict(zip(parts, row, strict=True)) for number, row in enumerate(rows)}


def compositions(parts: Sequence[str], units: int, least: int) -> Iterator[dict[str, int]]:
    if len(parts) == 1:
        yield {parts[0]: units}
        return
    for mine in range(least, units - least * (len(parts) - 1) + 1):
        for others in compositions(parts[1:], units - mine, least):
            yield {parts[0]: mine} | others


@given(some_shares(), st.lists(st.integers(1, 9), min_size=4, max_size=4))
def test_the_shift_is_enough_with_any_more_and_not_a_hair_less(shares: Shares, drawn: list[int]) -> None:
    weights = dict(zip(shares["P0"], drawn, strict=False))
    leader = max(shares, key=lambda id: total(weights, shares[id]))
    ahead = {id: total(weights, shares[leader]) - total(weights, shares[id]) for id in shares}
    for shift in diagnostics.shifts(weights, shares, leader):
        moved: dict[str, Fraction] = {
            part: Fraction(100 * weight, sum(weights.values())) for part, weight in weights.items()
        }
        for move in shift.moves:
            moved[move.source] -= move.points
            moved[move.target] += move.points
        assert min(moved.values()) >= 0
        assert total(moved, shares[leader]) == total(moved, shares[shift.rival])
        assert bool(shift.moves) == (ahead[shift.rival] > 0)
        # All the weight that is left on other parts may follow; some of it does the rest.
        target = min(weights, key=lambda part: shares[leader][part] - shares[shift.rival][part])
        all_on_it = dict.fromkeys(weights, Fraction()) | {target: Fraction(100)}
        assert total(all_on_it, shares[shift.rival]) > total(all_on_it, shares[leader])


@given(some_shares(most_parts=3), st.lists(st.integers(1, 6), min_size=3, max_size=3))
def test_no_other_way_of_moving_less_weight_puts_a_rival_ahead(shares: Shares, drawn: list[int]) -> None:
    weights = dict(zip(shares["P0"], drawn, strict=False))
    units = sum(weights.values())
    leader = max(shares, key=lambda id: total(weights, shares[id]))
    least = {each.rival: each.points for each in diagnostics.shifts(weights, shares, leader)}
    for moved in compositions(list(weights), units, 0):
        points = Fraction(100 * sum(max(0, weights[part] - moved[part]) for part in weights), units)
        for rival in shares:
            if total(moved, shares[rival]) > total(moved, shares[leader]):
                assert points > least[rival]


def test_the_splits_of_the_worked_example() -> None:
    found = diagnostics.splits(WORKED)
    assert found == Splits(969, {"P2": 448, "P3": 329, "P1": 162}, 30)
    assert list(found.alone) == ["P2", "P3", "P1"]


@pytest.mark.parametrize(("parts", "count"), [(1, None), (2, 19), (7, 27_132), (8, None), (21, None)])
def test_splits_are_left_out_where_there_is_one_or_more_than_50000(parts: int, count: int | None) -> None:
    row = {f"c{number}": Fraction(1, 2) for number in range(parts)}
    found = diagnostics.splits({"A": row})
    assert (found and found.count) == count


def test_nobody_leads_where_nobody_stands() -> None:
    assert diagnostics.splits({}) is None


@settings(max_examples=30)
@given(some_shares())
def test_splits_are_what_counting_each_of_them_gives(shares: Shares) -> None:
    alone: Counter[str] = Counter()
    every = list(compositions(list(shares["P0"]), 20, 1))
    for weights in every:
        totals = {id: total(weights, row) for id, row in shares.items()}
        first = [id for id, height in totals.items() if height == max(totals.values())]
        if len(first) == 1:
            alone.update(first)
    found = diagnostics.splits(shares)
    assert found is not None
    assert (found.count, found.alone) == (len(every), {id: alone[id] for id in shares})
    assert found.shared == len(every) - alone.total()


# A whole panel.


@dataclass(frozen=True)
class Price:
    method: str
    weight: int
    amount: int | None = None


def panel_of(
    rows: Mapping[str, Sequence[Sequence[int]]], criteria: Sequence[Criterion] = CRITERIA, **rest: Any
) -> Panel:
    evaluators = [f"E{number}" for number in range(len(next(iter(rows.values()))))]
    levels = by_cell(table(criteria, {id: [list(row) for row in each] for id, each in rows.items()}))
    return Panel(
        criteria=criteria, evaluators=evaluators, proposals=list(rows), levels=levels,
        **{"agreed": {}, "prices": {}} | rest,
    )  # fmt: skip


def test_a_panel_is_looked_at_as_a_whole() -> None:
    found = diagnostics.robustness(panel_of(ROWS))
    assert found.leaders == ("P2",)
    assert found.shifts[0].points == Fraction(5, 2)
    assert found.splits == Splits(969, {"P2": 448, "P3": 329, "P1": 162}, 30)
    told = diagnostics.agreement(panel_of(ROWS))
    assert told.without == {"E0": ("P1",), "E1": ("P2",), "E2": ("P2",)}
    assert list(told.leniency) == ["E0", "E1", "E2"]
    assert set(told.alphas) == {"ordinal", "interval"}


def test_an_agreed_level_moves_the_lead_and_no_evaluator() -> None:
    """P1's fit agreed as 4 gives it 5 points more, past P2, and leaving an evaluator out does not take it back."""
    agreed = panel_of(ROWS, agreed={("P1", "c0"): 4})
    assert diagnostics.robustness(agreed).leaders == ("P1",)
    told, before = diagnostics.agreement(agreed), diagnostics.agreement(panel_of(ROWS))
    assert (told.leniency, told.alphas) == (before.leniency, before.alphas)
    assert told.without["E0"] == ("P1",)


def test_whoever_misses_a_minimum_or_is_excluded_leads_under_no_weights() -> None:
    strict = [replace(CRITERIA[0], minimum=3), *CRITERIA[1:]]
    found = diagnostics.robustness(panel_of(ROWS, strict))
    assert found.splits is not None
    assert "P3" not in found.splits.alone
    found = diagnostics.robustness(panel_of(ROWS, excluded={"P2"}))
    assert (found.leaders, [each.rival for each in found.shifts]) == (("P1",), ["P3"])


def test_without_anybody_who_passes_nobody_leads() -> None:
    found = diagnostics.robustness(panel_of(ROWS, minimum_total=99))
    assert (found.leaders, found.shifts, found.splits) == ((), (), None)


def test_one_alpha_is_not_computed_over_different_scales() -> None:
    told = diagnostics.agreement(panel_of(ROWS, [replace(CRITERIA[0], maximum=5), *CRITERIA[1:]]))
    assert told.alphas == {}


# Quality of 130 levels, one criterion, one evaluator; weighed 130 beside 70 for the price.
QUALITY = [Criterion("quality", 130, 130)]
BY_PRICE: dict[str, Any] = {"price": Price("lowest_ratio", 70)}


def priced(bids: Mapping[str, tuple[int, int]], **rest: Any) -> Panel:
    rows = {id: [[quality]] for id, (quality, price) in bids.items()}
    prices = {id: price for id, (quality, price) in bids.items()}
    return panel_of(rows, QUALITY, prices=prices, **BY_PRICE | rest)


def test_the_design_s_lowest_price_example_is_caught() -> None:
    found = diagnostics.left_out(priced(BIDS))
    assert found == LeftOut(("A",), "C", ("B",))
    assert found.changes


def test_other_methods_need_no_check_and_a_shared_lowest_price_moves_nobody() -> None:
    assert diagnostics.left_out(priced(BIDS, price=Price("reference_ratio", 70, 6_000))) is None
    assert diagnostics.left_out(panel_of(ROWS)) is None
    found = diagnostics.left_out(priced(BIDS | {"D": (0, 6_000)}))
    assert found == LeftOut(("A",), None, ("A",))
    assert not found.changes


@given(
    st.dictionaries(st.sampled_from("ABCD"), st.tuples(st.integers(0, 130), st.integers(1, 12)), min_size=1),
    st.none() | st.integers(0, 130),
)
def test_the_check_is_what_leaving_out_each_of_the_others_gives(
    bids: dict[str, tuple[int, int]], minimum: int | None
) -> None:
    panel = replace(priced(bids), criteria=[replace(QUALITY[0], minimum=minimum)])
    found = diagnostics.left_out(panel)
    assert found is not None
    each = diagnostics.without_each(panel.proposals, lambda ids: panel.count(proposals=ids))
    others = {id: then for id, then in each.items() if id not in found.leaders}
    assert found.changes == any(then != found.leaders for then in others.values())
