"""For whom a challenge waits: told to its lead and its approver, and to nobody whose scores must stay alone."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask

from marketplace.actions import decisions, evaluation, opening, roles
from marketplace.clock import Clock
from marketplace.policy import Actor
from marketplace.queries import authoring
from tests import factories as f
from tests.conftest import NOON


def waited(world: f.World, reader: Actor) -> dict[str, str]:
    return {each.name: each.code for each in authoring.work(reader, world.ref).waited}


def test_the_lead_sees_who_has_to_act_next(app: Flask) -> None:
    world = f.a_closed_stage()
    assert waited(world, world.lead) == {each.name: "open" for each in world.openers}
    opening.confirm(world.openers[0], world.ref, 1)
    assert waited(world, world.lead) == {world.approver.name: "open"}
    opening.confirm(world.openers[1], world.ref, 1)
    assert set(waited(world, world.lead).values()) == {"declare"}


def test_the_lead_sees_who_has_not_locked_and_the_panel_does_not(app: Flask) -> None:
    world = f.a_scoring_stage()
    for letter in f.letters(world):
        f.score(world, world.evaluator, letter, 2, 2, 2, 2)
    before = waited(world, world.chair)
    evaluation.lock(world.evaluator, world.ref, 1)
    assert waited(world, world.lead) == {world.chair.name: "lock"}
    assert waited(world, world.approver) == {world.chair.name: "lock"}
    assert waited(world, world.chair) == before == {}


def test_a_decision_waits_for_the_chair_and_then_for_the_approver(app: Flask) -> None:
    world = f.a_scored_stage()
    assert waited(world, world.lead) == {world.chair.name: "propose"}
    decisions.propose(world.chair, world.ref, 1, ("A",), f.sentences(world), "It fits best.")
    assert waited(world, world.lead) == {world.approver.name: "confirm"}


def test_who_was_asked_into_a_role_is_waited_for_until_they_accept(app: Flask) -> None:
    world = f.a_draft_challenge()
    asked = f.a_colleague(world)
    roles.appoint(world.lead, world.ref, asked.email, "observer", external=False)
    assert waited(world, world.lead)[asked.name] == "accept"


def test_somebody_is_late_after_the_days_for_it_and_after_the_published_date(
    app: Flask, clock: Clock
) -> None:
    world = f.a_closed_stage()
    assert not any(each.late for each in authoring.work(world.lead, world.ref).waited)
    clock.set(NOON + timedelta(days=3))
    assert all(each.late for each in authoring.work(world.lead, world.ref).waited)
