"""Leaving a panel half-way: no score of theirs counts, and the panel goes on, or waits for another person."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

import pytest
from flask import Flask
from sqlalchemy import func, select

from marketplace.actions import (
    decisions,
    deputies,
    evaluation,
    locks,
    moderation,
    moves,
    recusals,
    roles,
    summaries,
)
from marketplace.actions.moves import AWARD_CHECKS, Details
from marketplace.clock import Clock
from marketplace.models.database import installation, reading
from marketplace.models.evaluation import AgreedLevel, Decision, Recusal, Score, counted_evaluators
from marketplace.policy import Actor
from marketplace.queries import decisions as read_decisions
from marketplace.queries import results
from marketplace.queries import scores as sheets
from marketplace.rules import challenges as c
from tests import factories as f
from tests.actions.test_evaluation import GOOD, interests, leaves, notices, together
from tests.actions.test_separation import refused

WHY = "A tie to one of the suppliers came to light."


def a_panel_of_three(**content: object) -> tuple[f.World, Actor]:
    """Chair, evaluator and a third, who score now."""
    world = f.an_opened_stage(**content)  # type: ignore[arg-type]
    third = f.a_colleague(world, "Tess Third", "evaluator")
    for person in (*world.scorers, third):
        evaluation.declare(person, world.ref, 1, interests(world))
    moves.make(world.lead, world.ref, "score", Details())
    return world, third


def lock(world: f.World, person: Actor, level: int = 3) -> str:
    """Score A with one level throughout, the others with the one below, and lock."""
    for letter in f.letters(world):
        given = level if letter == "A" else level - 1
        f.score(world, person, letter, *[given] * len(world.content.criteria.criteria))
    return evaluation.lock(person, world.ref, 1)


def stand_down(world: f.World, person: Actor) -> str:
    return recusals.recuse(world.lead, world.ref, 1, person.ref, WHY)


def levels_open_again(world: f.World) -> None:
    """Chair and approver agree."""
    assert moves.make(world.chair, world.ref, "revise", Details(reason=WHY)) == "asked"
    assert moves.make(world.approver, world.ref, "revise", Details()) == "made"


def counted(world: f.World) -> list[int]:
    with reading() as connection:
        return list(connection.scalars(counted_evaluators(world.stage.id)))


def ten_levels() -> c.Criteria:
    levels = tuple(f"Level {n} of ten" for n in range(11))
    return c.Criteria((c.Criterion("fit", "Fit", "How well it fits.", 100, levels, ("approach",)),))


def test_leaving_out_a_harsh_third_everywhere_keeps_the_order_that_one_cell_less_would_turn_round(
    app: Flask,
) -> None:
    world, third = a_panel_of_three(criteria=ten_levels())
    for person, first, second in ((world.chair, 8, 7), (world.evaluator, 7, 7)):
        f.score(world, person, "A", first)
        f.score(world, person, "B", second)
        evaluation.lock(person, world.ref, 1)
    f.score(world, third, "A", 5)
    assert Fraction(8 + 7 + 5, 3) < Fraction(7 + 7, 2)
    assert stand_down(world, third) == "moderating"
    moderation.settle(world.chair, world.ref, 1)
    lines = read_decisions.ranking(world.chair, world.ref, 1).lines
    assert [(line.letter, line.rank, line.total) for line in lines] == [
        ("A", 1, Fraction(75)), ("B", 2, Fraction(70)),
    ]  # fmt: skip
    with reading() as connection:
        kept = connection.execute(select(Score.level, Score.counted).where(Score.counted.is_(False))).all()
    assert kept == [(5, False)]


def test_who_steps_back_leaves_an_entry_without_the_words_and_the_lead_and_chair_are_told(app: Flask) -> None:
    world, third = a_panel_of_three()
    assert recusals.recuse(third, world.ref, 1, third.ref, WHY) == "scoring"
    [leaf] = leaves("stage.recuse")
    assert leaf["by"] == {"as": "evaluator", "ref": leaf["data"]["evaluator"]}
    assert leaf["data"]["stage"] == 1
    assert WHY not in str(leaf)
    assert list(leaf["private"]) == ["reason"]
    assert sorted(notices("recusal.made")) == sorted([world.lead.name, world.chair.name])
    assert notices("recusal.yours") == []
    refused("missing", sheets.own_list, third, world.ref, 1)
    refused("missing", recusals.recuse, third, world.ref, 1, third.ref, WHY)


def test_the_lead_stands_somebody_down_and_they_are_told(app: Flask) -> None:
    world, third = a_panel_of_three()
    stand_down(world, third)
    [leaf] = leaves("stage.recuse")
    assert leaf["by"]["as"] == "lead"
    assert leaf["by"]["ref"] != leaf["data"]["evaluator"]
    assert notices("recusal.yours") == ["Tess Third"]
    assert notices("recusal.made") == [world.chair.name]
    refused("recusal.again", recusals.recuse, world.lead, world.ref, 1, third.ref, WHY)


def test_nobody_but_the_lead_stands_another_down_and_a_reason_is_given(app: Flask) -> None:
    world, third = a_panel_of_three()
    for person in (world.chair, world.evaluator, world.approver, f.a_person()):
        refused("missing", recusals.recuse, person, world.ref, 1, third.ref, WHY)
    refused("missing", recusals.recuse, world.lead, world.ref, 1, world.approver.ref, WHY)
    refused("missing", recusals.recuse, world.lead, world.ref, 1, "PE-00000000", WHY)
    refused("move.reason", recusals.recuse, third, world.ref, 1, third.ref, "  ")
    with reading() as connection:
        assert connection.scalar(select(func.count()).select_from(Recusal)) == 0


def test_who_left_is_never_appointed_again(app: Flask) -> None:
    world, third = a_panel_of_three()
    stand_down(world, third)
    refused("role.recused", roles.appoint, world.lead, world.ref, third.email, "evaluator")
    refused("role.recused", roles.appoint, world.lead, world.ref, third.email, "observer")
    holder = world.evaluator
    refused("role.recused", deputies.name, holder, world.ref, holder.ref, "evaluator", third.email)


def test_who_left_takes_no_role_that_they_were_asked_to_take_before(app: Flask) -> None:
    world, third = a_panel_of_three()
    roles.appoint(world.lead, world.ref, third.email, "observer")
    stand_down(world, third)
    refused("role.recused", roles.accept, third, world.ref)


def test_the_last_who_had_not_locked_leaves_and_the_stage_moves_on(app: Flask) -> None:
    world, third = a_panel_of_three()
    assert [lock(world, person) for person in world.scorers] == ["locked", "locked"]
    assert recusals.recuse(third, world.ref, 1, third.ref, WHY) == "moderating"
    [leaf] = leaves("stage.moderate")
    assert leaf["data"] == {"stage": 1, "evaluators": 2}
    assert counted(world) == [person.person_id for person in world.scorers]


def test_below_its_minimum_the_panel_waits_and_a_replacement_scores_everything(app: Flask) -> None:
    world = f.a_scoring_stage()
    lock(world, world.chair)
    assert recusals.recuse(world.evaluator, world.ref, 1, world.evaluator.ref, WHY) == "scoring"
    fresh = f.a_colleague(world, "Rae Replacement", "evaluator")
    refused("declaration.missing", f.score, world, fresh, "A", 3, 3, 3, 3)
    evaluation.declare(fresh, world.ref, 1, interests(world))
    refused("score.missing", evaluation.lock, fresh, world.ref, 1)
    assert lock(world, fresh) == "moderating"
    assert counted(world) == [world.chair.person_id, fresh.person_id]


def test_while_moderating_what_was_agreed_is_set_aside_and_a_small_panel_goes_back_to_scoring(
    app: Flask,
) -> None:
    world = f.a_scored_stage()
    decisions.propose(world.chair, world.ref, 1, ["A"], f.sentences(world), "It found most damp rooms.")
    levels_open_again(world)
    assert stand_down(world, world.evaluator) == "scoring"
    stage = world.stage
    assert (stage.state, stage.final_at) == ("scoring", None)
    [leaf] = leaves("stage.wait")
    assert leaf["data"] == {"stage": 1, "evaluators": 1}
    assert notices("stage.wait") == [world.chair.name]
    with reading() as connection:
        assert connection.scalar(select(Decision.id).where(Decision.replaced_at.is_(None))) is None
        assert connection.scalar(select(AgreedLevel.id).where(AgreedLevel.replaced_at.is_(None))) is None
    fresh = f.a_colleague(world, "Rae Replacement", "evaluator")
    evaluation.declare(fresh, world.ref, 1, interests(world))
    refused("score.locked", evaluation.lock, world.chair, world.ref, 1)
    assert lock(world, fresh) == "moderating"
    refused("decision.hidden", read_decisions.ranking, world.chair, world.ref, 1)
    moderation.settle(world.chair, world.ref, 1)
    assert read_decisions.ranking(world.chair, world.ref, 1).evaluators == ("E1", "E2")


def test_a_panel_that_is_large_enough_moderates_anew_without_whoever_left(app: Flask) -> None:
    world, third = a_panel_of_three()
    for person, level in ((world.chair, 4), (world.evaluator, 4), (third, 3)):
        lock(world, person, level)
    moderation.settle(world.chair, world.ref, 1)
    levels_open_again(world)
    assert stand_down(world, third) == "moderating"
    refused("decision.hidden", read_decisions.ranking, world.chair, world.ref, 1)
    refused(
        "role.panel_closed", roles.appoint, world.lead, world.ref, f.a_colleague(world).email, "evaluator"
    )
    moderation.settle(world.chair, world.ref, 1)
    lines = read_decisions.ranking(world.chair, world.ref, 1).lines
    assert [line.total for line in lines] == [Fraction(100), Fraction(75)]


def test_a_meeting_with_somebody_who_left_since_does_not_make_levels_final(app: Flask) -> None:
    world, third = a_panel_of_three()
    for person in (*world.scorers, third):
        lock(world, person)
    meeting = [each.ref for each in (*world.scorers, third)]
    clock = installation().clock
    moderation.record_meeting(world.chair, world.ref, 1, clock.now(), meeting, "")
    clock.advance(timedelta(hours=1))
    stand_down(world, third)
    said = moderation.Said(kind="level", level=3, reason=GOOD, reasons={})
    moderation.agree(world.chair, world.ref, 1, "A", "team", said, 0)
    refused("moderation.meeting", moderation.settle, world.chair, world.ref, 1)
    moderation.record_meeting(world.chair, world.ref, 1, clock.now(), meeting[:2], "")
    moderation.settle(world.chair, world.ref, 1)


def test_an_approver_who_signed_a_level_joins_no_panel_that_waits_for_somebody(app: Flask) -> None:
    world = f.a_scoring_stage()
    for person in world.scorers:
        lock(world, person)
    said = moderation.Said(
        kind="level", level=0, reason="No answer names a single room or street.", reasons={}
    )
    moderation.agree(world.chair, world.ref, 1, "A", "fit", said, 0)
    with reading() as connection:
        waits = connection.scalars(select(AgreedLevel.id)).one()
    moderation.sign(world.approver, world.ref, 1, waits)
    assert stand_down(world, world.evaluator) == "scoring"
    roles.remove(world.approver, world.ref, world.approver.ref, "approver")
    refused("role.approver_scores", roles.appoint, world.lead, world.ref, world.approver.email, "evaluator")


def test_a_chair_who_leaves_is_followed_by_another_who_leads_the_panel(app: Flask) -> None:
    world, third = a_panel_of_three()
    for person in (*world.scorers, third):
        lock(world, person)
    assert recusals.recuse(world.chair, world.ref, 1, world.chair.ref, WHY) == "moderating"
    refused("missing", moderation.settle, world.chair, world.ref, 1)
    chair = f.a_colleague(world, "Cora Chair", "chair")
    evaluation.declare(chair, world.ref, 1, interests(world, B="manageable"))
    refused("declaration.consent", moderation.settle, chair, world.ref, 1)
    evaluation.consent(world.approver, world.ref, 1, chair.ref, "B")
    moderation.settle(chair, world.ref, 1)
    assert read_decisions.ranking(chair, world.ref, 1).evaluators == ("E1", "E2")


def test_an_evaluator_who_locked_and_then_takes_the_chair_is_not_waited_for_again(
    app: Flask, clock: Clock
) -> None:
    world, third = a_panel_of_three()
    for person in (*world.scorers, third):
        lock(world, person)
    clock.set(clock.now() + timedelta(hours=1))
    for person, role in ((world.chair, "chair"), (world.evaluator, "evaluator")):
        roles.remove(person, world.ref, person.ref, role)
    roles.appoint(world.lead, world.ref, world.evaluator.email, "chair")
    roles.accept(world.evaluator, world.ref)
    locks.reopen(world.evaluator, world.ref, 1, third.ref, "Two scores were swapped.")
    refused("score.locked", evaluation.lock, world.evaluator, world.ref, 1)
    assert lock(world, third) == "moderating"
    assert len(counted(world)) == 3


def test_a_new_chair_reads_no_ranking_before_somebody_consented_to_their_interest(app: Flask) -> None:
    world = f.a_scored_stage()
    roles.remove(world.chair, world.ref, world.chair.ref, "chair")
    chair = f.a_colleague(world, "Cora Chair", "chair")
    refused("declaration.missing", read_decisions.ranking, chair, world.ref, 1)
    evaluation.declare(chair, world.ref, 1, interests(world, B="manageable"))
    refused("declaration.consent", read_decisions.ranking, chair, world.ref, 1)
    evaluation.consent(world.approver, world.ref, 1, chair.ref, "B")
    assert read_decisions.ranking(chair, world.ref, 1).count == 2


def test_before_anybody_scored_a_place_is_free_and_scoring_waits_for_somebody(app: Flask) -> None:
    world = f.an_opened_stage()
    f.declare_all(world)
    assert recusals.recuse(world.evaluator, world.ref, 1, world.evaluator.ref, WHY) == "opened"
    refused("panel.small", moves.make, world.lead, world.ref, "score", Details())


def test_after_the_decision_somebody_is_left_out_only_once_it_is_opened_again(app: Flask) -> None:
    world = f.a_decided_stage()
    refused("recusal.decided", recusals.recuse, world.lead, world.ref, 1, world.evaluator.ref, WHY)


def test_whoever_can_see_totals_leaves_nobodys_scores_out_alone(app: Flask) -> None:
    world, third = a_panel_of_three()
    for person in (*world.scorers, third):
        lock(world, person)
    moderation.settle(world.chair, world.ref, 1)
    refused("recusal.final", recusals.recuse, world.lead, world.ref, 1, third.ref, WHY)
    refused("recusal.final", recusals.recuse, world.chair, world.ref, 1, world.chair.ref, WHY)
    levels_open_again(world)
    assert stand_down(world, third) == "moderating"


def test_a_lead_who_joined_a_supplier_that_proposed_stands_nobody_down(app: Flask) -> None:
    world, third = a_panel_of_three()
    for person in (world.lead, third):
        f.join(world.suppliers[0], person)
    refused("role.own_proposal", recusals.recuse, world.lead, world.ref, 1, third.ref, WHY)
    assert recusals.recuse(third, world.ref, 1, third.ref, WHY) == "scoring"


def test_before_the_opening_nobody_has_to_be_left_out(app: Flask) -> None:
    world = f.a_closed_stage()
    refused("stage.state", recusals.recuse, world.lead, world.ref, 1, world.evaluator.ref, WHY)


def test_a_successor_scores_anew_where_whoever_locked_in_the_seat_is_left_out(app: Flask) -> None:
    world, _third = a_panel_of_three()
    before = world.evaluator
    lock(world, before)
    heir = f.a_colleague(world, "Hal Heir")
    deputies.hand_over(before, world.ref, before.ref, "evaluator", heir.email)
    deputies.take_over(heir, world.ref, "evaluator")
    evaluation.declare(heir, world.ref, 1, interests(world))
    refused("score.seat_locked", f.score, world, heir, "A", 3, 3, 3, 3)
    stand_down(world, before)
    assert sheets.own_list(heir, world.ref, 1).locked_at is None
    assert lock(world, heir) == "locked"
    assert counted(world) == [heir.person_id]


def test_a_deputy_who_sat_in_leaves_and_the_stage_waits_for_the_holder(app: Flask) -> None:
    world, third = a_panel_of_three()
    deputy = f.a_colleague(world, "Eve Deputy")
    deputies.name(third, world.ref, third.ref, "evaluator", deputy.email)
    roles.accept(deputy, world.ref)
    deputies.sit_in(third, world.ref, third.ref, "evaluator")
    evaluation.declare(deputy, world.ref, 1, interests(world))
    for person in world.scorers:
        lock(world, person)
    assert recusals.recuse(deputy, world.ref, 1, deputy.ref, WHY) == "scoring"
    assert lock(world, third) == "moderating"


def test_a_deputy_with_a_conflict_who_sat_in_makes_way_for_the_holder_before_the_stage_moves_on(
    app: Flask,
) -> None:
    world, third = a_panel_of_three()
    deputy = f.a_colleague(world, "Eve Deputy")
    deputies.name(third, world.ref, third.ref, "evaluator", deputy.email)
    roles.accept(deputy, world.ref)
    deputies.sit_in(third, world.ref, third.ref, "evaluator")
    for person in world.scorers:
        lock(world, person)
    evaluation.declare(deputy, world.ref, 1, interests(world, A="conflict"))
    assert world.stage.state == "scoring"
    assert lock(world, third) == "moderating"


def test_who_was_asked_before_the_last_lock_does_not_join_after_it(app: Flask) -> None:
    world = f.a_scoring_stage()
    late = f.a_colleague(world, "Lena Late")
    roles.appoint(world.lead, world.ref, late.email, "evaluator")
    for person in world.scorers:
        lock(world, person)
    refused("role.panel_closed", roles.accept, late, world.ref)


def test_two_leads_at_once_leave_one_person_out_once(app: Flask) -> None:
    world, third = a_panel_of_three()
    second = f.a_colleague(world, "Lou Lead", "lead")
    found = together(
        app,
        *(
            lambda lead=lead: recusals.recuse(lead, world.ref, 1, third.ref, WHY)
            for lead in (world.lead, second)
        ),
    )
    assert found == ["recusal.again", "scoring"]
    assert len(leaves("stage.recuse")) == 1


@pytest.mark.parametrize("others_locked", [True, False])
def test_locking_while_being_left_out_counts_for_nothing_in_either_order(
    app: Flask, others_locked: bool
) -> None:
    world, third = a_panel_of_three()
    for letter in f.letters(world):
        f.score(world, third, letter, 1, 1, 1, 1)
    if others_locked:
        for person in world.scorers:
            lock(world, person)
    found = together(app, lambda: evaluation.lock(third, world.ref, 1), lambda: stand_down(world, third))
    after = "moderating" if others_locked else "scoring"
    assert after in found
    assert third.person_id not in counted(world)
    assert world.stage.state == after


def test_the_last_lock_while_another_steps_back_ends_in_one_of_two_orders(app: Flask) -> None:
    """Two of three are enough: whoever is first, the stage moves on once, with the two who count."""
    world, third = a_panel_of_three()
    lock(world, third)
    lock(world, world.chair)
    for letter in f.letters(world):
        f.score(world, world.evaluator, letter, 2, 2, 2, 2)
    together(
        app,
        lambda: evaluation.lock(world.evaluator, world.ref, 1),
        lambda: recusals.recuse(third, world.ref, 1, third.ref, WHY),
    )
    assert world.stage.state == "moderating"
    assert len(leaves("stage.moderate")) == 1
    assert counted(world) == [world.chair.person_id, world.evaluator.person_id]


def test_what_somebody_scored_who_left_before_locking_counts_nowhere(app: Flask) -> None:
    """Neither in the ranking nor in the public means: a deputy began, and the holder came back and locked."""
    world = f.a_scoring_stage(regime="none")
    deputy = f.a_colleague(world, "Eve Deputy")
    deputies.name(world.evaluator, world.ref, world.evaluator.ref, "evaluator", deputy.email)
    roles.accept(deputy, world.ref)
    deputies.sit_in(deputy, world.ref, deputy.ref, "evaluator")
    evaluation.declare(deputy, world.ref, 1, interests(world))
    f.score(world, deputy, "A", 0, 0, 0, 0)
    deputies.come_back(deputy, world.ref, deputy.ref, "evaluator")
    for person in world.scorers:
        lock(world, person, 4)
    moderation.settle(world.chair, world.ref, 1)
    lines = read_decisions.ranking(world.chair, world.ref, 1).lines
    assert [line.total for line in lines] == [Fraction(100), Fraction(75)]
    made = decisions.propose(world.chair, world.ref, 1, ["A"], f.sentences(world), "It found most.")
    decisions.confirm(world.approver, world.ref, 1, made)
    summaries.send_summaries(world.lead, world.ref, 1)
    moves.make(world.lead, world.ref, "notice", Details(checks=AWARD_CHECKS))
    [stage] = results.results(world.lead, world.ref).stages
    assert {row.mean for line in stage.lines for row in line.rows} == {Fraction(4)}
