"""Leaving a panel half-way in a browser: who sees whom, what is said before, and what the public reads."""

from __future__ import annotations

from flask import Flask

from marketplace.actions import decisions, evaluation, moderation, moves, recusals, roles, summaries
from marketplace.actions.moves import AWARD_CHECKS, Details
from marketplace.queries.desk import desk
from tests import factories as f
from tests.actions.test_evaluation import interests
from tests.actions.test_recusals import WHY, a_panel_of_three, lock, stand_down
from tests.web.conftest import Browser, words_of
from tests.web.forms import visit_of


def panel(world: f.World) -> str:
    return f"/desk/challenges/{world.ref}/stages/1/panel"


def test_an_evaluator_steps_back_with_a_reason_after_reading_what_it_does(app: Flask) -> None:
    world, third = a_panel_of_three()
    browser = visit_of(app, third)
    page = browser.get(panel(world))
    assert "Tess Third" in page.text
    assert world.chair.name not in words_of(page)
    own = f"{panel(world)}/{third.ref}"
    for said in ("count for no proposal", "It cannot be taken back.", "and no name"):
        assert said in words_of(browser.get(own))
    empty = browser.send(own, {"reason": ""})
    assert (empty.status_code, "Give the reason" in empty.text) == (422, True)
    done = browser.send(own, {"reason": WHY})
    assert (done.status_code, done.location) == (303, "/desk")
    assert "You stepped back." in browser.get("/desk").text
    for address in (panel(world), own, f"/desk/challenges/{world.ref}"):
        assert browser.get(address).status_code == 404


def test_an_evaluator_sees_nobody_elses_page(app: Flask) -> None:
    world, third = a_panel_of_three()
    for person in (world.chair, world.evaluator):
        browser = visit_of(app, person)
        assert browser.get(f"{panel(world)}/{third.ref}").status_code == 404
        assert "Stand down" not in browser.get(panel(world)).text
    for stranger in (world.approver, f.a_person()):
        assert visit_of(app, stranger).get(panel(world)).status_code == 404


def test_the_lead_stands_somebody_down_and_reads_whom_the_panel_lacks(app: Flask) -> None:
    world = f.a_locked_stage()
    browser = visit_of(app, world.lead)
    assert "The panel is large enough." in words_of(browser.get(panel(world)))
    done = browser.send(f"{panel(world)}/{world.evaluator.ref}", {"reason": WHY})
    assert (done.status_code, done.location) == (303, panel(world))
    said = words_of(browser.get(panel(world)))
    assert "The panel is 1 person below its minimum, so the stage waits." in said
    assert WHY in said
    assert "Stood down by Ada Editor" in said
    fresh = f.a_colleague(world, "Rae Replacement")
    roles.appoint(world.lead, world.ref, fresh.email, "evaluator")
    assert "1 person was asked to join and has not accepted yet." in words_of(browser.get(panel(world)))
    f.invite_expert(world, "xenia.expert@lab.example")
    assert "2 people were asked to join and have not accepted yet." in words_of(browser.get(panel(world)))


def test_while_the_panel_waits_everybody_is_told_what_comes_next(app: Flask) -> None:
    world = f.a_locked_stage()
    stand_down(world, world.evaluator)
    assert [task.task for task in desk(world.lead).waiting] == ["replace"]
    chair = visit_of(app, world.chair)
    assert "Your scores stand." in words_of(chair.get("/desk"))
    fresh = f.a_colleague(world, "Rae Replacement", "evaluator")
    assert [task.task for task in desk(world.lead).waiting] == []
    assert [task.task for task in desk(fresh).waiting] == ["declare"]
    evaluation.declare(fresh, world.ref, 1, interests(world))
    assert [task.task for task in desk(fresh).waiting] == ["score"]
    assert "Your scores stand." not in words_of(chair.get("/desk"))


def test_a_chair_who_left_is_missed_by_name(app: Flask) -> None:
    world = f.a_locked_stage()
    recusals.recuse(world.chair, world.ref, 1, world.chair.ref, WHY)
    [task] = desk(world.lead).waiting
    assert (task.task, task.facts["roles"]) == ("appoint", ("chair",))


def test_other_evaluators_learn_nothing_of_who_left_or_why(app: Flask) -> None:
    world, third = a_panel_of_three()
    lock(world, world.evaluator)
    stand_down(world, third)
    browser = visit_of(app, world.evaluator)
    for address in ("/desk", panel(world), f"/desk/challenges/{world.ref}/stages/1/scores"):
        page = browser.get(address)
        assert page.status_code == 200
        assert WHY not in page.text
        assert third.name not in page.text


def test_why_somebody_left_is_public_with_the_result_and_not_before(app: Flask) -> None:
    world, third = a_panel_of_three()
    for person in (*world.scorers, third):
        lock(world, person)
    stand_down(world, third)
    moderation.settle(world.chair, world.ref, 1)
    made = decisions.propose(
        world.chair, world.ref, 1, ["A"], f.sentences(world), "It found most.", "By lot."
    )
    decisions.confirm(world.approver, world.ref, 1, made)
    summaries.send_summaries(world.lead, world.ref, 1)
    public = (
        f"/challenges/{world.ref}",
        f"/challenges/{world.ref}/results",
        f"/challenges/{world.ref}/trail",
    )
    browser: Browser = app.test_client()  # type: ignore[assignment]
    trail = browser.get(public[-1]).text
    assert "Somebody left the panel." in trail
    assert all(WHY not in browser.get(address).text for address in (*public, "/trail"))
    moves.make(world.lead, world.ref, "notice", Details(checks=AWARD_CHECKS))
    results = words_of(browser.get(public[1]))
    assert f"The scores of 1 person were not counted for any proposal. Why: {WHY}" in results
    assert WHY in browser.get(public[-1]).text
    assert third.name not in results


def test_once_totals_can_be_seen_the_page_says_who_opens_the_levels_first(app: Flask) -> None:
    world, third = a_panel_of_three()
    for person in (*world.scorers, third):
        lock(world, person)
    moderation.settle(world.chair, world.ref, 1)
    browser = visit_of(app, world.lead)
    page = browser.get(panel(world))
    assert "Once the chair and an approver open them again" in words_of(page)
    assert "Stand down" not in words_of(page)
    assert "Nobody can leave the panel" in words_of(browser.get(f"{panel(world)}/{third.ref}"))
