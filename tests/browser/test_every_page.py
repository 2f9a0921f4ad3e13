"""Every kind of page of a full installation: its links lead somewhere, and it holds up in a browser."""

from __future__ import annotations

import json
import re
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from marketplace.clock import Clock
from marketplace.demo.load import load, people_file
from tests import factories as f
from tests.browser.markup import Markup
from tests.browser.people import Person
from tests.browser.site import Site, serving
from tests.conftest import START

pytestmark = pytest.mark.browser

# Of each kind of address, so many are looked at.
OF_A_KIND = 8
# One person for each of these, and one on every challenge for each of those: what they see turns with its state.
ONCE = ("operator", "approver", "opener")
EVERYWHERE = ("lead", "chair", "evaluator", "author")


@dataclass
class Crawl:
    """Walks from page to page as one person, within addresses that begin with one of `within`.

    A page beyond them has to be there, and is not walked on from.
    """

    person: Person
    within: tuple[str, ...]
    kinds: Counter[str] = field(default_factory=Counter)
    met: set[str] = field(default_factory=set)
    pages: dict[str, frozenset[str]] = field(default_factory=dict)
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
        found = Markup(answer.text())
        self.pages[path] = frozenset(found.shape)
        here = [href[1:] for href in found.hrefs if href.startswith("#")]
        self.broken += [f"no #{place} on {path}" for place in here if place not in found.ids]
        self.broken += [f"{error}: {path}" for error in found.errors]
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
        f.sign_the_log()
        yield site


def explore(person: Person, crawl: Crawl, shapes: set[frozenset[str]], *starts: str) -> set[str]:
    """Walk, then look at every page of a new shape as it comes out of a browser."""
    crawl.walk(*starts)
    wrong = list(crawl.broken)
    for path, shape in crawl.pages.items():
        if shape in shapes:
            continue
        shapes.add(shape)
        try:
            person.goes(path)
        except AssertionError as error:
            wrong.append(str(error))
    person.leaves()
    assert not wrong, "\n\n".join(wrong)
    return set(crawl.pages)


def people() -> Iterator[dict[str, str]]:
    """Who looks at the demonstration; nobody twice."""
    met = set[str]()
    places = set[tuple[str, str]]()
    for each in json.loads(people_file().read_text()):
        place = (each["role"], "" if each["role"] in ONCE else each["challenge"])
        if each["role"] in ONCE + EVERYWHERE and place not in places and each["email"] not in met:
            met.add(each["email"])
            places.add(place)
            yield each


# Together more than 120 pages: what the public sees is not walked again by those who sign in.
def test_every_public_page_holds(full: Site, chromium: Browser) -> None:
    person = Person(full, chromium)
    seen = explore(person, Crawl(person, ("/",)), set(), "/")
    assert len(seen) > 60, sorted(seen)


def test_every_page_behind_a_sign_in_holds_for_each_role(full: Site, chromium: Browser) -> None:
    shapes, seen = set[frozenset[str]](), set[str]()
    for who in people():
        person = Person(full, chromium)
        person.email, person.password = who["email"], who["password"]
        person.signs_in()
        seen |= explore(person, Crawl(person, ("/desk", "/account")), shapes, "/desk", "/account")
    assert len([path for path in seen if path.startswith(("/desk", "/account"))]) > 60, sorted(seen)


def test_a_page_that_is_not_there_says_so(full: Site, chromium: Browser) -> None:
    person = Person(full, chromium)
    person.goes("/challenges/CH-00000000", status=404)
    person.sees("Page not found")
    person.leaves()
