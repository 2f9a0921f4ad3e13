"""A panel's meeting in a browser: a level agreed by keyboard, signed, recorded and made final; a lock reopened."""

from __future__ import annotations

import pytest

from marketplace.policy import Actor
from tests import factories as f
from tests.actions.test_moderation import SPLIT, WHY
from tests.browser.conftest import Someone
from tests.browser.people import Person
from tests.browser.site import Site
from tests.browser.test_keyboard import enter, sign_in, tab_to

pytestmark = pytest.mark.browser


def comes(somebody: Someone, actor: Actor) -> Person:
    person = somebody(actor.name)
    person.email = actor.email
    person.signs_in()
    return person


def test_a_panel_agrees_its_levels_blind(site: Site, somebody: Someone) -> None:
    world = f.a_locked_stage(levels=SPLIT)
    page = f"/desk/challenges/{world.ref}/stages/1/moderation"
    chair = somebody()
    sign_in(chair, world.chair)
    agree_by_keyboard(chair, page)
    ben = comes(somebody, world.approver)
    ben.follows("Read it")
    ben.sees("Proposal A, Plan and risks", WHY)
    ben.presses("Sign level 4 for proposal A")
    ben.sees("Signed.", "Nothing waits for your signature.")
    chair.goes(page)
    chair.follows("Record the meeting")
    chair.fills("Began at", "10:00")
    chair.fills("Notes (optional)", "We read the plan aloud.")
    chair.presses("Record this meeting", status=422)
    chair.sees("A meeting was held after everybody had locked, and before now.")
    chair.fills("Began at", "12:00")
    chair.presses("Record this meeting")
    chair.follows("Make the levels final")
    chair.sees("1 level stands as the panel agreed it.")
    chair.presses("Make the levels final")
    chair.sees("The levels are final.")


def agree_by_keyboard(chair: Person, page: str) -> None:
    chair.goes(page)
    chair.misses("points", "Rank")
    tab_to(chair.page, "Talk about proposal A next", "A")
    enter(chair.page)
    tab_to(chair.page, "4. There is a plan with risks", "INPUT")
    chair.page.keyboard.press("Space")
    tab_to(chair.page, "Why", "TEXTAREA")
    chair.page.keyboard.type(WHY)
    tab_to(chair.page, "Keep this and go on", "BUTTON")
    enter(chair.page)
    chair.goes(page)
    chair.sees("Agreed: 4. Waits for a signature")


def test_a_lock_is_reopened_and_both_versions_can_be_read(site: Site, somebody: Someone) -> None:
    world = f.a_locked_stage(levels=SPLIT)
    stage = f"/desk/challenges/{world.ref}/stages/1"
    chair = comes(somebody, world.chair)
    chair.goes(f"{stage}/moderation")
    chair.follows("Reopen a lock, where somebody must change a score")
    chair.ticks("Dev Evaluator")
    chair.fills("Why", "You read the annex of another supplier.")
    chair.presses("Check and reopen")
    chair.presses("Reopen it")
    chair.sees("The lock of Dev Evaluator is reopened, and they are told why.", "Not locked again yet.")
    dev = comes(somebody, world.evaluator)
    dev.goes(f"{stage}/lock")
    dev.presses("Lock my scores")
    chair.goes(f"{stage}/locks")
    chair.sees("Locked again without a change.")
