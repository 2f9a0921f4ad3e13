"""Everybody’s desk: what waits, and that each task leads where it is done."""

from __future__ import annotations

from flask import Flask

from marketplace.actions import moves, summaries
from marketplace.queries.desk import desk
from tests import factories
from tests.factories import a_person
from tests.web.forms import a_bare_draft, base, fields_of, text_of, visit_of


def test_the_desk_lights_the_first_task_and_links_to_it(app: Flask) -> None:
    world = a_bare_draft()
    page = text_of(visit_of(app, world.editor).get("/desk"))
    assert "Go on writing" in page
    assert f'href="{base(world)}"' in page
    assert "You are an editor" in page


def test_an_empty_desk_says_what_to_do(app: Flask) -> None:
    page = visit_of(app, a_person("Nora New")).get("/desk")
    assert "Nothing waits for you" in page.text
    assert "Register an organisation" in page.text


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
