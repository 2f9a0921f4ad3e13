"""Every refusal is a page with a next step, in a frame that stands even when what is behind it does not."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import text

from marketplace.models.database import writing
from tests import factories as f
from tests.web.conftest import Browser, words_of


def test_a_missing_page_offers_a_search_and_ways_on(app: Flask, client: Browser) -> None:
    page = client.get("/nowhere")
    assert page.status_code == 404
    assert 'action="/challenges"' in page.text
    for way in ("/challenges", "/trail", "/desk"):
        assert f'<a class="govuk-link" href="{way}">' in page.text


def test_a_refused_form_leads_back_to_the_page_it_was_on(app: Flask, client: Browser) -> None:
    home = {"Referer": "http://localhost/sign-in?next=/desk"}
    page = client.post("/trail", headers=home)
    assert page.status_code == 405
    assert 'href="/sign-in"' in page.text
    assert "Go back to the page" in page.text


@pytest.mark.parametrize(
    "elsewhere", ["https://elsewhere.example/sign-in", "", "http://localhost//elsewhere.example"]
)
def test_no_refusal_leads_to_another_site(app: Flask, client: Browser, elsewhere: str) -> None:
    page = client.post("/trail", headers={"Referer": elsewhere} if elsewhere else {})
    assert page.status_code == 405
    assert "//elsewhere.example" not in page.text


def test_too_many_tries_say_how_long_to_wait(app: Flask, client: Browser) -> None:
    person = f.a_person()
    wrong = {"email": person.email, "password": "not this one at all"}
    answers = [client.send("/sign-in", wrong) for _each in range(30)]
    last = answers[-1]
    assert last.status_code == 429
    assert "Wait 15 minutes, then try again." in words_of(last)


def test_the_frame_stands_when_the_database_does_not(
    app: Flask, client: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    with writing() as session:
        session.execute(text("ALTER TABLE log_event RENAME TO lost"))
    page = client.get("/trail")
    assert page.status_code == 500
    assert "Nothing was half-saved" in words_of(page)
    assert 'href="/contact"' in page.text
