"""Scoring without a mouse, while the page saves itself and says how far one is."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from marketplace.queries import scores as queries
from tests import factories as f
from tests.browser.checks import AXE, NARROW, RUN_AXE, WIDE
from tests.browser.conftest import Someone
from tests.browser.people import Person
from tests.browser.site import Site
from tests.browser.test_autosave import NO_CONNECTION, says
from tests.browser.test_keyboard import enter, sign_in, tab_to

pytestmark = pytest.mark.browser

REASON = "Eleven of fourteen damp rooms were found in March."
FOCUSED = "document.activeElement.id"


class Panel:
    """An evaluator at their list of three proposals, signed in by keyboard."""

    def __init__(self, person: Person) -> None:
        self.world = f.a_scoring_stage(3)
        self.person, self.page, self.actor = person, person.page, self.world.evaluator
        self.stage = f"/desk/challenges/{self.world.ref}/stages/1"
        sign_in(person, self.actor)
        person.goes(f"{self.stage}/scores")

    def own(self) -> queries.OwnList:
        return queries.own_list(self.actor, self.world.ref, 1)

    @property
    def letter(self) -> str:
        return self.own().rows[0].letter


@pytest.fixture
def panel(site: Site, somebody: Someone) -> Panel:
    return Panel(somebody())


def text_of(page: Page, id: str) -> str:
    return page.locator(f"#{id}").inner_text()


def test_a_whole_proposal_is_scored_by_keyboard_and_each_score_saved_on_the_way(panel: Panel) -> None:
    page, first, second = panel.page, *[row.letter for row in panel.own().rows[:2]]
    tab_to(page, f"Score proposal {first}", "A")
    enter(page)
    criteria = panel.world.content.criteria.criteria
    tab_to(page, f"Go to the next: {criteria[0].name}", "A")
    page.keyboard.press("Enter")
    for n, criterion in enumerate(criteria):
        if n:
            # Between them stand the way to all proposals, and an answer shown above, folded.
            tab_to(page, f"All proposals by {criteria[n - 1].name}", "A")
            tab_to(page, criterion.levels[-1], "INPUT")
        assert page.evaluate(FOCUSED) == f"level_{n}"
        # The highest level stands first: Space takes it, each arrow the one below.
        page.keyboard.press("Space")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Tab")
        assert page.evaluate(FOCUSED) == f"reason_{n}"
        page.keyboard.type(REASON[:9])
        counter = page.locator(f"#reason_{n} + .d-words")
        expect(counter).to_have_text("11 more characters needed")
        page.keyboard.type(REASON[9:])
        expect(counter).to_have_text("Long enough")
        expect(page.locator(f"#state_{n}")).to_have_text("Scored", timeout=10_000)
        page.keyboard.press("Tab")
        assert page.evaluate(FOCUSED) == f"question_{n}"
        assert criterion.maximum - 1 == int(page.locator(f'[name="level_{n}"]:checked').input_value())
    says(panel.person, "Saved at 12:00pm.")
    assert (text_of(page, "counted"), text_of(page, "given")) == (
        "4 of 4 criteria scored", "4 of 12 scores given.",
    )  # fmt: skip
    assert panel.own().done == 4
    tab_to(page, f"Save and go to proposal {second}", "BUTTON")
    enter(page)
    assert panel.person.path == f"{panel.stage}/scores/{second}"


def test_what_is_half_done_is_there_again_after_the_window_was_closed(
    panel: Panel, somebody: Someone
) -> None:
    panel.person.goes(f"{panel.stage}/scores/{panel.letter}")
    panel.page.locator('[name="level_1"][value="2"]').check()
    panel.page.locator("#reason_1").fill("Eleven rooms")
    says(panel.person, "Saved at 12:00pm.")
    assert text_of(panel.page, "state_1") == "Begun, not scored yet"
    assert "at least 20 characters" in text_of(panel.page, "why_1")
    panel.person.leaves()
    later = somebody()
    sign_in(later, panel.actor)
    later.goes(f"{panel.stage}/scores/{panel.letter}")
    assert later.page.locator("#reason_1").input_value() == "Eleven rooms"
    assert later.page.locator('[name="level_1"]:checked').input_value() == "2"
    later.sees("0 of 4 criteria scored")
    assert panel.own().done == 0


def test_that_nothing_is_saved_is_seen_wherever_one_types(panel: Panel) -> None:
    panel.person.goes(f"{panel.stage}/scores/{panel.letter}")
    panel.page.context.set_offline(True)
    panel.page.locator("#reason_3").press_sequentially("Eleven")
    says(panel.person, NO_CONNECTION)
    expect(panel.page.locator("[data-autosave-line]")).to_be_in_viewport()
    panel.page.context.set_offline(False)
    says(panel.person, "Saved at 12:00pm.")


def test_one_criterion_is_scored_for_every_proposal_by_keyboard(panel: Panel) -> None:
    criterion, page = panel.world.content.criteria.criteria[0], panel.page
    tab_to(page, criterion.name, "A")
    enter(page)
    for row in panel.own().rows:
        tab_to(page, criterion.levels[-1], "INPUT")
        page.keyboard.press("Space")
        page.keyboard.press("Tab")
        page.keyboard.type(f"{REASON} {row.letter}")
    says(panel.person, "Saved at 12:00pm.")
    expect(page.locator("#counted")).to_have_text("3 of 3 proposals scored", timeout=10_000)
    following = panel.world.content.criteria.criteria[1]
    tab_to(page, f"Save and go to {following.name}", "BUTTON")
    enter(page)
    assert panel.person.path.endswith(f"/criteria/{following.id}")
    assert [row.done for row in panel.own().rows] == [1, 1, 1]


def test_a_key_pressed_alone_does_nothing(panel: Panel) -> None:
    """No shortcut of one letter or digit: none can be hit by speech or by a slip."""
    panel.person.goes(f"{panel.stage}/scores/{panel.letter}")
    before = panel.page.content()
    for key in "0123456789abcdefghijklmnopqrstuvwxyz?/.":
        panel.page.keyboard.press(key)
    steady = re.compile(r' data-stopped=""')
    assert steady.sub("", panel.page.content()) == steady.sub("", before)


def test_axe_finds_nothing_on_a_wide_and_on_a_narrow_screen(panel: Panel) -> None:
    f.score(panel.world, panel.actor, panel.letter, 3, 2, 3, 2)
    for path in ("scores", f"scores/{panel.letter}", "criteria/fit", "lock"):
        for size in (WIDE, NARROW):
            panel.page.set_viewport_size(size)
            panel.page.goto(f"{panel.stage}/{path}")
            panel.page.evaluate(AXE)
            assert panel.page.evaluate(RUN_AXE) == [], (path, size)
            assert panel.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (path, size)
