"""What the foot of every page leads to says what is true: from the tables that run the product."""

from __future__ import annotations

import re
from collections import Counter
from datetime import datetime, timedelta
from http.cookies import SimpleCookie
from pathlib import Path

import pytest
from flask import Flask

from marketplace.clock import Clock
from marketplace.models.base import db
from marketplace.rules import glossary, retention
from marketplace.rules.accessibility import ISSUES, TESTS
from marketplace.rules.cookies import COOKIES
from marketplace.web.information import kept
from tests import factories as f
from tests.web.conftest import Browser, words_of

ROOT = Path(__file__).resolve().parents[2]
FOOT = ("/guides", "/accessibility", "/privacy", "/cookies", "/contact")


@pytest.mark.parametrize("path", ["/", "/sign-in", "/nowhere"])
def test_every_page_leads_to_what_stands_behind_it(app: Flask, client: Browser, path: str) -> None:
    page = client.get(path).text
    for address in FOOT:
        assert f'href="{address}"' in page


def test_every_table_of_the_database_says_how_long_it_is_kept() -> None:
    named = Counter(table for record in retention.RECORDS for table in record.tables)
    assert set(named) == set(db.metadata.tables)
    assert set(named.values()) == {1}


def test_the_page_about_privacy_shows_every_record_and_the_sweeps_own_periods(
    app: Flask, client: Browser
) -> None:
    page = words_of(client.get("/privacy"))
    for record in retention.RECORDS:
        for words in (record.name, record.holds, record.why, record.seen_by, kept(record)):
            assert words in page
        assert retention.GROUNDS[record.ground] in page
    assert f"{retention.VISITS.days} days after the visit has ended." in page
    assert f"{retention.FORM_KEYS // timedelta(hours=1)} hours." in page


def test_the_page_about_accessibility_shows_every_test_and_every_issue(app: Flask, client: Browser) -> None:
    page = words_of(client.get("/accessibility"))
    for test in TESTS:
        assert test.what in page
        assert test.how in page
    for issue in ISSUES:
        assert issue.what in page
        assert issue.meanwhile in page
        assert issue.plan in page


def test_the_page_about_cookies_names_exactly_those_that_are_set(app: Flask, client: Browser) -> None:
    person = f.a_person("Robin Vale")
    answers = [
        client.get("/sign-in"),
        client.send("/register", {"name": "Kim", "email": "kim@a.example", "password": "three odd words"}),
        client.send("/sign-in", {"email": person.email, "password": f.PASSWORD}),
        client.get("/desk"),
        client.get("/account"),
        client.post("/sign-out"),
        *(client.get(path) for path in FOOT),
    ]
    jar: SimpleCookie = SimpleCookie()
    for answer in answers:
        for line in answer.headers.getlist("Set-Cookie"):
            jar.load(line)
    assert set(jar) == {cookie.name for cookie in COOKIES}
    page = words_of(client.get("/cookies"))
    for cookie in COOKIES:
        sent = jar[cookie.name]
        longest = str(int(cookie.lasts.total_seconds())) if cookie.lasts else ""
        assert (sent["max-age"], bool(sent["httponly"]), sent["samesite"]) == (longest, True, "Lax")
        assert cookie.name in page
        assert cookie.purpose in page


def test_scripts_keep_nothing_in_the_browser() -> None:
    for script in (ROOT / "static" / "js").glob("*.js"):
        assert not re.search(r"localStorage|sessionStorage|indexedDB|document\.cookie", script.read_text()), (
            script
        )


def test_the_contact_is_the_operators_own(app: Flask, client: Browser) -> None:
    for path in ("/contact", "/privacy", "/accessibility"):
        assert "contact@localhost" in client.get(path).text
    assert "Example operator" in client.get("/contact").text


def test_programs_find_where_to_report_a_weakness(app: Flask, client: Browser, clock: Clock) -> None:
    answer = client.get("/.well-known/security.txt")
    assert answer.mimetype == "text/plain"
    told = dict(line.split(": ", 1) for line in answer.text.splitlines())
    assert told["Contact"] == "mailto:contact@localhost"
    assert told["Canonical"] == "http://localhost/.well-known/security.txt"
    assert clock.now() < datetime.fromisoformat(told["Expires"]) < clock.now() + timedelta(days=365)
    assert 'id="security"' in client.get(told["Policy"].removeprefix("http://localhost").split("#")[0]).text


def test_the_glossary_of_the_documents_is_the_products_own() -> None:
    written = [
        tuple(cell.strip() for cell in line.strip("|").split("|"))
        for line in (ROOT / "docs" / "glossary.md").read_text().splitlines()
        if line.startswith("| ")
    ]
    assert written[1:] == [(word.word, word.means, word.ocds or "–") for word in glossary.WORDS]
