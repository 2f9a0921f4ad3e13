"""A supplier's pages: nothing typed is lost, nobody else learns anything, the receipt comes at once."""

from __future__ import annotations

import io
import json
import re
from datetime import timedelta

import pytest
from flask import Flask
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from marketplace.actions import proposals
from marketplace.clock import Clock
from marketplace.policy import Actor
from marketplace.queries import proposals as queries
from marketplace.queries import receipts
from marketplace.rules.proposals import digest
from tests import factories as f
from tests.actions.test_proposals import PDF, go_past_deadline
from tests.web.conftest import Browser, hidden_in, new_browser


def signed_in(app: Flask, person: Actor) -> Browser:
    browser = new_browser(app)
    sent = browser.send("/sign-in", {"email": person.email, "password": f.PASSWORD})
    assert sent.status_code == 303, sent.text
    return browser


def test_a_supplier_goes_from_the_challenge_to_the_receipt(app: Flask) -> None:
    world, supplier = f.an_open_challenge(), f.a_supplier()
    browser = signed_in(app, supplier.administrator)
    page = browser.get(f"/challenges/{world.ref}/propose")
    assert "What sealing protects, and what it cannot" in page.text
    at = browser.send(f"/challenges/{world.ref}/propose", {"organisation": supplier.slug}).location
    assert "0 of 4 tasks done" in browser.get(at).text
    for question, text in f.ANSWERS.items():
        sent = browser.post(
            f"{at}/questions/{question}", data=filled(browser, f"{at}/questions/{question}", text)
        )
        assert sent.status_code == 303
    assert sent.location == at
    assert all(text in browser.get(f"{at}/check").text for text in f.ANSWERS.values())
    done = browser.send(f"{at}/check", {})
    assert done.location == f"{at}/submitted"
    confirmation = browser.get(done.location)
    assert "We have your proposal" in confirmation.text
    found = re.search(rf'href="({at}/receipts/\d+\.json)"', confirmation.text)
    assert found is not None
    receipt = browser.get(found[1])
    assert json.loads(receipt.text)["format"] == "receipt/1"
    assert receipt.headers["Content-Disposition"].startswith("attachment")
    assert f.ANSWERS["team"] in browser.get(f"{at}/sent").text
    assert "Sent" in browser.get("/desk/proposals").text
    withdrawn = browser.send(f"{at}/withdraw", {})
    assert withdrawn.location == f"{at}/submitted"
    assert "Your proposal is withdrawn" in browser.get(withdrawn.location).text


def test_a_newcomer_who_registers_is_taken_back_and_proposes_without_a_company(app: Flask) -> None:
    world, browser = f.an_open_challenge(), new_browser(app)
    at = f"/challenges/{world.ref}/propose"
    assert browser.get(browser.get(at).location).status_code == 200
    typed = {"name": "Nia New", "email": "nia@people.example", "password": f.PASSWORD}
    browser.send("/register", typed)
    found = re.search(r'href="[^"]*(/confirm/[^"]+)"', browser.get("/register/sent").text)
    assert found is not None
    assert browser.send(found[1], {}).location == "/sign-in"
    assert browser.send("/sign-in", typed).location == at
    missing = browser.send(at, {"name": "Nia and friends"})
    assert (missing.status_code, "Nia and friends" in missing.text) == (422, True)
    firm = {"name": "Nia and friends", "address": "1 New Street, Newport", "marks": "not_company"}
    started = browser.send(at, firm).location
    assert browser.get(started).status_code == 200
    # Whoever has one draft here and nothing to choose goes on with it.
    assert browser.get(at).location == started


def test_whoever_works_for_several_suppliers_is_asked_which_proposes(app: Flask) -> None:
    world, first = f.an_open_challenge(), f.a_supplier("First Firm")
    second = f.an_organisation("Second Firm", "supplier", first.administrator)
    ref = proposals.start(first.administrator, world.ref, second.slug)
    browser, at = signed_in(app, first.administrator), f"/challenges/{world.ref}/propose"
    page = browser.get(at)
    assert all(name in page.text for name in (first.slug, second.slug, "It has a draft here"))
    assert browser.send(at, {}).status_code == 422
    assert browser.send(at, {"organisation": second.slug}).location == f"/desk/proposals/{ref}"
    assert browser.send(at, {"organisation": first.slug}).location != f"/desk/proposals/{ref}"


