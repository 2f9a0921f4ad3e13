"""The pages on which an authority runs a challenge: its moves, its team, its records."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from marketplace.actions import moves, roles
from marketplace.actions.moves import Details
from marketplace.models.accounts import RoleAssignment
from marketplace.models.database import reading
from marketplace.rules.wording import MOVES
from marketplace.web.moves import DONE
from tests import factories
from tests.conftest import NOON
from tests.factories import a_challenge_in_review, a_draft_challenge, a_person, an_open_challenge
from tests.web.forms import a_bare_draft, base, fields_of, visit_of


def test_a_challenge_goes_from_draft_to_open_through_its_pages(app: Flask) -> None:
    world = a_draft_challenge()
    editor, approver = visit_of(app, world.editor), visit_of(app, world.approver)
    for browser, name, state in (
        (editor, "send", "review"),
        (approver, "approve", "approved"),
        (editor, "open", "open"),
    ):
        address = f"{base(world)}/moves/{name}"
        assert browser.post(address, data=fields_of(browser.get(address))).status_code == 303
        assert world.state == state


def test_approval_shows_the_words_and_is_bound_to_them(app: Flask) -> None:
    world = a_challenge_in_review()
    approver = visit_of(app, world.approver)
    address = f"{base(world)}/moves/approve"
    page = approver.get(address)
    assert "humidity sensors" in page.text
    refused = approver.post(address, data=fields_of(page) | {"seen": "0" * 64})
    assert refused.status_code == 409
    assert "changed after you looked" in refused.text
    assert world.state == "review"


def test_a_move_that_wants_a_reason_asks_for_it(app: Flask) -> None:
    world = a_challenge_in_review()
    browser = visit_of(app, world.approver)
    address = f"{base(world)}/moves/send-back"
    assert "What should change?" in browser.get(address).text
    assert browser.send(address, {"reason": " "}).status_code == 422
    assert browser.send(address, {"reason": "Say who is affected."}).status_code == 303
    assert world.state == "draft"


def test_a_move_that_is_not_possible_yet_says_why(app: Flask) -> None:
    world = a_bare_draft()
    page = visit_of(app, world.editor).get(f"{base(world)}/moves/send")
    assert "Not yet." in page.text
    assert "There is no deadline" in page.text
    assert "criteria." not in page.text


def test_resuming_takes_two_people_and_a_new_deadline(app: Flask) -> None:
    world = an_open_challenge()
    lead, approver = visit_of(app, world.lead), visit_of(app, world.approver)
    assert lead.send(f"{base(world)}/moves/suspend", {"reason": "An error in the data."}).status_code == 303
    address = f"{base(world)}/moves/resume"
    day = {"closes_on-day": "1", "closes_on-month": "12", "closes_on-year": "2026"}
    assert lead.send(address, {"reason": "It is corrected.", **day}).status_code == 303
    assert world.state == "suspended"
    assert "cannot agree to your own request" in lead.get(address).text
    page = approver.get(address)
    assert "It is corrected." in page.text
    assert approver.post(address, data=fields_of(page)).status_code == 303
    assert world.state == "open"
    assert world.stage.closes_at == NOON + timedelta(days=8)


def test_people_are_appointed_and_removed_by_the_editor_alone(app: Flask) -> None:
    world = a_bare_draft()
    editor, lead_to_be = visit_of(app, world.editor), world.chair
    address = f"{base(world)}/team"
    assert editor.send(address, {"email": lead_to_be.email, "role": "evaluator"}).status_code == 303
    theirs = visit_of(app, lead_to_be)
    assert "Give somebody a role" not in theirs.get(address).text
    assert theirs.send(address, {"do": "accept"}).status_code == 303
    assert editor.send(f"{address}/evaluator/{lead_to_be.ref}/remove", {}).status_code == 303
    assert theirs.get(address).status_code == 404


def test_an_unknown_address_or_a_stranger_comes_back_with_a_sentence(app: Flask) -> None:
    world = a_bare_draft()
    browser = visit_of(app, world.editor)
    for email in ("nobody@people.example", a_person("Sam Stranger").email):
        page = browser.send(f"{base(world)}/team", {"email": email, "role": "lead"})
        assert page.status_code == 422
        assert email in page.text


def test_an_opener_declares_on_the_team_page(app: Flask) -> None:
    world = a_bare_draft()
    roles.appoint(world.editor, world.ref, world.editor.email, "opener")
    browser = visit_of(app, world.editor)
    assert "Declare no interest" in browser.get(f"{base(world)}/team").text
    assert browser.send(f"{base(world)}/team", {"do": "no-interest"}).status_code == 303
    with reading() as connection:
        mine = select(RoleAssignment.no_interest_at).where(
            RoleAssignment.person_id == world.editor.person_id, RoleAssignment.role == "opener"
        )
        assert all(connection.scalars(mine).all())


def test_portal_notices_are_recorded_and_never_in_the_future(app: Flask) -> None:
    world = a_draft_challenge(regime="pa2023-above")
    browser = visit_of(app, world.lead)
    address = f"{base(world)}/portal-notices"
    sent = {"kind": "opening", "number": "2026-04711", "published_on-day": "1", "published_on-month": "11"}
    assert browser.send(address, {**sent, "published_on-year": "2027"}).status_code == 422
    assert (
        browser.send(
            address, {**sent, "published_on-year": "2026", "link": "javascript:alert(1)"}
        ).status_code
        == 422
    )
    assert browser.send(address, {**sent, "published_on-year": "2026"}).status_code == 303
    assert "2026-04711" in browser.get(address).text


def test_talks_are_recorded_during_engagement(app: Flask) -> None:
    world = a_challenge_in_review()
    moves.make(world.lead, world.ref, "engage", Details())
    browser = visit_of(app, world.lead)
    sent = {
        "met": "Brackenlea",
        "given": "The damp register",
        "met_on-day": "2",
        "met_on-month": "11",
        "met_on-year": "2026",
    }
    assert browser.send(f"{base(world)}/meetings", sent).status_code == 303
    assert "The damp register" in browser.get(f"{base(world)}/meetings").text


def test_the_result_is_reported_and_shown_again(app: Flask) -> None:
    world = an_open_challenge()
    factories.pass_deadline(world)
    browser = visit_of(app, world.lead)
    sent = {"result": "Five in ten.", "in_use": "no", "spent": "1,200.50", "lessons": "Ask tenants first."}
    assert browser.send(f"{base(world)}/outcome", sent).status_code == 303
    page = browser.get(f"{base(world)}/outcome").text
    assert "Five in ten." in page
    assert "1200.50" in page
    assert visit_of(app, world.chair).get(f"{base(world)}/outcome").status_code == 404


def test_every_move_says_what_it_did_and_what_comes_next() -> None:
    assert set(DONE) == set(MOVES)
