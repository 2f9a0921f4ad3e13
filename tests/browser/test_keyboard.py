"""By keyboard alone: where focus is can be seen, what is wrong is found, and words are counted right."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from marketplace.policy import Actor
from marketplace.rules import limits
from tests import factories as f
from tests.browser.conftest import Someone
from tests.browser.people import Person
from tests.browser.site import Site

pytestmark = pytest.mark.browser

# Of the focused element: what it is called, whether it is on the screen, and whether its focus shows.
FOCUS = """() => {
    const it = document.activeElement, box = it.getBoundingClientRect();
    const marked = (style) => (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0
        && style.outlineColor !== "rgba(0, 0, 0, 0)") || style.boxShadow !== "none";
    const label = it.labels?.[0], near = it.matches("[type=radio], [type=checkbox]");
    return {
        id: it.id, tag: it.tagName, name: (label ?? it).innerText, value: it.value,
        onScreen: box.width > 1 && box.height > 1 && box.bottom > 0 && box.top < innerHeight,
        shows: marked(getComputedStyle(it)) || (near && marked(getComputedStyle(label, "::before"))),
    };
}"""
MOST_TABS = 120


def tab_to(page: Page, name: str, tag: str = "", value: str = "") -> None:
    """Press Tab until the control with these words has focus; at every stop focus is seen."""
    stops = []
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        focus = page.evaluate(FOCUS)
        if focus["tag"] == "BODY":
            continue
        assert focus["onScreen"], f"Focus is off the screen: {focus}"
        assert focus["shows"], f"Focus cannot be seen: {focus}"
        stops.append(focus["name"])
        if name in focus["name"] and tag in focus["tag"] and value in (focus["value"] or ""):
            return
    pytest.fail(f"Tab does not reach “{name}”: {stops}")


def enter(page: Page) -> None:
    with page.expect_navigation():
        page.keyboard.press("Enter")


def sign_in(person: Person, actor: Actor) -> None:
    """Address, password and button, without a mouse."""
    person.goes("/sign-in")
    tab_to(person.page, "E-mail address", "INPUT")
    person.page.keyboard.type(actor.email)
    tab_to(person.page, "Password", "INPUT")
    person.page.keyboard.type(f.PASSWORD)
    tab_to(person.page, "Sign in", "BUTTON")
    enter(person.page)
    assert person.path == "/desk"


def test_the_first_stop_skips_to_the_content(somebody: Someone) -> None:
    person = somebody()
    person.goes("/challenges")
    person.page.keyboard.press("Tab")
    first = person.page.evaluate(FOCUS)
    assert (first["name"], first["onScreen"]) == ("Skip to main content", True)
    person.page.keyboard.press("Enter")
    assert person.page.evaluate("document.activeElement.id") == "main"
    person.page.keyboard.press("Tab")
    assert person.page.evaluate("document.activeElement.closest('main') !== null")


def test_what_is_wrong_gets_focus_and_leads_to_its_control(somebody: Someone) -> None:
    person = somebody()
    person.goes("/sign-in")
    tab_to(person.page, "E-mail address", "INPUT")
    enter(person.page)
    assert person.page.evaluate("document.activeElement.matches('[data-error-summary]')")
    assert person.page.title().startswith("Error: Sign in")
    tab_to(person.page, "Enter your password", "A")
    person.page.keyboard.press("Enter")
    assert person.page.evaluate("document.activeElement.id") == "password"


def test_a_question_is_answered(site: Site, somebody: Someone) -> None:
    world = f.an_open_challenge()
    proposal, person = f.a_draft_proposal(world), somebody()
    sign_in(person, world.suppliers[0].administrator)
    person.goes(f"/desk/proposals/{proposal}")
    tab_to(person.page, world.content.questions.questions[0].prompt, "A")
    enter(person.page)
    tab_to(person.page, world.content.questions.questions[0].prompt, "TEXTAREA")
    person.page.keyboard.press("Control+A")
    person.page.keyboard.type("Neighbours read the meters.")
    tab_to(person.page, "Save and go back", "BUTTON")
    enter(person.page)
    person.sees("4 of 500 words")


def test_a_proposal_is_scored(site: Site, somebody: Someone) -> None:
    world, person = f.a_scoring_stage(), somebody()
    page = person.page
    sign_in(person, world.evaluator)
    person.goes(f"/desk/challenges/{world.ref}/stages/1/scores/A")
    for criterion in world.content.criteria.criteria:
        # The highest level comes first: Space takes it, the arrow the one below.
        tab_to(page, criterion.levels[-1], "INPUT")
        page.keyboard.press("Space")
        page.keyboard.press("ArrowDown")
        tab_to(page, "Why? Point to something in the answer.", "TEXTAREA")
        page.keyboard.type("Eleven of fourteen damp rooms were found in March.")
    tab_to(page, "Save and go to proposal B", "BUTTON")
    enter(page)
    assert person.path.endswith("/scores/B")
    person.goes(f"/desk/challenges/{world.ref}/stages/1/scores/A")
    person.sees("4 of 4 criteria scored")
    chosen = [page.locator(f'[name="level_{n}"]:checked').input_value() for n in range(4)]
    assert chosen == [str(criterion.maximum - 1) for criterion in world.content.criteria.criteria]


AWKWARD = (
    "", " ", "one", "one\u00a0two", "one\u2003two\u202fthree", "one\ntwo\n\n  three\n", "one\ttwo",
    "👩‍👩‍👧 and 🏳️‍🌈", "one\ufefftwo", "e\u0301te\u0301 n\u0303", "zero\u200bwidth", "– dash – alone –",
    "line\u2028and\u2029paragraph", "next\u0085line", "\u3000wide\u3000", "mongolian\u180evowel", "a-b c’d e.g.",
    "שלום עולם", "漢字 かな", "\u2060joined\u2060 words", "1,000 000", "blank\u2800in\u3164all\uffa0but",
)  # fmt: skip


def test_words_are_counted_on_the_page_as_by_the_rule(site: Site, somebody: Someone) -> None:
    world = f.an_open_challenge()
    proposal, person = f.a_draft_proposal(world), somebody()
    sign_in(person, world.suppliers[0].administrator)
    person.goes(f"/desk/proposals/{proposal}/questions/approach")
    left = {}
    for text in (*AWKWARD, "word " * 501):
        person.page.get_by_role("textbox").fill(text)
        left[text] = person.page.locator(".d-words").inner_text()
    assert left == {text: words_left(500 - limits.words(text)) for text in left}


def words_left(left: int) -> str:
    unit = "word" if abs(left) == 1 else "words"
    return f"{-left} {unit} too many" if left < 0 else f"{left} {unit} left"
