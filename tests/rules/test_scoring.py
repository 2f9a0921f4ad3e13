"""Scores become ranks: exact, and the same whatever the order in which they came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from random import Random
from typing import TypeVar

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from marketplace.rules import scoring
from marketplace.rules.scoring import Ranked, Result, Standing

T = TypeVar("T")

Scores = dict[tuple[str, str, str], int]


@dataclass(frozen=True)
class Criterion:
    id: str
    weight: int
    maximum: int = 4
    minimum: int | None = None


def criteria_of(*weights: int, maximum: int = 4) -> list[Criterion]:
    return [Criterion(f"c{number}", weight, maximum) for number, weight in enumerate(weights)]


def table(criteria: Sequence[Criterion], rows: dict[str, list[list[int]]]) -> Scores:
    """Scores from rows of levels, one row for each evaluator, by proposal."""
    return {
        (f"E{number}", proposal, criterion.id): level
        for proposal, panel in rows.items()
        for number, levels in enumerate(panel)
        for criterion, level in zip(criteria, levels, strict=True)
    }


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


def test_places_are_1_2_2_4_and_those_who_fail_have_none() -> None:
    results = [
        Result("fails", Fraction(99), False),
        Result("d", Fraction(10), True),
        Result("c", Fraction(20), True),
        Result("b", Fraction(20), True),
        Result("a", Fraction(30), True),
        Result("also fails", Fraction(100), False),
    ]
    assert [(each.id, each.rank) for each in scoring.rank(results)] == [
        ("a", 1),
        ("b", 2),
        ("c", 2),
        ("d", 4),
        ("also fails", None),
        ("fails", None),
    ]
    assert scoring.rank([]) == []
    assert scoring.rank(results[1:2]) == [Ranked("d", Fraction(10), True, 1)]


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


CRITERIA = criteria_of(60, 40)
WHOLE = table(CRITERIA, {"A": [[1, 2]], "B": [[3, 4]]})
CELL = ("E0", "A", "c0")


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


@dataclass(frozen=True)
class World:
    criteria: list[Criterion]
    proposals: list[str]
    evaluators: list[str]
    scores: Scores

    def standings(self) -> tuple[Standing, ...]:
        return scoring.evaluate(self.criteria, self.proposals, self.evaluators, self.scores, 20)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    count = draw(st.integers(1, 4))
    criteria = [
        Criterion(
            f"c{n}", draw(st.integers(1, 100)), draw(st.integers(2, 10)), draw(st.none() | st.integers(0, 2))
        )
        for n in range(count)
    ]
    proposals = [f"P{n}" for n in range(draw(st.integers(1, 5)))]
    evaluators = [f"E{n}" for n in range(draw(st.integers(1, 4)))]
    scores = {
        (evaluator, proposal, criterion.id): draw(st.integers(0, criterion.maximum))
        for evaluator in evaluators
        for proposal in proposals
        for criterion in criteria
    }
    return World(criteria, proposals, evaluators, scores)


def winners(found: tuple[Standing, ...]) -> list[str]:
    return [each.id for each in found if each.rank == 1]


@given(worlds(), st.data())
def test_removing_a_proposal_that_did_not_win_never_changes_who_did(
    world: World, data: st.DataObject
) -> None:
    before = winners(world.standings())
    others = [id for id in world.proposals if id not in before]
    assume(others)
    gone = data.draw(st.sampled_from(others))
    scores = {cell: level for cell, level in world.scores.items() if cell[1] != gone}
    rest = [id for id in world.proposals if id != gone]
    assert winners(replace(world, proposals=rest, scores=scores).standings()) == before


@given(worlds(), st.integers(2, 50))
def test_weights_count_only_in_proportion(world: World, factor: int) -> None:
    heavier = [replace(criterion, weight=criterion.weight * factor) for criterion in world.criteria]
    assert replace(world, criteria=heavier).standings() == world.standings()


@given(worlds(), st.randoms())
def test_the_order_of_people_proposals_and_criteria_changes_nothing(world: World, chance: Random) -> None:
    def shuffled(items: list[T]) -> list[T]:
        return chance.sample(items, len(items))

    other = World(
        shuffled(world.criteria),
        shuffled(world.proposals),
        shuffled(world.evaluators),
        dict(shuffled(list(world.scores.items()))),
    )
    assert other.standings() == world.standings()


@given(worlds())
def test_the_fast_way_agrees_with_the_definition(world: World) -> None:
    for each in world.standings():
        means = {
            c.id: scoring.mean([world.scores[e, each.id, c.id] for e in world.evaluators])
            for c in world.criteria
        }
        assert each.means == means
        assert each.total == scoring.total(world.criteria, means)
        assert each.passes == scoring.passes(world.criteria, means, each.total, 20)


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


LEVELS = ["No evidence is given.", "There is a relevant test, with results and limits stated."]


@pytest.mark.parametrize(
    ("reason", "code"),
    [
        ("", "score.reason_short"),
        ("Good test." + " " * 30, "score.reason_short"),
        ("." * 40, "score.reason_short"),
        ("A relevant test, with results and limits stated!", "score.reason_paraphrase"),
        ("Level 3: there is a relevant TEST with limits", "score.reason_paraphrase"),
        ("The test with forty tenants in answer 2 states its limits.", None),
    ],
)
def test_a_reason_says_something_of_its_own(reason: str, code: str | None) -> None:
    assert scoring.reason_refusal(reason, LEVELS) == code
