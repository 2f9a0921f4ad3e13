"""Roles change hands for good: handed over, taken over, given back, and never so that nobody could go on."""

from __future__ import annotations

from flask import Flask

from marketplace.actions import deputies, evaluation, members, moves, opening, roles
from marketplace.actions.moves import Details
from marketplace.policy import Actor
from marketplace.queries import verdict
from tests import factories as f
from tests.actions.test_deputies import REASON, a_deputy, in_office
from tests.actions.test_evaluation import interests, leaves, notices, together
from tests.actions.test_separation import refused


def test_whoever_scored_never_becomes_approver_and_whoever_confirmed_never_scores(app: Flask) -> None:
    world = f.a_decided_stage()
    heir = f.a_colleague(world, "Hal Heir")
    for person, role in ((world.evaluator, "evaluator"), (world.approver, "approver")):
        deputies.hand_over(person, world.ref, person.ref, role, heir.email)
        deputies.take_over(heir, world.ref, role)
        roles.remove(heir, world.ref, heir.ref, role)
    refused("role.approver_scores", roles.appoint, world.lead, world.ref, world.evaluator.email, "approver")
    refused("role.approver_scores", roles.appoint, world.lead, world.ref, world.approver.email, "evaluator")


def test_a_role_handed_over_passes_when_it_is_taken_over_and_the_trail_shows_it(app: Flask) -> None:
    world = f.an_open_challenge()
    heir = f.a_colleague(world, "Hal Heir")
    assert deputies.hand_over(world.lead, world.ref, world.lead.ref, "lead", heir.email) == "asked"
    refused("role.asked", deputies.hand_over, world.lead, world.ref, world.lead.ref, "lead", heir.email)
    refused("missing", moves.make, heir, world.ref, "suspend", REASON)
    assert in_office(world, "lead") == [world.lead.name]
    deputies.take_over(heir, world.ref, "lead")
    assert in_office(world, "lead") == ["Hal Heir"]
    refused("missing", moves.make, world.lead, world.ref, "notice", Details())
    [leaf] = leaves("role.hand-over")
    assert leaf["data"]["role"] == "lead"
    assert leaf["by"] == {"as": "lead", "ref": leaf["data"]["successor"]}
    assert leaf["data"]["holder"] != leaf["data"]["successor"]
    assert "private" not in leaf
    assert sorted(notices("role.hand-over")) == sorted([world.approver.name, world.lead.name])


def test_a_role_goes_to_its_deputy_at_once_and_another_deputy_stands_by_for_the_successor(app: Flask) -> None:
    world = f.an_open_challenge()
    deputy = a_deputy(world, world.chair, "chair")
    assert deputies.hand_over(world.chair, world.ref, world.chair.ref, "chair", deputy.email) == "made"
    assert in_office(world, "chair") == ["Eve Deputy"]
    third = a_deputy(world, deputy, "chair", name="Thea Third")
    deputies.sit_in(third, world.ref, deputy.ref, "chair")
    heir = f.a_colleague(world, "Hal Heir")
    deputies.hand_over(world.approver, world.ref, deputy.ref, "chair", heir.email)
    deputies.take_over(heir, world.ref, "chair")
    assert in_office(world, "chair") == ["Hal Heir"]
    deputies.sit_in(heir, world.ref, heir.ref, "chair")
    assert in_office(world, "chair") == ["Thea Third"]


def test_an_away_leads_role_is_handed_over_by_the_approver_and_not_by_its_deputy(app: Flask) -> None:
    world = f.an_open_challenge()
    deputy = a_deputy(world, world.lead, "lead")
    heir = f.a_colleague(world, "Hal Heir")
    refused("missing", deputies.hand_over, world.approver, world.ref, world.lead.ref, "lead", heir.email)
    deputies.sit_in(world.approver, world.ref, world.lead.ref, "lead")
    refused("missing", deputies.hand_over, deputy, world.ref, world.lead.ref, "lead", deputy.email)
    deputies.hand_over(world.approver, world.ref, world.lead.ref, "lead", heir.email)
    deputies.take_over(heir, world.ref, "lead")
    assert in_office(world, "lead") == ["Hal Heir"]


