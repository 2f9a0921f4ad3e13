"""Nobody opens alone: not whoever runs the service, not an authority's administrator, not one opener in any guise."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import pytest
from flask import Flask

from marketplace.actions import deputies, opening, roles
from marketplace.models.database import installation
from marketplace.policy import SYSTEM, Actor
from marketplace.rules.refusals import Refused
from marketplace.rules.roles import Role
from tests import factories as f
from tests.actions.test_proposals import refused


def operator(_world: f.World) -> Actor:
    return f.a_person("Olive Operator", operator=True)


def administrator(world: f.World) -> Actor:
    return world.authority.administrator


def operator_who_administers(world: f.World) -> Actor:
    person = f.a_person("Olive Operator", operator=True)
    f.join(world.authority, person, Role.ADMINISTRATOR)
    return person


def the_service_itself(_world: f.World) -> Actor:
    return SYSTEM


@pytest.mark.parametrize("who", [operator, administrator, operator_who_administers, the_service_itself])
def test_whoever_runs_the_service_or_the_authority_neither_opens_nor_makes_themselves_an_opener(
    app: Flask, who: Callable[[f.World], Actor]
) -> None:
    world = f.a_closed_stage(1)
    person = who(world)
    opening.confirm(world.openers[0], world.ref, 1)
    refused("missing", opening.confirm, person, world.ref, 1)
    refused("missing", roles.appoint, person, world.ref, person.email, Role.OPENER)
    refused("missing", roles.accept, person, world.ref)
    refused("missing", roles.declare_no_interest, person, world.ref)
    refused("missing", deputies.name, person, world.ref, world.approver.ref, Role.OPENER, person.email)
    refused("missing", deputies.sit_in, person, world.ref, world.approver.ref, Role.OPENER)
    assert (world.stage.state, world.stage.opened_at) == ("closed", None)


def test_one_opener_is_one_in_every_visit_and_in_both_seats(app: Flask) -> None:
    world = f.a_closed_stage(1)
    lead, _second = world.openers
    opening.confirm(lead, world.ref, 1)
    for visit in ("at home", "in the office"):
        refused("opener.again", opening.confirm, dataclasses.replace(lead, visit=visit), world.ref, 1)
    # A lead who opens cannot be the second opener too, nor that one's deputy or successor.
    for take in (
        lambda: roles.appoint(lead, world.ref, lead.email, Role.OPENER),
        lambda: deputies.name(lead, world.ref, world.approver.ref, Role.OPENER, lead.email),
        lambda: deputies.hand_over(lead, world.ref, world.approver.ref, Role.OPENER, lead.email),
    ):
        with pytest.raises(Refused):
            take()
    refused("opener.again", opening.confirm, lead, world.ref, 1)
    assert world.stage.state == "closed"


def test_a_lead_who_gives_the_place_away_after_confirming_does_not_open_by_who_comes(app: Flask) -> None:
    world = f.a_closed_stage(1)
    lead, _second = world.openers
    opening.confirm(lead, world.ref, 1)
    friend = f.a_colleague(world, "Fred Friend")
    deputies.name(lead, world.ref, lead.ref, Role.OPENER, friend.email)
    roles.accept(friend, world.ref)
    roles.declare_no_interest(friend, world.ref)
    deputies.sit_in(lead, world.ref, lead.ref, Role.OPENER)
    refused("opener.same_seat", opening.confirm, friend, world.ref, 1)
    assert world.stage.state == "closed"


def test_nothing_of_a_stage_is_unwrapped_for_a_lone_opener(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = f.a_closed_stage(1)
    ring = installation().keys

    def unwrap(_wrapped: bytes) -> None:
        raise AssertionError("a stage's key was unwrapped")

    monkeypatch.setattr(ring, "unwrap", unwrap)
    first, second = world.openers
    assert opening.confirm(first, world.ref, 1) == "waiting"
    refused("opener.again", opening.confirm, first, world.ref, 1)
    again = dataclasses.replace(second, visit=first.visit)
    refused("opener.same_visit", opening.confirm, again, world.ref, 1)
    with pytest.raises(AssertionError, match="unwrapped"):
        opening.confirm(second, world.ref, 1)
    assert world.stage.state == "closed"
