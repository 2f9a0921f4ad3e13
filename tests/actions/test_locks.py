"""A lock is reopened by the chair with a reason: both versions stay, and only who has locked learns who has."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.actions import decisions, evaluation, locks, moderation, moves
from marketplace.actions.moves import Details
from marketplace.models.database import reading
from marketplace.models.evaluation import Decision, ReopenedLock, ScoreLock
from marketplace.models.notices import Notice
from marketplace.models.trail import LogEvent
from marketplace.policy import Actor
from marketplace.queries import locks as queries
from marketplace.rules import canonical
from tests import factories as f
from tests.actions.test_moderation import SPLIT, agree, agreed_rows, meet, refused
from tests.actions.test_races import together

WHY = "You read the annex of another supplier. Please look at A again."


def reopen(world: f.World, person: Actor | None = None, reason: str = WHY, by: Actor | None = None) -> None:
    locks.reopen(by or world.chair, world.ref, 1, (person or world.evaluator).ref, reason)


def score_all(world: f.World, person: Actor, level: int = 2) -> None:
    for letter in f.letters(world):
        f.score(world, person, letter, level, level, level, level)


def test_a_reopened_lock_takes_the_stage_back_to_scoring_and_keeps_both_versions(app: Flask) -> None:
    world = f.a_locked_stage()
    reopen(world)
    assert world.stage.state == "scoring"
    f.score(world, world.evaluator, "A", 2, 3, 4, 3)
    assert evaluation.lock(world.evaluator, world.ref, 1) == "moderating"
    [kept] = queries.locks(world.chair, world.ref, 1).reopened
    assert (kept.person, kept.reason, kept.locked_again) == (world.evaluator.name, WHY, True)
    [change] = kept.changes
    assert (change.letter, change.criterion, change.level) == ("A", "fit", 4)
    assert change.now is not None
    assert change.now[0] == 2


def test_what_the_panel_agreed_on_other_scores_is_set_aside_and_kept(app: Flask) -> None:
    world = f.a_locked_stage(levels=SPLIT)
    agree(world, 2)
    meet(world)
    reopen(world)
    [row] = agreed_rows()
    assert row.replaced_at is not None
    evaluation.lock(world.evaluator, world.ref, 1)
    refused("moderation.open", moderation.settle, world.chair, world.ref, 1)


def test_the_decision_accounts_for_the_lock_that_was_reopened_and_for_the_next(app: Flask) -> None:
    world = f.a_locked_stage()
    reopen(world)
    evaluation.lock(world.evaluator, world.ref, 1)
    moderation.settle(world.chair, world.ref, 1)
    made = decisions.propose(world.chair, world.ref, 1, ["A"], f.sentences(world), "The first is best.")
    decisions.confirm(world.approver, world.ref, 1, made)
    with reading() as connection:
        record = connection.scalars(select(Decision.record)).one()
        stands = set(connection.scalars(select(ScoreLock.log_index)))
        reopened = set(connection.scalars(select(ReopenedLock.log_index)))
    assert record is not None
    assert set(canonical.decode(record.encode())["locks"]) == stands | reopened
    assert len(stands | reopened) == 3


def test_the_trail_says_that_a_lock_was_reopened_and_neither_whose_nor_why(app: Flask) -> None:
    world = f.a_locked_stage()
    reopen(world)
    with reading() as connection:
        leaf = connection.scalars(select(LogEvent.leaf).where(LogEvent.kind == "stage.reopen-lock")).one()
    found = canonical.decode(leaf)
    assert found["data"] == {"stage": 1}
    assert set(found["private"]) == {"reason"}
    assert WHY not in leaf.decode()


def test_whoever_locked_is_told(app: Flask) -> None:
    world = f.a_locked_stage()
    reopen(world)
    with reading() as connection:
        told = connection.scalars(select(Notice.person_id).where(Notice.kind == "score.reopened")).all()
    assert told == [world.evaluator.person_id]


def test_nothing_is_reopened_once_the_levels_are_final(app: Flask) -> None:
    world = f.a_scored_stage()
    refused("moderation.final", reopen, world)
    for person in (world.chair, world.approver):
        moves.make(person, world.ref, "revise", Details(reason="A level was typed wrong."))
    reopen(world)
    assert world.stage.state == "scoring"


def test_a_chair_who_has_not_locked_learns_nothing_of_who_has(app: Flask) -> None:
    world = f.a_scoring_stage()
    before = queries.locks(world.chair, world.ref, 1)
    refused("lock.own_first", reopen, world)
    score_all(world, world.evaluator)
    evaluation.lock(world.evaluator, world.ref, 1)
    refused("lock.own_first", reopen, world)
    assert queries.locks(world.chair, world.ref, 1) == before


def test_a_chair_who_has_locked_reopens_what_is_locked_and_nothing_else(app: Flask) -> None:
    world = f.a_scoring_stage()
    score_all(world, world.chair)
    evaluation.lock(world.chair, world.ref, 1)
    refused("lock.none", reopen, world)
    refused("lock.own", reopen, world, world.chair)
    refused("lock.person", reopen, world, world.lead)


def test_a_reason_is_asked_for(app: Flask) -> None:
    refused("move.reason", reopen, f.a_locked_stage(), None, " ")


@pytest.mark.parametrize("who", ["evaluator", "approver", "lead"])
def test_nobody_but_the_chair_reopens(app: Flask, who: str) -> None:
    world = f.a_locked_stage()
    refused("missing", locks.reopen, getattr(world, who), world.ref, 1, world.chair.ref, WHY)


def test_an_approver_reads_both_versions_once_the_levels_are_final(app: Flask) -> None:
    world = f.a_locked_stage()
    reopen(world)
    evaluation.lock(world.evaluator, world.ref, 1)
    refused("decision.hidden", queries.locks, world.approver, world.ref, 1)
    moderation.settle(world.chair, world.ref, 1)
    assert len(queries.locks(world.approver, world.ref, 1).reopened) == 1
    for person in (world.lead, world.evaluator):
        refused("missing", queries.locks, person, world.ref, 1)


def test_scores_that_are_not_locked_again_are_nobody_elses(app: Flask) -> None:
    world = f.a_locked_stage()
    reopen(world)
    f.score(world, world.evaluator, "A", 0, 0, 0, 0)
    [kept] = queries.locks(world.chair, world.ref, 1).reopened
    assert not kept.locked_again
    assert {change.now for change in kept.changes} == {None}


def test_each_version_of_a_lock_reopened_twice_stands_beside_the_next(app: Flask) -> None:
    world = f.a_locked_stage()
    for level in (3, 2):
        reopen(world)
        f.score(world, world.evaluator, "A", level, 3, 4, 3)
        evaluation.lock(world.evaluator, world.ref, 1)
    first, second = queries.locks(world.chair, world.ref, 1).reopened
    assert [(change.level, change.now and change.now[0]) for change in (*first.changes, *second.changes)] == [
        (4, 3), (3, 2)
    ]  # fmt: skip


def test_a_lock_reopened_while_the_last_one_locks_leaves_the_panel_scoring(app: Flask) -> None:
    world = f.a_scoring_stage()
    for person in world.scorers:
        score_all(world, person)
    evaluation.lock(world.chair, world.ref, 1)
    reopened, locked = together(
        app, lambda: reopen(world), lambda: evaluation.lock(world.evaluator, world.ref, 1)
    )
    assert (reopened, locked, world.stage.state) in [
        ("lock.none", "moderating", "moderating"), (None, "moderating", "scoring"),
    ]  # fmt: skip


def test_two_tabs_that_agree_one_cell_and_an_approver_who_signs_never_both_win(app: Flask) -> None:
    world = f.a_locked_stage(levels=SPLIT)
    agree(world, 4)
    meet(world)
    [row] = agreed_rows()
    changed, signed = together(
        app, lambda: agree(world, 2, seen=row.id),
        lambda: moderation.sign(world.approver, world.ref, 1, row.id),
    )  # fmt: skip
    assert changed == "agreed"
    assert signed in ("moderation.replaced", None)
    [stands] = [each for each in agreed_rows() if each.replaced_at is None]
    assert (stands.level, stands.signed_at) == (2, None)


def test_the_levels_are_final_before_a_signature_or_after_it_and_never_without(app: Flask) -> None:
    world = f.a_locked_stage(levels=SPLIT)
    agree(world, 4)
    meet(world)
    [row] = agreed_rows()
    settled, signed = together(
        app, lambda: moderation.settle(world.chair, world.ref, 1),
        lambda: moderation.sign(world.approver, world.ref, 1, row.id),
    )  # fmt: skip
    assert (settled, signed) in [("moderation.unsigned", None), (None, None)]
    assert (world.stage.final_at is not None) == (settled is None)


def test_of_two_tabs_that_agree_at_once_one_stands(app: Flask) -> None:
    world = f.a_locked_stage(levels=SPLIT)
    found = together(app, lambda: agree(world, 2), lambda: agree(world, 3))
    assert sorted(map(str, found)) == ["agreed", "edit.stale"]
    assert len(agreed_rows()) == 1
