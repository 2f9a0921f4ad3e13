"""Experts from outside: asked by e-mail, bound by an undertaking, and nobody learns who has an account."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.actions import deputies, evaluation, experts, invitations, moves, recusals, roles
from marketplace.actions.moves import Details
from marketplace.clock import Clock
from marketplace.models.accounts import RoleAssignment
from marketplace.models.database import installation, reading, writing
from marketplace.models.notices import Notice
from marketplace.policy import ANYONE, Actor
from marketplace.queries import authoring, desk
from marketplace.queries import invitations as queries
from marketplace.rules.refusals import Refused
from tests import factories as f
from tests.actions.test_deputies import in_office
from tests.actions.test_evaluation import interests, leaves
from tests.actions.test_invitations import over, token_of
from tests.actions.test_races import together
from tests.actions.test_separation import refused

EMAIL = "xenia.expert@lab.example"


def listed(world: f.World, viewer: Actor | None = None) -> list[tuple[str, str, str, bool]]:
    found = queries.experts(viewer or world.lead, world.ref)
    return [(each.email, each.role, each.answer, each.over) for each in found]


def ref_of(world: f.World) -> str:
    return queries.experts(world.lead, world.ref)[0].ref


def undertaken_at(world: f.World, person: Actor) -> object:
    row = RoleAssignment
    with reading() as connection:
        return connection.scalars(
            select(row.undertaken_at).where(
                row.challenge_id == world.id, row.person_id == person.person_id, row.external
            )
        ).one()


def test_somebody_without_an_account_registers_undertakes_and_scores(app: Flask) -> None:
    world = f.an_opened_stage()
    token = f.invite_expert(world, EMAIL)
    refused("undertaking.missing", invitations.register, ANYONE, token, "Xenia Expert", f.PASSWORD)
    joined = invitations.register(ANYONE, token, "Xenia Expert", f.PASSWORD, True)
    assert joined == {"to": f"/desk/challenges/{world.ref}", "email": EMAIL}
    over(token)
    member = next(each for each in authoring.work(world.lead, world.ref).team if each.email == EMAIL)
    assert (member.external, member.accepted, member.role) == (True, True, "evaluator")
    expert = Actor(person_id=member.person_id, ref=member.ref, name=member.name, email=EMAIL)
    assert undertaken_at(world, expert) == installation().clock.now()
    for person in (*world.scorers, expert):
        evaluation.declare(person, world.ref, 1, interests(world))
    moves.make(world.lead, world.ref, "score", Details())
    f.score(world, expert, "A", 3, 3, 3, 3)


def test_somebody_with_an_account_accepts_only_with_the_undertaking(app: Flask) -> None:
    world, expert = f.an_open_challenge(), f.a_person("Xenia Expert")
    token = f.invite_expert(world, expert.email.upper())
    refused("undertaking.missing", invitations.accept, expert, token)
    refused("missing", authoring.work, expert, world.ref)
    assert invitations.accept(expert, token, True) == f"/desk/challenges/{world.ref}"
    assert sorted(in_office(world, "evaluator")) == ["Dev Evaluator", "Xenia Expert"]
    over(token, expert)


def test_before_the_answer_there_is_nothing_of_the_challenge_and_after_it_that_one_alone(app: Flask) -> None:
    world, other, expert = f.a_draft_challenge(), f.a_draft_challenge(), f.a_person("Xenia Expert")
    token = f.invite_expert(world, expert.email)
    assert queries.by_link(ANYONE, token).ref == ""
    assert desk.desk(expert).challenges == ()
    refused("missing", authoring.work, expert, world.ref)
    refused("missing", queries.experts, expert, world.ref)
    invitations.accept(expert, token, True)
    assert [mine.ref for mine in desk.desk(expert).challenges] == [world.ref]
    assert authoring.authorities(expert) == ()
    refused("missing", authoring.work, expert, other.ref)
    assert queries.experts(expert, world.ref) == ()


def test_whoever_asks_learns_nothing_of_who_has_an_account(app: Flask) -> None:
    world, known = f.a_draft_challenge(), f.a_person("Xenia Expert").email
    proposer = f.a_supplier().administrator.email
    object.__setattr__(installation().settings, "environment", "rehearsal")
    answers = [experts.invite(world.lead, world.ref, email, "observer") for email in (known, proposer, EMAIL)]
    assert answers == [{"link": ""}] * 3
    assert [each[1:] for each in listed(world)] == [("observer", "", False)] * 3
    with reading() as connection:
        sent = connection.execute(
            select(Notice.kind, Notice.person_id).order_by(Notice.id.desc()).limit(3)
        ).all()
    assert set(sent) == {("expert.invited", None)}


def test_an_expert_who_says_no_or_nothing_or_is_not_needed_shows_on_the_list(
    app: Flask, clock: Clock
) -> None:
    world = f.an_open_challenge()
    invitations.decline(ANYONE, f.invite_expert(world, EMAIL))
    assert listed(world) == [(EMAIL, "evaluator", "declined", False)]
    with reading() as connection:
        told = connection.scalars(select(Notice.person_id).where(Notice.kind == "role.declined")).all()
    assert told == [world.lead.person_id]
    token = f.invite_expert(world, "second@lab.example")
    clock.advance(timedelta(days=7))
    over(token)
    assert listed(world)[0] == ("second@lab.example", "evaluator", "", True)
    again = token_of(experts.send_again(world.lead, world.ref, ref_of(world)))
    experts.withdraw(world.lead, world.ref, ref_of(world))
    over(again)
    assert len(listed(world)) == 1


def test_one_invitation_of_an_address_waits_at_a_time_on_each_challenge(app: Flask) -> None:
    one, two = f.an_open_challenge(), f.a_draft_challenge()
    f.invite_expert(one, EMAIL)
    refused("invitation.waiting", experts.invite, one.lead, one.ref, EMAIL, "observer")
    assert f.invite_expert(two, EMAIL)


def test_only_whoever_appoints_asks_and_only_the_sender_and_they_take_back(app: Flask) -> None:
    world = f.an_open_challenge()
    for person in (world.approver, world.chair, world.evaluator, f.a_person()):
        refused("missing", experts.invite, person, world.ref, EMAIL, "evaluator")
    f.invite_expert(world, EMAIL)
    ref = ref_of(world)
    for person in (world.chair, world.evaluator, f.a_person()):
        refused("missing", experts.withdraw, person, world.ref, ref)
        refused("missing", experts.send_again, person, world.ref, ref)
    assert listed(world, world.evaluator) == []
    experts.withdraw(world.approver, world.ref, ref)


@pytest.mark.parametrize("role", ["lead", "approver", "opener", "editor", "member", "nothing"])
def test_only_scorers_and_observers_come_from_outside(app: Flask, role: str) -> None:
    world = f.an_open_challenge()
    code = "role.unknown" if role == "nothing" else "role.inside"
    refused(code, experts.invite, world.lead, world.ref, EMAIL, role)


def test_a_second_chair_is_refused_when_asked_and_when_accepting(app: Flask) -> None:
    world = f.an_open_challenge()
    refused("role.one_chair", experts.invite, world.lead, world.ref, EMAIL, "chair")
    roles.remove(world.chair, world.ref, world.chair.ref, "chair")
    tokens = [f.invite_expert(world, f"{name}@lab.example", "chair") for name in ("one", "two")]
    invitations.register(ANYONE, tokens[0], "First", f.PASSWORD, True)
    refused("role.one_chair", invitations.register, ANYONE, tokens[1], "Second", f.PASSWORD, True)
    assert in_office(world, "chair") == ["First"]


def test_what_one_person_may_not_be_at_once_is_checked_of_the_team_now_and_of_others_as_they_accept(
    app: Flask,
) -> None:
    world, supplier = f.an_open_challenge(), f.a_supplier()
    refused("role.approver_scores", experts.invite, world.lead, world.ref, world.approver.email, "evaluator")
    f.a_draft_proposal(world, supplier)
    token = f.invite_expert(world, supplier.administrator.email)
    refused("role.own_proposal", invitations.accept, supplier.administrator, token, True)
    later = f.a_colleague(world, "Lou Later")
    token = f.invite_expert(world, later.email)
    roles.appoint(world.lead, world.ref, later.email, "approver")
    refused("role.approver_scores", invitations.accept, later, token, True)


def test_nobody_joins_the_panel_by_an_old_link_once_all_have_locked(app: Flask) -> None:
    world = f.a_scoring_stage()
    token = f.invite_expert(world, EMAIL)
    for person in world.scorers:
        for letter in f.letters(world):
            f.score(world, person, letter, 3, 3, 3, 3)
        evaluation.lock(person, world.ref, 1)
    refused("role.panel_closed", invitations.register, ANYONE, token, "Xenia Expert", f.PASSWORD, True)
    refused("role.panel_closed", experts.invite, world.lead, world.ref, "other@lab.example", "evaluator")
    recusals.recuse(world.lead, world.ref, 1, world.evaluator.ref, "A tie came to light.")
    invitations.register(ANYONE, token, "Xenia Expert", f.PASSWORD, True)
    assert in_office(world, "evaluator") == ["Xenia Expert"]


def test_a_challenge_that_ended_takes_nobody(app: Flask) -> None:
    world = f.an_open_challenge()
    token = f.invite_expert(world, EMAIL)
    reason = Details(reason="The need is gone.")
    moves.make(world.lead, world.ref, "terminate", reason)
    moves.make(world.approver, world.ref, "terminate", Details())
    over(token)
    refused("role.fixed", experts.invite, world.lead, world.ref, "other@lab.example", "observer")


def test_a_place_on_the_panel_is_handed_to_an_expert_who_takes_it_over_with_the_undertaking(
    app: Flask,
) -> None:
    world = f.an_open_challenge()
    mailed = experts.invite_to_seat(
        world.evaluator, world.ref, world.evaluator.ref, "evaluator", EMAIL, False
    )
    assert queries.by_link(ANYONE, token_of(mailed)).holder == world.evaluator.name
    assert in_office(world, "evaluator") == [world.evaluator.name]
    invitations.register(ANYONE, token_of(mailed), "Xenia Expert", f.PASSWORD, True)
    assert in_office(world, "evaluator") == ["Xenia Expert"]
    [leaf] = leaves("role.hand-over")
    assert leaf["by"] == {"as": "evaluator", "ref": leaf["data"]["successor"]}


def test_an_invitation_to_a_seat_that_ended_is_over(app: Flask) -> None:
    world = f.an_open_challenge()
    mailed = experts.invite_to_seat(world.evaluator, world.ref, world.evaluator.ref, "evaluator", EMAIL, True)
    roles.remove(world.evaluator, world.ref, world.evaluator.ref, "evaluator")
    refused("invitation.over", invitations.register, ANYONE, token_of(mailed), "Xenia", f.PASSWORD, True)


def test_an_expert_who_was_asked_before_there_was_an_undertaking_gives_it_before_accepting(
    app: Flask,
) -> None:
    world = f.an_open_challenge()
    asked, heir = f.a_colleague(world, "Ola Outside"), f.a_colleague(world, "Hal Heir")
    roles.appoint(world.lead, world.ref, asked.email, "evaluator")
    deputies.hand_over(world.evaluator, world.ref, world.evaluator.ref, "evaluator", heir.email)
    people = (asked.person_id, heir.person_id)
    with writing() as session:
        session.query(RoleAssignment).filter(
            RoleAssignment.challenge_id == world.id, RoleAssignment.person_id.in_(people)
        ).update({"external": True})
    refused("undertaking.missing", roles.accept, asked, world.ref)
    refused("undertaking.missing", deputies.take_over, heir, world.ref, "evaluator")
    roles.accept(asked, world.ref, True)
    deputies.take_over(heir, world.ref, "evaluator", True)
    for person in (asked, heir):
        assert undertaken_at(world, person) == installation().clock.now()


def test_accepting_and_taking_back_at_once_only_one_holds(app: Flask) -> None:
    world, expert = f.an_open_challenge(), f.a_person("Xenia Expert")
    token, ref = f.invite_expert(world, expert.email), ref_of(world)
    accepted, withdrawn = together(
        app,
        lambda: invitations.accept(expert, token, True),
        lambda: experts.withdraw(world.lead, world.ref, ref),
    )
    held = "Xenia Expert" in in_office(world, "evaluator")
    assert (accepted, withdrawn, held) in (
        (f"/desk/challenges/{world.ref}", "missing", True),
        ("invitation.over", None, False),
    )


def test_two_who_accept_one_chair_at_once_are_one_chair(app: Flask) -> None:
    world = f.an_open_challenge()
    roles.remove(world.chair, world.ref, world.chair.ref, "chair")
    people = [f.a_person(name) for name in ("Xenia Expert", "Yara Expert")]
    tokens = [f.invite_expert(world, person.email, "chair") for person in people]
    found = together(
        app,
        *(
            lambda person=person, token=token: invitations.accept(person, token, True)
            for person, token in zip(people, tokens, strict=True)
        ),
    )
    assert sorted(map(str, found)) == [f"/desk/challenges/{world.ref}", "role.one_chair"]
    assert len(in_office(world, "chair")) == 1


def test_an_invitation_is_counted_for_each_sender(app: Flask) -> None:
    world = f.an_open_challenge()
    for _again in range(3):
        f.invite_expert(world, EMAIL)
        experts.withdraw(world.lead, world.ref, ref_of(world))
    with pytest.raises(Refused, match=r"account\.throttled"):
        f.invite_expert(world, EMAIL)
