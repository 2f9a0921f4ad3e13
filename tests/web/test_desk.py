"""Everybody’s desk: what waits, and that each task leads where it is done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from marketplace.actions import evaluation, moves, roles, summaries
from marketplace.models.database import installation
from marketplace.policy import Actor
from marketplace.queries.desk import desk
from tests import factories
from tests.conftest import NOON
from tests.factories import a_person
from tests.web.forms import a_bare_draft, base, fields_of, text_of, visit_of


def test_the_desk_lights_the_first_task_and_links_to_it(app: Flask) -> None:
    world = a_bare_draft()
    page = text_of(visit_of(app, world.editor).get("/desk"))
    assert "Go on writing" in page
    assert f'href="{base(world)}"' in page
    assert "3 of 11 tasks done." in page
    assert "Your roles: editor" in page


def test_an_empty_desk_says_what_to_do(app: Flask) -> None:
    page = visit_of(app, a_person("Nora New")).get("/desk").text
    assert "There are two ways to start" in page
    assert "/guides/authorities" in page
    assert "/guides/suppliers" in page
    assert "Register an organisation" in page


@pytest.mark.parametrize(
    ("who", "sentence"),
    [
        (lambda: a_person("Olive", operator=True), "No authority waits for you."),
        (lambda: factories.a_supplier().administrator, "A draft appears here until it is sent"),
        (lambda: factories.an_authority().administrator, "When somebody gives you a role"),
        (lambda: factories.an_open_challenge().chair, "What comes next to you stands beside each challenge."),
    ],
)
def test_an_empty_desk_says_what_will_come(app: Flask, who: Callable[[], Actor], sentence: str) -> None:
    assert sentence in visit_of(app, who()).get("/desk").text


def test_beside_a_challenge_stands_what_comes_next(app: Flask) -> None:
    world = factories.an_open_challenge()
    chair, approver = visit_of(app, world.chair), visit_of(app, world.approver)
    assert "It closes on Monday 23 November 2026. Then you declare" in chair.get("/desk").text
    page = approver.get("/desk").text
    assert "You confirm the decision when the chair has proposed it." in page
    assert "From Monday 23 November 2026 you open the proposals with a second opener" in page
    installation().clock.set(NOON)
    page = visit_of(app, world.lead).get("/desk").text
    assert "you open the proposals with a second opener" not in page
    assert "Go to the opening" in page


def test_challenges_of_several_authorities_stand_under_their_names(app: Flask) -> None:
    one, two = factories.an_open_challenge(), factories.an_open_challenge(closes_at=NOON + timedelta(days=8))
    expert = a_person("Xenia Expert")
    browser = visit_of(app, expert)
    for world, names in ((one, 0), (two, 2)):
        factories.join(world.authority, expert)
        roles.appoint(world.lead, world.ref, expert.email, "evaluator")
        assert browser.get("/desk").text.count('class="d-day"') == names


def test_a_supplier_sees_how_far_each_draft_is_and_what_became_of_the_rest(app: Flask) -> None:
    world, supplier = factories.an_open_challenge(), factories.a_supplier()
    factories.a_draft_proposal(world, supplier, approach="")
    browser = visit_of(app, supplier.administrator)
    page = browser.get("/desk").text
    assert page.count("3 of 4 questions answered.") == 2
    assert "21 days left" in page
    other = factories.an_open_challenge(closes_at=NOON + timedelta(days=8))
    ref = factories.a_submitted_proposal(other, supplier)
    page = browser.get("/desk").text
    assert "With the authority" in page
    assert f"/desk/proposals/{ref}/submitted" in page
    assert browser.get(f"/desk/proposals/{ref}/submitted").status_code == 200


def test_a_lead_sees_who_is_late_and_the_panel_does_not(app: Flask) -> None:
    world = factories.a_scoring_stage()
    installation().clock.set(datetime(2026, 12, 24, 9, tzinfo=UTC))
    lead, chair = visit_of(app, world.lead), visit_of(app, world.chair)
    page = lead.get(base(world)).text
    assert "Waiting for others" in page
    assert page.count("was due 23 December 2026") == 2
    assert page.count("Late") == 3
    assert "Waiting for others" in visit_of(app, world.approver).get(base(world)).text
    for member in (chair, visit_of(app, world.evaluator)):
        assert "Waiting for others" not in member.get(base(world)).text
    for letter in factories.letters(world):
        factories.score(world, world.chair, letter, 3, 3, 3, 3)
    evaluation.lock(world.chair, world.ref, 1)
    page = lead.get(base(world)).text
    assert page.count("was due 23 December 2026") == 1


def test_who_is_late_before_the_published_date_is_told_with_the_day_since_when(app: Flask) -> None:
    world = factories.a_scoring_stage()
    installation().clock.set(datetime(2026, 12, 8, 9, tzinfo=UTC))
    page = visit_of(app, world.lead).get(base(world)).text
    assert page.count("Late") == 2
    assert page.count("since 23 November 2026") == 2
    assert "decision by 23 December 2026" not in page


def test_every_task_leads_to_a_page_that_is_there(app: Flask) -> None:
    """At each step from deadline to scoring, every link on every desk answers."""
    world = factories.a_closed_stage()
    people = (world.lead, world.approver, world.chair, world.evaluator)
    browsers = {person.name: visit_of(app, person) for person in people}
    seen: list[set[str]] = []

    def check() -> None:
        found = {}
        for person in people:
            for task in desk(person).waiting:
                page = browsers[person.name].get(task.href)
                assert page.status_code == 200, (task.task, task.href)
                found[task.task] = person.name
            assert browsers[person.name].get(base(world)).status_code == 200
        seen.append(set(found))

    check()
    factories.open_stage(world)
    check()
    factories.declare_all(world)
    check()
    assert seen == [{"open-proposals"}, {"declare"}, {"begin-scoring"}]


def test_the_last_steps_follow_one_another_on_the_leads_desk(app: Flask) -> None:
    world = factories.a_decided_stage()
    lead = visit_of(app, world.lead)
    waiting = [(each.task, each.href) for each in desk(world.lead).waiting]
    assert waiting == [("summaries", f"{base(world)}/stages/1/summaries")]
    assert lead.get(waiting[0][1]).status_code == 200
    summaries.send_summaries(world.lead, world.ref, 1)
    for task, page in (("notice", "/moves/notice"), ("deliver", "/moves/deliver"), ("report", "/outcome")):
        assert [(each.task, each.href) for each in desk(world.lead).waiting] == [(task, base(world) + page)]
        sent = fields_of(lead.get(base(world) + page))
        typed = {"result": "Six in ten.", "in_use": "yes", "spent": "49000", "lessons": "Ask tenants first."}
        checks = {"checks": list(moves.AWARD_CHECKS)}
        assert lead.post(base(world) + page, data=sent | typed | checks).status_code == 303
    address = f"{base(world)}/moves/complete"
    assert lead.post(address, data=fields_of(lead.get(address))).status_code == 303
    assert world.state == "completed"
    assert desk(world.lead).waiting == ()


def test_the_award_notice_wants_every_check_ticked(app: Flask) -> None:
    world = factories.a_decided_stage()
    summaries.send_summaries(world.lead, world.ref, 1)
    page = visit_of(app, world.lead).send(f"{base(world)}/moves/notice", {"checks": ["insurance"]})
    assert page.status_code == 422
    assert "Confirm each check" in page.text
    assert world.state == "in_progress"