def test_answers_stand_in_the_language_that_the_supplier_says(app: Flask) -> None:
    world = f.an_open_challenge()
    ref = f.a_submitted_proposal(world)
    browser = signed_in(app, world.suppliers[0].administrator)
    at = f"/desk/proposals/{ref}"
    assert browser.send(f"{at}/language", {"language": "cy"}).location == at
    page = browser.get(f"{at}/sent").text
    assert f'<p lang="cy">{f.ANSWERS["team"]}</p>' in page
    assert '<h2 class="d-h3" lang="en">' in page
    assert "<textarea" in (form := browser.get(f"{at}/questions/team").text)
    assert 'lang="cy" aria-describedby' in form
    assert browser.send(f"{at}/language", {"language": "tlh"}).status_code == 422


def filled(browser: Browser, address: str, text: str) -> dict[str, str]:
    page = browser.get(address)
    return {name: hidden_in(page, name) for name in ("csrf_token", "once", "seen")} | {"text": text}


def test_a_stale_edition_brings_both_texts_and_can_be_sent_again(app: Flask) -> None:
    world = f.an_open_challenge()
    ref = f.a_draft_proposal(world)
    author = world.suppliers[0].administrator
    browser = signed_in(app, author)
    at = f"/desk/proposals/{ref}/questions/team"
    typed = filled(browser, at, "What I typed.")
    proposals.save_answer(author, ref, "team", "What a colleague typed.", f.SEEN["team"])
    page = browser.post(at, data=typed)
    assert page.status_code == 409
    assert "What I typed." in page.text
    assert "What a colleague typed." in page.text
    again = {name: hidden_in(page, name) for name in ("csrf_token", "once", "seen")}
    assert browser.post(at, data=again | {"text": "Both."}).status_code == 303
    assert queries.own_proposal(author, ref).answer("team").text == "Both."


def test_a_form_sent_behind_the_page_answers_with_what_it_carries_next(app: Flask) -> None:
    world = f.an_open_challenge()
    ref = f.a_draft_proposal(world)
    browser = signed_in(app, world.suppliers[0].administrator)
    at, json_please = f"/desk/proposals/{ref}/questions/team", {"Accept": "application/json"}
    typed = filled(browser, at, "What I typed.")
    told = browser.post(at, data=typed | {"csrf_token": "old"}, headers=json_please)
    assert (told.status_code, told.get_json()["again"]) == (422, True)
    fresh = typed | told.get_json()["fields"]
    saved = browser.post(at, data=fresh, headers=json_please).get_json()
    assert saved == {"saved": "Saved at 9:00am.", "fields": {"seen": digest("What I typed.")}}
    assert browser.post(at, data=fresh, headers=json_please).get_json() == saved
    late = browser.post(at, data=fresh | {"text": "Older."}, headers=json_please)
    assert (late.status_code, late.mimetype) == (409, "application/problem+json")
    assert "Somebody else changed this" in late.get_json()["detail"]


def test_a_late_answer_comes_back_with_the_reason(app: Flask, clock: Clock) -> None:
    world = f.an_open_challenge()
    ref = f.a_draft_proposal(world)
    clock.set(f.NOON - timedelta(minutes=5))
    browser = signed_in(app, world.suppliers[0].administrator)
    at = f"/desk/proposals/{ref}"
    typed = filled(browser, f"{at}/questions/team", "Typed too late.")
    check = {name: hidden_in(browser.get(f"{at}/check"), name) for name in ("csrf_token", "once")}
    go_past_deadline(clock)
    page = browser.post(f"{at}/questions/team", data=typed)
    assert page.status_code == 409
    assert "Typed too late." in page.text
    late = browser.post(f"{at}/check", data=check)
    assert late.status_code == 409
    assert "closed at 12pm (midday) on Monday 23 November 2026" in late.text
    assert "Your draft is kept" in browser.get(at).text


def test_a_long_draft_is_saved_and_said_to_be_too_long(app: Flask) -> None:
    world = f.an_open_challenge()
    ref = f.a_draft_proposal(world)
    browser = signed_in(app, world.suppliers[0].administrator)
    at = f"/desk/proposals/{ref}/questions/team"
    assert browser.post(at, data=filled(browser, at, "word " * 320)).status_code == 303
    assert "20 words too many" in browser.get(f"/desk/proposals/{ref}").text


