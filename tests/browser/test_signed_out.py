"""A visit that ends while somebody writes: what they typed is sent after they sign in elsewhere."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests import factories as f
from tests.browser.conftest import Someone
from tests.browser.site import Site

pytestmark = pytest.mark.browser

TYPED = "Neighbours read the meters together and write down what they see in each room."


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_a_text_survives_the_end_of_a_visit(site: Site, somebody: Someone, scripts: bool) -> None:
    world = f.an_open_challenge()
    proposal, person = f.a_draft_proposal(world), somebody(scripts=scripts)
    person.email = world.suppliers[0].administrator.email
    person.signs_in()
    person.goes(f"/desk/proposals/{proposal}/questions/approach")
    person.page.get_by_role("textbox").fill(TYPED)
    site.clock.advance(timedelta(days=2))
    person.presses("Save and go back", status=401)
    person.sees("You were signed out", TYPED)
    written, person.page = person.page, person.context.new_page()
    person.signs_in()
    person.page = written
    # The form belongs to the visit that ended, so that a second press is asked for.
    person.presses("Send it again", status=422)
    assert person.page.get_by_role("textbox").input_value() == TYPED
    person.presses("Save and go back")
    person.sees("14 of 500 words")
