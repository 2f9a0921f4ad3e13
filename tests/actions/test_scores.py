"""A score that is begun is kept and never counted; what was changed elsewhere is not overwritten."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from marketplace.actions import evaluation, scores, upkeep
from marketplace.actions.scores import Cell
from marketplace.clock import Clock
from marketplace.models.database import reading
from marketplace.models.evaluation import Score, ScoreDraft
from marketplace.models.trail import LogEvent
from marketplace.policy import Actor
from marketplace.queries import scores as sheets
from marketplace.queries.scores import Mark
from marketplace.rules import retention
from marketplace.rules.refusals import Refused
from tests import factories as f
from tests.actions.test_evaluation import together

GOOD = "It found eleven of fourteen damp rooms in two streets, and says how."


def typed(letter: str = "A", **changed: Any) -> Cell:
    cell: Any = {"letter": letter, "criterion": "fit", "level": 3, "reason": GOOD, "question": "approach"}
    return cell | changed


def save(world: f.World, *cells: Cell) -> dict[str, dict[str, str]]:
    return scores.save_scores(world.chair, world.ref, 1, cells)


def kept(person: Actor, world: f.World, letter: str = "A") -> Mark | None:
    return sheets.sheet(person, world.ref, 1, letter).rows[0].mark


def rows() -> tuple[int, int]:
    with reading() as connection:
        counts = [connection.scalar(select(func.count()).select_from(each)) for each in (Score, ScoreDraft)]
    return counts[0] or 0, counts[1] or 0


@pytest.mark.parametrize(
    ("half", "code"),
    [
        ({"level": None}, "score.level"),
        ({"level": None, "reason": "It"}, "score.level"),
        ({"reason": ""}, "score.reason_short"),
        ({"reason": "It found"}, "score.reason_short"),
        ({"reason": "It speaks to the whole problem, with small gaps."}, "score.reason_paraphrase"),
        ({"reason": "word " * 900}, "score.reason_long"),
        ({"question": ""}, "score.pointer"),
    ],
)
def test_what_is_no_score_yet_is_kept_as_typed_and_counts_as_not_scored(
    app: Flask, half: dict[str, Any], code: str
) -> None:
    world, cell = f.a_scoring_stage(), typed(**half)
    assert save(world, cell) == {"A": {"fit": code}}
    mark = kept(world.chair, world)
    assert mark is not None
    assert (mark.level, mark.reason, mark.scored) == (cell["level"], cell["reason"].strip(), False)
    own = sheets.own_list(world.chair, world.ref, 1)
    row = next(each for each in own.rows if each.letter == "A")
    assert (own.done, row.done, row.begun, rows()) == (0, 0, 1, (0, 1))


def test_a_draft_becomes_a_score_and_a_score_a_draft_and_never_both(app: Flask) -> None:
    world = f.a_scoring_stage()
    for cell, found in (
        (typed(reason="It found"), (0, 1)),
        (typed(), (1, 0)),
        (typed(level=1), (1, 0)),
        (typed(reason="It found nothing"), (0, 1)),
        (typed(level=None, reason=""), (0, 0)),
    ):
        save(world, cell)
        assert rows() == found


def test_two_windows_that_save_one_cell_at_once_never_keep_both_a_score_and_a_draft(app: Flask) -> None:
    world = f.a_scoring_stage()
    typing = (typed(), typed(level=None), typed(level=None, reason="", question=""))
    for before in (typed(level=2), typed(level=None, reason="It")) * 8:
        save(world, before)
        found = together(app, *(lambda cell=cell: save(world, cell) for cell in typing))
        assert {"{}", "{'A': {'fit': 'score.level'}}"} >= set(found), found
        assert sum(rows()) <= 1


def test_a_lock_waits_for_a_score_that_was_taken_back_to_a_draft(app: Flask) -> None:
    world = f.a_scoring_stage()
    for letter in f.letters(world):
        f.score(world, world.chair, letter, 3, 3, 3, 3)
    save(world, typed(reason="Anew:"))
    with pytest.raises(Refused, match=r"score\.missing") as no:
        evaluation.lock(world.chair, world.ref, 1)
    assert no.value.facts == {"count": 1}
    save(world, typed())
    assert evaluation.lock(world.chair, world.ref, 1) == "locked"


def test_a_draft_is_its_authors_alone(app: Flask) -> None:
    world = f.a_scoring_stage()
    save(world, typed(reason="It found"))
    assert kept(world.evaluator, world) is None
    assert sheets.own_list(world.evaluator, world.ref, 1).saved_at is None


def test_what_was_changed_in_another_window_is_not_overwritten_unseen(app: Flask) -> None:
    world = f.a_scoring_stage()
    save(world, typed())
    mark = kept(world.chair, world)
    assert mark is not None
    save(world, typed(level=1, seen=mark.fingerprint))
    stale = save(
        world, typed(level=4, seen=mark.fingerprint), typed("B", criterion="team", question="team", seen="")
    )
    assert stale == {"A": {"fit": "score.elsewhere"}}
    assert (now := kept(world.chair, world)) is not None
    assert now.level == 1
    assert save(world, typed(level=4, seen=now.fingerprint)) == {}


def test_what_is_kept_already_is_kept_once(app: Flask) -> None:
    world = f.a_scoring_stage()
    assert save(world, typed()) == save(world, typed(seen="")) == {}
    half = typed(reason="It found")
    assert save(world, half) == save(world, half) == {"A": {"fit": "score.reason_short"}}
    assert rows() == (0, 1)


def test_scores_of_several_proposals_are_saved_at_once(app: Flask) -> None:
    world = f.a_scoring_stage(3)
    assert save(world, *(typed(letter) for letter in f.letters(world))) == {}
    assert sheets.own_list(world.chair, world.ref, 1).done == 3
    with pytest.raises(Refused, match=r"score\.cell"):
        save(world, typed("A", level=1), typed("Z"))
    assert (mark := kept(world.chair, world)) is not None
    assert mark.level == 3


def test_scoring_leaves_no_entry_in_the_trail(app: Flask) -> None:
    world = f.a_scoring_stage()
    with reading() as connection:
        before = connection.scalar(select(func.count()).select_from(LogEvent))
    save(world, typed(), typed("B", reason="It"))
    with reading() as connection:
        assert connection.scalar(select(func.count()).select_from(LogEvent)) == before


def test_everybody_reads_the_proposals_in_an_order_of_their_own(app: Flask) -> None:
    world = f.a_scoring_stage(4)
    lists = [sheets.own_list(person, world.ref, 1) for person in (*world.scorers, world.chair)]
    orders = [[row.letter for row in own.rows] for own in lists]
    assert orders[0] == orders[2]
    assert sorted(orders[0]) == sorted(orders[1]) == f.letters(world)
    across = sheets.across(world.chair, world.ref, 1, "team")
    assert [row.letter for row in across.rows] == orders[0]


def test_what_is_left_to_read_is_counted_at_the_opening(app: Flask) -> None:
    world = f.a_scoring_stage()
    own = sheets.own_list(world.chair, world.ref, 1)
    every = sum(len(text.split()) for text in f.ANSWERS.values())
    assert [row.words for row in own.rows] == [every, every]
    assert own.words_left == 2 * every
    f.score(world, world.chair, "A", 3, 3, 3, 3)
    assert sheets.own_list(world.chair, world.ref, 1).words_left == every


def test_a_draft_that_never_becomes_a_score_is_removed_in_time(app: Flask, clock: Clock) -> None:
    world = f.a_scoring_stage()
    save(world, typed(), typed("B", reason="It"))
    clock.advance(retention.BEGUN)
    upkeep.sweep()
    assert rows() == (1, 1)
    clock.advance(timedelta(seconds=1))
    upkeep.sweep()
    assert rows() == (1, 0)
