"""A supplier's summary as a document: on the screen, on paper and as a file, for its own people alone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.actions import debriefs, decisions, draws, summaries
from marketplace.models.database import installation, reading
from marketplace.models.evaluation import Summary
from marketplace.models.organisations import Organisation
from marketplace.models.proposals import Proposal
from marketplace.queries.decisions import ranking
from tests import factories as f
from tests.actions.test_debriefs import ANSWER, QUESTION, a_told_stage
from tests.actions.test_decisions import propose
from tests.actions.test_draws import EQUAL, VALUE
from tests.actions.test_reopening import take_back
from tests.web.conftest import new_browser, words_of
from tests.web.forms import fields_of, visit_of


def test_on_paper_everything_is_unfolded_and_there_is_nothing_to_press(app: Flask) -> None:
    world, ref, author = a_told_stage()
    debriefs.ask(author, ref, QUESTION, False)
    debriefs.answer(world.lead, world.ref, 1, "B", ANSWER)
    page = visit_of(app, author).get(f"/desk/proposals/{ref}/summary/print")
    words = words_of(page)
    for criterion in world.content.criteria.criteria:
        assert criterion.name in words
        assert all(level in words for level in criterion.levels)
    for text in (QUESTION, ANSWER, world.content.terms.contact, "The selected proposal:", "Lowest selected"):
        assert text in words
    assert f"/desk/proposals/{ref}/summary for your own people alone" in words
    main = page.text.split("<main", 1)[1]
    assert not any(tag in main for tag in ("<form", "<button", "<details", "<nav"))


def test_the_file_is_the_document_byte_for_byte_as_it_was_frozen(app: Flask) -> None:
    _world, ref, author = a_told_stage()
    sent = visit_of(app, author).get(f"/desk/proposals/{ref}/summary.json")
    with reading() as connection:
        frozen = connection.scalars(
            select(Summary.content)
            .join(Proposal, Proposal.id == Summary.proposal_id)
            .where(Proposal.ref == ref)
        ).one()
    assert sent.text == frozen
    assert sent.headers["Content-Disposition"] == f'attachment; filename="summary-{ref}.json"'


def test_nobody_else_gets_any_form_of_it(app: Flask) -> None:
    world, ref, _author = a_told_stage()
    rival = world.suppliers[1 - world.proposals.index(ref)].administrator
    for person in (rival, world.lead, world.chair, world.approver):
        browser = visit_of(app, person)
        for form in ("summary", "summary/print", "summary.json", "summary/question", "summary/name"):
            assert browser.get(f"/desk/proposals/{ref}/{form}").status_code == 404
    assert new_browser(app).get(f"/desk/proposals/{ref}/summary.json").status_code in (303, 401)


def test_whoever_was_not_selected_is_named_in_public_as_long_as_it_agrees(app: Flask) -> None:
    world = f.a_noticed_challenge()
    ref = f.ref_of(world, "B")
    supplier = world.suppliers[world.proposals.index(ref)]
    with reading() as connection:
        name = connection.scalars(select(Organisation.name).where(Organisation.slug == supplier.slug)).one()
    browser, public = visit_of(app, supplier.administrator), new_browser(app)
    here, results = f"/desk/proposals/{ref}/summary/name", f"/challenges/{world.ref}/results"
    assert name not in words_of(public.get(results))
    for agrees, button in ((True, "Name us"), (False, "Take it out")):
        page = browser.get(here)
        assert button in words_of(page)
        assert browser.post(here, data=fields_of(page)).status_code == 303
        assert (name in words_of(public.get(results))) is agrees


def test_a_summary_of_a_decision_that_was_taken_back_says_so(app: Flask) -> None:
    world, ref, author = a_told_stage()
    browser = visit_of(app, author)
    assert "was taken back" not in words_of(browser.get(f"/desk/proposals/{ref}/summary"))
    take_back(world)
    for form in ("summary", "summary/print"):
        assert "was taken back" in words_of(browser.get(f"/desk/proposals/{ref}/{form}"))


@pytest.mark.parametrize(("regime", "promised"), [("scotland-regulated", True), ("rd-exempt", False)])
def test_under_scottish_rules_it_says_that_more_may_be_asked_for(
    app: Flask, regime: str, promised: bool
) -> None:
    world = f.a_decided_stage(regime=regime)
    summaries.send_summaries(world.lead, world.ref, 1)
    browser = visit_of(app, world.suppliers[0].administrator)
    page = words_of(browser.get(f"/desk/proposals/{world.proposals[0]}/summary"))
    assert ("within 30 days of your request" in page) is promised


def test_whoever_lost_a_tie_reads_by_which_rule(app: Flask) -> None:
    world = f.a_scored_stage(2, EQUAL)
    installation().clock.set(installation().clock.now() + timedelta(hours=2))
    for person in (world.chair, world.approver):
        draws.enter(person, world.ref, 1, VALUE)
    first, last = (line.letter for line in ranking(world.chair, world.ref, 1).lines)
    decisions.confirm(world.approver, world.ref, 1, propose(world, first))
    summaries.send_summaries(world.lead, world.ref, 1)
    for letter, lost in ((first, False), (last, True)):
        ref = f.ref_of(world, letter)
        author = world.suppliers[world.proposals.index(ref)].administrator
        page = words_of(visit_of(app, author).get(f"/desk/proposals/{ref}/summary"))
        assert ("Your total equals the lowest that was selected." in page) is lost


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"reserve": ["B"]}, "You were not selected, and are held in reserve."),
        ({"excluded": {"B": "exclusion"}}, "You were not selected, because your proposal was excluded."),
        ({"excluded": {"B": "withdrawn"}}, "Your proposal counts no more, because it was withdrawn."),
    ],
)
def test_who_is_held_in_reserve_or_counts_no_more_reads_so_and_why(
    app: Flask, how: dict[str, Any], said: str
) -> None:
    world = f.a_scored_stage(2)
    made = propose(world, "A", B="Here is the reason for it.", **how)
    decisions.confirm(world.approver, world.ref, 1, made)
    summaries.send_summaries(world.lead, world.ref, 1)
    ref = f.ref_of(world, "B")
    author = world.suppliers[world.proposals.index(ref)].administrator
    page = words_of(visit_of(app, author).get(f"/desk/proposals/{ref}/summary"))
    assert said in page
    assert "Here is the reason for it." in page
