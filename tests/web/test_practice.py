"""Practice scoring: scored like in earnest, compared, never kept; and asked for where an authority wants it."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from marketplace.actions import deputies, evaluation, organisations, practice, roles
from marketplace.models.accounts import Person
from marketplace.models.database import reading
from marketplace.models.evaluation import Score
from marketplace.models.trail import JournalEntry
from marketplace.policy import ANYONE, Actor
from marketplace.rules.practice import CRITERIA, PROPOSALS
from marketplace.rules.refusals import Refused
from tests import factories as f
from tests.web.conftest import Browser, hidden_in, words_of
from tests.web.forms import visit_of

REASON = "Forty-one of forty-eight families came, and it says who did not."
WHOLE = {"A": "3321", "B": "2144"}


def filled(*levels: int, reason: str = REASON) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for n, (criterion, level) in enumerate(zip(CRITERIA, levels, strict=True)):
        found |= {f"level_{n}": str(level), f"reason_{n}": reason, f"question_{n}": criterion.questions[0]}
    return found


def button(browser: Browser, page: TestResponse, address: str, *names: str) -> TestResponse:
    """Press the page's button that leads to `address`, with what its form brings along."""
    form = page.text.split(f'action="{address}"', 1)[1].split("</form>", 1)[0]
    brought = {
        name: form.split(f'name="{name}" value="', 1)[1].split('"', 1)[0] for name in ("csrf_token", *names)
    }
    return browser.post(address, data=brought)


def practised(person: Actor) -> Any:
    with reading() as connection:
        return connection.scalar(select(Person.practised_at).where(Person.id == person.person_id))


def test_a_newcomer_scores_both_sees_the_difference_and_is_done(app: Flask) -> None:
    person = f.a_person()
    browser = visit_of(app, person)
    assert "Score proposal A" in browser.get("/desk/practice").text
    page = browser.send("/desk/practice/A", filled(4, 3, 2, 1))
    said = words_of(page)
    assert page.status_code == 200
    assert "the same level on 3 of 4 criteria" in said
    assert "1 level above the reference" in said
    assert REASON in said
    assert PROPOSALS[0].references["fit"].reason in said
    page = button(browser, page, "/desk/practice/B", "A", "begin")
    assert "Brightwave Reminders" in page.text
    sent = filled(0, 1, 4, 4) | {name: hidden_in(page, name) for name in ("csrf_token", "once", "A")}
    page = browser.post("/desk/practice/B", data=sent)
    assert "2 levels below the reference" in words_of(page)
    assert practised(person) is None
    page = button(browser, page, "/desk/practice/done", "A", "B")
    assert (page.status_code, page.location) == (303, "/desk")
    assert practised(person) is not None


def test_nothing_that_was_typed_is_kept(app: Flask) -> None:
    person = f.a_person()
    browser = visit_of(app, person)
    browser.send("/desk/practice/A", filled(4, 3, 2, 1))
    practice.finish(person, WHOLE)
    with reading() as connection:
        facts = connection.execute(
            select(JournalEntry.act, JournalEntry.facts).where(JournalEntry.person_id == person.person_id)
        ).all()
        assert connection.scalars(select(Score.level)).all() == []
    assert [tuple(row) for row in facts] == [("practice.finish", "{}")]


def test_only_the_first_time_is_recorded(app: Flask) -> None:
    person = f.a_person()
    practice.finish(person, WHOLE)
    first = practised(person)
    practice.finish(person, WHOLE)
    assert practised(person) == first
    with reading() as connection:
        acts = connection.scalars(
            select(JournalEntry.act).where(JournalEntry.person_id == person.person_id)
        ).all()
    assert acts == ["practice.finish"]


@pytest.mark.parametrize("levels", [{}, {"A": "3321"}, WHOLE | {"B": "214"}, WHOLE | {"B": "2149"}])
def test_half_of_it_is_not_practice(app: Flask, levels: dict[str, str]) -> None:
    person = f.a_person()
    with pytest.raises(Refused, match=r"form\.invalid"):
        practice.finish(person, levels)
    assert practised(person) is None


def test_a_visitor_has_no_practice_page(app: Flask, client: Browser) -> None:
    assert client.get("/desk/practice").status_code == 303
    with pytest.raises(Refused, match="missing"):
        practice.finish(ANYONE, WHOLE)
    browser = visit_of(app, f.a_person())
    assert browser.get("/desk/practice/Z").status_code == 404


def test_a_sheet_with_holes_comes_back_as_it_was_typed(app: Flask) -> None:
    browser = visit_of(app, f.a_person())
    holed = filled(4, 3, 2, 1, reason="It speaks to the whole problem.") | {"A": "", "level_0": ""}
    page = browser.send("/desk/practice/A", holed)
    said = words_of(page)
    assert page.status_code == 422
    assert "Choose a level for Fit to the problem" in said
    assert "Fit to the problem: " in said
    assert page.text.count("It speaks to the whole problem.</textarea>") == 4


