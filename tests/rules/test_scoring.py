"""Scores become ranks: exact, and the same whatever the order in which they came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from random import Random
from typing import TypeVar

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from marketplace.rules import scoring
from marketplace.rules.ranking import chain_of
from marketplace.rules.scoring import Rest, Standing
from tests.rules.panels import (
    BEACON,
    RIVALS_DO_NOT_MATTER,
    Criterion,
    Price,
    Scores,
    World,
    criteria_of,
    table,
    worlds,
)

T = TypeVar("T")


def standings(criteria: Sequence[Criterion], rows: dict[str, list[list[int]]]) -> tuple[Standing, ...]:
    evaluators = [f"E{number}" for number in range(len(next(iter(rows.values()))))]
    return scoring.evaluate(criteria, list(rows), evaluators, table(criteria, rows))


def test_the_worked_example() -> None:
    found = standings(
        criteria_of(30, 20, 35, 15),
        {
            "P1": [[3, 3, 3, 2], [4, 3, 3, 2], [3, 2, 4, 3]],
            "P2": [[4, 2, 3, 3], [3, 2, 3, 4], [4, 2, 3, 4]],
            "P3": [[2, 4, 2, 4], [2, 3, 3, 4], [1, 4, 2, 4]],
        },
    )
    assert [(each.id, each.total, each.rank) for each in found] == [
        ("P2", Fraction(155, 2), 1),
        ("P1", Fraction(305, 4), 2),
        ("P3", Fraction(265, 4), 3),
    ]
    assert found[0].means["c0"] == Fraction(11, 3)


def test_rounding_the_means_first_would_reverse_this_one() -> None:
    found = standings(
        criteria_of(10, 25, 40, 25),
        {
            "A": [[2, 0, 0, 2], [1, 4, 4, 3], [0, 3, 0, 4]],
            "B": [[0, 1, 0, 3], [4, 3, 4, 2], [4, 0, 1, 3]],
        },
    )
    assert [(each.id, each.total) for each in found] == [("A", Fraction(295, 6)), ("B", Fraction(145, 3))]


def test_an_exact_tie_shares_its_rank() -> None:
    found = standings(
        criteria_of(15, 5, 5, 10, 65, maximum=3), {"B": [[2, 3, 3, 3, 3]], "A": [[3, 1, 2, 3, 3]]}
    )
    assert [(each.id, each.total, each.rank) for each in found] == [
        ("A", Fraction(95), 1),
        ("B", Fraction(95), 1),
    ]


def test_the_parts_give_what_the_whole_gives() -> None:
    criteria = criteria_of(30, 70)
    means = {"c0": scoring.mean([3, 4]), "c1": scoring.mean([1, 2, 2])}
    assert means["c0"] == Fraction(7, 2)
    assert scoring.total(criteria, means) == Fraction(30 * 7, 8) + Fraction(70 * 5, 12)
    assert scoring.points(criteria[0], criteria, means["c0"]) == Fraction(105, 4)
    with pytest.raises(ValueError, match="no levels"):
        scoring.mean([])


def test_thresholds_are_met_by_values_exactly_on_them() -> None:
    criteria = [Criterion("c", 100, 3, 1)]
    means = {"c": Fraction(1)}
    total = scoring.total(criteria, means)
    assert scoring.passes(criteria, means, total, Fraction(100, 3))
    assert not scoring.passes(criteria, means, total, 34)
    assert not scoring.passes(criteria, {"c": Fraction(299, 300)}, total)


def test_a_proposal_below_a_threshold_is_not_ranked() -> None:
    criteria = [Criterion("c0", 50, 4, minimum=2), Criterion("c1", 50)]
    scores = table(criteria, {"A": [[1, 4], [2, 4]], "B": [[2, 0], [2, 0]]})
    found = scoring.evaluate(criteria, ["A", "B"], ["E0", "E1"], scores, minimum_total=25)
    assert [(each.id, each.rank, each.passes) for each in found] == [("B", 1, True), ("A", None, False)]


def test_an_agreed_level_takes_the_place_of_the_mean() -> None:
    criteria = criteria_of(50, 50)
    scores = table(criteria, {"A": [[1, 4], [2, 4]]})
    (found,) = scoring.evaluate(criteria, ["A"], ["E0", "E1"], scores, agreed={("A", "c0"): 3})
    assert found.means == {"c0": 3, "c1": 4}
    assert found.total == Fraction(175, 2)


def test_the_example_of_the_recount_to_its_last_fraction() -> None:
    criteria = [Criterion("fit", 50, minimum=2), Criterion("team", 30)]
    rows = {"A": [[3, 3], [4, 2]], "B": [[2, 4], [3, 3]]}
    found = scoring.evaluate(
        criteria, ["A", "B"], ["E0", "E1"], table(criteria, rows), 50, {("A", "fit"): 3},
        price=Price("ceiling_linear", 20, 1_200_000), prices={"A": 1_000_000, "B": 800_000},
        ties=("fit", "team", "draw"), beacon="00",
    )  # fmt: skip
    assert [(each.id, each.total, each.rank, each.q) for each in found] == [
        ("B", Fraction(385, 6), 1, Fraction(1, 3)),
        ("A", Fraction(715, 12), 2, Fraction(1, 6)),
    ]


CRITERIA = criteria_of(60, 40)
WHOLE = table(CRITERIA, {"A": [[1, 2]], "B": [[3, 4]]})
CELL = ("E0", "A", "c0")


LOWEST = Price("lowest_ratio", 70)
QUALITY = [Criterion("quality", 130, 130)]


def by_lowest_price(prices: dict[str, int], **levels: int) -> dict[str, Fraction]:
    found = scoring.evaluate_levels(
        QUALITY, list(levels), {(id, "quality"): Fraction(n) for id, n in levels.items()},
        price=LOWEST, prices=prices,
    )  # fmt: skip
    return {each.id: 2 * each.total for each in found}


def test_by_the_lowest_price_a_hopeless_third_turns_the_order_of_two() -> None:
    two = {"A": 1_000_000, "B": 800_000}
    assert by_lowest_price(two, A=86, B=74) == {"B": 144, "A": 142}
    three = by_lowest_price(two | {"C": 600_000}, A=86, B=74, C=0)
    assert list(three.items()) == [("A", 128), ("B", Fraction(253, 2)), ("C", 70)]


def test_who_leaves_mid_way_leaves_every_proposal() -> None:
    criteria = criteria_of(100, maximum=10)
    whole = table(criteria, {"PA": [[8], [7], [5]], "PB": [[7], [7], [4]]})
    assert scoring.mean([8, 7, 5]) == Fraction(20, 3) < scoring.mean([7, 7])
    rest = {cell: level for cell, level in whole.items() if cell[0] != "E2"}
    found = scoring.evaluate(criteria, ["PA", "PB"], ["E0", "E1"], rest)
    assert [(each.id, each.means["c0"], each.rank) for each in found] == [
        ("PA", Fraction(15, 2), 1),
        ("PB", 7, 2),
    ]


def test_the_chain_breaks_the_tie_of_95() -> None:
    criteria = criteria_of(15, 5, 5, 10, 65, maximum=3)
    rows = {"B": [[2, 3, 3, 3, 3]], "A": [[3, 1, 2, 3, 3]]}
    found = scoring.evaluate(
        criteria, ["A", "B"], ["E0"], table(criteria, rows), ties=chain_of(criteria, draw=False)
    )
    assert [(each.id, each.total, each.rank) for each in found] == [
        ("A", Fraction(95), 1),
        ("B", Fraction(95), 2),
    ]


def test_the_excluded_keep_their_total_and_have_no_rank() -> None:
    levels = {(id, "quality"): Fraction(65) for id in "ABC"}
    found = scoring.evaluate_levels(
        QUALITY, list("ABC"), levels, price=LOWEST, prices={"A": 1000, "C": 500}, excluded={"B", "C"}
    )
    assert [(each.id, each.total, each.rank, each.q) for each in found] == [
        ("A", Fraction(135, 2), 1, 1),
        ("B", Fraction(65, 2), None, None),
        ("C", Fraction(135, 2), None, 1),
    ]


def test_what_misses_a_minimum_does_not_set_the_lowest_price() -> None:
    criteria = [Criterion("quality", 130, 130, minimum=50)]
    levels = {("A", "quality"): Fraction(80), ("B", "quality"): Fraction(49)}
    found = scoring.evaluate_levels(criteria, ["A", "B"], levels, price=LOWEST, prices={"A": 1000, "B": 10})
    assert [(each.id, each.q, each.passes) for each in found] == [
        ("A", Fraction(1), True),
        ("B", Fraction(1), False),
    ]


def test_points_stand_in_for_a_price_that_is_not_public() -> None:
    levels = {(id, "quality"): Fraction(65) for id in "AB"}
    price = Price("ceiling_linear", 70, 1000)
    named = scoring.evaluate_levels(QUALITY, ["A", "B"], levels, price=price, prices={"A": 500, "B": 250})
    other = scoring.evaluate_levels(
        QUALITY, ["A", "B"], levels, price=price, prices={"A": 500}, points={"B": Fraction(3, 4)}
    )
    assert other == named


CEILING = Price("ceiling_linear", 20, 1000)


@pytest.mark.parametrize(
    ("rest", "message"),
    [
        (Rest(price=CEILING, prices={"A": 500}), "no price of B"),
        (Rest(price=CEILING, prices={"A": 500, "B": 0}), "B: the price"),
        (Rest(price=CEILING, points={"A": Fraction(1), "B": Fraction(4, 3)}), "B: what a price is worth"),
        (Rest(price=CEILING, prices={"A": 500, "B": 1, "Z": 1}), "unknown id"),
        (Rest(excluded={"Z"}), "unknown id"),
        (Rest(ties=("c9",)), "unknown link"),
        (Rest(ties=("draw",)), "beacon"),
    ],
)
def test_what_bears_on_a_standing_must_fit_the_table(rest: Rest, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        scoring.evaluate(CRITERIA, ["A", "B"], ["E0"], WHOLE, **rest)


@pytest.mark.parametrize(
    "levels", [{}, {("A", "c0"): Fraction(5), ("A", "c1"): Fraction(1)}, {("A", "c0"): Fraction(1)}]
)
def test_final_levels_must_fit_the_table(levels: dict[tuple[str, str], Fraction]) -> None:
    with pytest.raises(ValueError, match=r"not one level|is not from"):
        scoring.evaluate_levels(CRITERIA, ["A"], levels)


@pytest.mark.parametrize(
    ("scores", "message"),
    [
        ({cell: level for cell, level in WHOLE.items() if cell != CELL}, "no score"),
        (WHOLE | {("E9", "A", "c0"): 1}, "unknown id"),
        (WHOLE | {("E0", "Z", "c0"): 1}, "unknown id"),
        (WHOLE | {("E0", "A", "c9"): 1}, "unknown id"),
        (WHOLE | {CELL: 5}, "whole number"),
        (WHOLE | {CELL: -1}, "whole number"),
        (WHOLE | {CELL: True}, "whole number"),
        (WHOLE | {CELL: 1.0}, "whole number"),
    ],
)
def test_a_table_with_holes_or_strangers_is_refused(scores: Scores, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        scoring.evaluate(CRITERIA, ["A", "B"], ["E0"], scores)


@pytest.mark.parametrize(
    ("criteria", "proposals", "evaluators", "message"),
    [
        ([], ["A"], ["E0"], "no criterion"),
        (CRITERIA, ["A"], [], "no evaluator"),
        (CRITERIA, ["A", "A"], ["E0"], "repeated proposal"),
        (CRITERIA, ["A"], ["E0", "E0"], "repeated evaluator"),
        ([CRITERIA[0]] * 2, ["A"], ["E0"], "repeated criterion"),
        (criteria_of(0), ["A"], ["E0"], "above 0"),
    ],
)
def test_an_impossible_panel_is_refused(
    criteria: list[Criterion], proposals: list[str], evaluators: list[str], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        scoring.evaluate(criteria, proposals, evaluators, {})


@pytest.mark.parametrize("agreed", [{("Z", "c0"): 1}, {("A", "c9"): 1}, {("A", "c0"): 5}])
def test_an_agreed_level_must_fit_the_table(agreed: dict[tuple[str, str], int]) -> None:
    with pytest.raises(ValueError, match=r"agreed|whole number"):
        scoring.evaluate(CRITERIA, ["A", "B"], ["E0"], WHOLE, agreed=agreed)


def test_without_proposals_nobody_stands() -> None:
    assert scoring.evaluate(CRITERIA, [], ["E0"], {}) == ()


def winners(found: tuple[Standing, ...]) -> list[str]:
    return [each.id for each in found if each.rank == 1]


@given(worlds(RIVALS_DO_NOT_MATTER), st.data())
def test_removing_a_proposal_that_did_not_win_never_changes_who_did(
    world: World, data: st.DataObject
) -> None:
    before = winners(world.standings())
    others = [id for id in world.proposals if id not in before]
    assume(others)
    gone = data.draw(st.sampled_from(others))
    assert winners(world.without(gone).standings()) == before


@given(worlds(), st.integers(2, 50))
def test_weights_count_only_in_proportion(world: World, factor: int) -> None:
    heavier = [replace(criterion, weight=criterion.weight * factor) for criterion in world.criteria]
    dearer = world.price and replace(world.price, weight=world.price.weight * factor)
    assert replace(world, criteria=heavier, price=dearer).standings() == world.standings()


@given(worlds(), st.randoms())
def test_the_order_of_people_proposals_and_criteria_changes_nothing(world: World, chance: Random) -> None:
    def shuffled(items: list[T]) -> list[T]:
        return chance.sample(items, len(items))

    other = replace(
        world,
        criteria=shuffled(world.criteria),
        proposals=shuffled(world.proposals),
        evaluators=shuffled(world.evaluators),
        scores=dict(shuffled(list(world.scores.items()))),
    )
    assert other.standings() == world.standings()


@given(worlds())
def test_the_fast_way_agrees_with_the_definition(world: World) -> None:
    for each in world.standings():
        means = {
            c.id: Fraction(
                world.agreed.get(
                    (each.id, c.id), scoring.mean([world.scores[e, each.id, c.id] for e in world.evaluators])
                )
            )
            for c in world.criteria
        }
        assert each.means == means
        assert each.total == scoring.total(world.criteria, means, world.price, each.q)
        met = scoring.passes(world.criteria, means, each.total, 20)
        assert each.passes == (met and each.id not in world.excluded)


@given(worlds())
def test_final_levels_give_what_the_scores_gave(world: World) -> None:
    found = world.standings()
    levels = {(each.id, criterion): mean for each in found for criterion, mean in each.means.items()}
    assert found == scoring.evaluate_levels(
        world.criteria, world.proposals, levels, 20, price=world.price, prices=world.prices,
        excluded=world.excluded, ties=world.ties, beacon=BEACON,
    )  # fmt: skip


def test_totals_are_shown_rounded_half_up() -> None:
    written = scoring.shown([Fraction(305, 4), Fraction(155, 2), Fraction(100)])
    assert list(written[total] for total in (Fraction(305, 4), Fraction(155, 2), Fraction(100))) == [
        "76.3",
        "77.5",
        "100.0",
    ]
    assert scoring.shown([Fraction(5, 2)], digits=0) == {Fraction(5, 2): "3"}


@given(st.lists(st.fractions(0, 100, max_denominator=5000), max_size=6))
def test_unequal_totals_look_unequal(totals: list[Fraction]) -> None:
    written = scoring.shown(totals)
    assert len(set(written.values())) == len(set(totals))
