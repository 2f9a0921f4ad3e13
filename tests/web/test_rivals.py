"""What a rival can learn of a proposal before its time: nothing, at no door."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from marketplace.actions import files, proposals, upkeep
from marketplace.clock import Clock
from marketplace.policy import Actor
from marketplace.queries import proposals as queries
from marketplace.queries import receipts
from tests import factories as f
from tests.web.conftest import Browser, hidden_in, new_browser
from tests.web.forms import visit_of

PDF = b"%PDF-1.7 the street plan"
NOWHERE = {"ref": "PR-00000000", "file_id": "7", "index": "999999", "letter": "Q"}


def addresses(app: Flask, inside: str, values: dict[str, str]) -> Iterator[tuple[str, str, set[str]]]:
    """Each rule of the map below `inside`, filled with these values and with what leads nowhere."""
    for rule in sorted(app.url_map.iter_rules(), key=str):
        if rule.rule.startswith(inside):
            pair = [
                re.sub(r"<(?:\w+:)?(\w+)>", lambda found, v=each: v[found[1]], rule.rule)  # type: ignore[misc]
                for each in (values, values | NOWHERE)
            ]
            yield pair[0], pair[1], (rule.methods or set()) & {"GET", "POST"}


def said(page: TestResponse, *names: str) -> tuple[int, str, list[tuple[str, str]]]:
    """A whole answer without its tokens and without the address that was asked for."""
    text = re.sub(r'(name="(csrf_token|once)" value=")[^"]*', r"\1", page.text)
    for name in names:
        text = text.replace(name, "…")
    location = page.headers.get("Location", "")
    for name in names:
        location = location.replace(name, "…")
    kept = ("ETag", "Cache-Control", "Content-Type", "Vary")
    return (
        page.status_code,
        text,
        [("Location", location), *((name, page.headers.get(name, "")) for name in kept)],
    )


def token_of(browser: Browser) -> dict[str, str]:
    return {"csrf_token": hidden_in(browser.get("/desk/organisations/new"), "csrf_token")}


def test_supplier_b_gets_for_everything_of_a_exactly_what_a_missing_thing_gives(app: Flask) -> None:
    world = f.an_open_challenge()
    ref = f.a_draft_proposal(world)
    author = world.suppliers[0].administrator
    file_id = files.add(author, ref, "plan.pdf", PDF)
    proposals.submit(author, ref)
    index = receipts.receipt(author, ref).index
    values = {"ref": ref, "question_id": "team", "file_id": str(file_id), "index": str(index), "number": "1"}
    strangers = (f.a_supplier("Rival").administrator, world.lead, f.a_person(operator=True))
    checked = 0
    for browser in (*(visit_of(app, each) for each in strangers), new_browser(app)):
        data = token_of(browser) | {"once": "k" * 20, "text": "x", "edition": "5", "file": "x", "agrees": "y"}
        for theirs, nothing, methods in addresses(app, "/desk/proposals/<ref>", values):
            for method in methods:
                sent = data if method == "POST" else None
                pages = [
                    said(
                        browser.open(each, method=method, data=sent),
                        ref,
                        "PR-00000000",
                        str(file_id),
                        str(index),
                    )
                    for each in (theirs, nothing.replace("999999", str(index)).replace("/7", f"/{file_id}"))
                ]
                assert pages[0] == pages[1], (method, theirs)
                assert pages[0][0] in (303, 401, 404), (method, theirs)
                checked += 1
    assert checked > 60


def test_one_s_own_proposal_opens_no_file_or_receipt_of_another(app: Flask) -> None:
    world = f.an_open_challenge()
    theirs, mine = f.a_draft_proposal(world), f.a_draft_proposal(world, f.a_supplier("Rival"))
    a, b = (each.administrator for each in world.suppliers)
    file_id = files.add(a, theirs, "plan.pdf", PDF)
    for author, ref in ((a, theirs), (b, mine)):
        proposals.submit(author, ref)
    index = receipts.receipt(a, theirs).index
    browser = visit_of(app, b)
    assert browser.get(f"/desk/proposals/{mine}/files/{file_id}").status_code == 404
    assert browser.get(f"/desk/proposals/{mine}/receipts/{index}.json").status_code == 404
    sent = browser.post(f"/desk/proposals/{mine}/files/{file_id}/remove", data=token_of(browser))
    assert sent.status_code == 404
    assert len(queries.own_proposal(a, theirs).files) == 1


def test_the_numbers_of_ones_own_files_do_not_count_others(app: Flask) -> None:
    world = f.an_open_challenge()
    theirs, mine = f.a_draft_proposal(world), f.a_draft_proposal(world, f.a_supplier("Rival"))
    a, b = (each.administrator for each in world.suppliers)
    first = files.add(b, mine, "one.pdf", PDF)
    other = files.add(a, theirs, "two.pdf", PDF)
    second = files.add(b, mine, "three.pdf", PDF)
    assert second - first > 1
    assert abs(other - first) > 2
    assert [each.name for each in queries.own_proposal(b, mine).files] == ["one.pdf", "three.pdf"]


def watched(world: f.World) -> list[str]:
    ref = world.ref
    return [
        "/", "/challenges", "/challenges?q=damp", "/outcomes", "/trail", f"/challenges/{ref}",
        f"/challenges/{ref}/trail", f"/challenges/{ref}/versions", f"/challenges/{ref}/results",
        f"/challenges/{ref}/stages/1/opening.json", f"/challenges/{ref}/results/1/A", f"/challenges/{ref}/propose",
        f"/organisations/{world.authority.slug}", "/desk", "/desk/proposals", "/desk/organisations",
        f"/desk/challenges/{ref}", f"/desk/challenges/{ref}/team", f"/desk/challenges/{ref}/preview",
        f"/desk/challenges/{ref}/stages/1/opening", f"/desk/challenges/{ref}/stages/1/scores",
        f"/desk/challenges/{ref}/stages/1/declaration", f"/desk/challenges/{ref}/stages/1/ranking",
    ]  # fmt: skip


def seen(app: Flask, people: list[Actor], paths: list[str]) -> dict[tuple[int, str], object]:
    browsers = [new_browser(app), *(visit_again(app, each) for each in people)]
    return {(n, path): said(each.get(path)) for n, each in enumerate(browsers) for path in paths}


def visit_again(app: Flask, person: Actor) -> Browser:
    browser = new_browser(app)
    with browser.session_transaction() as session:
        session["_user_id"] = f"visit-{person.ref}"
    return browser


def test_before_the_deadline_a_draft_shows_nowhere_and_a_hand_in_as_a_sealed_entry_alone(app: Flask) -> None:
    world = f.an_open_challenge()
    people = [f.a_supplier("Rival").administrator, world.lead, world.chair]
    for each in people:
        visit_of(app, each)
    supplier = f.a_supplier("Unseen Works")
    before = seen(app, people, watched(world))
    ref = f.a_draft_proposal(world, supplier)
    files.add(supplier.administrator, ref, "plan.pdf", PDF)
    assert seen(app, people, watched(world)) == before
    proposals.submit(supplier.administrator, ref)
    after = seen(app, people, watched(world))
    changed = {path for (_, path), page in after.items() if page != before[_, path]}
    assert changed <= {"/", "/trail"}
    for page in after.values():
        for secret in ("Unseen Works", supplier.slug, ref, f.ANSWERS["team"], "plan.pdf"):
            assert secret not in str(page)


def test_what_is_not_chosen_stays_unnamed_for_rivals_and_the_public(app: Flask) -> None:
    world = f.a_noticed_challenge(2)
    loser = next(n for n, ref in enumerate(world.proposals) if ref == f.ref_of(world, "B"))
    organisation, ref = world.suppliers[loser], world.proposals[loser]
    winner = world.suppliers[1 - loser].administrator
    paths = [
        *watched(world)[:13],
        f"/challenges/{world.ref}/results/1/B",
        f"/organisations/{organisation.slug}",
    ]
    for browser in (new_browser(app), visit_of(app, winner)):
        for path in paths:
            text = browser.get(path).text
            assert ref not in text, path
            assert organisation.slug not in text.replace(f"/organisations/{organisation.slug}", ""), path
            assert f.ANSWERS["team"] not in text, path


ELSEWHERE = (
    "//evil.example", "https://evil.example", "/\\evil.example", "/\t/evil.example", "javascript:1", "/%0d%0aX: y",
    "\u2028//e", "/" + "a" * 3000,
)  # fmt: skip


@pytest.mark.parametrize("target", ELSEWHERE)
def test_signing_in_leads_nowhere_else(app: Flask, target: str) -> None:
    browser = visit_of(app, f.a_person())
    answer = browser.get("/sign-in", query_string={"next": target})
    assert answer.status_code == 303
    assert re.match(r"/(?![/\\])[^\s\\]*$", answer.location)


def test_a_hand_in_at_the_deadline_is_late_and_twice_is_once(app: Flask, clock: Clock) -> None:
    world = f.an_open_challenge()
    ref = f.a_draft_proposal(world)
    author = world.suppliers[0].administrator
    browser = visit_of(app, author)
    at = f"/desk/proposals/{ref}/check"
    form = token_of(browser) | {"once": "k" * 20}
    assert [browser.post(at, data=form).status_code for _ in range(3)] == [303] * 3
    assert len(receipts.receipt(author, ref).indexes) == 1
    other = f.a_draft_proposal(world, f.a_supplier("Late"))
    clock.set(f.NOON - timedelta(minutes=1))
    late = visit_of(app, world.suppliers[1].administrator)
    form = token_of(late) | {"once": "l" * 20}
    upkeep.beat()
    clock.set(f.NOON)
    assert late.post(f"/desk/proposals/{other}/check", data=form).status_code == 409
    assert late.get(f"/desk/proposals/{other}/submitted").status_code == 404
