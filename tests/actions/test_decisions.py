"""Deciding: by exact rank, by two people, with a summary for everyone before anything is public."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import timedelta
from fractions import Fraction
from typing import Any

import msgspec
import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.actions import decisions, deputies, draws, evaluation, moderation, roles
from marketplace.models.accounts import RoleAssignment
from marketplace.models.database import installation, reading, writing
from marketplace.models.evaluation import AgreedLevel, Decision, DecisionLine, ScoreLock
from marketplace.models.proposals import Proposal
from marketplace.queries.decisions import ranking
from marketplace.rules import canonical
from marketplace.rules import challenges as c
from marketplace.rules.refusals import Refused
from tests import factories
from tests.actions.test_evaluation import interests, leaves, notices, together
from tests.factories import (
    World,
    a_colleague,
    a_decided_stage,
    a_locked_stage,
    a_person,
    a_scored_stage,
    a_scoring_stage,
    letters,
    score,
    sentences,
)

WORKED = {
    "A": ((3, 3, 3, 2), (4, 3, 3, 2)),
    "B": ((4, 2, 3, 3), (3, 2, 3, 4)),
    "C": ((2, 4, 2, 4), (2, 3, 3, 4)),
}
TIED = {
    "A": ((3, 3, 3, 3), (3, 3, 3, 3)),
    "B": ((2, 2, 2, 2), (4, 4, 4, 4)),
    "C": ((0, 0, 0, 0), (1, 1, 1, 1)),
}


def propose(
    world: World, *forward: str, rank_reason: str = "", reserve: Sequence[str] = (),
    excluded: Mapping[str, str] | None = None, **reasons: str,
) -> int:  # fmt: skip
    said = sentences(world) | reasons
    return decisions.propose(
        world.chair, world.ref, 1, list(forward), said, "It found most.", rank_reason, reserve, excluded
    )


def lines(world: World) -> dict[str, Any]:
    """The standing decision by letter: outcome, rank, exact total."""
    with reading() as connection:
        rows = connection.execute(
            select(
                Proposal.letter, DecisionLine.outcome, DecisionLine.rank, DecisionLine.total_top,
                DecisionLine.total_bottom,
            )
            .join(Proposal, Proposal.id == DecisionLine.proposal_id)
            .join(Decision, Decision.id == DecisionLine.decision_id)
            .where(Decision.replaced_at.is_(None))
        )  # fmt: skip
        return {
            row.letter: (row.outcome, row.rank, Fraction(row.total_top, row.total_bottom)) for row in rows
        }


def changed(monkeypatch: pytest.MonkeyPatch, **sections: c.Section) -> None:
    """Let challenges of this test hold these sections."""
    usual = factories.a_content

    def content(*args: Any, **kwargs: Any) -> c.Content:
        return msgspec.structs.replace(usual(*args, **kwargs), **sections)

    monkeypatch.setattr(factories, "a_content", content)


def with_minimum(monkeypatch: pytest.MonkeyPatch, minimum: int, total: int = 0) -> None:
    criteria = factories.a_content().criteria
    first = msgspec.structs.replace(criteria.criteria[0], minimum=minimum)
    changed(monkeypatch, criteria=c.Criteria((first, *criteria.criteria[1:]), total))


def test_totals_and_ranks_are_exact(app: Flask) -> None:
    world = a_scored_stage(3, WORKED)
    propose(world, "A")
    assert lines(world) == {
        "A": ("forward", 1, Fraction(75)),
        "B": ("not_selected", 3, Fraction(575, 8)),
        "C": ("not_selected", 2, Fraction(585, 8)),
    }


def test_nothing_is_proposed_before_the_last_lock(app: Flask) -> None:
    world = a_scoring_stage()
    for letter in letters(world):
        score(world, world.chair, letter, 3, 3, 3, 3)
    evaluation.lock(world.chair, world.ref, 1)
    with pytest.raises(Refused, match=r"stage\.state"):
        propose(world, "A")


def test_only_the_chair_proposes(app: Flask) -> None:
    world = a_scored_stage()
    for other in (world.lead, world.approver, world.evaluator, a_person()):
        with pytest.raises(Refused, match="missing"):
            decisions.propose(other, world.ref, 1, ["A"], sentences(world), "It found most.")


def test_no_more_go_on_than_the_plan_lets(app: Flask) -> None:
    world = a_scored_stage(3)
    with pytest.raises(Refused, match=r"decision\.too_many") as no:
        propose(world, "A", "B")
    assert no.value.facts == {"limit": 1}


def test_nobody_may_go_on_at_all(app: Flask) -> None:
    world = a_scored_stage()
    propose(world)
    assert {outcome for outcome, *_ in lines(world).values()} == {"not_selected"}


def test_out_of_rank_needs_the_chairs_reason(app: Flask) -> None:
    world = a_scored_stage()
    with pytest.raises(Refused, match=r"decision\.reason$"):
        propose(world, "B")
    propose(world, "B", rank_reason="A withdrew its price after the deadline.")
    assert lines(world)["B"][0] == "forward"


def test_equal_totals_that_no_criterion_breaks_wait_for_the_published_draw(app: Flask) -> None:
    world = a_scored_stage(3, TIED)
    with pytest.raises(Refused, match=r"decision\.draw$"):
        propose(world, "A", rank_reason="Equal; its first weeks cost tenants less of their time.")


def test_without_a_draw_equals_share_a_rank_and_choosing_between_them_needs_a_reason(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed(monkeypatch, criteria=msgspec.structs.replace(factories.a_content().criteria, draw="none"))
    world = a_scored_stage(3, TIED)
    with pytest.raises(Refused, match=r"decision\.reason$"):
        propose(world, "A")
    propose(world, "A", rank_reason="Equal; its first weeks cost tenants less of their time.")
    assert lines(world) == {
        "A": ("forward", 1, Fraction(75)),
        "B": ("not_selected", 1, Fraction(75)),
        "C": ("not_selected", 3, Fraction(25, 2)),
    }


def test_whoever_is_below_a_threshold_cannot_go_on_whatever_the_reason(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_minimum(monkeypatch, 3)
    world = a_scored_stage(2, {"A": ((2, 4, 4, 4), (3, 4, 4, 4)), "B": ((3, 1, 1, 1), (3, 1, 1, 1))})
    with pytest.raises(Refused, match=r"decision\.failing"):
        propose(world, "A", rank_reason="It is the best of all in everything else.")
    propose(world, "B")
    found = lines(world)
    assert found["A"][:2] == ("below_threshold", None)
    assert found["B"][:2] == ("forward", 1)


def test_a_value_exactly_on_a_threshold_meets_it(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    with_minimum(monkeypatch, 2, total=50)
    world = a_scored_stage(2, {"A": ((2, 2, 2, 2), (2, 2, 2, 2)), "B": ((2, 2, 2, 2), (2, 2, 2, 1))})
    propose(world, "A")
    assert lines(world)["A"][1] == 1
    assert lines(world)["B"][:2] == ("below_threshold", None)


def test_every_supplier_needs_a_sentence(app: Flask) -> None:
    world = a_scored_stage(3)
    with pytest.raises(Refused, match=r"decision\.reasons") as no:
        propose(world, "A", B=" ", C="")
    assert no.value.facts == {"count": 2}


@pytest.mark.parametrize("forward", [["Z"], ["A", "A"]])
def test_only_opened_proposals_can_go_on_each_once(app: Flask, forward: list[str]) -> None:
    world = a_scored_stage()
    with pytest.raises(Refused, match=r"form\.invalid"):
        propose(world, *forward)


def test_a_later_proposal_replaces_an_unconfirmed_one(app: Flask) -> None:
    world = a_scored_stage()
    first = propose(world, "A")
    second = propose(world)
    with pytest.raises(Refused, match=r"decision\.none"):
        decisions.confirm(world.approver, world.ref, 1, first)
    decisions.confirm(world.approver, world.ref, 1, second)
    assert set(notices("decision.proposed")) == {world.approver.name}


def test_whoever_scored_or_proposed_cannot_confirm(app: Flask) -> None:
    world = a_scored_stage()
    made = propose(world, "A")
    for scorer in world.scorers:
        with pytest.raises(Refused, match="missing"):
            decisions.confirm(scorer, world.ref, 1, made)
    _make_approver(world.evaluator, world)
    with pytest.raises(Refused, match=r"decision\.scored"):
        decisions.confirm(world.evaluator, world.ref, 1, made)
    assert world.stage.state == "moderating"


def test_a_deputy_who_moderated_in_the_chairs_place_signs_and_confirms_nothing_afterwards(app: Flask) -> None:
    world = a_locked_stage()
    deputy = a_colleague(world, "Dee Deputy")
    deputies.name(world.chair, world.ref, world.chair.ref, "chair", deputy.email)
    roles.accept(deputy, world.ref)
    deputies.sit_in(world.chair, world.ref, world.chair.ref, "chair")
    evaluation.declare(deputy, world.ref, 1, interests(world))
    moderation.settle(deputy, world.ref, 1)
    deputies.come_back(world.chair, world.ref, world.chair.ref, "chair")
    roles.remove(deputy, world.ref, deputy.ref, "chair")
    made = propose(world, "A")
    with pytest.raises(Refused, match=r"role\.approver_scores"):
        roles.appoint(world.lead, world.ref, deputy.email, "approver")
    _make_approver(deputy, world)
    with pytest.raises(Refused, match=r"decision\.scored"):
        decisions.confirm(deputy, world.ref, 1, made)


def _make_approver(person: Any, world: World) -> None:
    """A handover in the database alone, from evaluator to approver: the action refuses it."""
    with writing() as session:
        for row in session.scalars(
            select(RoleAssignment).filter_by(person_id=person.person_id, role="evaluator")
        ):
            row.until_at = installation().clock.now()
        session.add(
            RoleAssignment(
                person_id=person.person_id, role="approver", challenge_id=world.id,
                from_at=installation().clock.now(), accepted_at=installation().clock.now(),
            )
        )  # fmt: skip


def test_the_decision_says_how_many_and_its_record_accounts_for_every_lock(app: Flask) -> None:
    world = a_decided_stage(3)
    assert world.stage.state == "decided"
    assert world.stage.decided_at is not None
    with reading() as connection:
        record = connection.scalars(select(Decision.record)).one()
        indexes = sorted(index or 0 for index in connection.scalars(select(ScoreLock.log_index)))
    assert record is not None
    (leaf,) = leaves("stage.decide")
    digest = hashlib.sha256(record.encode()).hexdigest()
    assert leaf["data"] == {"stage": 1, "forward": 1, "received": 3, "record": digest}
    told = canonical.decode(record.encode())
    assert told["locks"] == indexes
    assert set(told) == {"challenge", "content", "format", "forward", "locks", "received", "scored", "stage"}


def test_two_approvers_at_once_have_one_effect(app: Flask) -> None:
    world = a_scored_stage()
    second = a_colleague(world, "Bea Approver", "approver")
    made = propose(world, "A")
    found = together(
        app,
        *(
            lambda person=person: decisions.confirm(person, world.ref, 1, made)
            for person in (world.approver, second)
        ),
    )
    assert found == ["None", "stage.state"]
    assert len(leaves("stage.decide")) == 1


def test_a_heavier_criterion_breaks_a_tie(app: Flask) -> None:
    # 35 on the second against 20 and 15 on the two after it.
    world = a_scored_stage(2, {"A": ((2, 2, 3, 3), (2, 2, 3, 3)), "B": ((2, 3, 2, 2), (2, 3, 2, 2))})
    propose(world, "B")
    assert [lines(world)[letter][1] for letter in "BA"] == [1, 2]
    with pytest.raises(Refused, match=r"decision\.reason$"):
        propose(world, "A")


def test_an_excluded_proposal_counts_no_more_once_it_is_confirmed(app: Flask) -> None:
    world = a_scored_stage(3)
    with pytest.raises(Refused, match=r"form\.invalid"):
        propose(world, "A", excluded={"A": "exclusion"})
    with pytest.raises(Refused, match=r"form\.invalid"):
        propose(world, "B", excluded={"A": "dislike"})
    made = propose(world, "B", excluded={"A": "exclusion"}, A="Its directors were convicted of fraud.")
    assert lines(world)["A"][:2] == ("excluded", None)
    assert lines(world)["B"][:2] == ("forward", 1)
    assert excluded_now(world) == {"A": "", "B": "", "C": ""}
    decisions.confirm(world.approver, world.ref, 1, made)
    assert excluded_now(world) == {"A": "exclusion", "B": "", "C": ""}


def excluded_now(world: World) -> dict[str, str]:
    with reading() as connection:
        rows = connection.execute(select(Proposal.letter, Proposal.excluded))
        return {row.letter: row.excluded for row in rows}


def test_the_reserve_is_held_by_rank_without_gaps(app: Flask) -> None:
    world = a_scored_stage(4)
    for reserve in (["C"], ["B", "D"], ["A"]):
        with pytest.raises(Refused, match=r"decision\.reserve$|form\.invalid"):
            propose(world, "A", reserve=reserve)
    propose(world, "A", reserve=["B", "C"])
    assert [lines(world)[letter][0] for letter in "ABCD"] == ["forward", "reserve", "reserve", "not_selected"]


def test_equals_are_held_in_reserve_once_the_published_draw_ordered_them(app: Flask) -> None:
    equal = ((3, 3, 3, 3), (3, 3, 3, 3))
    world = a_scored_stage(3, {"A": ((4, 4, 4, 4), (4, 4, 4, 4)), "B": equal, "C": equal})
    with pytest.raises(Refused, match=r"decision\.draw$"):
        propose(world, "A", reserve=["B", "C"])
    installation().clock.set(installation().clock.now() + timedelta(hours=2))
    for person in (world.chair, world.approver):
        draws.enter(person, world.ref, 1, "5f" * 32)
    propose(world, "A", reserve=["B", "C"])
    assert sorted(rank or 0 for _outcome, rank, *_rest in lines(world).values()) == [1, 2, 3]


def test_whoever_is_below_a_threshold_is_not_held_in_reserve(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_minimum(monkeypatch, 3)
    world = a_scored_stage(2, {"A": ((3, 4, 4, 4), (3, 4, 4, 4)), "B": ((2, 4, 4, 4), (2, 4, 4, 4))})
    with pytest.raises(Refused, match=r"decision\.reserve$"):
        propose(world, "A", reserve=["B"])


def agree(world: World, letter: str, criterion: str, level: int | None) -> None:
    """A level of the panel's, as its agreement leaves it behind."""
    stage_id = world.stage.id
    with writing() as session:
        proposal = session.scalars(
            select(Proposal).where(Proposal.stage_id == stage_id, Proposal.letter == letter)
        ).one()
        session.add(
            AgreedLevel(
                stage_id=stage_id, proposal_id=proposal.id, criterion=criterion, level=level,
                reason="The panel read answer 2 again.", made_by_id=world.chair.person_id,
                made_at=installation().clock.now(),
            )
        )  # fmt: skip


