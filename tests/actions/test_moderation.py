"""The panel agrees its levels: blind, with a reason for each change, and with a record of its meeting."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from marketplace.actions import decisions, deputies, evaluation, moderation, moves
from marketplace.actions.moderation import Said
from marketplace.actions.moves import Details
from marketplace.models.database import installation, reading, writing
from marketplace.models.evaluation import AgreedLevel, AgreedReason, Meeting
from marketplace.models.trail import LogEvent
from marketplace.policy import Actor
from marketplace.queries import moderation as queries
from marketplace.queries.desk import desk
from marketplace.rules import canonical
from marketplace.rules.refusals import Refused
from tests import factories as f
from tests.actions.test_evaluation import interests

SPLIT = {"A": ((4, 3, 3, 1), (3, 3, 3, 3)), "B": ((2, 2, 2, 2), (2, 2, 2, 2))}
"""Chair and evaluator are two levels apart on the plan of A, and one or none elsewhere."""
WHY = "Answer delivery names forty homes and a risk, but no date by which they are found."
WHY_NOT = "The risk that nobody opens the door is named there, and how it is met."


def said(level: int | None, reason: str = WHY, **reasons: str) -> Said:
    return Said(kind="none" if level is None else "level", level=level, reason=reason, reasons=reasons)


def agree(world: f.World, level: int | None, reason: str = WHY, seen: int = 0, **reasons: str) -> str:
    """On the plan of A, where the two are apart."""
    done: str = moderation.agree(
        world.chair, world.ref, 1, "A", "delivery", said(level, reason, **reasons), seen
    )
    return done


def meet(world: f.World, *people: Actor) -> int:
    attended = [each.ref for each in people or world.scorers]
    number: int = moderation.record_meeting(
        world.chair, world.ref, 1, installation().clock.now(), attended, "We read it aloud."
    )
    return number


def refused(code: str, act: Any, *args: Any) -> None:
    with pytest.raises(Refused) as no:
        act(*args)
    assert no.value.code == code


def test_the_exact_mean_counts_without_a_word_where_all_are_within_one_level(app: Flask) -> None:
    world = f.a_locked_stage(levels={"A": ((4, 3, 3, 2), (3, 3, 3, 3)), "B": ((2, 2, 2, 2), (2, 1, 2, 2))})
    moderation.settle(world.chair, world.ref, 1)
    assert world.stage.final_at == installation().clock.now()


def test_nothing_is_final_while_levels_more_than_one_apart_are_not_talked_about(app: Flask) -> None:
    world = f.a_locked_stage(levels=SPLIT)
    refused("moderation.open", moderation.settle, world.chair, world.ref, 1)
    agree(world, 2)
    meet(world)
    moderation.settle(world.chair, world.ref, 1)


def test_an_agreed_level_has_a_reason_for_each_evaluator_whose_own_is_another(app: Flask) -> None:
    world = f.a_locked_stage(levels=SPLIT)
    refused("moderation.reasons", agree, world, 2, "")
    with pytest.raises(Refused) as no:
        agree(world, 2, "", 0, E1=WHY)
    assert (no.value.code, no.value.facts) == ("moderation.reasons", {"count": 1})
    agree(world, 2, "", 0, E1=WHY, E2=WHY_NOT)
    cell = queries.talk(world.evaluator, world.ref, 1, "A", "delivery")
    assert [(each.level, each.moved) for each in cell.given] == [(1, WHY), (3, WHY_NOT)]


def test_one_reason_stands_for_each_who_is_moved_and_for_nobody_else(app: Flask) -> None:
    world = f.a_locked_stage(levels=SPLIT)
    agree(world, 3)
    with reading() as connection:
        assert connection.scalars(select(AgreedReason.reason)).all() == [WHY]
    cell = queries.talk(world.chair, world.ref, 1, "A", "delivery")
    assert [each.moved for each in cell.given] == [WHY, ""]


@pytest.mark.parametrize(
    ("reason", "code"),
    [("", "moderation.reasons"), ("Too short.", "score.reason_short")],
)
def test_the_panels_reason_is_held_to_what_an_evaluators_is(app: Flask, reason: str, code: str) -> None:
    refused(code, agree, f.a_locked_stage(levels=SPLIT), 2, reason)


def test_without_agreement_the_exact_mean_counts_with_a_reason_and_is_marked(app: Flask) -> None:
    world = f.a_locked_stage(levels=SPLIT)
    refused("moderation.reason", agree, world, None, "")
    agree(world, None)
    cell = queries.talk(world.chair, world.ref, 1, "A", "delivery").cell
    assert (cell.said, cell.agreed, cell.is_open) == (True, None, False)
    assert cell.counts == 2
    refused("moderation.meeting", moderation.settle, world.chair, world.ref, 1)
    meet(world)
    moderation.settle(world.chair, world.ref, 1)
    assert leaf_of("stage.agree") == {"stage": 1, "agreed": 0, "open": 1, "attended": 2}


def leaf_of(kind: str) -> dict[str, Any]:
    """What the last entry of this kind carries."""
    with reading() as connection:
        rows = connection.scalars(
            select(LogEvent.leaf).where(LogEvent.kind == kind).order_by(LogEvent.index)
        ).all()
    data: dict[str, Any] = canonical.decode(rows[-1])["data"]
    return data


def test_the_mean_of_levels_far_apart_counts_only_as_no_agreement(app: Flask) -> None:
    world = f.a_locked_stage(levels=SPLIT)
    mean = Said(kind="mean", level=None, reason="", reasons={})
    refused("form.invalid", moderation.agree, world.chair, world.ref, 1, "A", "delivery", mean, 0)
    agree(world, 2)
    number = queries.talk(world.chair, world.ref, 1, "A", "delivery").spoken.id  # type: ignore[union-attr]
    refused("form.invalid", moderation.agree, world.chair, world.ref, 1, "A", "delivery", mean, number)


def test_what_was_agreed_can_be_taken_back_where_levels_are_close_and_is_kept(app: Flask) -> None:
    world = f.a_locked_stage()
    moderation.agree(world.chair, world.ref, 1, "A", "team", said(3), 0)
    [row] = agreed_rows()
    mean = Said(kind="mean", level=None, reason="", reasons={})
    moderation.agree(world.chair, world.ref, 1, "A", "team", mean, row.id)
    assert not queries.talk(world.chair, world.ref, 1, "A", "team").cell.said
    [kept] = agreed_rows()
    assert (kept.level, kept.replaced_at) == (3, installation().clock.now())


def agreed_rows() -> list[AgreedLevel]:
    with writing() as session:
        return list(session.scalars(select(AgreedLevel).order_by(AgreedLevel.id)))


def test_of_two_tabs_that_agree_the_same_cell_the_second_is_told(app: Flask) -> None:
    world = f.a_locked_stage(levels=SPLIT)
    agree(world, 2)
    refused("edit.stale", agree, world, 3)
    [row] = agreed_rows()
    agree(world, 3, seen=row.id)
    assert [each.replaced_at is None for each in agreed_rows()] == [False, True]


def test_a_level_that_nobody_gave_counts_once_an_approver_signs(app: Flask) -> None:
    world = f.a_locked_stage(levels=SPLIT)
    assert agree(world, 4) == "unsigned"
    meet(world)
    refused("moderation.unsigned", moderation.settle, world.chair, world.ref, 1)
    [waiting] = queries.signatures(world.approver, world.ref, 1).waiting
    assert (waiting.cell.letter, waiting.cell.criterion, waiting.cell.agreed) == ("A", "delivery", 4)
    assert [each.moved for each in waiting.given] == [WHY, WHY]
    moderation.sign(world.approver, world.ref, 1, waiting.spoken.id)
    assert queries.signatures(world.approver, world.ref, 1).waiting == ()
    refused("moderation.replaced", moderation.sign, world.approver, world.ref, 1, waiting.spoken.id)
    moderation.settle(world.chair, world.ref, 1)


def test_an_approver_signs_what_was_read_and_not_what_replaced_it(app: Flask) -> None:
    world = f.a_locked_stage(levels=SPLIT)
    agree(world, 4)
    [read] = agreed_rows()
    agree(world, 0, seen=read.id)
    refused("moderation.replaced", moderation.sign, world.approver, world.ref, 1, read.id)


@pytest.mark.parametrize("who", ["chair", "evaluator", "lead"])
def test_nobody_but_an_approver_signs(app: Flask, who: str) -> None:
    world = f.a_locked_stage(levels=SPLIT)
    agree(world, 4)
    [row] = agreed_rows()
    refused("missing", moderation.sign, getattr(world, who), world.ref, 1, row.id)
    refused("missing", queries.signatures, getattr(world, who), world.ref, 1)


@pytest.mark.parametrize("who", ["evaluator", "approver", "lead"])
def test_nobody_but_the_chair_records_what_the_panel_says(app: Flask, who: str) -> None:
    world = f.a_locked_stage(levels=SPLIT)
    person = getattr(world, who)
    refused("missing", moderation.agree, person, world.ref, 1, "A", "delivery", said(2), 0)
    refused("missing", moderation.settle, person, world.ref, 1)
    now = installation().clock.now()
    refused("missing", moderation.record_meeting, person, world.ref, 1, now, [world.chair.ref], "")


def test_a_meeting_is_held_after_the_last_lock_by_two_of_the_panel_at_least(app: Flask) -> None:
    world = f.a_locked_stage()
    record, now = moderation.record_meeting, installation().clock.now()
    both = [each.ref for each in world.scorers]
    for held in (now - timedelta(minutes=2), now + timedelta(minutes=1)):
        refused("moderation.held", record, world.chair, world.ref, 1, held, both, "")
    for attended in ([], both[:1], [*both, world.lead.ref], [*both, "PE-00000000"]):
        refused("moderation.attended", record, world.chair, world.ref, 1, now, attended, "")
    record(world.chair, world.ref, 1, now, both, "")
    record(world.chair, world.ref, 1, now, both, "")
    with reading() as connection:
        assert connection.scalar(select(func.count()).select_from(Meeting)) == 2


def test_once_final_no_level_changes_and_no_meeting_is_added(app: Flask) -> None:
    world = f.a_scored_stage()
    refused("moderation.final", moderation.agree, world.chair, world.ref, 1, "A", "team", said(3), 0)
    refused("moderation.final", moderation.settle, world.chair, world.ref, 1)
    refused("moderation.final", meet, world)
    refused("moderation.final", moderation.sign, world.approver, world.ref, 1, 1)


def test_nothing_is_agreed_before_the_last_lock(app: Flask) -> None:
    world = f.a_scoring_stage()
    refused("stage.state", agree, world, 2)
    refused("decision.hidden", queries.grid, world.chair, world.ref, 1)


def test_a_cell_that_does_not_exist_is_missing(app: Flask) -> None:
    world = f.a_locked_stage()
    for letter, criterion in (("Z", "team"), ("A", "price")):
        refused("score.cell", moderation.agree, world.chair, world.ref, 1, letter, criterion, said(2), 0)
        refused("score.cell", queries.talk, world.chair, world.ref, 1, letter, criterion)


def test_a_level_off_the_scale_is_refused(app: Flask) -> None:
    world = f.a_locked_stage(levels=SPLIT)
    for level in (5, -1):
        refused("score.level", agree, world, level)


def test_no_ranking_is_there_before_the_levels_are_final(app: Flask) -> None:
    world = f.a_locked_stage()
    refused(
        "decision.hidden",
        decisions.propose,
        world.chair,
        world.ref,
        1,
        ["A"],
        f.sentences(world),
        "The best.",
    )


# Opening final levels again.


def revise(world: f.World, person: Actor, reason: str = "A level was typed wrong.") -> str:
    done: str = moves.make(person, world.ref, "revise", Details(reason=reason))
    return done


def test_final_levels_open_again_where_chair_and_approver_agree_with_a_reason(app: Flask) -> None:
    world = f.a_scored_stage(levels=SPLIT)
    before = [row.id for row in agreed_rows()]
    assert revise(world, world.chair) == "asked"
    assert revise(world, world.approver) == "made"
    assert world.stage.state == "moderating"
    assert world.stage.final_at is None
    assert [row.id for row in agreed_rows() if row.replaced_at is None] == before
    found = queries.grid(world.evaluator, world.ref, 1)
    assert found.revised is not None
    assert found.revised.reason == "A level was typed wrong."
    agree(world, 3, seen=before[0])
    moderation.settle(world.chair, world.ref, 1)
    with reading() as connection:
        kinds = connection.scalars(
            select(LogEvent.kind)
            .where(LogEvent.kind.in_(("stage.agree", "stage.revise")))
            .order_by(LogEvent.index)
        ).all()
    assert kinds == ["stage.agree", "stage.revise", "stage.agree"]


def test_a_proposed_decision_does_not_outlive_the_levels_it_rests_on(app: Flask) -> None:
    world = f.a_scored_stage()
    made = decisions.propose(world.chair, world.ref, 1, ["A"], f.sentences(world), "The first is best.")
    revise(world, world.chair)
    revise(world, world.approver)
    refused("decision.none", decisions.confirm, world.approver, world.ref, 1, made)
    refused(
        "decision.hidden",
        decisions.propose,
        world.chair,
        world.ref,
        1,
        ["A"],
        f.sentences(world),
        "The best.",
    )


def test_a_lead_or_an_evaluator_has_no_say_in_opening_levels_again(app: Flask) -> None:
    world = f.a_scored_stage()
    for person in (world.lead, world.evaluator):
        refused("missing", revise, world, person)
    revise(world, world.chair)
    refused("move.asked", revise, world, world.chair)
    refused("missing", revise, world, world.lead)


def test_nobody_is_asked_to_open_levels_again_while_the_challenge_stands_still(app: Flask) -> None:
    world = f.a_scored_stage()
    moves.make(world.lead, world.ref, "suspend", Details(reason="A complaint came in."))
    refused("stage.suspended", moves.make, world.chair, world.ref, "revise", Details(reason="We miscounted."))


def test_levels_that_are_not_final_or_are_decided_on_are_not_opened_again(app: Flask) -> None:
    world = f.a_locked_stage()
    refused("moderation.not_final", revise, world, world.chair)
    moderation.settle(world.chair, world.ref, 1)
    revise(world, world.chair)
    made = decisions.propose(world.chair, world.ref, 1, ["A"], f.sentences(world), "The first is best.")
    decisions.confirm(world.approver, world.ref, 1, made)
    refused("stage.state", revise, world, world.approver)


def test_the_approver_is_asked_on_the_desk_and_the_lead_is_not(app: Flask) -> None:
    world = f.a_scored_stage()
    revise(world, world.chair)
    assert "agree" in [task.task for task in desk(world.approver).waiting]
    assert "agree" not in [task.task for person in (world.chair, world.lead) for task in desk(person).waiting]


def test_whoever_takes_a_place_over_after_its_lock_reads_the_levels_once_they_declared(app: Flask) -> None:
    world = f.a_locked_stage()
    heir = f.a_colleague(world, "Hal Heir")
    deputies.hand_over(world.evaluator, world.ref, world.evaluator.ref, "evaluator", heir.email)
    deputies.take_over(heir, world.ref, "evaluator")
    refused("declaration.missing", queries.grid, heir, world.ref, 1)
    evaluation.declare(heir, world.ref, 1, interests(world))
    assert len(queries.grid(heir, world.ref, 1).rows) == 2
    refused("missing", queries.grid, world.evaluator, world.ref, 1)
