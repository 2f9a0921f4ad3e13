"""The panel's meeting through the pages: every level side by side, and nothing summed before all are final."""

from __future__ import annotations

from flask import Flask

from tests import factories as f
from tests.web.test_scoring import enter

SPLIT = {"A": ((4, 3, 2, 1), (3, 3, 3, 3)), "B": ((1, 1, 1, 1), (2, 2, 2, 2))}


def page_of(world: f.World) -> str:
    return f"/desk/challenges/{world.ref}/stages/1/moderation"


def test_the_chair_makes_the_levels_final_after_being_asked(app: Flask) -> None:
    world = f.a_locked_stage()
    chair = enter(app, world.chair)
    assert "Make the levels final" in chair.get(page_of(world)).text
    address = f"{page_of(world)}/settle"
    assert "takes a reason and an approver" in chair.get(address).text
    done = chair.send(address, {})
    assert (done.status_code, done.location) == (303, page_of(world).replace("moderation", "ranking"))
    assert chair.get(done.location).status_code == 200


def test_the_panel_reads_every_level_once_all_have_locked(app: Flask) -> None:
    world = f.a_locked_stage(levels=SPLIT)
    for person in world.scorers:
        page = enter(app, person).get(page_of(world)).text
        assert "2 levels apart: talk about it" in page
        assert "Mean 3\N{NO-BREAK SPACE}1/2" in page
    assert "Make the levels final" not in enter(app, world.evaluator).get(page_of(world)).text


def test_lead_approver_and_strangers_find_nothing_there(app: Flask) -> None:
    world = f.a_locked_stage()
    for person in (world.lead, world.approver, f.a_person("Olive", operator=True)):
        browser = enter(app, person)
        assert browser.get(page_of(world)).status_code == 404
        assert browser.get(f"{page_of(world)}/settle").status_code == 404
    assert enter(app, world.evaluator).get(f"{page_of(world)}/settle").status_code == 404


def test_nobody_reads_the_levels_before_the_last_lock(app: Flask) -> None:
    world = f.a_scoring_stage()
    for person in world.scorers:
        assert enter(app, person).get(page_of(world)).status_code == 404
