"""Asking back about a summary, on pages: checked before it goes, and read by two sides alone."""

from __future__ import annotations

import pytest
from flask import Flask

from marketplace.actions import debriefs
from tests import factories as f
from tests.actions.test_debriefs import ANSWER, QUESTION, a_told_stage
from tests.web.conftest import hidden_in, new_browser, words_of
from tests.web.forms import fields_of, visit_of
from tests.web.test_secrecy import every_address, seen


def test_a_supplier_checks_what_it_asks_and_reads_the_answer_beside_its_summary(app: Flask) -> None:
    world, ref, author = a_told_stage()
    supplier, lead = visit_of(app, author), visit_of(app, world.lead)
    at = f"/desk/proposals/{ref}/summary"
    assert f"{at}/question" in supplier.get(at).text
    check = supplier.send(f"{at}/question", {"question": QUESTION, "meeting": "y"})
    assert "You ask once." in words_of(check)
    assert QUESTION in words_of(check)
    sent = supplier.post(f"{at}/question", data=fields_of(check) | {"sure": "yes"})
    assert sent.location == at
    assert "The answer comes here." in words_of(supplier.get(at))
    listed = f"/desk/challenges/{world.ref}/stages/1/debriefs"
    assert QUESTION in words_of(lead.get(listed))
    assert "It asks for a meeting." in words_of(lead.get(listed))
    assert "You ask for a meeting." in words_of(supplier.get(at))
    check = lead.send(f"{listed}/B", {"answer": ANSWER})
    assert lead.post(f"{listed}/B", data=fields_of(check) | {"sure": "yes"}).location == listed
    page = words_of(supplier.get(at))
    assert QUESTION in page
    assert ANSWER in page
    assert "You asked about this summary already." in words_of(supplier.get(f"{at}/question"))
    assert lead.get(f"{listed}/B").status_code == 404


def test_what_is_refused_stays_in_the_form(app: Flask) -> None:
    _world, ref, author = a_told_stage()
    browser, at = visit_of(app, author), f"/desk/proposals/{ref}/summary/question"
    page = browser.send(at, {"question": "word " * 201})
    assert page.status_code == 422
    assert "Use at most 200 words. This has 201." in words_of(page)
    check = browser.send(at, {"question": ""})
    page = browser.post(at, data=fields_of(check) | {"sure": "yes"})
    assert page.status_code == 422
    assert "Write your question, or ask for a meeting." in words_of(page)
    assert hidden_in(page, "once")


@pytest.mark.long
def test_no_page_of_anybody_else_changes_by_a_question_and_its_answer(app: Flask) -> None:
    world, ref, author = a_told_stage()
    rival = world.suppliers[1 - world.proposals.index(ref)].administrator
    people = (rival, world.chair, world.evaluator, f.a_person(operator=True))
    addresses = [*every_address(app, world, "/desk", "/challenges"), "/trail"]
    browsers = [*(visit_of(app, each) for each in people), new_browser(app)]
    before = [seen(browser, addresses) for browser in browsers]
    debriefs.ask(author, ref, QUESTION, True)
    assert [seen(browser, addresses) for browser in browsers] == before
    debriefs.answer(world.lead, world.ref, 1, "B", ANSWER)
    assert [seen(browser, addresses) for browser in browsers] == before
