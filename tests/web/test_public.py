"""Public pages: the same for everyone, kept by caches no longer than they are true, and without secrets."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import msgspec
import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.actions import challenges, moves
from marketplace.actions.moves import Details
from marketplace.clock import Clock
from marketplace.models.database import reading
from marketplace.models.organisations import Organisation
from tests import factories as f
from tests.conftest import NOON
from tests.queries.rows import counted, many_challenges
from tests.web.conftest import Browser, words_of
from tests.web.test_results import content_with

FIXED = [
    "/",
    "/challenges",
    "/outcomes",
    "/trail",
    "/verify",
    "/tools/verify.html",
    *(f"/{name}" for name in ["guides", "accessibility", "privacy", "cookies", "contact"]),
]
OF_ONE = ["", "/print", "/versions", "/results", "/trail"]


def max_age(page: object) -> int:
    found = re.search(r"max-age=(\d+)", page.headers["Cache-Control"])  # type: ignore[attr-defined]
    assert found
    return int(found[1])


@pytest.mark.parametrize("path", FIXED)
def test_an_empty_installation_explains_itself(app: Flask, client: Browser, path: str) -> None:
    page = client.get(path)
    assert page.status_code == 200
    assert page.text.count("<h1") == 1


def test_every_page_may_be_kept_and_sets_no_cookie(app: Flask, client: Browser) -> None:
    world = f.an_open_challenge()
    paths = FIXED + [f"/challenges/{world.ref}{part}" for part in OF_ONE]
    paths += [f"/organisations/{world.authority.slug}", "/trail/0", "/robots.txt"]
    for path in paths:
        page = client.get(path)
        assert page.status_code == 200, path
        assert "Set-Cookie" not in page.headers, path
        assert "Cookie" not in page.headers.get("Vary", ""), path
        assert page.headers["Cache-Control"].startswith("public, max-age="), path
        assert page.headers["X-Content-Type-Options"] == "nosniff", path
        assert "default-src 'none'" in page.headers["Content-Security-Policy"], path
        again = client.get(path, headers={"If-None-Match": page.headers["ETag"]})
        assert again.status_code == 304, path


def test_no_page_is_kept_past_the_deadline(app: Flask, client: Browser, clock: Clock) -> None:
    world = f.an_open_challenge()
    paths = ("/", "/challenges", "/challenges?status=in_progress", f"/challenges/{world.ref}")
    clock.set(NOON - timedelta(seconds=20))
    before = {path: client.get(path) for path in paths}
    assert all(max_age(page) <= 20 for page in before.values())
    clock.set(NOON)
    for path in paths:
        page = client.get(path, headers={"If-None-Match": before[path].headers["ETag"]})
        assert page.status_code == 200, path


@pytest.mark.parametrize("part", OF_ONE)
def test_what_is_not_public_looks_like_what_is_not_there(app: Flask, client: Browser, part: str) -> None:
    world = f.an_approved_challenge()
    hidden = client.get(f"/challenges/{world.ref}{part}")
    nothing = client.get(f"/challenges/CH-00000000{part}")
    assert hidden.status_code == nothing.status_code == 404
    assert hidden.data == nothing.data
    assert dict(hidden.headers) == dict(nothing.headers)


@pytest.mark.parametrize(
    "query",
    [
        "status=opened", "topic=cheese", "closing=soon", "closing=-1", "authority=nowhere", "after=x",
        "after=%00",
        f"q={'x' * 201}",
    ],
)  # fmt: skip
def test_a_filter_with_an_unknown_value_is_400(app: Flask, client: Browser, query: str) -> None:
    assert client.get(f"/challenges?{query}").status_code == 400


@pytest.mark.parametrize(
    "path", ["/trail?kind=x", "/trail?challenge=CH-00000000", "/trail?before=x", "/outcomes?after=x"]
)
def test_other_lists_refuse_unknown_values_too(app: Flask, client: Browser, path: str) -> None:
    assert client.get(path).status_code == 400


@pytest.mark.parametrize("path", ["/trail/7", "/trail/99999999999999999999", "/trail/-1", "/trail/x"])
def test_there_is_nothing_beyond_the_trail(app: Flask, client: Browser, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("typed", ['"', "damp AND", "%00", "%FF%FE", "a'b", "*", "(((", "%F0%9F%98%80"])
def test_the_search_takes_whatever_is_typed(app: Flask, client: Browser, typed: str) -> None:
    assert client.get(f"/challenges?q={typed}").status_code in (200, 400)


@pytest.mark.parametrize(
    "path", ["/", "/challenges", "/challenges?status=all&q=homes", "/trail", "/outcomes"]
)
def test_a_page_asks_as_much_for_a_thousand_as_for_ten(app: Flask, client: Browser, path: str) -> None:
    state = "completed" if path == "/outcomes" else "open"
    many_challenges(10, state)
    client.get(path)
    with counted() as few:
        client.get(path)
    many_challenges(1000, "standstill" if state == "open" else "terminated")
    with counted() as many:
        client.get(path)
    assert len(many) == len(few) <= 10


def test_an_open_challenge_says_all_one_needs(app: Flask, client: Browser) -> None:
    world = f.an_open_challenge()
    page = client.get(f"/challenges/{world.ref}").text
    assert f'href="/challenges/{world.ref}/propose"' in page
    assert "12pm (midday) on Monday 23 November 2026 (UK time)" in page
    for criterion in world.content.criteria.criteria:
        assert criterion.name in page
        assert all(level in page for level in criterion.levels)
    for question in world.content.questions.questions:
        assert question.prompt in page


def test_the_printed_challenge_unfolds_everything_and_needs_no_click(app: Flask, client: Browser) -> None:
    world = f.an_open_challenge()
    screen = client.get(f"/challenges/{world.ref}").text
    paper = client.get(f"/challenges/{world.ref}/print").text
    assert f'href="/challenges/{world.ref}/print"' in screen
    for criterion in world.content.criteria.criteria:
        assert all(level in paper for level in criterion.levels)
    for question in world.content.questions.questions:
        assert question.prompt in paper
        assert question.guidance in paper
    assert world.content.adoption.intellectual_property in paper
    assert f"http://localhost/challenges/{world.ref}" in paper
    for clickable in ("<nav", "<details", "<button", "/propose"):
        assert clickable not in paper


@pytest.mark.parametrize(
    ("draw", "said"),
    [
        ("drand", "SHA-256 of drand’s value and the proposal’s letter"),
        ("none", "all of them shares its rank"),
    ],
)
def test_how_totals_are_made_and_ties_are_broken_is_public_before_anybody_proposes(
    app: Flask, client: Browser, monkeypatch: pytest.MonkeyPatch, draw: str, said: str
) -> None:
    content_with(monkeypatch, criteria={"draw": draw})
    world = f.an_open_challenge()
    for part in ("", "/print"):
        page = words_of(client.get(f"/challenges/{world.ref}{part}"))
        assert "divided by the highest level and multiplied by the weight" in page
        assert "criteria of the same weight in the order in which they stand here" in page
        assert said in page


def test_criteria_of_different_scales_are_not_said_to_share_one(
    app: Flask, client: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, *others = f.a_content().criteria.criteria
    short = msgspec.structs.replace(first, levels=first.levels[:3], minimum=1)
    content_with(monkeypatch, criteria={"criteria": (short, *others)})
    page = words_of(client.get(f"/challenges/{f.an_open_challenge().ref}"))
    assert "Each is scored on levels of its own, from 0 up" in page
    assert re.search(f"Under level 1 on “ ?{short.name} ?” a proposal cannot be selected", page)


def test_the_side_panel_says_what_proposing_takes(app: Flask, client: Browser) -> None:
    world = f.an_open_challenge()
    page = client.get(f"/challenges/{world.ref}").text
    words = [question.words for question in world.content.questions.questions]
    assert f"{len(words)} answers, {min(words)} to {max(words)} words each" in page
    assert "£50,000 a team" in page


def test_a_list_without_a_match_says_what_to_ask_less_of(app: Flask, client: Browser) -> None:
    f.an_open_challenge()
    page = client.get("/challenges?q=zebra&topic=housing").text
    assert 'href="/challenges?topic=housing"' in page
    assert 'href="/challenges?q=zebra"' in page
    found = client.get("/challenges?topic=housing").text
    assert "Ask for less" not in found


def test_the_list_says_how_many_there_are(app: Flask, client: Browser) -> None:
    many_challenges(23)
    first = client.get("/challenges").text
    assert "23 challenges, closing soonest first" in first
    after = re.search(r'rel="next" href="([^"]+)"', first)
    assert after
    assert client.get(after[1].replace("&amp;", "&")).text.count('class="d-list__what"') == 3


def test_before_the_deadline_no_page_tells_that_somebody_proposed(app: Flask, client: Browser) -> None:
    world = f.an_open_challenge()
    paths = ["/", "/challenges", "/outcomes", *(f"/challenges/{world.ref}{part}" for part in OF_ONE)]
    before = {path: client.get(path).data for path in paths}
    f.a_submitted_proposal(world)
    assert {path: client.get(path).data for path in paths} == before


def test_rivals_stay_letters_on_every_page(app: Flask, client: Browser) -> None:
    world = f.a_noticed_challenge(3)
    paths = [f"/challenges/{world.ref}{part}" for part in OF_ONE]
    paths += ["/", "/challenges?status=all", "/outcomes", "/trail"]
    paths += [f"/challenges/{world.ref}/results/1/{letter}" for letter in "BC"]
    pages = "".join(client.get(path).text for path in paths)
    assert {"Proposal B", "Proposal C"} <= set(re.findall("Proposal [BC]", pages))
    assert len([name for name in names_of(world) if name in pages]) == 1
    for person in (*world.scorers, world.approver):
        assert person.name not in pages


def names_of(world: f.World) -> list[str]:
    """The names under which the world's suppliers registered."""
    slugs = [supplier.slug for supplier in world.suppliers]
    with reading() as connection:
        return list(connection.scalars(select(Organisation.name).where(Organisation.slug.in_(slugs))))


