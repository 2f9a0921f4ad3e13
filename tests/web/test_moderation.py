"""The panel's meeting through the pages: every level side by side, and nothing summed before all are final."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from marketplace.actions import moderation
from marketplace.clock import Clock
from tests import factories as f
from tests.web.conftest import Browser
from tests.web.test_scoring import enter
from tests.web.test_secrecy import every_address

TOTALS = r"615/8|455/8|76\.8|56\.8|\bRank \d"

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


WHY = "Answer delivery names forty homes and a risk, but no date by which they are found."


def test_a_cell_shows_each_level_and_reason_beside_the_answer_and_keeps_what_is_typed(app: Flask) -> None:
    world = f.a_locked_stage(levels=SPLIT)
    chair = enter(app, world.chair)
    address = f"{page_of(world)}/A/delivery"
    page = chair.get(address).text
    for said in (
        f.ANSWERS["delivery"],
        "eleven of fourteen rooms",
        "No agreement. The exact mean, 2, counts",
    ):
        assert said in page
    refused = chair.send(address, {"counts": "2", "reason": "Too short."})
    assert refused.status_code == 422
    assert "Too short." in refused.text
    assert chair.send(address, {"counts": "2", "reason": WHY}).location == page_of(world)
    assert WHY in enter(app, world.evaluator).get(address).text


def test_after_one_cell_comes_the_next_that_the_panel_must_speak_about(app: Flask) -> None:
    world = f.a_locked_stage(levels={"A": ((4, 3, 3, 1), (3, 3, 3, 3)), "B": ((0, 2, 2, 2), (2, 2, 2, 2))})
    chair = enter(app, world.chair)
    first = chair.send(f"{page_of(world)}/A/delivery", {"counts": "none", "reason": WHY})
    assert first.location == f"{page_of(world)}/B/fit"
    last = chair.send(first.location, {"counts": "1", "reason_E1": WHY, "reason_E2": WHY})
    assert last.location == page_of(world)
    assert "nothing waits for it" in chair.get(page_of(world)).text


def test_a_second_tab_is_told_and_can_then_save_over_what_it_reads(app: Flask) -> None:
    world = f.a_locked_stage(levels=SPLIT)
    chair, address = enter(app, world.chair), f"{page_of(world)}/A/delivery"
    chair.get(address)
    assert chair.send(address, {"counts": "2", "reason": WHY}).status_code == 303
    late = chair.send(address, {"counts": "3", "reason": WHY, "seen": "0"})
    assert late.status_code == 409
    assert "Agreed: 2" not in late.text
    assert WHY in late.text
    assert chair.send(address, {"counts": "3", "reason": WHY, "seen": seen_in(late.text)}).status_code == 303


def seen_in(page: str) -> str:
    return re.findall(r'name="seen" value="(\d+)"', page)[-1]


def test_the_page_can_be_narrowed_to_what_waits(app: Flask) -> None:
    world = f.a_locked_stage(levels=SPLIT)
    page = enter(app, world.evaluator).get(f"{page_of(world)}?show=waiting").text
    assert f"{page_of(world)}/A/delivery" in page
    assert f"{page_of(world)}/A/fit" not in page
    assert f"{page_of(world)}/B/" not in page


def test_an_approver_is_asked_to_sign_and_sees_that_cell_alone(app: Flask) -> None:
    world = f.a_locked_stage(levels=SPLIT)
    chair, approver = enter(app, world.chair), enter(app, world.approver)
    address = f"{page_of(world)}/signatures"
    assert "Nothing waits for your signature." in approver.get(address).text
    chair.send(f"{page_of(world)}/A/delivery", {"counts": "4", "reason": WHY})
    assert address in approver.get("/desk").text
    page = approver.get(address).text
    assert "Sign level 4 for proposal A" in page
    assert WHY in page
    assert "Proposal B" not in page
    number = re.findall(r'name="agreed" value="(\d+)"', page)[-1]
    assert approver.send(address, {"agreed": number}).status_code == 303
    late = approver.send(address, {"agreed": number})
    assert late.status_code == 409
    assert "Read what stands now." in late.text


def test_a_meeting_is_recorded_with_its_time_in_the_uk_and_who_was_there(app: Flask, clock: Clock) -> None:
    world = f.a_locked_stage()
    clock.advance(timedelta(hours=2))
    chair, address = enter(app, world.chair), f"{page_of(world)}/meetings"
    day = {"on-day": "23", "on-month": "11", "on-year": "2026"}
    here = {"attended": [world.chair.ref, world.evaluator.ref]}
    for typed, problem in (
        ({"began": "25:00"} | here, "Enter a time, like 14:30"),
        ({"began": "13:30"}, "Choose who was there"),
        ({"began": "9:00"} | here, "after everybody had locked"),
    ):
        refused = chair.send(address, day | typed)
        assert refused.status_code == 422
        assert problem in refused.text
    assert 'href="#began"' in refused.text
    assert chair.send(address, day | here | {"began": "13:30", "notes": "We read it."}).status_code == 303
    page = enter(app, world.evaluator).get(page_of(world)).text
    for said in ("1:30pm", world.chair.name, "We read it."):
        assert said in page


def test_the_chair_is_asked_before_a_lock_is_reopened(app: Flask) -> None:
    world = f.a_locked_stage()
    chair, address = enter(app, world.chair), f"/desk/challenges/{world.ref}/stages/1/locks"
    typed = {"person": world.evaluator.ref, "reason": "You read the annex of another supplier."}
    assert chair.send(address, {"person": world.evaluator.ref}).status_code == 422
    asked = chair.send(address, typed)
    assert "only Dev Evaluator" in re.sub(r"<[^>]*>", "", asked.text)
    assert world.stage.state == "moderating"
    assert chair.send(address, typed | {"sure": "yes"}).status_code == 303
    assert "Not locked again yet." in chair.get(address).text
    assert "Lock" in enter(app, world.evaluator).get(f"/desk/challenges/{world.ref}/stages/1/lock").text
    for person in (world.approver, world.evaluator, world.lead):
        assert enter(app, person).get(address).status_code == 404


@pytest.mark.long
def test_no_page_of_the_team_holds_a_total_or_a_rank_before_the_levels_are_final(app: Flask) -> None:
    """The totals of these levels are 615/8 and 455/8 of 100, which nothing else here adds up to."""
    world = f.a_locked_stage(levels={"A": ((3, 3, 3, 2), (4, 3, 3, 3)), "B": ((2, 3, 2, 2), (2, 2, 3, 2))})
    addresses = list(every_address(app, world, "/desk", "/challenges"))
    people = (world.chair, world.evaluator, world.approver, world.lead, world.suppliers[0].administrator)
    browsers = [enter(app, person) for person in people]
    marks = told_by(browsers, addresses)
    assert not [mark for mark in marks if mark[2]]
    moderation.settle(world.chair, world.ref, 1)
    assert [mark[:2] for mark in told_by(browsers, addresses) if mark[2]]


def content_of(answer: TestResponse) -> str:
    """What an answer holds: a page as it is, an archive as the files in it."""
    if answer.mimetype != "application/zip":
        return answer.text
    with ZipFile(BytesIO(answer.data)) as archive:
        return "\n".join(archive.read(name).decode("latin-1") for name in archive.namelist())


def told_by(browsers: list[Browser], addresses: list[str]) -> list[tuple[int, str, set[str]]]:
    """By reader and address, which of the totals, exact or rounded, or words for a place in an order stand there."""
    found = []
    for n, browser in enumerate(browsers):
        for address in addresses:
            page = re.sub(r"<(script|style|svg|link|meta)\b[^>]*>", "", content_of(browser.get(address)))
            found.append((n, address, set(re.findall(TOTALS, page))))
    return found
