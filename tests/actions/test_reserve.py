"""A supplier drops out before it signed: two people let the first in reserve take its place."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.actions import decisions, moves, summaries
from marketplace.actions.moves import Details
from marketplace.models.database import installation, reading
from marketplace.models.evaluation import Decision, DecisionLine, Summary
from marketplace.models.proposals import Proposal
from marketplace.rules.refusals import Refused
from tests.actions.test_decisions import lines, propose
from tests.actions.test_evaluation import leaves, notices, together
from tests.factories import World, a_decided_stage, a_scored_stage, sentences

GONE = Details(reason="It has no staff for it any more.", subject="A")


def held(*reserve: str) -> World:
    """A is selected, these are in reserve, and every supplier was told."""
    world = a_scored_stage(4)
    decisions.confirm(world.approver, world.ref, 1, propose(world, "A", reserve=reserve))
    summaries.send_summaries(world.lead, world.ref, 1)
    return world


def call(world: World) -> None:
    assert moves.make(world.lead, world.ref, "call-reserve", GONE) == "asked"
    assert moves.make(world.approver, world.ref, "call-reserve", Details()) == "made"


def outcomes(world: World) -> dict[str, str]:
    return {letter: outcome for letter, (outcome, *_rest) in lines(world).items()}


def test_the_first_in_reserve_takes_the_place(app: Flask) -> None:
    world = held("B", "C")
    call(world)
    assert outcomes(world) == {"A": "excluded", "B": "forward", "C": "reserve", "D": "not_selected"}
    assert [lines(world)[letter][1] for letter in "ABCD"] == [None, 1, 2, 3]
    (leaf,) = leaves("stage.call-reserve")
    assert (leaf["data"]["stage"], leaf["data"]["from"], leaf["data"]["forward"]) == (1, "in_progress", 1)
    assert world.suppliers[0].administrator.name in notices("stage.call-reserve")
    with reading() as connection:
        left = connection.scalars(select(Proposal.excluded).where(Proposal.letter == "A")).one()
    assert left == "withdrawn"


def test_whoever_takes_the_place_and_the_public_read_why(app: Flask) -> None:
    world = held("B", "C")
    call(world)
    with reading() as connection:
        why = connection.scalars(select(Decision.why).where(Decision.replaced_at.is_(None))).one()
        standing = (
            select(Proposal.letter, DecisionLine.reason)
            .join(DecisionLine, DecisionLine.proposal_id == Proposal.id)
            .join(Decision, Decision.id == DecisionLine.decision_id)
            .where(Decision.replaced_at.is_(None))
        )
        told = dict(connection.execute(standing).all())
    before = sentences(world)
    assert why == f"It found most.\n\n{GONE.reason}"
    assert told == before | {"A": GONE.reason, "B": f"{before['B']}\n\n{GONE.reason}"}


def test_every_supplier_is_told_anew_before_a_notice(app: Flask) -> None:
    world = held("B")
    call(world)
    with pytest.raises(Refused, match=r"award\.summaries"):
        moves.make(world.lead, world.ref, "notice", Details(checks=moves.AWARD_CHECKS))
    assert summaries.send_summaries(world.lead, world.ref, 1) == 4
    with reading() as connection:
        replaced = connection.scalars(select(Summary.replaced_at)).all()
    assert sum(each is None for each in replaced) == sum(each is not None for each in replaced) == 4


def test_after_an_award_without_a_standstill_another_notice_is_due(app: Flask) -> None:
    world = held("B")
    moves.make(world.lead, world.ref, "notice", Details(checks=moves.AWARD_CHECKS))
    assert world.state == "awarded"
    call(world)
    assert world.state == "in_progress"
    summaries.send_summaries(world.lead, world.ref, 1)
    moves.make(world.lead, world.ref, "notice", Details(checks=moves.AWARD_CHECKS))
    assert sign(world, "B") == 1
    with pytest.raises(Refused, match="missing"):
        sign(world, "A")


def test_without_a_reserve_nobody_is_called(app: Flask) -> None:
    world = a_decided_stage(3)
    with pytest.raises(Refused, match=r"reserve\.none"):
        moves.make(world.lead, world.ref, "call-reserve", GONE)


@pytest.mark.parametrize("letter", ["", "B", "Z"])
def test_only_somebody_selected_can_drop_out(app: Flask, letter: str) -> None:
    world = held("B")
    moves.make(world.lead, world.ref, "call-reserve", Details(reason="Gone.", subject=letter))
    with pytest.raises(Refused, match=r"reserve\.subject"):
        moves.make(world.approver, world.ref, "call-reserve", Details())


def test_whoever_has_signed_does_not_drop_out(app: Flask) -> None:
    world = held("B")
    moves.make(world.lead, world.ref, "notice", Details(checks=moves.AWARD_CHECKS))
    sign(world, "A")
    moves.make(world.lead, world.ref, "call-reserve", GONE)
    with pytest.raises(Refused, match=r"reserve\.subject"):
        moves.make(world.approver, world.ref, "call-reserve", Details())


def test_signing_and_calling_the_reserve_exclude_each_other(app: Flask) -> None:
    world = held("B")
    moves.make(world.lead, world.ref, "notice", Details(checks=moves.AWARD_CHECKS))
    moves.make(world.lead, world.ref, "call-reserve", GONE)
    found = together(
        app,
        lambda: sign(world, "A"),
        lambda: moves.make(world.approver, world.ref, "call-reserve", Details()),
    )
    assert found in (["1", "reserve.subject"], ["made", "move.state"])
    assert len(leaves("agreement.sign")) + len(leaves("stage.call-reserve")) == 1


def sign(world: World, letter: str) -> int:
    today: date = installation().clock.now().date()
    return summaries.sign_agreement(world.lead, world.ref, letter, 0, "GBP", today)