def test_an_agreed_level_takes_the_place_of_the_mean_and_no_agreement_leaves_it(app: Flask) -> None:
    world = a_scored_stage(3, WORKED)
    agree(world, "C", world.content.criteria.criteria[0].id, 4)
    agree(world, "B", world.content.criteria.criteria[0].id, None)
    propose(world, "C")
    weight, maximum = world.content.criteria.criteria[0].weight, world.content.criteria.criteria[0].maximum
    assert lines(world)["C"] == ("forward", 1, Fraction(585, 8) + Fraction(weight * 2, maximum))
    assert lines(world)["B"][2] == Fraction(575, 8)
    shown = {line.letter: line for line in ranking(world.approver, world.ref, 1).lines}
    assert (shown["C"].means[0], shown["C"].agreed) == (Fraction(4), (True, False, False, False))
    assert not any(shown["B"].agreed)
    assert {letter: line.total for letter, line in shown.items()} == {
        letter: total for letter, (_outcome, _rank, total) in lines(world).items()
    }


PRICED = c.Price(method="lowest_ratio", weight=20)


def test_a_price_counts_by_its_method_and_the_lowest_is_that_of_those_who_compete(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = factories.a_content().criteria
    lighter = tuple(msgspec.structs.replace(each, weight=20) for each in usual.criteria[:4])
    changed(monkeypatch, criteria=msgspec.structs.replace(usual, criteria=lighter, price=PRICED))
    same = ((2, 2, 2, 2), (2, 2, 2, 2))
    world = a_scored_stage(3, {"A": same, "B": same, "C": ((0, 0, 0, 0), (0, 0, 0, 0))})
    priced(world, A=1_000_000, B=800_000, C=400_000)
    shown = {line.letter: line for line in ranking(world.chair, world.ref, 1).lines}
    assert (shown["A"].price_points, shown["B"].price_points) == (Fraction(8), Fraction(10))
    assert (shown["B"].rank, shown["B"].total, shown["B"].price) == (1, Fraction(50), 800_000)
    propose(world, "B", excluded={"C": "withdrawn"})
    assert {letter: total for letter, (_o, _r, total) in lines(world).items()} == {
        "A": Fraction(56), "B": Fraction(60), "C": Fraction(20),
    }  # fmt: skip


def priced(world: World, **prices: int) -> None:
    stage_id = world.stage.id
    with writing() as session:
        for row in session.scalars(select(Proposal).where(Proposal.stage_id == stage_id)):
            row.price = prices[row.letter or ""]
