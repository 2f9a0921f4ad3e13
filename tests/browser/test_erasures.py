"""Words published in error, by keyboard alone: an operator finds them by their address, looks once more, and erases."""

from __future__ import annotations

import pytest

from tests import factories as f
from tests.browser.conftest import Someone
from tests.browser.site import Site

pytestmark = pytest.mark.browser


def test_an_operator_finds_words_by_their_address_and_erases_them(site: Site, somebody: Someone) -> None:
    world, operator = f.an_open_challenge(), f.a_person("Olive Operator", operator=True)
    olive = somebody(operator.name, email=operator.email, keyboard=True)
    olive.signs_in()
    olive.follows("Words published in error")
    olive.presses("Find the words", status=422)
    olive.sees("Enter the address of a page")
    olive.fills("Where do the words stand?", f"{site.address}/challenges/CH-00000000")
    olive.presses("Find the words", status=422)
    olive.sees("Nothing public stands there.")
    olive.fills("Where do the words stand?", f"{site.address}/challenges/{world.ref}")
    olive.presses("Find the words")
    olive.presses("Check what goes", status=422)
    olive.sees("Choose what to erase", "Choose the ground")
    olive.picks("texts", "version/1/problem.title")
    olive.picks("texts", "version/1/affected.affected")
    olive.picks("ground", "personal")
    olive.presses("Check what goes")
    olive.sees("These 2 texts are erased for good.")
    olive.presses("Erase for good")
    olive.sees("The words are erased.")
    f.sign_the_log()
    for page in ("", "/versions", "/print", "/trail"):
        olive.goes(f"/challenges/{world.ref}{page}")
        olive.sees("it was about a private person." if page != "/trail" else "It is about a private person.")


def test_an_administrator_erases_what_the_organisation_said(site: Site, somebody: Someone) -> None:
    world = f.an_open_challenge()
    slug, who = world.authority.slug, world.authority.administrator
    ada = somebody(who.name, email=who.email, scripts=False)
    ada.signs_in()
    ada.goes(f"/desk/organisations/{slug}")
    ada.follows("Erase words published in error")
    ada.picks("texts", f"organisation/{slug}/name")
    ada.picks("ground", "personal")
    ada.presses("Check what goes")
    ada.presses("Erase for good")
    ada.goes(f"/organisations/{slug}")
    ada.sees("Erased on")
