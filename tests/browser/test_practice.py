"""A newcomer practises scoring, and everybody reads how firm a result is, each page of it checked."""

from __future__ import annotations

import pytest

from marketplace.actions import organisations, roles
from marketplace.rules.practice import CRITERIA
from tests import factories as f
from tests.browser.conftest import Someone
from tests.browser.people import Person
from tests.web.test_diagnostics import LEVELS
from tests.web.test_results import content_with

pytestmark = pytest.mark.browser

REASON = "Answer 2 counts forty-one of forty-eight families, in one town alone."


def scores(person: Person, *levels: int) -> None:
    for n, (_criterion, level) in enumerate(zip(CRITERIA, levels, strict=True)):
        person.picks(f"level_{n}", str(level))
        person.page.fill(f"[name=reason_{n}]", REASON)
    person.presses("Compare with the reference")


@pytest.mark.parametrize("scripts", [True, False])
def test_somebody_new_is_led_to_practice_and_back_to_the_panel(somebody: Someone, scripts: bool) -> None:
    world = f.a_draft_challenge()
    administrator = world.authority.administrator
    organisations.require_practice(administrator, world.authority.slug, True)
    colleague = f.a_colleague(world)
    roles.appoint(world.editor, world.ref, colleague.email, "evaluator")
    newcomer = somebody(scripts=scripts)
    newcomer.email = colleague.email
    newcomer.signs_in()
    newcomer.goes(f"/desk/challenges/{world.ref}/team")
    newcomer.follows("Practise scoring")
    newcomer.follows("Score proposal A")
    newcomer.presses("Compare with the reference", 422)
    newcomer.sees("Choose a level for Fit to the problem")
    scores(newcomer, 3, 2, 2, 1)
    newcomer.sees("the same level on 3 of 4 criteria")
    newcomer.presses("Score proposal B")
    scores(newcomer, 4, 1, 2, 4)
    newcomer.presses("Finish practising")
    newcomer.sees("You practised scoring.")
    newcomer.presses("Accept")
    newcomer.sees("You accepted.")


def test_how_firm_a_result_is_holds_in_a_browser(somebody: Someone, monkeypatch: pytest.MonkeyPatch) -> None:
    wide = LEVELS | {"C": ((0, 2, 1, 2), (3, 2, 2, 2))}
    content_with(monkeypatch, terms={"publish_diagnostics": True})
    world = f.a_noticed_challenge(3, levels=wide)
    reader = somebody()
    reader.goes(f"/challenges/{world.ref}/results")
    reader.follows("What this means, and what it does not")
    reader.sees("How far apart single scores lie", "The others, widest first:", "0 to 3")
