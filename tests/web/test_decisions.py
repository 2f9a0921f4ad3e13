"""After scoring: every page says what it changes and who reads it, before anybody presses a button."""

from __future__ import annotations

import re

from flask import Flask
from sqlalchemy import select

from marketplace.actions import summaries
from marketplace.models.database import writing
from marketplace.models.evaluation import Decision, Summary
from tests.actions.test_decisions import propose
from tests.factories import World, a_decided_stage, a_noticed_challenge, a_scored_stage, ref_of
from tests.web.conftest import Browser
from tests.web.forms import base, visit_of


def stage(world: World) -> str:
    return f"{base(world)}/stages/1"


def supplier_of(app: Flask, world: World, letter: str) -> tuple[Browser, str]:
    """A browser of the supplier behind a letter, and the address of its summary."""
    ref = ref_of(world, letter)
    person = world.suppliers[world.proposals.index(ref)].administrator
    return visit_of(app, person), f"/desk/proposals/{ref}/summary"


def test_an_approver_reads_what_confirming_does_and_no_name(app: Flask) -> None:
    world = a_scored_stage()
    approver = visit_of(app, world.approver)
    waiting = approver.get(f"{stage(world)}/decision/confirm").text
    assert "The chair has not proposed a decision yet" in waiting
    propose(world, "A")
    page = approver.get(f"{stage(world)}/decision/confirm").text
    for said in ("The stage is decided", "The lead gets a message", "Rank 1, ", "It names nobody"):
        assert said in page
    assert "Supplier 1" not in page
    assert "Supplier 2" not in page


def test_a_chair_who_proposed_reads_that_nobody_was_told_but_an_approver(app: Flask) -> None:
    world = a_scored_stage()
    propose(world, "A")
    chair = visit_of(app, world.chair)
    page = chair.get(f"{stage(world)}/decision").text
    assert "no supplier reads anything" in page
    assert "Propose another instead" in page
    refused = chair.send(f"{stage(world)}/decision", {"forward": "A", "why": ""})
    assert refused.status_code == 422
    assert re.search(r"<details[^>]* open>", refused.text)


def test_a_lead_is_led_from_the_decision_to_the_award_notice(app: Flask) -> None:
    world = a_decided_stage()
    lead = visit_of(app, world.lead)
    assert f'href="{stage(world)}/summaries"' in lead.get(f"{stage(world)}/decision").text
    before = lead.get(f"{stage(world)}/summaries").text
    assert "One action sends the summaries to all 2 suppliers" in before
    assert "trade secret" in before
    lead.send(f"{stage(world)}/summaries", {})
    after = lead.get(f"{stage(world)}/summaries").text
    assert f'href="{base(world)}/moves/notice"' in after


def test_an_award_notice_says_first_what_becomes_public(app: Flask) -> None:
    world = a_decided_stage(count=3)
    lead = visit_of(app, world.lead)
    address = f"{base(world)}/moves/notice"
    summaries.send_summaries(world.lead, world.ref, 1)
    page = lead.get(address).text
    _, _, names = page.partition("What becomes public now")
    assert "Supplier" in names
    assert "The first found most damp rooms." in names
    assert "2 proposals by their letters" in names
    assert "None. The award is made in the same act." in names
    assert world.state == "in_progress"


def test_a_summary_is_a_document_of_its_supplier(app: Flask) -> None:
    world = a_noticed_challenge()
    with writing() as session:
        for row in session.scalars(select(Summary)):
            row.language = "cy"
    browser, address = supplier_of(app, world, "B")
    page = browser.get(address).text
    assert "You were not selected. Here is every score and the reason for it." in page
    assert re.search(r'<p lang="cy">Proposal B was read by both', page)
    assert "The selected proposal" in page
    assert page.count('<table class="d-scores">') == 2
    assert "<textarea" not in page
    winner, own = supplier_of(app, world, "A")
    words = winner.get(own).text
    assert "You were selected. Here is every score" in words
    assert re.search(r'<div class="d-screen">(?:(?!</form>).)*<textarea', words, re.DOTALL)


def test_a_summary_tells_no_evaluators_level_where_only_the_panels_are_published(app: Flask) -> None:
    world = a_noticed_challenge()
    with writing() as session:
        for row in session.scalars(select(Summary)):
            row.content = re.sub(r'"level":\d', '"level":null', row.content)
    browser, address = supplier_of(app, world, "B")
    page = browser.get(address).text
    assert '<th scope="col" class="d-scores__level"' not in page
    assert ", level " not in page
    assert "E2</span></dt>" in page


def test_the_words_of_a_decision_stand_in_their_language(app: Flask) -> None:
    world = a_decided_stage()
    with writing() as session:
        session.scalars(select(Decision)).one().language = "gd"
    page = visit_of(app, world.lead).get(f"{stage(world)}/decision").text
    assert '<span lang="gd">The first found most damp rooms.</span>' in page
    assert '<p lang="gd">Proposal A was read by both' in page