def test_before_it_is_public_nothing_of_its_people_is_in_the_trail(app: Flask) -> None:
    world = f.a_draft_challenge()
    before = verdict.verify(world.lead).size
    deputy = a_deputy(world, world.lead, "lead")
    deputies.sit_in(deputy, world.ref, deputy.ref, "lead")
    deputies.come_back(deputy, world.ref, deputy.ref, "lead")
    roles.remove(world.lead, world.ref, world.lead.ref, "lead")
    assert verdict.verify(world.lead).size == before


def test_a_role_is_given_back_but_never_the_last_that_could_fill_it_again(app: Flask) -> None:
    world = f.an_open_challenge()
    roles.remove(world.editor, world.ref, world.editor.ref, "editor")
    refused("role.last_appointer", roles.remove, world.lead, world.ref, world.lead.ref, "lead")
    roles.remove(world.approver, world.ref, world.approver.ref, "approver")
    assert sorted(notices("role.give-back")) == sorted([world.approver.name, world.lead.name])
    assert [leaf["data"]["role"] for leaf in leaves("role.give-back")] == ["editor", "approver"]
    heir = f.a_colleague(world, "Hal Heir", "lead")
    roles.remove(world.lead, world.ref, world.lead.ref, "lead")
    assert in_office(world, "lead") == [heir.name]


def test_while_the_panel_scores_nobody_drops_off_it(app: Flask) -> None:
    world = f.a_scoring_stage()
    refused("role.scoring", roles.remove, world.evaluator, world.ref, world.evaluator.ref, "evaluator")
    heir = f.a_colleague(world, "Hal Heir")
    deputies.hand_over(world.evaluator, world.ref, world.evaluator.ref, "evaluator", heir.email)
    deputies.take_over(heir, world.ref, "evaluator")
    evaluation.declare(heir, world.ref, 1, interests(world))
    for person in (heir, world.chair):
        for letter in f.letters(world):
            f.score(world, person, letter, 3, 3, 3, 3)
        evaluation.lock(person, world.ref, 1)
    roles.remove(heir, world.ref, heir.ref, "evaluator")
    assert world.stage.state == "moderating"


def a_third_who_locked(world: f.World) -> Actor:
    """One of three on the panel, who scored, locked, and left it while the others go on scoring."""
    third = f.a_colleague(world, "Tess Third", "evaluator")
    for person in (*world.scorers, third):
        evaluation.declare(person, world.ref, 1, interests(world))
    moves.make(world.lead, world.ref, "score", Details())
    for letter in f.letters(world):
        f.score(world, third, letter, 4, 4, 4, 4)
    evaluation.lock(third, world.ref, 1)
    roles.remove(third, world.ref, third.ref, "evaluator")
    return third


def test_whoever_locked_in_one_place_does_not_fill_another_while_the_panel_scores(app: Flask) -> None:
    world = f.an_opened_stage()
    third = a_third_who_locked(world)
    holder = world.evaluator
    refused("role.acted", deputies.name, world.lead, world.ref, holder.ref, "evaluator", third.email)
    refused("role.acted", deputies.hand_over, holder, world.ref, holder.ref, "evaluator", third.email)
    refused("role.acted", roles.appoint, world.lead, world.ref, third.email, "evaluator")
    for person in world.scorers:
        for letter in f.letters(world):
            f.score(world, person, letter, 2, 2, 2, 2)
    assert [evaluation.lock(each, world.ref, 1) for each in world.scorers] == ["locked", "moderating"]


def test_whoever_confirmed_the_opening_does_not_sit_in_the_second_openers_place(app: Flask) -> None:
    world = f.a_closed_stage()
    first, second = world.openers
    opening.confirm(first, world.ref, 1)
    roles.remove(first, world.ref, first.ref, "opener")
    refused("role.acted", deputies.name, second, world.ref, second.ref, "opener", first.email)
    assert opening.confirm(second, world.ref, 1) == "opened"


def test_nobody_joins_the_panel_between_the_last_lock_and_the_decision(app: Flask) -> None:
    world = f.a_scored_stage()
    late = f.a_colleague(world, "Lena Late")
    refused("role.panel_closed", roles.appoint, world.lead, world.ref, late.email, "evaluator")
    refused("role.one_chair", roles.appoint, world.lead, world.ref, late.email, "chair")


