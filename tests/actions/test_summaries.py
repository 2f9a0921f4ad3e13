"""After the decision: every summary at once, the chosen one's words, and agreements."""

from __future__ import annotations

import json
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import msgspec
import pytest
from flask import Flask
from sqlalchemy import func, select

from marketplace.actions import decisions, moderation, moves, summaries
from marketplace.actions.moderation import Said
from marketplace.actions.moves import AWARD_CHECKS, Details
from marketplace.models.accounts import Person
from marketplace.models.database import installation, reading
from marketplace.models.evaluation import Summary
from marketplace.models.notices import Notice
from marketplace.models.proposals import Proposal
from marketplace.models.stages import Agreement
from marketplace.queries import summaries as pages
from marketplace.rules import summaries as documents
from marketplace.rules.refusals import Refused
from tests import factories
from tests.actions.test_decisions import WORKED, changed, lines, propose
from tests.actions.test_evaluation import leaves
from tests.conftest import NOON
from tests.factories import (
    World,
    a_decided_stage,
    a_locked_stage,
    a_noticed_challenge,
    a_person,
    a_scored_stage,
    an_awarded_challenge,
    hold_meeting,
    ref_of,
)


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
    given: dict[str, Any] = {
        "value": 4_999_900,
        "currency": "GBP",
        "signed_on": today,
        "ends_on": today + timedelta(days=90),
    }
    return summaries.sign_agreement(world.lead, world.ref, proposal, **(given | changed))


def test_the_award_notice_waits_for_the_national_portal_above_the_threshold(app: Flask) -> None:
    world = a_decided_stage(regime="pa2023-above", closes_at=NOON + timedelta(days=14))
    summaries.send_summaries(world.lead, world.ref, 1)
    with pytest.raises(Refused, match=r"challenge\.portal_notice"):
        moves.make(world.lead, world.ref, "notice", Details(checks=AWARD_CHECKS))
    today = installation().clock.now().date()
    factories.challenges.record_portal_notice(world.lead, world.ref, "award", "2026-054321", "", today)
    moves.make(world.lead, world.ref, "notice", Details(checks=AWARD_CHECKS))
    assert world.state == "standstill"


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
        ({"signed_on": date(2020, 1, 1)}, "agreement.dates"),
        ({"value": 5_000_001}, "agreement.value"),
        ({"currency": "EUR"}, "agreement.value"),
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


def test_a_summary_says_what_the_panel_agreed_on_and_why_it_left_a_level(app: Flask) -> None:
    world = a_locked_stage(2, WORKED)
    why = "Answer approach names two streets, and neighbours who read the meters in them."
    left = {"E1": "Only the second reading saw the meters.", "E2": "Only the second reading saw the meters."}
    said = Said(kind="level", level=4, reason=why, reasons=left)
    moderation.agree(world.chair, world.ref, 1, "B", "fit", said, 0)
    hold_meeting(world)
    moderation.settle(world.chair, world.ref, 1)
    decisions.confirm(world.approver, world.ref, 1, propose(world, "B"))
    summaries.send_summaries(world.lead, world.ref, 1)
    first, *others = own(world, "B").document.own.lines
    assert (first.criterion, first.agreed, first.said) == ("fit", True, why)
    assert {remark.level: remark.moved for remark in first.remarks} == {4: "", 3: left["E1"]}
    assert [(line.agreed, line.said) for line in others] == [(False, "")] * 3


def test_a_document_from_before_there_were_prices_still_reads(app: Flask) -> None:
    world = a_decided_stage()
    summaries.send_summaries(world.lead, world.ref, 1)
    spelled = json.loads(own(world, "B").spelled)
    for name in ("price", "currency", "more_within"):
        del spelled[name]
    for line in spelled["own"]["lines"]:
        del line["agreed"], line["said"]
    parsed = documents.parse(json.dumps(spelled))
    assert not parsed.price.counts
    assert parsed.own.lines[0].said == ""


@pytest.mark.parametrize(("regime", "days"), [("scotland-regulated", 30), ("pa2023-below", 0)])
def test_where_the_rules_promise_more_on_request_the_summary_says_within_how_many_days(
    app: Flask, regime: str, days: int
) -> None:
    world = a_decided_stage(regime=regime)
    summaries.send_summaries(world.lead, world.ref, 1)
    assert own(world, "B").document.more_within == days
