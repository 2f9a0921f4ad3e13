"""A supplier leaves after the opening: its proposal is ranked no longer, and nobody decides over its head."""

from __future__ import annotations

import pytest
from flask import Flask

from marketplace.actions import decisions, leaving
from marketplace.policy import Actor
from marketplace.queries.decisions import ranking
from marketplace.rules.refusals import Refused
from tests.actions.test_decisions import lines, propose
from tests.actions.test_evaluation import leaves, notices
from tests.factories import World, a_closed_stage, a_decided_stage, a_person, a_scored_stage, ref_of

WHY = "Our team has another contract from May."


def owner(world: World, letter: str) -> tuple[Actor, str]:
    ref = ref_of(world, letter)
    return world.suppliers[world.proposals.index(ref)].administrator, ref


def test_the_others_are_ranked_without_it_and_the_trail_says_so(app: Flask) -> None:
    world = a_scored_stage(3)
    person, ref = owner(world, "A")
    leaving.leave(person, ref, WHY)
    shown = [(line.letter, line.rank, line.excluded) for line in ranking(world.chair, world.ref, 1).lines]
    assert shown == [("B", 1, ""), ("C", 2, ""), ("A", None, "withdrawn")]
    (leaf,) = leaves("proposal.leave")
    assert leaf["data"] == {"stage": 1, "proposal": ref}
    assert set(notices("proposal.left")) == {world.lead.name, world.chair.name}


def test_it_cannot_be_chosen_and_a_decision_that_was_proposed_lapses(app: Flask) -> None:
    world = a_scored_stage(3)
    made = propose(world, "A")
    leaving.leave(*owner(world, "A"), WHY)
    with pytest.raises(Refused, match=r"decision\.none"):
        decisions.confirm(world.approver, world.ref, 1, made)
    with pytest.raises(Refused, match=r"decision\.failing"):
        propose(world, "A")
    decisions.confirm(world.approver, world.ref, 1, propose(world, "B"))
    assert lines(world)["A"][:2] == ("excluded", None)


def test_it_leaves_once_with_a_reason_and_only_by_its_own_supplier(app: Flask) -> None:
    world = a_scored_stage()
    person, ref = owner(world, "A")
    with pytest.raises(Refused, match=r"move\.reason"):
        leaving.leave(person, ref, "  ")
    for other in (a_person(), world.lead, world.chair, owner(world, "B")[0]):
        with pytest.raises(Refused, match="missing"):
            leaving.leave(other, ref, WHY)
    leaving.leave(person, ref, WHY)
    with pytest.raises(Refused, match=r"proposal\.left"):
        leaving.leave(person, ref, WHY)


def test_nothing_leaves_before_the_opening(app: Flask) -> None:
    closed = a_closed_stage()
    with pytest.raises(Refused, match=r"proposal\.not_opened"):
        leaving.leave(closed.suppliers[0].administrator, closed.proposals[0], WHY)


def test_whoever_was_decided_on_tells_the_authority(app: Flask) -> None:
    world = a_decided_stage()
    with pytest.raises(Refused, match=r"proposal\.not_opened"):
        leaving.leave(*owner(world, "A"), WHY)