def test_nobody_leaves_the_organisation_while_holding_standing_by_or_away(app: Flask) -> None:
    world = f.an_open_challenge()
    deputy, office = a_deputy(world, world.lead, "lead"), world.authority
    deputies.sit_in(deputy, world.ref, world.lead.ref, "lead")
    for person in (deputy, world.lead):
        refused(
            "organisation.open_roles",
            members.remove,
            office.administrator,
            office.slug,
            person.ref,
        )
    deputies.come_back(world.lead, world.ref, world.lead.ref, "lead")
    refused("organisation.open_roles", members.remove, office.administrator, office.slug, deputy.ref)
    roles.remove(deputy, world.ref, deputy.ref, "lead")
    members.remove(office.administrator, office.slug, deputy.ref)


def test_a_deputy_who_goes_while_sitting_in_makes_way_for_the_holder(app: Flask) -> None:
    world = f.an_open_challenge()
    deputy = a_deputy(world, world.lead, "lead")
    deputies.sit_in(deputy, world.ref, deputy.ref, "lead")
    refused("role.away", roles.remove, world.lead, world.ref, world.lead.ref, "lead")
    roles.remove(deputy, world.ref, deputy.ref, "lead")
    assert in_office(world, "lead") == [world.lead.name]
    assert [len(leaves(kind)) for kind in ("role.sit-in", "role.return")] == [1, 1]


def test_what_an_absent_person_asked_for_is_asked_anew_by_their_deputy(app: Flask) -> None:
    world = f.an_open_challenge()
    moves.make(world.lead, world.ref, "suspend", REASON)
    assert moves.make(world.lead, world.ref, "resume", REASON) == "asked"
    deputy = a_deputy(world, world.lead, "lead")
    deputies.sit_in(deputy, world.ref, deputy.ref, "lead")
    assert moves.make(deputy, world.ref, "resume", REASON) == "asked"
    refused("move.asked", moves.make, deputy, world.ref, "resume", REASON)
    assert moves.make(world.approver, world.ref, "resume", Details()) == "made"


def test_everybody_accepts_before_the_team_is_complete(app: Flask) -> None:
    world = f.a_challenge_in_review()
    second = f.a_colleague(world, "Ben Second")
    roles.appoint(world.editor, world.ref, second.email, "lead")
    refused(
        "challenge.unaccepted", moves.make, world.approver, world.ref, "approve", Details(seen=world.seen)
    )
    refused("missing", moves.make, second, world.ref, "engage", Details())
    roles.accept(second, world.ref)
    assert moves.make(world.approver, world.ref, "approve", Details(seen=world.seen)) == "made"


def test_two_who_were_asked_for_one_role_at_once_are_one(app: Flask) -> None:
    world = f.an_open_challenge()
    heirs = [f.a_colleague(world, name) for name in ("Hal Heir", "Ida Heir")]
    found = together(
        app,
        *(
            lambda heir=heir: deputies.hand_over(world.lead, world.ref, world.lead.ref, "lead", heir.email)
            for heir in heirs
        ),
    )
    assert sorted(found) == ["asked", "role.asked"]


def test_taking_over_against_the_holders_own_act_leaves_one_of_two_orders(app: Flask) -> None:
    """Whoever suspends was lead when they did: the leaf stands before the handover, or there is none."""
    world = f.an_open_challenge()
    heir = f.a_colleague(world, "Hal Heir")
    deputies.hand_over(world.lead, world.ref, world.lead.ref, "lead", heir.email)
    found = together(
        app,
        lambda: moves.make(world.lead, world.ref, "suspend", REASON),
        lambda: deputies.take_over(heir, world.ref, "lead"),
    )
    [handed] = leaves("role.hand-over")
    suspended = leaves("challenge.suspend")
    assert sorted(found) in (["None", "made"], ["None", "missing"])
    assert (world.state, len(suspended)) == (("suspended", 1) if "made" in found else ("open", 0))
    assert all(leaf["by"]["ref"] == handed["data"]["holder"] for leaf in suspended)
    assert in_office(world, "lead") == ["Hal Heir"]
