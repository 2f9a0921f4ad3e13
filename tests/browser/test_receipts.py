"""The confirmation page and the checkpoint that comes after it."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests import factories as f
from tests.browser.conftest import Someone
from tests.browser.people import Person
from tests.browser.site import Site

pytestmark = pytest.mark.browser


def hands_in(person: Person) -> None:
    world = f.an_open_challenge()
    f.sign_the_log()
    ref = f.a_draft_proposal(world)
    person.email = world.suppliers[0].administrator.email
    person.signs_in()
    person.goes(f"/desk/proposals/{ref}/check")
    person.presses("Send the proposal")
    person.sees("We have your proposal", "Not yet. A checkpoint usually covers an entry within a second.")


def test_the_page_notices_the_checkpoint_by_itself(site: Site, somebody: Someone) -> None:
    person = somebody()
    hands_in(person)
    f.sign_the_log()
    expect(person.page.locator("[data-signed]")).to_contain_text("Under checkpoint", timeout=10_000)
    assert not person.has("link", "See whether it does now")


def test_without_scripts_a_link_shows_the_checkpoint(site: Site, somebody: Someone) -> None:
    person = somebody(scripts=False)
    hands_in(person)
    f.sign_the_log()
    person.follows("See whether it does now")
    person.sees("Under checkpoint")
