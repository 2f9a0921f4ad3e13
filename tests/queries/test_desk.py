"""What waits for whom: the first task of every role, in every state, in a fixed number of statements."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from marketplace.actions import challenges, decisions, deputies, evaluation, moderation, moves, roles
from marketplace.actions.moves import Details
from marketplace.models.database import installation
from marketplace.policy import ANYONE, Actor
from marketplace.queries import authoring
from marketplace.queries.desk import Waiting, board, desk
from marketplace.rules.duties import COMING, TASKS
from marketplace.rules.lifecycle import CHALLENGE_STATES, STAGE_STATES
from marketplace.rules.refusals import Refused
from marketplace.rules.roles import ON_CHALLENGE
from tests import factories
from tests.actions import test_evaluation
from tests.conftest import NOON
from tests.factories import (
    World,
    a_challenge_in_review,
    a_draft_challenge,
    a_draft_proposal,
    a_person,
    a_supplier,
    an_approved_challenge,
    an_authority,
    an_open_challenge,
)
from tests.queries.rows import statements


def tasks(person: Actor) -> list[str]:
    return [each.task for each in desk(person).waiting]


def a_bare_draft() -> World:
    world = a_draft_challenge()
    world.ref = challenges.create(world.editor, world.authority.slug, "one-stage")
    return world


def test_nobody_in_particular_has_no_desk(app: Flask) -> None:
    with pytest.raises(Refused, match="missing"):
        desk(ANYONE)


def test_a_new_person_has_nothing_waiting(app: Flask) -> None:
    found = desk(a_person())
    assert (found.waiting, found.challenges, found.organisations, found.proposals) == ((), (), (), ())


def test_an_editor_finishes_a_draft_and_then_sends_it(app: Flask) -> None:
    world = a_bare_draft()
    first = next(each for each in desk(world.editor).waiting if each.task == "write")
    assert first.progress == (3, 11)
    assert first.href == f"/desk/challenges/{world.ref}"
    assert "send" in tasks(world.editor)


def test_an_editor_may_not_be_asked_to_approve_and_an_approver_is(app: Flask) -> None:
    world = a_challenge_in_review()
    assert tasks(world.approver) == ["approve"]
    assert tasks(world.editor) == []
    assert tasks(world.chair) == []


def test_whoever_was_asked_to_score_accepts_first_and_an_opener_declares(app: Flask) -> None:
    world = a_bare_draft()
    roles.appoint(world.editor, world.ref, world.evaluator.email, "evaluator")
    roles.appoint(world.editor, world.ref, world.approver.email, "opener")
    assert tasks(world.evaluator) == ["accept"]
    assert tasks(world.approver) == ["accept"]
    for person in (world.evaluator, world.approver):
        roles.accept(person, world.ref)
    assert tasks(world.approver) == ["no-interest"]
    assert tasks(world.evaluator) == []


def test_a_lead_opens_what_is_approved(app: Flask) -> None:
    world = an_approved_challenge()
    assert tasks(world.lead) == ["open"]
    assert tasks(world.approver) == []


def test_a_request_waits_for_the_second_person_alone(app: Flask) -> None:
    world = an_open_challenge()
    moves.make(world.lead, world.ref, "suspend", Details(reason="An error."))
    assert tasks(world.lead) == tasks(world.approver) == ["resume"]
    moves.make(world.lead, world.ref, "resume", Details(reason="Corrected.", closes_at=NOON))
    assert tasks(world.lead) == []
    waiting = desk(world.approver).waiting
    assert [(each.task, each.href) for each in waiting] == [
        ("agree", f"/desk/challenges/{world.ref}/moves/resume")
    ]


def test_openers_are_asked_at_the_deadline_by_the_clock_alone(app: Flask) -> None:
    world = an_open_challenge()
    assert tasks(world.approver) == []
    installation().clock.set(NOON)
    assert tasks(world.approver) == ["open-proposals"]
    assert tasks(world.chair) == []
    assert desk(world.approver).challenges[0].state == "in_progress"


def test_with_no_proposal_the_lead_reports_and_ends(app: Flask) -> None:
    world = an_open_challenge()
    factories.pass_deadline(world)
    assert tasks(world.lead) == ["report"]
    challenges.report_outcome(world.lead, world.ref, "Nothing came.", False, 0, "GBP", "Ask sooner.")
    assert tasks(world.lead) == ["end"]


def test_the_panel_declares_once_the_proposals_are_opened(app: Flask) -> None:
    world = factories.an_opened_stage()
    assert tasks(world.chair) == tasks(world.evaluator) == ["declare"]
    assert tasks(world.approver) == []
    assert "begin-scoring" not in tasks(world.lead)


def test_the_panel_scores_until_each_has_locked(app: Flask) -> None:
    world = factories.a_scoring_stage()
    assert tasks(world.chair) == tasks(world.evaluator) == ["score"]
    for letter in factories.letters(world):
        factories.score(world, world.chair, letter, 3, 3, 3, 3)
    evaluation.lock(world.chair, world.ref, 1)
    assert tasks(world.chair) == []
    assert tasks(world.evaluator) == ["score"]


def test_the_chair_makes_the_levels_final_before_there_is_anything_to_decide(app: Flask) -> None:
    world = factories.a_locked_stage()
    assert tasks(world.chair) == ["moderate"]
    assert tasks(world.evaluator) == tasks(world.approver) == tasks(world.lead) == []
    moderation.settle(world.chair, world.ref, 1)
    assert tasks(world.chair) == ["decide"]


def test_the_chair_proposes_and_an_approver_who_did_not_score_confirms(app: Flask) -> None:
    world = factories.a_scored_stage()
    assert tasks(world.chair) == ["decide"]
    assert tasks(world.approver) == []
    decisions.propose(world.chair, world.ref, 1, ["A"], factories.sentences(world), "It found most.")
    assert tasks(world.chair) == []
    assert tasks(world.approver) == ["confirm"]


def test_an_award_waits_for_the_end_of_the_standstill(app: Flask) -> None:
    world = factories.a_noticed_challenge(regime="pa2023-above", closes_at=NOON + timedelta(days=8))
    assert tasks(world.lead) == []
    ends_at = authoring.work(world.lead, world.ref).standstill_ends_at
    assert ends_at is not None
    installation().clock.set(ends_at)
    assert tasks(world.lead) == ["award"]


def test_a_supplier_reads_its_summary_for_four_weeks(app: Flask) -> None:
    world = factories.a_noticed_challenge()
    supplier = world.suppliers[0].administrator
    assert [each.href for each in desk(supplier).waiting] == [f"/desk/proposals/{world.proposals[0]}/summary"]
    installation().clock.advance(timedelta(days=28))
    assert tasks(supplier) == []


def test_a_supplier_finishes_the_draft_that_closes_soonest_first(app: Flask) -> None:
    supplier = a_supplier()
    later = an_open_challenge(closes_at=NOON + timedelta(days=8))
    sooner = an_open_challenge()
    refs = [a_draft_proposal(world, supplier) for world in (later, sooner)]
    waiting = desk(supplier.administrator).waiting
    assert [each.href for each in waiting] == [f"/desk/proposals/{ref}" for ref in reversed(refs)]
    assert waiting[0].due == NOON


def test_a_draft_stops_waiting_at_the_deadline_but_stays_listed(app: Flask) -> None:
    supplier = a_supplier()
    a_draft_proposal(an_open_challenge(), supplier)
    installation().clock.set(NOON)
    found = desk(supplier.administrator)
    assert found.waiting == ()
    assert [each.state for each in found.proposals] == ["draft"]


def test_one_supplier_sees_nothing_of_anothers(app: Flask) -> None:
    world = an_open_challenge()
    a_draft_proposal(world, a_supplier("First"))
    other = desk(a_supplier("Second").administrator)
    assert (other.waiting, other.proposals) == ((), ())


def test_the_team_does_not_learn_from_the_desk_that_somebody_proposes(app: Flask) -> None:
    world = an_open_challenge()
    before = {person.name: desk(person) for person in (world.lead, world.approver, world.chair)}
    factories.a_submitted_proposal(world)
    assert {person.name: desk(person) for person in (world.lead, world.approver, world.chair)} == before


def test_an_operator_verifies_authorities_oldest_first(app: Flask) -> None:
    operator = a_person("Olive", operator=True)
    slugs = [an_authority(name, verified=False).slug for name in ("Aldermere", "Brook")]
    assert [each.href for each in desk(operator).waiting] == [f"/desk/verifications/{slug}" for slug in slugs]


def test_every_task_has_its_words(app: Flask) -> None:
    facts = {"roles": "chair", "done": 1, "total": 2, "name": "Ada", "move": "open it", "letter": "A"}
    for words in TASKS.values():
        assert words.title
        assert words.button
        assert "{" not in words.text.format(**facts)


def test_what_is_due_comes_first_and_what_waits_longest_next(app: Flask) -> None:
    world = an_open_challenge()
    roles.appoint(world.lead, world.ref, world.authority.administrator.email, "evaluator")
    installation().clock.advance(timedelta(hours=1))
    ref = challenges.create(world.authority.administrator, world.authority.slug, "one-stage")
    waiting: tuple[Waiting, ...] = desk(world.authority.administrator).waiting
    assert [each.task for each in waiting] == ["accept", "write"]
    assert waiting[1].href.endswith(ref)


def test_the_number_of_statements_does_not_grow(app: Flask) -> None:
    world = a_draft_challenge()
    few = statements(lambda: desk(world.editor))
    for _ in range(3):
        ref = challenges.create(world.editor, world.authority.slug, "civtech")
        roles.appoint(world.editor, ref, world.editor.email, "lead")
    supplier = a_supplier()
    factories.join(supplier, world.editor)
    assert statements(lambda: desk(world.editor)) == few


def test_the_working_record_takes_a_fixed_number_of_statements(app: Flask) -> None:
    bare, full = a_bare_draft(), an_open_challenge()
    few = statements(lambda: authoring.work(bare.editor, bare.ref))
    assert statements(lambda: authoring.work(full.editor, full.ref)) == few
    assert few <= 14


def test_the_working_record_is_for_the_team(app: Flask) -> None:
    world = a_draft_challenge()
    for outsider in (a_person(), ANYONE, world.authority.administrator):
        with pytest.raises(Refused, match="missing"):
            authoring.work(outsider, world.ref)


def test_the_record_says_who_is_missing_for_the_smallest_lawful_team(app: Flask) -> None:
    bare = a_bare_draft()
    assert authoring.work(bare.editor, bare.ref).team_gaps == (
        "lead",
        "approver",
        "openers",
        "chair",
        "panel",
    )
    full = a_draft_challenge()
    assert authoring.work(full.editor, full.ref).team_gaps == ()


def test_the_hash_that_an_approver_sees_is_that_of_the_content(app: Flask) -> None:
    world = a_challenge_in_review()
    record = authoring.work(world.approver, world.ref)
    assert record.seen == world.seen
    assert [move.name for move in record.moves] == ["send-back", "approve"]
    assert all(not move.why for move in record.moves)


def test_whoever_is_asked_to_stand_by_or_to_take_over_finds_it_on_their_desk(app: Flask) -> None:
    world = an_open_challenge()
    deputy, heir = factories.a_colleague(world, "Eve Deputy"), factories.a_colleague(world, "Hal Heir")
    deputies.name(world.lead, world.ref, world.lead.ref, "lead", deputy.email)
    deputies.name(world.lead, world.ref, world.lead.ref, "opener", deputy.email)
    deputies.hand_over(world.lead, world.ref, world.lead.ref, "lead", heir.email)
    assert [(each.task, each.facts) for each in desk(deputy).waiting] == [
        ("deputise", {"roles": ("lead", "opener")})
    ]
    assert tasks(heir) == ["take-over"]
    roles.accept(deputy, world.ref)
    assert tasks(deputy) == []
    assert [held.standing for held in desk(deputy).challenges[0].roles] == ["deputy", "deputy"]


def test_tasks_follow_whoever_sits_in(app: Flask) -> None:
    world = factories.a_closed_stage()
    deputy = factories.a_colleague(world, "Eve Deputy")
    deputies.name(world.approver, world.ref, world.approver.ref, "opener", deputy.email)
    roles.accept(deputy, world.ref)
    deputies.sit_in(deputy, world.ref, world.approver.ref, "opener")
    assert set(tasks(deputy)) == {"no-interest", "open-proposals"}
    assert tasks(world.approver) == []
    assert {held.standing for held in desk(world.approver).challenges[0].roles} == {"acts", "away"}


def test_whoever_appoints_is_asked_for_those_without_whom_it_cannot_go_on(app: Flask) -> None:
    world = an_open_challenge()
    roles.remove(world.chair, world.ref, world.chair.ref, "chair")
    roles.remove(world.approver, world.ref, world.approver.ref, "opener")
    [task] = desk(world.lead).waiting
    assert (task.task, task.facts) == ("appoint", {"roles": ("opener", "chair")})
    assert tasks(world.approver) == []


def test_the_chairs_own_interest_waits_for_an_approver(app: Flask) -> None:
    world = factories.an_opened_stage()
    interests = test_evaluation.interests(world, A="manageable")
    evaluation.declare(world.chair, world.ref, 1, interests)
    assert tasks(world.chair) == []
    assert tasks(world.approver) == ["consent"]


def test_an_evaluator_sees_how_many_of_all_scores_are_given_until_when(app: Flask) -> None:
    world = factories.a_scoring_stage()
    factories.score(world, world.chair, "A", 3, 3, 3, 3)
    [task] = desk(world.chair).waiting
    assert (task.progress, task.due) == ((4, 8), NOON + timedelta(days=30))
    [task] = desk(world.evaluator).waiting
    assert task.progress == (0, 8)


def test_others_tasks_tell_nothing_of_how_far_they_are(app: Flask) -> None:
    world = factories.a_scoring_stage()
    factories.score(world, world.chair, "A", 3, 3, 3, 3)
    assert [each.waiting.progress for each in board(world.lead, world.ref).others] == [None, None]


def test_a_board_is_for_the_team_and_takes_a_fixed_number_of_statements(app: Flask) -> None:
    world, bare = factories.a_scoring_stage(), a_draft_challenge()
    for outsider in (a_person(), ANYONE, bare.lead):
        with pytest.raises(Refused, match="missing"):
            board(outsider, world.ref)
    few = statements(lambda: board(bare.lead, bare.ref))
    assert statements(lambda: board(world.lead, world.ref)) == few


def test_what_comes_next_is_said_of_states_and_roles_that_there_are() -> None:
    facts = {"closes_on": "Monday", "until": "Friday"}
    for phase, said in COMING.items():
        # `waiting`: a stage that is scored by too few people.
        assert phase in (*CHALLENGE_STATES, *STAGE_STATES, "waiting")
        assert set(said) <= {"", *ON_CHALLENGE}
        assert all("{" not in message.format(**facts) for message in said.values())
