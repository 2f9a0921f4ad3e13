"""Scoring and deciding in a browser: alone, nothing typed lost, nothing of others seen."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update
from werkzeug.test import TestResponse

from marketplace.actions import evaluation
from marketplace.clock import Clock
from marketplace.models.database import writing
from marketplace.models.evaluation import Score
from marketplace.models.proposals import Proposal
from marketplace.policy import Actor
from marketplace.queries import declarations
from tests.actions.test_decisions import propose
from tests.actions.test_evaluation import GOOD, begin, interests
from tests.factories import (
    PASSWORD,
    World,
    a_decided_stage,
    a_noticed_challenge,
    a_scored_stage,
    a_scoring_stage,
    an_awarded_challenge,
    an_opened_stage,
    letters,
    ref_of,
    score,
)
from tests.web.conftest import Browser, hidden_in, new_browser

ADVISED = {"interest_A": "manageable", "grounds_A": "I advised them.", "interest_B": "none"}
SURE = {"sure": "yes"}


def enter(app: Flask, person: Actor) -> Browser:
    browser = new_browser(app)
    assert browser.send("/sign-in", {"email": person.email, "password": PASSWORD}).status_code == 303
    return browser


def stage(world: World) -> str:
    return f"/desk/challenges/{world.ref}/stages/1"


def typed(**cells: Any) -> dict[str, str]:
    """A whole sheet: a level and a reason for each criterion, but for what is given."""
    sheet: dict[str, str] = {}
    for n, question in enumerate(("approach", "evidence", "team", "delivery")):
        sheet |= {f"level_{n}": "3", f"reason_{n}": GOOD, f"question_{n}": question}
    return sheet | {name: str(value) for name, value in cells.items()}


def masked(page: TestResponse) -> str:
    """A page without what is random in every page."""
    return re.sub(r'name="(csrf_token|once)" value="[^"]*"', r'name="\1"', page.text)


def test_somebody_declares_against_every_name_and_then_sees_what_they_said(app: Flask) -> None:
    world = an_opened_stage()
    browser = enter(app, world.evaluator)
    address = f"{stage(world)}/declaration"
    page = browser.get(address)
    assert "Supplier 1" in page.text
    missing = browser.send(address, {"interest_A": "none"})
    assert missing.status_code == 422
    assert "Choose an answer for" in missing.text
    groundless = browser.send(address, {"interest_A": "manageable", "interest_B": "none"})
    assert (groundless.status_code, "in a few words" in groundless.text) == (422, True)
    done = browser.send(address, ADVISED | SURE)
    assert (done.status_code, done.location) == (303, address)
    assert "I advised them." in browser.get(address).text
    assert "consent" in browser.get(f"{stage(world)}/scores").text


def test_a_declaration_is_read_once_more_before_it_counts(app: Flask) -> None:
    world = an_opened_stage()
    browser = enter(app, world.evaluator)
    address = f"{stage(world)}/declaration"
    asked = browser.send(address, ADVISED)
    assert asked.status_code == 200
    for said in (
        "interest that can be managed",
        "I advised them.",
        "The chair gets a message",
        "the other name",
    ):
        assert said in asked.text
    assert not declarations.names(world.evaluator, world.ref, 1).declared_at
    back = browser.send(address, ADVISED | {"sure": "no"})
    assert 'value="I advised them."' in back.text
    assert back.text.count(" checked") == 2
    conflict = browser.send(address, ADVISED | {"interest_B": "conflict", "grounds_B": "It is mine."})
    assert "Your part on this panel ends" in conflict.text
    assert not declarations.names(world.evaluator, world.ref, 1).declared_at


def test_the_chair_consents_and_an_approver_does_for_the_chair(app: Flask) -> None:
    world = an_opened_stage()
    evaluation.declare(world.evaluator, world.ref, 1, interests(world, A="manageable"))
    evaluation.declare(world.chair, world.ref, 1, interests(world, B="manageable"))
    address = f"{stage(world)}/consents"
    pairs = ((world.chair, world.evaluator, "A"), (world.approver, world.chair, "B"))
    for person, other, letter in pairs:
        browser = enter(app, person)
        assert other.name in browser.get(address).text
        done = browser.send(address, {"person": other.ref, "letter": letter})
        assert done.status_code == 303
        assert "Consented to." in browser.get(address).text
    begin(world)


def test_a_sheet_shows_answers_beside_criteria_and_saves_on_to_the_next(app: Flask) -> None:
    world = a_scoring_stage()
    browser = enter(app, world.evaluator)
    address = f"{stage(world)}/scores/A"
    page = browser.get(address)
    assert "Neighbours read the meters together" in page.text
    assert "Save and go to proposal B" in page.text
    done = browser.send(address, typed())
    assert (done.status_code, done.location) == (303, f"{stage(world)}/scores/B")
    again = browser.get(address)
    assert "4 of 4 criteria scored" in again.text
    assert again.text.count("checked") == 4
    assert browser.send(f"{stage(world)}/scores/B", typed()).location == f"{stage(world)}/scores"
    assert "Lock your scores" in browser.get(f"{stage(world)}/scores").text


def test_what_is_valid_is_saved_and_the_rest_comes_back_as_typed(app: Flask) -> None:
    world = a_scoring_stage()
    browser = enter(app, world.evaluator)
    address = f"{stage(world)}/scores/A"
    sent = browser.send(address, typed(reason_1="Too short.", level_2="9", reason_3=GOOD + " And more."))
    assert sent.status_code == 422
    assert "at least 20 characters" in sent.text
    assert "Too short." in sent.text
    assert "2 of 4 criteria scored" in sent.text
    hidden = {name: hidden_in(sent, name) for name in ("csrf_token", "once")}
    corrected = browser.post(address, data=typed() | hidden)
    assert corrected.status_code == 303
    assert "4 of 4 criteria scored" in browser.get(address).text


def test_a_sheet_says_when_it_was_saved_and_what_is_next(app: Flask, clock: Clock) -> None:
    world = a_scoring_stage()
    address = f"{stage(world)}/scores/A"
    clock.set(datetime(2026, 11, 24, 14, 31, tzinfo=UTC))
    browser = enter(app, world.evaluator)
    browser.send(address, typed(level_1="", reason_1=""))
    page = browser.get(address).text
    assert "Saved at 2:31pm<" in page
    assert 'href="#level_1"' in page
    assert len(re.findall(r'aria-current="page"[^>]*>.*?</a>', page)) == 1
    clock.set(datetime(2026, 11, 25, 9, 0, tzinfo=UTC))
    later = enter(app, world.evaluator).get(f"{stage(world)}/scores")
    assert "Saved at 2:31pm on 24 November" in later.text


def test_every_text_on_a_sheet_stands_in_its_own_language(app: Flask) -> None:
    world = a_scoring_stage()
    score(world, world.evaluator, "A", 3, 3, 3, 3)
    with writing() as session:
        session.execute(update(Proposal).values(language="cy"))
        session.execute(update(Score).values(language="gd"))
    browser = enter(app, world.evaluator)
    for letter in letters(world)[1:]:
        score(world, world.evaluator, letter, 3, 3, 3, 3)
    browser.send(f"{stage(world)}/lock", {})
    page = browser.get(f"{stage(world)}/scores/A").text
    assert '<p lang="cy">Neighbours read the meters' in page
    assert '<p lang="gd">Answer approach names eleven' in page
    assert f'<span lang="en">{world.content.criteria.criteria[0].name}</span>' in page


def test_a_sheet_opens_the_text_of_no_other_proposal(app: Flask) -> None:
    world = a_scoring_stage()
    with writing() as session:
        session.execute(update(Proposal).where(Proposal.letter == "B").values(content=b"cannot be read"))
    browser = enter(app, world.evaluator)
    assert "Neighbours read the meters together" in browser.get(f"{stage(world)}/scores/A").text


def test_a_sheet_sent_twice_has_one_effect(app: Flask) -> None:
    world = a_scoring_stage()
    browser = enter(app, world.evaluator)
    address = f"{stage(world)}/scores/A"
    page = browser.get(address)
    hidden = {name: hidden_in(page, name) for name in ("csrf_token", "once")}
    assert {browser.post(address, data=typed() | hidden).status_code for _ in range(2)} == {303}


def test_pages_of_an_evaluator_are_the_same_bytes_whatever_another_did(app: Flask) -> None:
    world = a_scoring_stage()
    browser = enter(app, world.evaluator)
    browser.send(f"{stage(world)}/scores/A", typed(level_0=1))
    addresses = [
        f"{stage(world)}/{path}"
        for path in (
            "scores",
            "scores/A",
            "scores/B",
            "lock",
            "declaration",
            "ranking",
            "ranking/A",
            "decision",
        )
    ]

    def seen() -> list[tuple[int, str]]:
        pages = [browser.get(address) for address in addresses]
        return [(page.status_code, masked(page)) for page in pages]

    before = seen()
    score(world, world.chair, "A", 4, 4, 4, 4)
    assert seen() == before
    score(world, world.chair, "B", 0, 0, 0, 0)
    evaluation.lock(world.chair, world.ref, 1)
    assert seen() == before


def test_a_locked_evaluator_sees_the_same_before_and_after_the_others_lock(app: Flask) -> None:
    world = a_scoring_stage()
    for person in world.scorers:
        for letter in letters(world):
            score(world, person, letter, 3, 2, 3, 2)
    browser = enter(app, world.evaluator)
    locked = browser.send(f"{stage(world)}/lock", {})
    assert (locked.status_code, locked.location) == (303, f"{stage(world)}/scores")
    browser.get(f"{stage(world)}/scores")
    addresses = [f"{stage(world)}/{path}" for path in ("scores", "scores/A", "lock", "ranking")]
    before = [masked(browser.get(address)) for address in addresses]
    assert "You locked" in before[0]
    evaluation.lock(world.chair, world.ref, 1)
    assert [masked(browser.get(address)) for address in addresses] == before


def test_the_ranking_reads_like_nothing_before_the_last_lock(app: Flask) -> None:
    world = a_scoring_stage()
    browser = enter(app, world.chair)
    unknown = browser.get("/desk/challenges/CH-00000000/stages/1/ranking")
    for path in ("ranking", "ranking/A", "decision"):
        page = browser.get(f"{stage(world)}/{path}")
        assert (page.status_code, masked(page)) == (404, masked(unknown))


def test_the_chair_proposes_and_an_approver_confirms(app: Flask) -> None:
    world = a_scored_stage()
    chair = enter(app, world.chair)
    ranking = chair.get(f"{stage(world)}/ranking")
    assert "175/2" in ranking.text
    assert GOOD.split()[0] in chair.get(f"{stage(world)}/ranking/A").text
    address = f"{stage(world)}/decision"
    form = chair.get(address)
    assert re.search(r'value="A"\s+checked', form.text)
    words = {"why": "It found most rooms.", "reason_A": "It found most rooms.", "reason_B": "It found fewer."}
    refused = chair.send(address, words | {"forward": "B"})
    assert refused.status_code == 422
    assert "out of rank order" in refused.text
    assert "It found fewer." in refused.text
    assert chair.send(address, words | {"forward": "A"}).location == address
    approver = enter(app, world.approver)
    page = approver.get(f"{address}/confirm")
    number = re.findall(r'name="decision" value="(\d+)"', page.text)[-1]
    assert approver.send(f"{address}/confirm", {"decision": number}).location == address
    assert "Confirmed on" in approver.get(address).text
    late = approver.send(f"{address}/confirm", {"decision": number})
    assert late.status_code in (409, 422)


def test_an_approver_does_not_confirm_what_was_replaced_meanwhile(app: Flask) -> None:
    world = a_scored_stage()
    first = propose(world, "A")
    approver = enter(app, world.approver)
    address = f"{stage(world)}/decision/confirm"
    approver.get(address)
    propose(world)
    refused = approver.send(address, {"decision": str(first)})
    assert refused.status_code == 409
    assert world.stage.state == "moderating"


def test_the_lead_sends_every_summary_and_a_supplier_reads_its_own(app: Flask) -> None:
    world = a_decided_stage()
    address = f"{stage(world)}/summaries"
    lead = enter(app, world.lead)
    assert "Send every summary" in lead.get(address).text
    assert lead.send(address, {}).status_code == 303
    assert "all at once" in lead.get(address).text
    ref = ref_of(world, "B")
    supplier = enter(app, world.suppliers[world.proposals.index(ref)].administrator)
    page = supplier.get(f"/desk/proposals/{ref}/summary")
    assert page.status_code == 200
    for said in ("You were not selected", "62.50", "87.50", "Proposal B was read by both"):
        assert said in page.text
    other = ref_of(world, "A")
    assert supplier.get(f"/desk/proposals/{other}/summary").status_code == 404


def test_the_selected_supplier_writes_at_most_150_public_words(app: Flask) -> None:
    world = a_noticed_challenge()
    ref = ref_of(world, "A")
    browser = enter(app, world.suppliers[world.proposals.index(ref)].administrator)
    address = f"/desk/proposals/{ref}/summary"
    assert browser.send(address, {"text": "word " * 151}).status_code == 422
    assert browser.send(address, {"text": "Neighbours read meters."}).status_code == 303
    assert "Neighbours read meters." in browser.get(address).text


def test_the_lead_records_an_agreement(app: Flask) -> None:
    world = an_awarded_challenge()
    browser = enter(app, world.lead)
    address = f"/desk/challenges/{world.ref}/agreements"
    said = {"proposal": "A", "value": "49,999.50"}
    day = {"signed_on-day": "23", "signed_on-month": "11", "signed_on-year": "2026"}
    assert browser.send(address, said).status_code == 422
    future = browser.send(address, said | day | {"signed_on-year": "2031"} | SURE)
    assert future.status_code == 422
    assert "49,999.50" in future.text
    asked = browser.send(address, said | day)
    assert asked.status_code == 200
    for shown in ("£49,999.50", "Monday 23 November 2026", "Supplier"):
        assert shown in asked.text
    assert "Signed on" not in browser.get(address).text.split("<form", 2)[1]
    assert 'value="49,999.50"' in browser.send(address, said | day | {"sure": "no"}).text
    assert browser.send(address, said | day | SURE).location == address
    assert "£49,999.50" in browser.get(address).text


INSIDE = "declaration consents scores scores/A lock ranking ranking/A decision decision/confirm summaries"


@pytest.mark.parametrize("path", INSIDE.split())
def test_a_supplier_gets_nothing_of_the_panels_pages(app: Flask, path: str) -> None:
    world = a_scored_stage()
    browser = enter(app, world.suppliers[0].administrator)
    assert browser.get(f"{stage(world)}/{path}").status_code == 404