def test_results_before_the_notice_teach_and_tell_nothing(app: Flask, client: Browser) -> None:
    world = f.a_decided_stage(2)
    page = client.get(f"/challenges/{world.ref}/results")
    assert page.status_code == 200
    assert "There is no result yet" in page.text
    assert client.get(f"/challenges/{world.ref}/results/1/A").status_code == 404


def test_a_suspended_challenge_takes_nothing_and_says_why(app: Flask, client: Browser) -> None:
    world = f.an_open_challenge()
    moves.make(world.lead, world.ref, "suspend", Details(reason="A question that needs a lawyer came up."))
    page = client.get(f"/challenges/{world.ref}").text
    assert "A question that needs a lawyer came up." in page
    assert "/propose" not in page


def test_a_suspended_stage_counts_no_days(app: Flask, client: Browser, clock: Clock) -> None:
    world = f.an_open_challenge()
    moves.make(world.lead, world.ref, "suspend", Details(reason="A question that needs a lawyer came up."))
    clock.set(NOON + timedelta(days=30))
    page = client.get(f"/challenges/{world.ref}").text
    assert "Now: suspended" in page
    assert "Now: day" not in page


def test_a_challenge_says_what_changed_since_it_was_published(app: Flask, client: Browser) -> None:
    world = f.a_challenge_in_review()
    moves.make(world.lead, world.ref, "engage", Details())
    page = client.get(f"/challenges/{world.ref}").text
    assert "These are the words that were published first." in page
    (stage,) = world.content.stages.stages
    cheaper = msgspec.structs.replace(stage, money=4_000_000)
    sections = msgspec.structs.replace(world.content.stages, stages=(cheaper,))
    challenges.save_section(world.editor, world.ref, "stages", msgspec.to_builtins(sections), 1)
    world.content = msgspec.structs.replace(world.content, stages=sections)
    moves.make(world.approver, world.ref, "approve", Details(seen=world.seen))
    moves.make(world.lead, world.ref, "open", Details())
    for part in ("", "/print"):
        page = unescape(re.sub(r"<[^>]+>", "", client.get(f"/challenges/{world.ref}{part}").text))
        assert "Stage 1, money a team: “£50,000” became “£40,000”." in page
    assert "Version 2" in client.get(f"/challenges/{world.ref}/versions").text


def test_what_people_typed_is_text_and_never_markup(app: Flask, client: Browser) -> None:
    world = f.an_open_challenge(title="<script>alert(1)</script> & co")
    for path in ("/", "/challenges", "/trail", f"/challenges/{world.ref}"):
        page = client.get(path).text
        assert "<script>alert" not in page
        assert "&lt;script&gt;" in page


def test_the_guides_show_where_each_rule_was_read(app: Flask, client: Browser) -> None:
    page = client.get("/guides/rules").text
    assert "Procurement Act 2023, section 54" in page
    assert "8 working days" in page
