"""Somebody who never saw the place judges a challenge, takes it away on paper, and answers it."""

from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import ViewportSize

from tests import factories as f
from tests.browser.conftest import Someone

pytestmark = pytest.mark.browser

TITLE = "Damp and cold in council homes"
# What a small firm asks first, beside the problem, and what answers it.
ASKED = {
    "How long is left?": "21 days left",
    "What does it pay?": "£50,000 a team",
    "How much is there to write?": "4 answers, 300 to 500 words each",
    "What do we keep?": "You keep what you make.",
    "Under which rules?": "Research and development services",
    "When do we know?": "23 December 2026",
    "How do we begin?": "Start a proposal",
}
MOST_PAGES = 20
MOST_SECONDS = 300
KEYS_A_SECOND = 5
ANSWER = "We ask the six people who do it today, change one thing, and count what happens next."
SCREEN: ViewportSize = {"width": 1280, "height": 900}
# The text of everything that stands on the first screen, without scrolling.
FIRST_SCREEN = """() => [...document.querySelectorAll("main *")]
    .filter((it) => it.childElementCount === 0 && it.getBoundingClientRect().bottom <= innerHeight)
    .map((it) => it.innerText).join("\\n")"""


@pytest.mark.parametrize("way", [[TITLE], ["See 1 open challenge", TITLE]])
def test_two_clicks_lead_from_home_to_all_that_decides(somebody: Someone, way: list[str]) -> None:
    f.an_open_challenge(title=TITLE)
    newcomer = somebody()
    newcomer.goes("/")
    newcomer.sees("Public bodies publish a problem and its budget, small firms answer it")
    for words in way:
        newcomer.follows(words)
    newcomer.page.set_viewport_size(SCREEN)
    shown = newcomer.page.evaluate(FIRST_SCREEN)
    missing = [question for question, answer in ASKED.items() if answer not in shown]
    assert not missing, shown
    assert newcomer.page.get_by_text("Landlords learn of damp").first.is_visible()


def test_on_a_telephone_the_action_follows_the_problem(somebody: Someone) -> None:
    world = f.an_open_challenge(title=TITLE)
    newcomer = somebody()
    newcomer.goes(f"/challenges/{world.ref}")
    newcomer.page.set_viewport_size({"width": 375, "height": 800})
    tops = [
        newcomer.page.get_by_text(text).first.bounding_box()
        for text in ("Landlords learn of damp", "Start a proposal", "One home in eleven")
    ]
    assert all(tops)
    assert [box["y"] for box in tops if box] == sorted(box["y"] for box in tops if box)


def test_a_challenge_fits_on_sheets_of_paper(somebody: Someone) -> None:
    world = f.an_open_challenge(title=TITLE)
    newcomer = somebody()
    newcomer.goes(f"/challenges/{world.ref}")
    newcomer.follows("Print or save as one page")
    newcomer.page.emulate_media(media="print")
    assert newcomer.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    sheets = newcomer.page.pdf(format="A4")
    assert len(re.findall(rb"/Type\s*/Page\b", sheets)) <= 6


def test_a_newcomer_sends_a_proposal_within_minutes(somebody: Someone) -> None:
    f.an_open_challenge(title=TITLE)
    newcomer = somebody("Nell Newcomer")
    pages: list[str] = []
    newcomer.page.on("framenavigated", lambda frame: pages.append(frame.url))
    begun = time.monotonic()
    newcomer.goes("/challenges")
    newcomer.follows(TITLE)
    challenge = newcomer.path
    newcomer.follows("Start a proposal")
    newcomer.follows("Register")
    newcomer.fills("Your name", newcomer.name)
    newcomer.fills("E-mail address", newcomer.email)
    newcomer.fills("Password", newcomer.password)
    newcomer.presses("Register")
    newcomer.follows("The link in the message")
    newcomer.presses("Confirm my address")
    newcomer.fills("E-mail address", newcomer.email)
    newcomer.fills("Password", newcomer.password)
    newcomer.presses("Sign in")
    assert newcomer.path == f"{challenge}/propose", "Whoever registers comes back to where they started."
    newcomer.fills("Name of your firm or team", "Newcomers")
    newcomer.fills("Address", "2 Quay Street, Northmere")
    newcomer.presses("Start the draft")
    newcomer.page.locator("main a[href*='/questions/']").first.click()
    typed = 0
    while (box := newcomer.page.locator("textarea")).count():
        box.fill(ANSWER)
        typed += len(ANSWER)
        newcomer.presses("Save and continue")
    newcomer.follows("Check your answers")
    newcomer.presses("Send the proposal")
    newcomer.sees("We have your proposal")
    took = time.monotonic() - begun + typed / KEYS_A_SECOND
    assert len(pages) <= MOST_PAGES, pages
    assert took < MOST_SECONDS
