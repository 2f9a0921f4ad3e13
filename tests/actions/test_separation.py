"""Separation of duties: what one person, or two who stand too close, can never do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.actions import (
    decisions,
    eligibility,
    evaluation,
    experts,
    files,
    moves,
    opening,
    proposals,
    roles,
    seats,
    summaries,
)
from marketplace.actions.moves import AWARD_CHECKS, Details
from marketplace.models.challenges import Challenge
from marketplace.models.database import installation, reading
from marketplace.models.trail import LogEvent
from marketplace.policy import Actor
from marketplace.queries import clarifications, declarations
from marketplace.queries import decisions as rankings
from marketplace.queries import eligibility as eligibilities
from marketplace.queries import opened as reads
from marketplace.queries import scores as sheets
from marketplace.rules.refusals import Refused
from tests import factories as f
from tests.actions.test_decisions import propose
from tests.actions.test_evaluation import begin, interests, save, together

LATER = datetime(2026, 12, 7, 12, 0, tzinfo=UTC)
REASON = Details(reason="A conflict came to light.")


def refused(code: str, act: Callable[..., object], *given: object) -> None:
    with pytest.raises(Refused) as caught:
        act(*given)
    assert caught.value.code == code


def trail() -> list[int]:
    with reading() as connection:
        return list(connection.scalars(select(LogEvent.index).order_by(LogEvent.index)))


def invite(world: f.World, role: str, name: str = "Una Invited") -> Actor:
    """Somebody of the authority who was asked onto the panel and has not answered."""
    person = f.a_colleague(world, name)
    roles.appoint(world.lead, world.ref, person.email, role)
    return person


def test_an_offered_place_on_the_panel_opens_nothing(app: Flask) -> None:
    world = f.an_opened_stage()
    none, some = interests(world), interests(world, B="manageable")
    evaluation.declare(world.chair, world.ref, 1, interests(world, A="conflict"))
    invited = invite(world, "chair")
    evaluation.declare(world.evaluator, world.ref, 1, some)
    refused("missing", declarations.names, invited, world.ref, 1)
    refused("missing", declarations.consents, invited, world.ref, 1)
    refused("missing", sheets.own_list, invited, world.ref, 1)
    refused("missing", evaluation.declare, invited, world.ref, 1, none)
    refused("missing", evaluation.consent, invited, world.ref, 1, world.evaluator.ref, "B")
    roles.accept(invited, world.ref)
    evaluation.consent(invited, world.ref, 1, world.evaluator.ref, "B")


def test_an_offered_place_neither_fills_the_panel_nor_holds_it_up(app: Flask) -> None:
    world = f.an_opened_stage()
    evaluation.declare(world.chair, world.ref, 1, interests(world, A="conflict"))
    evaluation.declare(world.evaluator, world.ref, 1, interests(world))
    invited = invite(world, "chair")
    refused("panel.small", begin, world)
    roles.accept(invited, world.ref)
    refused("declaration.waiting", begin, world)
    evaluation.declare(invited, world.ref, 1, interests(world))
    invite(world, "evaluator", "Nora Never")
    begin(world)
    for person in (invited, world.evaluator):
        for letter in f.letters(world):
            f.score(world, person, letter, 3, 3, 3, 3)
    assert evaluation.lock(invited, world.ref, 1) == "locked"
    assert evaluation.lock(world.evaluator, world.ref, 1) == "moderating"


def test_nobody_takes_a_role_where_their_own_supplier_writes(app: Flask) -> None:
    world, supplier = f.an_open_challenge(), f.a_supplier()
    f.a_draft_proposal(world, supplier)
    member = invite(world, "evaluator")
    for person in (member, world.lead):
        f.join(supplier, person)
    refused("role.own_proposal", roles.accept, member, world.ref)
    refused("role.own_proposal", roles.appoint, world.lead, world.ref, world.lead.email, "observer")
    refused("role.own_proposal", roles.declare_no_interest, world.lead, world.ref)


def test_whoever_joins_a_supplier_that_proposed_acts_no_more_in_the_challenge(app: Flask) -> None:
    world = f.a_closed_stage()
    f.join(world.suppliers[0], world.approver)
    refused("role.own_proposal", opening.confirm, world.approver, world.ref, 1)


def test_whoever_joins_a_supplier_that_proposed_reads_and_scores_none_of_its_rivals(app: Flask) -> None:
    world = f.a_scoring_stage()
    f.join(world.suppliers[0], world.evaluator)
    refused("role.own_proposal", save, world.evaluator, world, "B")
    refused("role.own_proposal", evaluation.lock, world.evaluator, world.ref, 1)
    refused("role.own_proposal", sheets.sheet, world.evaluator, world.ref, 1, "B")


def test_whoever_joins_a_supplier_that_proposed_declares_a_conflict_or_nothing(app: Flask) -> None:
    world = f.an_opened_stage()
    f.join(world.suppliers[0], world.evaluator)
    refused("role.own_proposal", evaluation.declare, world.evaluator, world.ref, 1, interests(world))
    conflict = interests(world, A="conflict")
    assert evaluation.declare(world.evaluator, world.ref, 1, conflict) == "conflict"


def test_whoever_joins_a_supplier_that_proposed_decides_nothing_and_reads_no_ranking(app: Flask) -> None:
    world = f.a_scored_stage()
    decision = propose(world)
    for person in (world.approver, world.chair):
        f.join(world.suppliers[0], person)
        refused("role.own_proposal", rankings.ranking, person, world.ref, 1)
    refused("role.own_proposal", decisions.confirm, world.approver, world.ref, 1, decision)
    refused("role.own_proposal", propose, world)


def test_whoever_joins_a_supplier_that_proposed_reads_nothing_that_its_rivals_wrote(app: Flask) -> None:
    world = f.an_opened_stage(2, conditions=("registered",))
    f.check(world, "A", "registered")
    f.check(world, "B")
    lead, approver, here = world.lead, world.approver, (world.ref, 1)
    installation().clock.set(installation().clock.now() + timedelta(days=30))
    eligibility.rule(lead, *here, "A", True, f.RULING)
    for person in (lead, approver):
        f.join(world.suppliers[0], person)
    refused("role.own_proposal", clarifications.overview, lead, *here)
    refused("role.own_proposal", eligibilities.overview, lead, *here)
    refused("role.own_proposal", eligibilities.refusal, approver, *here, "A")
    refused("role.own_proposal", declarations.consents, approver, *here)


def test_whoever_joins_a_supplier_that_proposed_chooses_nobody_for_the_panel(app: Flask) -> None:
    world = f.an_opened_stage()
    friend = f.a_colleague(world)
    f.join(world.suppliers[0], world.lead)
    refused("role.own_proposal", roles.appoint, world.lead, world.ref, friend.email, "evaluator")
    refused("role.own_proposal", experts.invite, world.lead, world.ref, "friend@lab.example", "evaluator")


def test_whoever_was_on_the_panel_never_leads_the_challenge(app: Flask) -> None:
    world = f.a_scoring_stage()
    for letter in f.letters(world):
        f.score(world, world.evaluator, letter, 3, 3, 3, 3)
    evaluation.lock(world.evaluator, world.ref, 1)
    roles.remove(world.evaluator, world.ref, world.evaluator.ref, "evaluator")
    refused("role.lead_scores", roles.appoint, world.lead, world.ref, world.evaluator.email, "lead")


def test_whoever_joins_a_supplier_that_proposed_moves_and_sends_nothing(app: Flask) -> None:
    world = f.a_decided_stage()
    f.join(world.suppliers[0], world.lead)
    refused("role.own_proposal", summaries.send_summaries, world.lead, world.ref, 1)
    refused("role.own_proposal", moves.make, world.lead, world.ref, "suspend", REASON)


def test_whoever_joins_the_supplier_that_won_signs_nothing_with_it(app: Flask) -> None:
    world = f.an_awarded_challenge()
    f.join(world.suppliers[0], world.lead)
    signed = ("A", 100, "GBP", LATER.date())
    refused("role.own_proposal", summaries.sign_agreement, world.lead, world.ref, *signed)


def test_whoever_joins_a_supplier_that_proposed_consents_to_nothing(app: Flask) -> None:
    world = f.an_opened_stage()
    evaluation.declare(world.evaluator, world.ref, 1, interests(world, B="manageable"))
    f.join(world.suppliers[0], world.chair)
    asked = (world.ref, 1, world.evaluator.ref, "B")
    refused("role.own_proposal", evaluation.consent, world.chair, *asked)


def test_asking_somebody_onto_the_panel_tells_nobody_that_they_propose(app: Flask) -> None:
    world, supplier = f.an_open_challenge(), f.a_supplier()
    f.a_draft_proposal(world, supplier)
    writer = supplier.administrator
    assert f.invite_expert(world, writer.email)
    f.join(world.authority, writer)
    assert roles.appoint(world.lead, world.ref, writer.email, "evaluator") == writer.ref


def test_a_conflict_ends_every_access_and_no_role_comes_after_it(app: Flask) -> None:
    world = f.an_open_challenge()
    ref = f.a_draft_proposal(world)
    kept = files.add(world.suppliers[0].administrator, ref, "plan.pdf", b"%PDF-1.7 a plan")
    proposals.submit(world.suppliers[0].administrator, ref)
    f.pass_deadline(world)
    f.open_stage(world)
    assert reads.opened_file(world.lead, kept)[0] == "plan.pdf"
    evaluation.declare(world.evaluator, world.ref, 1, interests(world, A="conflict"))
    refused("missing", reads.opened_file, world.evaluator, kept)
    refused("missing", declarations.names, world.evaluator, world.ref, 1)
    for role in ("evaluator", "chair", "approver", "lead", "opener", "observer"):
        refused("role.conflict", roles.appoint, world.lead, world.ref, world.evaluator.email, role)


def test_a_file_waits_for_consent_like_the_answers_do(app: Flask) -> None:
    world = f.an_open_challenge()
    ref = f.a_draft_proposal(world)
    kept = files.add(world.suppliers[0].administrator, ref, "plan.pdf", b"%PDF-1.7 a plan")
    proposals.submit(world.suppliers[0].administrator, ref)
    f.pass_deadline(world)
    f.open_stage(world)
    evaluation.declare(world.evaluator, world.ref, 1, interests(world, A="manageable"))
    refused("declaration.consent", reads.opened_file, world.evaluator, kept)
    evaluation.consent(world.chair, world.ref, 1, world.evaluator.ref, "A")
    assert reads.opened_file(world.evaluator, kept)[0] == "plan.pdf"


def test_whoever_wrote_never_approves_even_after_handing_the_writing_over(app: Flask) -> None:
    world = f.a_draft_challenge()
    another = f.a_colleague(world, "Edda Editor", "editor")
    roles.remove(another, world.ref, world.editor.ref, "editor")
    refused("role.editor_approves", roles.appoint, another, world.ref, world.editor.email, "approver")


def test_another_authoritys_people_find_nothing_here_with_numbers_letters_or_references(app: Flask) -> None:
    ours, theirs = f.a_scored_stage(), f.a_scored_stage(closes_at=LATER)
    decision = propose(ours, "A")
    own = propose(theirs, "A")
    before = trail()
    refused("missing", save, theirs.evaluator, ours)
    refused("missing", evaluation.lock, theirs.evaluator, ours.ref, 1)
    refused("missing", evaluation.consent, theirs.chair, ours.ref, 1, ours.evaluator.ref, "A")
    refused("missing", opening.confirm, theirs.openers[0], ours.ref, 1)
    refused("missing", decisions.propose, theirs.chair, ours.ref, 1, ["A"], {}, "why")
    refused("missing", decisions.confirm, theirs.approver, ours.ref, 1, decision)
    refused("decision.none", decisions.confirm, theirs.approver, theirs.ref, 1, decision)
    refused("missing", summaries.send_summaries, theirs.lead, ours.ref, 1)
    refused("missing", moves.make, theirs.lead, ours.ref, "suspend", REASON)
    refused("missing", roles.remove, theirs.lead, ours.ref, ours.chair.ref, "chair")
    assert (trail(), own != decision) == (before, True)


def test_an_operator_holds_nothing_on_a_challenge(app: Flask) -> None:
    world, operator = f.a_scored_stage(), f.a_person("Olive", operator=True)
    decision = propose(world, "A")
    refused("missing", sheets.own_list, operator, world.ref, 1)
    refused("missing", decisions.confirm, operator, world.ref, 1, decision)
    refused("missing", moves.make, operator, world.ref, "suspend", REASON)
    refused("missing", roles.appoint, operator, world.ref, operator.email, "approver")


def test_what_was_asked_for_before_a_move_lapses_even_where_the_state_comes_back(app: Flask) -> None:
    world = f.an_open_challenge()
    assert moves.make(world.lead, world.ref, "terminate", REASON) == "asked"
    moves.make(world.approver, world.ref, "suspend", REASON)
    moves.make(world.lead, world.ref, "resume", REASON)
    assert moves.make(world.approver, world.ref, "resume", Details()) == "made"
    refused("move.reason", moves.make, world.approver, world.ref, "terminate", Details())
    assert moves.make(world.approver, world.ref, "terminate", REASON) == "asked"
    assert world.state == "open"


def test_two_roles_in_one_person_are_not_two_people(app: Flask) -> None:
    world = f.an_open_challenge()
    roles.appoint(world.lead, world.ref, world.approver.email, "lead")
    roles.accept(world.approver, world.ref)
    assert moves.make(world.approver, world.ref, "terminate", REASON) == "asked"
    refused("move.asked", moves.make, world.approver, world.ref, "terminate", REASON)
    assert world.state == "open"


def test_nothing_is_awarded_before_the_standstill_ends(app: Flask) -> None:
    world = f.a_noticed_challenge(regime="pa2023-above", closes_at=LATER)
    with reading() as connection:
        ends_at = connection.scalars(select(Challenge.standstill_ends_at).filter_by(ref=world.ref)).one()
    assert ends_at is not None
    installation().clock.set(ends_at - timedelta(seconds=1))
    refused("award.standstill", moves.make, world.lead, world.ref, "award", Details())
    installation().clock.set(ends_at)
    assert moves.make(world.lead, world.ref, "award", Details()) == "made"


def test_a_move_raced_by_another_is_made_once_and_the_trail_has_no_gap(app: Flask) -> None:
    world = f.a_decided_stage()
    summaries.send_summaries(world.lead, world.ref, 1)
    notice = Details(checks=AWARD_CHECKS)
    found = together(
        app,
        lambda: moves.make(world.lead, world.ref, "notice", notice),
        lambda: moves.make(world.lead, world.ref, "notice", notice),
        lambda: moves.make(world.approver, world.ref, "suspend", REASON),
    )
    assert found.count("made") in (1, 2)
    assert world.state in ("awarded", "suspended")
    assert trail() == list(range(len(trail())))
    with reading() as connection:
        kinds = list(connection.scalars(select(LogEvent.kind)))
    assert kinds.count("award.notice") == kinds.count("award.make") <= 1


def test_a_score_saved_against_ones_own_lock_is_in_the_lock_or_refused(app: Flask) -> None:
    world = f.a_scoring_stage()
    for letter in f.letters(world):
        f.score(world, world.chair, letter, 3, 3, 3, 3)
    found = together(
        app,
        lambda: evaluation.lock(world.chair, world.ref, 1),
        lambda: save(world.chair, world, level=0),
    )
    mark = sheets.sheet(world.chair, world.ref, 1, "A").rows[0].mark
    assert mark is not None
    assert (found, mark.level) in ((["locked", "score.locked"], 3), (["None", "locked"], 0))


def test_a_standstill_that_was_suspended_begins_anew(app: Flask) -> None:
    world = f.a_noticed_challenge(closes_at=LATER, regime="scotland-higher")
    clock = installation().clock
    clock.advance(timedelta(days=9))
    moves.make(world.lead, world.ref, "suspend", REASON)
    clock.advance(timedelta(days=9))
    moves.make(world.lead, world.ref, "resume", REASON)
    moves.make(world.approver, world.ref, "resume", Details())
    refused("award.standstill", moves.make, world.lead, world.ref, "award", Details())
    # Ten days on it is 4 January, a holiday in Scotland that year, so it goes on to the end of the 5th.
    clock.advance(timedelta(days=12))
    assert moves.make(world.lead, world.ref, "award", Details()) == "made"


def test_a_role_for_ones_own_people_does_not_tell_who_else_has_an_account(app: Flask) -> None:
    world, stranger = f.a_draft_challenge(), f.a_person("Somebody Else")
    told = []
    for email in (stranger.email, "nobody@aldermere.example"):
        for role in ("observer", "lead"):
            with pytest.raises(Refused) as no:
                roles.appoint(world.lead, world.ref, email, role)
            told.append((no.value.code, str(no.value.facts)))
    assert len(set(told)) == 1


def test_asking_for_people_by_their_addresses_is_counted(app: Flask) -> None:
    world = f.a_draft_challenge()
    codes = []
    for number in range(seats.APPOINTMENTS + 1):
        with pytest.raises(Refused) as no:
            roles.appoint(world.lead, world.ref, f"nobody{number}@x.example", "observer")
        codes.append(no.value.code)
    assert (codes[0], codes[-1]) == ("role.not_member", "account.throttled")
