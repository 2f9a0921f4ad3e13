"""A confirmed decision taken back by two people: what it rested on is kept, and nothing rests on it any more."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from marketplace.actions import challenges, decisions, evaluation, moderation, moves, summaries
from marketplace.actions.moves import Details
from marketplace.models.challenges import Challenge
from marketplace.models.database import installation, reading
from marketplace.models.evaluation import Decision, ScoreLock, Summary
from marketplace.queries import decisions as shown
from marketplace.rules.refusals import Refused
from tests.actions.test_evaluation import leaves, notices, together
from tests.conftest import NOON
from tests.factories import (
    World,
    a_colleague,
    a_decided_stage,
    a_noticed_challenge,
    a_person,
    a_scored_stage,
    an_awarded_challenge,
    sentences,
)

WHY = "A calculation of the panel’s was shown to be wrong."


def take_back(world: World) -> None:
    """Lead and approver agree."""
    assert moves.make(world.lead, world.ref, "reopen", Details(reason=WHY)) == "asked"
    assert moves.make(world.approver, world.ref, "reopen", Details()) == "made"


def decide_again(world: World) -> None:
    evaluation.go_on(world.chair, world.ref, 1)
    moderation.settle(world.chair, world.ref, 1)
    made = decisions.propose(world.chair, world.ref, 1, ["A"], sentences(world), "It found most, still.")
    decisions.confirm(world.approver, world.ref, 1, made)


def counts(world: World) -> dict[str, int]:
    """How many decisions and summaries there are, and how many of each still stand."""
    with reading() as connection:
        return {
            name: connection.scalar(select(func.count()).select_from(row).where(where)) or 0
            for name, row, where in (
                ("decisions", Decision, Decision.stage_id == world.stage.id),
                ("standing decisions", Decision, Decision.replaced_at.is_(None)),
                ("summaries", Summary, Summary.stage_id == world.stage.id),
                ("standing summaries", Summary, Summary.replaced_at.is_(None)),
                ("locks", ScoreLock, ScoreLock.stage_id == world.stage.id),
            )
        }


def test_one_person_alone_takes_nothing_back(app: Flask) -> None:
    world = a_decided_stage()
    assert moves.make(world.approver, world.ref, "reopen", Details(reason=WHY)) == "asked"
    assert world.stage.state == "decided"
    with pytest.raises(Refused, match=r"move\.asked"):
        moves.make(world.approver, world.ref, "reopen", Details(reason=WHY))


def test_it_needs_a_reason_and_one_of_the_two_who_run_it(app: Flask) -> None:
    world = a_decided_stage()
    with pytest.raises(Refused, match=r"move\.reason"):
        moves.make(world.lead, world.ref, "reopen", Details())
    for other in (world.chair, world.evaluator, a_person(), world.suppliers[0].administrator):
        with pytest.raises(Refused, match="missing"):
            moves.make(other, world.ref, "reopen", Details(reason=WHY))


def test_the_old_decision_and_every_lock_are_kept_and_nothing_is_final(app: Flask) -> None:
    world = a_decided_stage()
    summaries.send_summaries(world.lead, world.ref, 1)
    take_back(world)
    stage = world.stage
    assert (stage.state, stage.final_at, stage.decided_at) == ("scoring", None, None)
    assert counts(world) == {
        "decisions": 1, "standing decisions": 0, "summaries": 2, "standing summaries": 0, "locks": 2,
    }  # fmt: skip
    (leaf,) = leaves("stage.reopen")
    assert leaf["data"] == {"stage": 1, "from": "in_progress"}
    assert world.suppliers[0].administrator.name in notices("stage.reopen")


def test_nothing_is_summed_for_anybody_once_it_is_taken_back(app: Flask) -> None:
    world = a_decided_stage()
    take_back(world)
    for person in (world.chair, world.lead, world.approver):
        with pytest.raises(Refused, match=r"decision\.hidden"):
            shown.ranking(person, world.ref, 1)
    evaluation.go_on(world.chair, world.ref, 1)
    with pytest.raises(Refused, match=r"decision\.hidden"):
        shown.ranking(world.chair, world.ref, 1)


def test_only_the_chair_takes_the_stage_on_and_only_when_every_lock_stands(app: Flask) -> None:
    world = a_decided_stage()
    with pytest.raises(Refused, match=r"stage\.state"):
        evaluation.go_on(world.chair, world.ref, 1)
    take_back(world)
    for other in (world.evaluator, world.lead, world.approver):
        with pytest.raises(Refused, match="missing"):
            evaluation.go_on(other, world.ref, 1)
    evaluation.go_on(world.chair, world.ref, 1)
    assert world.stage.state == "moderating"


def test_whom_a_decision_taken_back_excluded_competes_again_and_who_withdrew_does_not(app: Flask) -> None:
    world = a_scored_stage(3)
    said = sentences(world) | {"A": "Its directors were convicted of fraud."}
    out = {"A": "exclusion", "C": "withdrawn"}
    made = decisions.propose(world.chair, world.ref, 1, ["B"], said, "It found most.", "", (), out)
    decisions.confirm(world.approver, world.ref, 1, made)
    take_back(world)
    decide_again(world)
    ranks = {line.letter: line.rank for line in shown.ranking(world.chair, world.ref, 1).lines}
    assert ranks == {"A": 1, "B": 2, "C": None}


def test_the_summaries_of_the_new_decision_replace_the_old_ones(app: Flask) -> None:
    world = a_decided_stage()
    summaries.send_summaries(world.lead, world.ref, 1)
    take_back(world)
    decide_again(world)
    with pytest.raises(Refused, match=r"award\.summaries"):
        moves.make(world.lead, world.ref, "notice", Details(checks=moves.AWARD_CHECKS))
    assert summaries.send_summaries(world.lead, world.ref, 1) == 2
    with pytest.raises(Refused, match=r"summary\.again"):
        summaries.send_summaries(world.lead, world.ref, 1)
    assert counts(world)["summaries"] == 4
    moves.make(world.lead, world.ref, "notice", Details(checks=moves.AWARD_CHECKS))
    assert world.state == "awarded"


def test_a_standstill_ends_with_the_decision_and_the_next_one_runs_in_full(app: Flask) -> None:
    world = a_noticed_challenge(regime="pa2023-above", closes_at=NOON + timedelta(days=14))
    before = _standstill(world)
    take_back(world)
    assert world.state == "in_progress"
    assert _standstill(world) is None
    decide_again(world)
    summaries.send_summaries(world.lead, world.ref, 1)
    clock = installation().clock
    clock.set(clock.now() + timedelta(days=3))
    with pytest.raises(Refused, match=r"challenge\.portal_notice"):
        moves.make(world.lead, world.ref, "notice", Details(checks=moves.AWARD_CHECKS))
    challenges.record_portal_notice(world.lead, world.ref, "award", "2026-054399", "", clock.now().date())
    moves.make(world.lead, world.ref, "notice", Details(checks=moves.AWARD_CHECKS))
    after = _standstill(world)
    assert before is not None
    assert after is not None
    assert after > before


def test_an_award_that_is_made_stands(app: Flask) -> None:
    world = an_awarded_challenge()
    with pytest.raises(Refused, match=r"reopen\.awarded"):
        moves.make(world.lead, world.ref, "reopen", Details(reason=WHY))


def test_two_approvers_who_agree_at_once_take_it_back_once(app: Flask) -> None:
    world = a_decided_stage()
    moves.make(world.lead, world.ref, "reopen", Details(reason=WHY))
    second = a_colleague(world, "Bea Approver", "approver")
    found = together(
        app,
        *(
            lambda person=person: moves.make(person, world.ref, "reopen", Details())
            for person in (world.approver, second)
        ),
    )
    assert found == ["made", "stage.state"]
    assert len(leaves("stage.reopen")) == 1


def test_the_award_notice_and_the_taking_back_exclude_each_other(app: Flask) -> None:
    world = a_decided_stage()
    summaries.send_summaries(world.lead, world.ref, 1)
    moves.make(world.lead, world.ref, "reopen", Details(reason=WHY))
    found = together(
        app,
        lambda: moves.make(world.lead, world.ref, "notice", Details(checks=moves.AWARD_CHECKS)),
        lambda: moves.make(world.approver, world.ref, "reopen", Details()),
    )
    assert found in (["award.undecided", "made"], ["made", "reopen.awarded"])
    assert (len(leaves("award.notice")), len(leaves("stage.reopen"))) in ((0, 1), (1, 0))


def _standstill(world: World) -> datetime | None:
    with reading() as connection:
        return connection.scalars(
            select(Challenge.standstill_ends_at).where(Challenge.ref == world.ref)
        ).one()
