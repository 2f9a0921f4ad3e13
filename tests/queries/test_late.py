"""For whom a challenge waits: told to its lead and its approver, and to nobody whose scores must stay alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from marketplace.actions import decisions, evaluation, opening, roles
from marketplace.policy import Actor
from marketplace.queries.desk import board
from marketplace.rules.duties import TASKS
from marketplace.rules.waiting import PATIENCE, is_late
from tests import factories as f
from tests.conftest import NOON


def waited(world: f.World, reader: Actor) -> dict[str, str]:
    return {each.name: each.waiting.task for each in board(reader, world.ref).others}


def test_the_lead_sees_who_has_to_act_next(app: Flask) -> None:
    world = f.a_closed_stage()
    assert waited(world, world.lead) == {world.approver.name: "open-proposals"}
    opening.confirm(world.openers[1], world.ref, 1)
    assert waited(world, world.lead) == {}
    assert waited(world, world.approver) == {world.lead.name: "open-proposals"}
    opening.confirm(world.openers[0], world.ref, 1)
    assert waited(world, world.lead) == {world.chair.name: "declare", world.evaluator.name: "declare"}


def test_the_lead_sees_who_has_not_locked_and_the_panel_does_not(app: Flask) -> None:
    world = f.a_scoring_stage()
    for letter in f.letters(world):
        f.score(world, world.evaluator, letter, 2, 2, 2, 2)
    before = waited(world, world.chair)
    evaluation.lock(world.evaluator, world.ref, 1)
    assert waited(world, world.lead) == {world.chair.name: "score"}
    assert waited(world, world.approver) == {world.chair.name: "score"}
    assert waited(world, world.chair) == before == {}


def test_a_decision_waits_for_the_chair_and_then_for_the_approver(app: Flask) -> None:
    world = f.a_scored_stage()
    assert waited(world, world.lead) == {world.chair.name: "decide"}
    decisions.propose(world.chair, world.ref, 1, ("A",), f.sentences(world), "It fits best.")
    assert waited(world, world.lead) == {world.approver.name: "confirm"}


def test_who_was_asked_into_a_role_is_waited_for_until_they_accept(app: Flask) -> None:
    world = f.a_draft_challenge()
    asked = f.a_colleague(world)
    roles.appoint(world.lead, world.ref, asked.email, "observer")
    assert waited(world, world.lead)[asked.name] == "accept"


@pytest.mark.parametrize(
    ("task", "days", "due", "late"),
    [
        ("open-proposals", 2, None, False),
        ("open-proposals", 3, None, True),
        ("score", 14, None, False),
        ("score", 15, None, True),
        ("score", 1, NOON + timedelta(days=2), False),
        ("score", 2, NOON + timedelta(days=2), True),
        ("write", 400, None, False),
    ],
)
def test_somebody_is_late_after_the_days_for_it_and_after_a_published_date(
    task: str, days: int, due: object, late: bool
) -> None:
    assert is_late(task, NOON, due, NOON + timedelta(days=days)) is late  # type: ignore[arg-type]


def test_patience_is_with_tasks_that_there_are() -> None:
    assert set(PATIENCE) <= set(TASKS)
