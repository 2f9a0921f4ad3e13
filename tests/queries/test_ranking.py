"""The ranking: exact, hidden until the last lock, and as many statements for many as for few."""

from __future__ import annotations

from fractions import Fraction

import pytest
from flask import Flask

from marketplace.actions import decisions as acts
from marketplace.actions import evaluation
from marketplace.policy import Actor
from marketplace.queries import decisions
from marketplace.queries import scores as sheets
from marketplace.rules import scoring
from marketplace.rules.ranking import chain_of
from marketplace.rules.refusals import Refused
from tests.factories import (
    World,
    a_person,
    a_scored_stage,
    a_scoring_stage,
    an_opened_stage,
    declare_all,
    letters,
    score,
    sentences,
)
from tests.queries.rows import add_proposals, counted


@pytest.mark.parametrize("state", ["opened", "scoring", "one locked"])
def test_nothing_is_summed_for_anybody_before_the_last_lock(app: Flask, state: str) -> None:
    world = an_opened_stage() if state == "opened" else a_scoring_stage()
    if state == "one locked":
        for letter in letters(world):
            score(world, world.chair, letter, 3, 3, 3, 3)
        evaluation.lock(world.chair, world.ref, 1)
    for person in (world.chair, world.lead, world.approver):
        for permission in ("decision:see", "decision:confirm", "summary:send"):
            with pytest.raises(Refused) as no:
                decisions.whole_ranking(person, world.ref, 1, permission)
            assert (no.value.code in ("decision.hidden", "missing"), no.value.status) == (True, 404)
        with pytest.raises(Refused, match=r"decision\.hidden"):
            decisions.ranking(person, world.ref, 1)
        with pytest.raises(Refused, match=r"decision\.hidden"):
            decisions.reasons(person, world.ref, 1, "A")


def test_the_ranking_is_for_chair_approver_and_lead(app: Flask) -> None:
    world = a_scored_stage()
    for person in (world.chair, world.approver, world.lead):
        assert decisions.ranking(person, world.ref, 1).count == 2
    for other in (
        world.evaluator,
        a_person(),
        world.suppliers[0].administrator,
        world.authority.administrator,
    ):
        with pytest.raises(Refused, match="missing"):
            decisions.ranking(other, world.ref, 1)


def test_an_approver_confirms_letters_and_reads_no_names(app: Flask) -> None:
    world = a_scored_stage()
    assert {line.name for line in decisions.ranking(world.approver, world.ref, 1).lines} == {""}
    assert "" not in {line.name for line in decisions.ranking(world.chair, world.ref, 1).lines}


def test_levels_points_and_totals_are_exact(app: Flask) -> None:
    world = a_scored_stage(2, {"A": ((3, 3, 3, 2), (4, 3, 3, 2)), "B": ((4, 2, 3, 3), (3, 2, 3, 4))})
    first, second = decisions.ranking(world.lead, world.ref, 1).lines
    assert (first.letter, first.total, first.rank) == ("A", Fraction(75), 1)
    assert (second.letter, second.total, second.rank) == ("B", Fraction(575, 8), 2)
    assert [points for _, points in first.parts] == [
        Fraction(105, 4), Fraction(105, 4), Fraction(15), Fraction(15, 2),
    ]  # fmt: skip
    assert sum((points for _, points in first.parts), Fraction()) == first.total
    assert sorted(first.levels) == [(3, 3, 3, 2), (4, 3, 3, 2)]


def test_the_pages_sums_and_the_actions_scores_come_to_the_same_fractions(app: Flask) -> None:
    world = a_scored_stage()
    add_proposals(world, 40)
    shown = decisions.whole_ranking(world.lead, world.ref, 1, "decision:see")
    found = [(line.letter, line.total, line.rank) for line in shown.lines]
    criteria = world.content.criteria.criteria
    cells = {
        (str(n), line.letter, c.id): levels[place]
        for line in shown.lines
        for n, levels in enumerate(line.levels)
        for place, c in enumerate(criteria)
    }
    letters_shown = [line.letter for line in shown.lines]
    exact = scoring.evaluate(criteria, letters_shown, ["0", "1"], cells, ties=chain_of(criteria, draw=False))
    assert found == [(each.id, each.total, each.rank) for each in exact]
    acts.propose(world.chair, world.ref, 1, [], sentences(world), "Nobody convinced us.")
    decided = decisions.ranking(world.lead, world.ref, 1).decision
    assert decided is not None
    assert set(decided.outcomes) == set(letters(world))


