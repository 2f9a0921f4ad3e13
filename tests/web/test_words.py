"""Every word of the interface goes through the catalogue: a crawl in a made-up language finds what did not."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from babel.messages.pofile import read_po
from flask import Flask

from marketplace.actions import accounts, addresses, invitations
from marketplace.app import create_app
from marketplace.clock import Clock
from marketplace.demo.load import load, people_file
from marketplace.models.base import db
from marketplace.policy import ANYONE
from marketplace.queries import accounts as people
from marketplace.queries import organisations
from tests import factories as f
from tests import pseudo
from tests.conftest import START, settings_in
from tests.web.conftest import Browser, new_browser
from tests.web.forms import visit_of

LINK = re.compile(r'<a\b[^>]*\bhref="(/[^"#]*)')
NOT_PAGES = ("/static/", "/log/", "/ocds/", "/api/")
ROLES = ("operator", "lead", "approver", "chair", "evaluator", "author")


@pytest.fixture(scope="module")
def foreign(tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path) -> Iterator[Flask]:
    """The demonstration on an installation that speaks the made-up language."""
    folder = tmp_path_factory.mktemp("foreign")
    pseudo.write_catalogue(folder / "translations")
    (folder / "daylight.db").write_bytes(migrated_sqlite.read_bytes())
    settings = settings_in(folder, f"sqlite:///{folder / 'daylight.db'}")
    clock = Clock()
    clock.set(START)
    app = create_app(replace(settings, language=pseudo.LANGUAGE, translations=folder / "translations"), clock)
    with app.app_context():
        assert load()
        clock.set(START)
        f.sign_the_log()
        yield app
        for engine in db.engines.values():
            engine.dispose()


def pages(browser: Browser, *starts: str) -> Iterator[tuple[str, str]]:
    """Every page that can be reached, a few of each kind."""
    waiting, met, kinds = list(starts), set(starts), Counter[str]()
    while waiting:
        path = waiting.pop(0)
        answer = browser.get(path, follow_redirects=True)
        if answer.mimetype != "text/html":
            continue
        yield path, answer.text
        for link in LINK.findall(answer.text):
            kind = re.sub(r"(CH|PR)-[0-9A-Z]{8}|\d+|\?.*|/[A-Z]+(?=/|$)", "…", link)
            if link not in met and not link.startswith(NOT_PAGES) and kinds[kind] < 8:
                met.add(link)
                kinds[kind] += 1
                waiting.append(link)


def look(browser: Browser, *starts: str) -> int:
    wrong: dict[str, str] = {}
    count = 0
    for path, page in pages(browser, *starts):
        count += 1
        for text in pseudo.forgotten(page):
            wrong.setdefault(text, path)
    assert not wrong, "\n".join(f"{path}: {text}" for text, path in wrong.items())
    return count


@pytest.mark.long
def test_no_public_page_has_a_word_that_is_in_no_catalogue(foreign: Flask) -> None:
    assert look(new_browser(foreign), "/") > 60


@pytest.mark.long
@pytest.mark.parametrize("role", ROLES)
def test_no_page_behind_a_sign_in_has_a_word_that_is_in_no_catalogue(foreign: Flask, role: str) -> None:
    listed = json.loads(people_file().read_text())
    who = next(each for each in listed if each["role"] == role)
    # Signed in twice, since what another browser calls itself stands on the page of one's account.
    browsers = new_browser(foreign), new_browser(foreign)
    for browser in browsers:
        browser.send("/sign-in", {"email": who["email"], "password": who["password"]})
    assert look(browsers[0], "/desk", "/account") > 10


@pytest.mark.long
def test_no_page_behind_a_mailed_link_has_a_word_that_is_in_no_catalogue(foreign: Flask) -> None:
    who = next(each for each in json.loads(people_file().read_text()) if each["role"] == "author")
    found = people.visitor(ANYONE, accounts.sign_in(ANYONE, who["email"], who["password"]))
    assert found is not None
    head, tom = found[0], f.a_person("Tom Wetherby")
    links = [
        invitations.invite(head, organisations.own(head)[0].slug, email, "administrator")["link"]
        for email in ("newcomer@aldermere.example", tom.email)
    ]
    links += [*addresses.ask(tom, f.PASSWORD, "tom@elsewhere.example").values()]
    links += [accounts.ask_reset(ANYONE, tom.email)["link"]]
    links += [accounts.register(ANYONE, "Kim", "kim@aldermere.example", f.PASSWORD)["link"]]
    paths = [urlsplit(link).path for link in links]
    paths += ["/invitations/none", "/address/none", "/confirm/none", "/password/none"]
    # What is shown differs for whom the invitation is, for whom it is not, and for those who are not signed in.
    browsers = (new_browser(foreign), visit_of(foreign, tom), visit_of(foreign, head))
    wrong = {
        text: path
        for path in paths
        for browser in browsers
        for text in pseudo.forgotten(browser.get(path).text)
    }
    assert not wrong, "\n".join(f"{path}: {text}" for text, path in wrong.items())


@pytest.mark.long
@pytest.mark.parametrize(
    ("status", "path", "sent"),
    [
        (404, "/nowhere", None),
        (400, "/trail?kind=x", None),
        (405, "/trail", {}),
        (401, "/desk/organisations/new", {"name": "Γ"}),
    ],
)
def test_no_error_has_a_word_that_is_in_no_catalogue(
    foreign: Flask, status: int, path: str, sent: dict[str, str] | None
) -> None:
    browser = new_browser(foreign)
    answer = browser.get(path) if sent is None else browser.post(path, data=sent)
    assert answer.status_code == status
    assert pseudo.forgotten(answer.text) == []


def test_the_catalogue_is_current() -> None:
    current = {message.id for message in pseudo.messages()}
    with (pseudo.ROOT / "translations" / "messages.pot").open("rb") as file:
        kept = {message.id for message in read_po(file)}
    assert current == kept, "Run `make words`."
