"""Deciding: by exact rank, by two people, with a summary for everyone before anything is public."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import msgspec
import pytest
from flask import Flask
from sqlalchemy import func, select

from marketplace.actions import decisions, evaluation, moves, organisations, roles, summaries
from marketplace.actions.moves import AWARD_CHECKS, Details
from marketplace.models.accounts import Person, RoleAssignment
from marketplace.models.database import installation, reading, writing
from marketplace.models.evaluation import Decision, DecisionLine, ScoreLock, Summary
from marketplace.models.notices import Notice
from marketplace.models.proposals import Proposal
from marketplace.models.stages import Agreement
from marketplace.queries import summaries as pages
from marketplace.rules import canonical
from marketplace.rules import challenges as c
from marketplace.rules.refusals import Refused
from tests import factories
from tests.actions.test_evaluation import leaves, notices, together
from tests.conftest import NOON
from tests.factories import (
    World,
    a_decided_stage,
    a_noticed_challenge,
    a_person,
    a_scored_stage,
    a_scoring_stage,
    an_awarded_challenge,
    letters,
    ref_of,
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


def propose(world: World, *forward: str, rank_reason: str = "", **reasons: str) -> int:
    said = sentences(world) | reasons
    return decisions.propose(world.chair, world.ref, 1, list(forward), said, "It found most.", rank_reason)


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


def test_equal_totals_share_a_rank_and_choosing_between_them_needs_a_reason(app: Flask) -> None:
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
        indexes = sorted(connection.scalars(select(ScoreLock.log_index)))
    assert record is not None
    (leaf,) = leaves("stage.decide")
    digest = hashlib.sha256(record.encode()).hexdigest()
    assert leaf["data"] == {"stage": 1, "forward": 1, "received": 3, "record": digest}
    told = canonical.decode(record.encode())
    assert told["locks"] == indexes
    assert set(told) == {"challenge", "content", "format", "forward", "locks", "received", "scored", "stage"}


def test_two_approvers_at_once_have_one_effect(app: Flask) -> None:
    world = a_scored_stage()
    second = a_person("Bea Approver")
    organisations.add_member(world.authority.administrator, world.authority.slug, second.email)
    roles.appoint(world.lead, world.ref, second.email, "approver")
    made = propose(world, "A")
    found = together(
        app,
        *(
            lambda person=person: decisions.confirm(person, world.ref, 1, made)
            for person in (world.approver, second)
        ),  # type: ignore[misc]
    )
    assert found == ["None", "stage.state"]
    assert len(leaves("stage.decide")) == 1


def test_all_summaries_go_out_in_one_action_and_once(app: Flask) -> None:
    world = a_decided_stage(3)
    assert summaries.send_summaries(world.lead, world.ref, 1) == 3
    with reading() as connection:
        assert connection.scalar(select(func.count(func.distinct(Summary.sent_at)))) == 1
        assert connection.scalar(select(func.count()).select_from(Summary)) == 3
        told = set(
            connection.scalars(
                select(Person.id)
                .join(Notice, Notice.person_id == Person.id)
                .where(Notice.kind == "summary.sent")
            )
        )
    assert told == {supplier.administrator.person_id for supplier in world.suppliers}
    (leaf,) = leaves("summary.send")
    assert leaf["data"] == {"stage": 1, "sent": 3}
    assert "private" not in leaf
    with pytest.raises(Refused, match=r"summary\.again"):
        summaries.send_summaries(world.lead, world.ref, 1)


def test_summaries_wait_for_a_confirmed_decision_and_for_the_lead(app: Flask) -> None:
    world = a_scored_stage()
    made = propose(world, "A")
    with pytest.raises(Refused, match=r"stage\.state"):
        summaries.send_summaries(world.lead, world.ref, 1)
    decisions.confirm(world.approver, world.ref, 1, made)
    for other in (world.chair, world.approver, world.suppliers[0].administrator):
        with pytest.raises(Refused, match="missing"):
            summaries.send_summaries(other, world.ref, 1)


def test_the_award_notice_waits_for_every_summary(app: Flask) -> None:
    world = a_decided_stage()
    details = Details(checks=AWARD_CHECKS)
    with pytest.raises(Refused, match=r"award\.summaries"):
        moves.make(world.lead, world.ref, "notice", details)
    summaries.send_summaries(world.lead, world.ref, 1)
    moves.make(world.lead, world.ref, "notice", details)
    assert world.state in ("standstill", "awarded")


def own(world: World, letter: str) -> Any:
    ref = ref_of(world, letter)
    supplier = world.suppliers[world.proposals.index(ref)]
    return pages.own_summary(supplier.administrator, ref)


def test_a_loser_reads_its_own_levels_reasons_the_cut_off_and_the_winners_scores(app: Flask) -> None:
    world = a_scored_stage(3, WORKED)
    made = propose(world, "A", B="The alerts had no owner; answer 4 does not name one.")
    decisions.confirm(world.approver, world.ref, 1, made)
    summaries.send_summaries(world.lead, world.ref, 1)
    document = own(world, "B").document
    assert document.outcome == "not_selected"
    assert document.own.reason == "The alerts had no owner; answer 4 does not name one."
    assert [(remark.evaluator, remark.level) for remark in document.own.lines[0].remarks] in (
        [("E1", 4), ("E2", 3)], [("E1", 3), ("E2", 4)],
    )  # fmt: skip
    assert document.own.lines[0].mean == "7/2"
    assert all(remark.reason for line in document.own.lines for remark in line.remarks)
    assert Fraction(document.cut_off) == lines(world)["A"][2]
    (winner,) = document.selected
    assert winner.letter == "A"
    assert winner.name.startswith("Supplier")
    spelled = msgspec.json.encode(document).decode()
    loser = world.suppliers[world.proposals.index(ref_of(world, "C"))]
    assert ref_of(world, "C") not in spelled
    assert ref_of(world, "A") not in spelled
    assert loser.slug not in spelled


def test_at_an_earlier_stage_no_rival_reads_of_anothers_scores(app: Flask) -> None:
    world = a_decided_stage(3, ("A", "B"), template="civtech")
    summaries.send_summaries(world.lead, world.ref, 1)
    going, staying = own(world, "A").document, own(world, "C").document
    for document in (going, staying):
        assert document.selected == ()
        assert document.why == ""
        assert document.own.rank is None
    assert going.cut_off == ""
    assert Fraction(staying.cut_off) == lines(world)["B"][2]
    assert world.stage.published_at is not None


def test_where_only_the_panels_levels_are_published_no_single_level_is_told(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    terms = msgspec.structs.replace(factories.a_content().terms, publish_scores="panel")
    changed(monkeypatch, terms=terms)
    world = a_decided_stage()
    summaries.send_summaries(world.lead, world.ref, 1)
    document = own(world, "B").document
    scored = (document.own, *document.selected)
    assert {r.level for each in scored for line in each.lines for r in line.remarks} == {None}


def test_nobody_but_its_supplier_reads_a_summary_and_not_before_it_is_sent(app: Flask) -> None:
    world = a_decided_stage()
    ref = ref_of(world, "A")
    owner = world.suppliers[world.proposals.index(ref)].administrator
    others = [each.administrator for each in world.suppliers if each.administrator != owner]
    with pytest.raises(Refused, match="missing"):
        pages.own_summary(owner, ref)
    summaries.send_summaries(world.lead, world.ref, 1)
    assert pages.own_summary(owner, ref).may_write
    for other in (*others, world.lead, world.chair, a_person()):
        with pytest.raises(Refused, match="missing"):
            pages.own_summary(other, ref)


def test_the_selected_supplier_writes_public_words_once_it_was_told(app: Flask) -> None:
    world = a_decided_stage()
    suppliers = {
        letter: world.suppliers[world.proposals.index(ref_of(world, letter))].administrator for letter in "AB"
    }
    for letter in "AB":
        # Neither may learn from the answer who goes on.
        with pytest.raises(Refused, match="missing"):
            summaries.set_public_summary(suppliers[letter], ref_of(world, letter), "Neighbours read meters.")
    summaries.send_summaries(world.lead, world.ref, 1)
    summaries.set_public_summary(suppliers["A"], ref_of(world, "A"), "Neighbours read meters.")
    with pytest.raises(Refused, match=r"summary\.long"):
        summaries.set_public_summary(suppliers["A"], ref_of(world, "A"), "word " * 151)
    with pytest.raises(Refused, match="missing"):
        summaries.set_public_summary(suppliers["B"], ref_of(world, "B"), "Neighbours read meters.")
    with reading() as connection:
        assert set(connection.scalars(select(Proposal.public_summary))) == {"Neighbours read meters.", ""}


def sign(world: World, proposal: str = "A", **changed: Any) -> int:
    today = installation().clock.now().date()
    given = {"value": 4_999_900, "currency": "GBP", "signed_on": today, "ends_on": today + timedelta(days=90)}
    return summaries.sign_agreement(world.lead, world.ref, proposal, **(given | changed))


def test_an_agreement_waits_for_the_award(app: Flask) -> None:
    world = a_noticed_challenge(regime="pa2023-above", closes_at=NOON + timedelta(days=14))
    assert world.state == "standstill"
    with pytest.raises(Refused, match=r"move\.state"):
        sign(world)


def test_an_agreement_is_public_and_stands_alone(app: Flask) -> None:
    world = an_awarded_challenge()
    sign(world)
    with pytest.raises(Refused, match=r"agreement\.again"):
        sign(world, ref_of(world, "A"))
    (leaf,) = leaves("agreement.sign")
    today = installation().clock.now().date()
    assert leaf["data"] == {
        "stage": 1, "proposal": ref_of(world, "A"), "value": 4_999_900, "currency": "GBP",
        "signed_on": today.isoformat(),
    }  # fmt: skip
    with reading() as connection:
        assert connection.scalar(select(func.count()).select_from(Agreement)) == 1


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"proposal": "B"}, "missing"),
        ({"proposal": "Z"}, "missing"),
        ({"signed_on": date(2030, 1, 1)}, "agreement.dates"),
        ({"ends_on": date(2020, 1, 1)}, "agreement.dates"),
        ({"value": -1}, "form.invalid"),
        ({"currency": "pounds"}, "form.invalid"),
    ],
)
def test_an_agreement_is_refused(app: Flask, given: dict[str, Any], code: str) -> None:
    world = an_awarded_challenge()
    with pytest.raises(Refused) as no:
        sign(world, **given)
    assert no.value.code == code
    assert leaves("agreement.sign") == []