def test_a_tie_that_the_limit_would_cut_is_not_preselected(app: Flask) -> None:
    same = ((3, 3, 3, 3), (3, 3, 3, 3))
    world = a_scored_stage(2, {"A": same, "B": same})
    found = decisions.ranking(world.chair, world.ref, 1)
    assert [line.rank for line in found.lines] == [1, 1]
    assert all(line.tied for line in found.lines)
    assert found.preselected == ()


def test_ten_and_two_hundred_proposals_take_as_many_statements(app: Flask) -> None:
    world = a_scored_stage()
    counts = []
    for size in (10, 200):
        add_proposals(world, size)
        with counted() as sent:
            assert len(decisions.ranking(world.lead, world.ref, 1).lines) == size
        counts.append(len(sent))
    assert counts[0] == counts[1] <= 10


def test_pages_of_the_ranking_follow_one_another(app: Flask) -> None:
    world = a_scored_stage()
    add_proposals(world, 30)
    whole = decisions.whole_ranking(world.lead, world.ref, 1, "decision:see").lines
    parts = [decisions.ranking(world.lead, world.ref, 1, start, 10) for start in (0, 10, 20, 30)]
    assert [line.letter for part in parts for line in part.lines] == [line.letter for line in whole]
    assert parts[0].count == 30


def test_an_evaluators_list_and_sheet_take_constant_statements(app: Flask) -> None:
    world = a_scoring_stage()
    counts: list[tuple[int, int]] = []
    for size in (10, 200):
        add_proposals(world, size)
        with counted() as listed:
            assert len(sheets.own_list(world.chair, world.ref, 1).rows) == size
        with counted() as read:
            sheets.sheet(world.chair, world.ref, 1, "A")
        counts.append((len(listed), len(read)))
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 15


def test_no_text_opens_before_the_declaration_the_consent_and_the_beginning(app: Flask) -> None:
    world = an_opened_stage()
    with pytest.raises(Refused, match=r"declaration\.missing"):
        sheets.sheet(world.evaluator, world.ref, 1, "A")
    answers = {
        letter: evaluation.Interest(interest="manageable", grounds="I advised them once.")
        for letter in letters(world)
    }
    evaluation.declare(world.evaluator, world.ref, 1, answers)
    with pytest.raises(Refused, match=r"declaration\.consent"):
        sheets.sheet(world.evaluator, world.ref, 1, "A")
    for letter in letters(world):
        evaluation.consent(world.chair, world.ref, 1, world.evaluator.ref, letter)
    with pytest.raises(Refused, match=r"stage\.state"):
        sheets.sheet(world.evaluator, world.ref, 1, "A")


def test_sheets_are_for_the_panel_alone(app: Flask) -> None:
    world = an_opened_stage()
    declare_all(world)
    for other in (world.lead, world.approver, a_person(), world.suppliers[0].administrator):
        with pytest.raises(Refused, match="missing"):
            sheets.own_list(other, world.ref, 1)


def snapshot(world: World, person: Actor) -> list[object]:
    """All that the queries tell an evaluator who has not locked."""
    found: list[object] = [sheets.own_list(person, world.ref, 1)]
    found += [sheets.sheet(person, world.ref, 1, letter) for letter in letters(world)]
    return found


def test_an_evaluator_learns_nothing_of_what_another_does(app: Flask) -> None:
    world = a_scoring_stage()
    score(world, world.evaluator, "A", 2, 2, 2, 2)
    before = snapshot(world, world.evaluator)
    score(world, world.chair, "A", 4, 4, 4, 4)
    assert snapshot(world, world.evaluator) == before
    score(world, world.chair, "B", 0, 0, 0, 0)
    evaluation.lock(world.chair, world.ref, 1)
    assert snapshot(world, world.evaluator) == before