def asking(world: f.World) -> None:
    organisations.require_practice(world.authority.administrator, world.authority.slug, True)


def test_an_authority_may_ask_for_it_before_a_panel_is_joined(app: Flask) -> None:
    world = f.a_draft_challenge()
    asking(world)
    person = f.a_colleague(world)
    roles.appoint(world.editor, world.ref, person.email, "evaluator")
    with pytest.raises(Refused, match=r"practice\.first"):
        roles.accept(person, world.ref)
    team = f"/desk/challenges/{world.ref}/team"
    browser = visit_of(app, person)
    page = browser.get(team)
    assert f'href="/desk/practice?next={team}"' in page.text
    assert 'value="accept"' not in page.text
    page = browser.get(f"/desk/practice?next={team}")
    assert f'href="/desk/practice/A?next={team}"' in page.text
    page = browser.send("/desk/practice/A", filled(3, 3, 2, 1) | {"next": team, "B": "2144"})
    assert button(browser, page, "/desk/practice/done", "A", "B", "next").location == team
    roles.accept(person, world.ref)


def test_a_way_back_leads_nowhere_else(app: Flask) -> None:
    browser = visit_of(app, f.a_person())
    away = {"A": "3321", "next": "https://elsewhere.example/"}
    page = browser.send("/desk/practice/B", filled(2, 1, 4, 4) | away)
    assert button(browser, page, "/desk/practice/done", "A", "B", "next").location == "/desk"


def test_whoever_opens_and_does_not_score_is_not_asked(app: Flask) -> None:
    world = f.a_draft_challenge()
    asking(world)
    person = f.a_colleague(world)
    roles.appoint(world.editor, world.ref, person.email, "observer")
    roles.accept(person, world.ref)


def test_a_place_on_the_panel_is_taken_over_after_practice_alone(app: Flask) -> None:
    world = f.a_draft_challenge()
    asking(world)
    person = f.a_colleague(world)
    deputies.hand_over(world.evaluator, world.ref, world.evaluator.ref, "evaluator", person.email)
    with pytest.raises(Refused, match=r"practice\.first"):
        deputies.take_over(person, world.ref, "evaluator")
    page = visit_of(app, person).get(
        f"/desk/challenges/{world.ref}/team/evaluator/{world.evaluator.ref}/take-over"
    )
    assert "/desk/practice?next=" in page.text
    practice.finish(person, WHOLE)
    deputies.take_over(person, world.ref, "evaluator")


def test_it_is_asked_again_at_the_declaration_but_not_of_a_conflict(app: Flask) -> None:
    world = f.an_opened_stage()
    asking(world)

    def declare(person: Actor, interest: str) -> str:
        answers = {
            letter: evaluation.Interest(interest=interest, grounds="Shares.") for letter in f.letters(world)
        }
        return evaluation.declare(person, world.ref, 1, answers)

    page = visit_of(app, world.chair).get(f"/desk/challenges/{world.ref}/stages/1/declaration")
    assert "/desk/practice?next=" in page.text
    with pytest.raises(Refused, match=r"practice\.first"):
        declare(world.chair, "none")
    assert declare(world.evaluator, "conflict") == "conflict"
    practice.finish(world.chair, WHOLE)
    assert declare(world.chair, "none") == "none"


def test_an_administrator_asks_and_stops_asking_with_a_trace(app: Flask) -> None:
    authority = f.an_authority()
    browser = visit_of(app, authority.administrator)
    home = f"/desk/organisations/{authority.slug}"
    page = browser.get(home)
    assert "It is not asked of them." in words_of(page)
    assert button(browser, page, f"{home}/practice", "required").status_code == 303
    page = browser.get(home)
    assert "practises first, once" in words_of(page)
    button(browser, page, f"{home}/practice", "required")
    assert "It is not asked of them." in words_of(browser.get(home))
    with reading() as connection:
        notes = connection.scalars(
            select(JournalEntry.facts).where(JournalEntry.act == "organisation.practice")
        )
        assert [("true" in facts, "false" in facts) for facts in notes] == [(True, False), (False, True)]


def test_nobody_else_asks_for_it(app: Flask) -> None:
    world = f.a_draft_challenge()
    with pytest.raises(Refused, match="missing"):
        organisations.require_practice(world.editor, world.authority.slug, True)
    supplier = f.a_supplier()
    with pytest.raises(Refused, match="missing"):
        organisations.require_practice(supplier.administrator, supplier.slug, True)
    page = visit_of(app, world.editor).get(f"/desk/organisations/{world.authority.slug}")
    assert "Practice before scoring" in page.text
    assert 'name="required"' not in page.text
