"""Somebody who never saw the place judges a challenge, and takes it away on paper."""

from __future__ import annotations

import re

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
