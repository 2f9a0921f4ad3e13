"""Every kind of page of a full installation: its links lead somewhere, and it holds up in a browser."""

from __future__ import annotations

import json
import re
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from marketplace.clock import Clock
from marketplace.demo.load import load, people_file
from tests.browser.people import Person
from tests.browser.site import Site, serving
from tests.conftest import START

pytestmark = pytest.mark.browser

# Of each kind of address, so many are asked for; the first is looked at in the browser too.
OF_A_KIND = 4
ROLES = ("operator", "editor", "approver", "opener", "chair", "evaluator", "author")


class Links(HTMLParser):
    """What a page links to, and the places on it that can be linked to."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.hrefs: list[str] = []
        self.ids: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.ids.add(given.get("id") or "")
        if tag == "a":
            self.hrefs.append(given.get("href") or "")


@dataclass
class Crawl:
    """Walks from page to page as one person, within addresses that begin with one of `within`.

    A page beyond them has to be there, and is not walked on from.
    """

    person: Person
    within: tuple[str, ...]
    kinds: Counter[str] = field(default_factory=Counter)
    met: set[str] = field(default_factory=set)
    first: dict[str, str] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)

    def walk(self, *starts: str) -> None:
        waiting = deque((start, "by hand") for start in starts)
        while waiting:
            path, origin = waiting.popleft()
            waiting.extend((link, path) for link in self._links(path, origin) if self._wanted(link))

    def _wanted(self, link: str) -> bool:
        if link in self.met:
            return False
        self.met.add(link)
        self.kinds[kind_of(link)] += 1
        return self.kinds[kind_of(link)] <= (OF_A_KIND if link.startswith(self.within) else 1)

    def _links(self, path: str, origin: str) -> Iterator[str]:
        answer = self.person.page.request.get(path, max_redirects=0)
        if answer.status == 303:
            return
        if answer.status != 200:
            self.broken.append(f"{answer.status} for {path}, linked from {origin}")
            return
        if "text/html" not in answer.headers["content-type"] or not path.startswith(self.within):
            return
        self.first.setdefault(kind_of(path), path)
        found = Links(answer.text())
        here = [href[1:] for href in found.hrefs if href.startswith("#")]
        self.broken += [f"no #{place} on {path}" for place in here if place not in found.ids]
        yield from dict.fromkeys(href.partition("#")[0] for href in found.hrefs if href.startswith("/"))


def kind_of(path: str) -> str:
    """The address without what names one record: letters of proposals, references, numbers, names."""
    plain, _, query = path.partition("?")
    plain = re.sub(r"/(organisations|verifications)/(?!new$)[^/]+", r"/\1/*", plain)
    plain = re.sub(r"/([A-Z]{2}-[A-Z0-9]{8}|[A-Z]{1,2}|\d+)(?=/|\.|$)", "/*", plain)
    return f"{plain}?{' '.join(re.findall(r'([a-z]+)=', query))}"


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path) -> Iterator[Site]:
    """The demonstration, loaded once, with the clock at the moment of loading."""
    clock = Clock()
    clock.set(START)
    with serving(tmp_path_factory.mktemp("demonstration"), migrated_sqlite, clock) as site:
        assert load()
        clock.set(START)
        yield site


def explore(person: Person, crawl: Crawl, *starts: str) -> None:
    """Walk, then look at the first page of every kind as it comes out of a browser."""
    crawl.walk(*starts)
    wrong = list(crawl.broken)
    for path in crawl.first.values():
        try:
            person.goes(path)
        except AssertionError as error:
            wrong.append(str(error))
    person.leaves()
    assert not wrong, "\n\n".join(wrong)


def test_every_kind_of_public_page(full: Site, chromium: Browser) -> None:
    person = Person(full, chromium)
    crawl = Crawl(person, ("/",))
    explore(person, crawl, "/")
    assert len(crawl.first) > 15, list(crawl.first)


@pytest.mark.parametrize("role", ROLES)
def test_every_kind_of_page_behind_a_sign_in(full: Site, chromium: Browser, role: str) -> None:
    listed = json.loads(people_file().read_text())
    who = next(each for each in listed if each["role"] == role)
    person = Person(full, chromium)
    person.email, person.password = who["email"], who["password"]
    person.signs_in()
    explore(person, Crawl(person, ("/desk", "/account")), "/desk", "/account")


def test_a_page_that_is_not_there_says_so(full: Site, chromium: Browser) -> None:
    person = Person(full, chromium)
    person.goes("/challenges/CH-00000000", status=404)
    person.sees("Page not found")
    person.leaves()