def test_files_are_added_read_and_removed(app: Flask) -> None:
    world = f.an_open_challenge()
    ref = f.a_draft_proposal(world)
    browser = signed_in(app, world.suppliers[0].administrator)
    at = f"/desk/proposals/{ref}/files"
    content = PDF.ljust(2 * 2**20)
    page = browser.get(at)
    hidden = {name: hidden_in(page, name) for name in ("csrf_token", "once")}
    boundary, body = encode_multipart(hidden | {"file": FileStorage(io.BytesIO(content), "plan.pdf")})
    sent = browser.post(at, data=body, content_type=f'multipart/form-data; boundary="{boundary}"')
    assert sent.status_code == 303
    [file] = queries.own_proposal(world.suppliers[0].administrator, ref).files
    found = browser.get(f"{at}/{file.id}")
    assert (found.data, found.mimetype) == (content, "application/pdf")
    assert "no-store" in found.headers["Cache-Control"]
    asked = browser.get(f"{at}/{file.id}/remove")
    assert "plan.pdf" in asked.text
    assert queries.own_proposal(world.suppliers[0].administrator, ref).files == (file,)
    wrong = browser.send(at, {"file": (io.BytesIO(b"MZ"), "plan.exe")})
    assert wrong.status_code == 422
    assert browser.send(f"{at}/{file.id}/remove", {}).status_code == 303
    assert "There is no file yet" in browser.get(at).text


ADDRESSES = (
    "", "/questions/team", "/check", "/submitted", "/sent", "/withdraw", "/files", "/files/1",
    "/receipts/{index}.json", "/language", "/files/1/remove",
)  # fmt: skip


def masked(page: TestResponse, *secrets: str) -> tuple[int, str]:
    """A page without what differs by itself: references and tokens."""
    text = re.sub(r'(name="(csrf_token|once)" value=")[^"]*', r"\1", page.text)
    for secret in secrets:
        text = text.replace(secret, "…")
    return page.status_code, re.sub(r"PR-[0-9A-Z]{8}", "…", text)


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_rival_sees_of_a_proposal_what_it_sees_of_one_that_is_not_there(app: Flask, method: str) -> None:
    world = f.an_open_challenge()
    ref = f.a_submitted_proposal(world)
    index = receipts.receipt(world.suppliers[0].administrator, ref).index
    for rival in (f.a_supplier("Rival").administrator, world.lead):
        browser = signed_in(app, rival)
        token = {"csrf_token": hidden_in(browser.get("/desk/organisations/new"), "csrf_token")}
        data = token | {"once": "k" * 20, "text": "x", "seen": ""} if method == "post" else None
        for address in ADDRESSES:
            pages = [
                getattr(browser, method)(f"/desk/proposals/{each}{address}".format(index=index), data=data)
                for each in (ref, "PR-00000000")
            ]
            assert masked(pages[0]) == masked(pages[1])
            assert pages[0].status_code in (404, 405)


def test_who_is_not_signed_in_is_asked_to(app: Flask, client: Browser) -> None:
    world = f.an_open_challenge()
    ref = f.a_draft_proposal(world)
    for address in (
        f"/challenges/{world.ref}/propose",
        f"/desk/proposals/{ref}",
        f"/desk/proposals/{ref}/submitted",
    ):
        assert client.get(address).location.startswith("/sign-in?next=")


def test_two_openers_open_on_their_page(app: Flask, clock: Clock) -> None:
    world = f.an_open_challenge()
    f.a_submitted_proposal(world)
    clock.set(f.NOON - timedelta(minutes=5))
    first, second = (signed_in(app, person) for person in world.openers)
    at = f"/desk/challenges/{world.ref}/stages/1/opening"
    early = first.get(at)
    assert "Until it closes nobody sees how many there are" in early.text
    token = {"csrf_token": hidden_in(early, "csrf_token"), "once": "e" * 20}
    assert first.post(at, data=token).status_code == 409
    f.pass_deadline(world)
    assert first.send(at, {}).status_code == 303
    assert "1 of 2" in first.get(at).text
    assert second.send(at, {}).status_code == 303
    page = second.get(at)
    assert "Opened" in page.text
    assert f.ANSWERS["team"] not in page.text
    record = new_browser(app).get(f"/challenges/{world.ref}/stages/1/opening.json")
    assert record.json is not None
    assert record.json["early_reads"] == 1
    assert "public" in record.headers["Cache-Control"]
    assert new_browser(app).get(f"/challenges/{world.ref}/stages/2/opening.json").status_code == 404
    assert signed_in(app, world.chair).get(at).status_code == 404
