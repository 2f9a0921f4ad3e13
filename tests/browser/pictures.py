"""Pictures of the demonstration for the README: `make pictures` takes them anew into docs/pictures."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, ViewportSize, sync_playwright

from marketplace.clock import Clock
from marketplace.demo.load import load, people_file
from tests.browser.conftest import ARGUMENTS
from tests.browser.people import Person
from tests.browser.site import Site, serving
from tests.conftest import START, migrate

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
WIDE: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 375, "height": 812}


def main() -> None:
    """Load a demonstration of its own, walk to what is worth seeing, and keep it."""
    FOLDER.mkdir(exist_ok=True)
    clock = Clock()
    clock.set(START)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        empty = Path(folder) / "empty"
        empty.mkdir()
        migrate(empty, f"sqlite:///{empty / 'daylight.db'}")
        browser = playwright.chromium.launch(executable_path=os.environ.get("CHROMIUM"), args=ARGUMENTS)
        with serving(Path(folder), empty / "daylight.db", clock) as site:
            load()
            clock.set(START)
            take(site, browser)
        browser.close()


def take(site: Site, browser: Browser) -> None:
    public = Person(site, browser)
    keep(public, "home", "/")
    keep(public, "challenge", first(public, "/challenges"))
    keep(public, "challenge-phone", public.path, PHONE)
    keep(public, "results", f"{first(public, '/challenges?status=completed')}/results")
    keep(public, "trail", "/trail")
    keep(worker(site, browser, "lead"), "desk", "/desk")
    scorer = worker(site, browser, "evaluator")
    scorer.goes("/desk")
    for link in ("/scores", "/scores/"):
        scorer.page.locator(f"main a[href*='{link}']").first.click()
    keep(scorer, "scoring", scorer.path)
    keep(*moderation(site, browser))
    keep(public, "firmness", firmness(public))


def moderation(site: Site, browser: Browser) -> tuple[Person, str, str]:
    """A chair whose panel agreed on a level, and where that stands."""
    for each in json.loads(people_file().read_text()):
        path = f"/desk/challenges/{each['challenge']}/stages/1/moderation"
        person = Person(site, browser, email=each["email"])
        if each["role"] == "chair":
            person.password = each["password"]
            person.signs_in()
            person.page.goto(path)
            if "Agreed:" in person.text():
                return person, "moderation", path
        person.leaves()
    raise LookupError("No panel agreed on a level.")


def firmness(public: Person) -> str:
    """Where a result says how firm it is."""
    public.goes("/challenges?status=completed")
    for link in [
        each.get_attribute("href") for each in public.page.locator(".d-list h2 a, .d-list h3 a").all()
    ]:
        answer = public.page.request.get(f"{link}/stages/1/diagnostics")
        if answer.status == 200:
            return f"{link}/stages/1/diagnostics"
    raise LookupError("No result says how firm it is.")


def worker(site: Site, browser: Browser, role: str) -> Person:
    """The first person of the role for whom something waits."""
    for each in json.loads(people_file().read_text()):
        person = Person(site, browser)
        if each["role"] == role:
            person.email, person.password = each["email"], each["password"]
            person.signs_in()
            if person.page.locator(".d-waiting__lit").count():
                return person
        person.leaves()
    raise LookupError(f"Nothing waits for any {role}.")


def first(person: Person, listing: str) -> str:
    person.goes(listing)
    return person.page.locator(".d-list a").first.get_attribute("href") or ""


def keep(person: Person, name: str, path: str, size: ViewportSize = WIDE) -> None:
    person.goes(path)
    person.page.set_viewport_size(size)
    person.page.screenshot(path=FOLDER / f"{name}.png")
    person.page.set_viewport_size(WIDE)


if __name__ == "__main__":
    main()
