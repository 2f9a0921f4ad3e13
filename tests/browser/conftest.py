"""A browser, a site to walk through, and people to do it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from marketplace.clock import Clock
from tests.browser.people import Person
from tests.browser.site import Site, serving

Someone = Callable[..., Person]

ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking",
    "--disable-component-update", "--disable-extensions", "--disable-sync", "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)  # fmt: skip


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for the whole run; people get separate profiles in it."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if path is None:
        missing = "The package chromium is not installed."
        pytest.fail(missing) if os.environ.get("CI") else pytest.skip(missing)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def site(tmp_path: Path, migrated_sqlite: Path, clock: Clock) -> Iterator[Site]:
    """An empty installation whose clock stands at `START`."""
    with serving(tmp_path, migrated_sqlite, clock) as site:
        yield site


@pytest.fixture
def somebody(site: Site, chromium: Browser) -> Iterator[Someone]:
    """Call it with a name, and perhaps `scripts=False`, for a person at a browser of their own."""
    people: list[Person] = []

    def come(name: str = "", **how: Any) -> Person:
        people.append(Person(site, chromium, name, **how))
        return people[-1]

    yield come
    for person in people:
        person.leaves()
