"""Bad input is a clear 4xx on every address and every form; nothing is half-written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote_from_bytes

import pytest
from flask import Flask
from sqlalchemy import func, select, union_all
from werkzeug.routing import Rule

from marketplace.actions import clarifications, debriefs, decisions, moderation, summaries
from marketplace.models.base import db
from marketplace.models.database import reading
from marketplace.models.trail import JournalEntry
from marketplace.policy import Actor
from marketplace.rules.challenges import SECTIONS
from tests import factories as f
from tests.conftest import long_except
from tests.web.conftest import Browser, hidden_in
from tests.web.forms import a_bare_draft, fields_of, visit_of

URLENCODED = "application/x-www-form-urlencoded"
# Counted or touched by every try, refused ones too.
UPKEEP = {"throttle", "idempotency_key", "visit", "lease", "heartbeat"}
COUNTED = union_all(
    *(
        select(func.count()).select_from(each)
        for each in db.metadata.sorted_tables
        if each.name not in {*UPKEEP, "journal"}
    ),
    # That a door to what is sealed was tried leaves its own row, whatever was sent with it.
    select(func.count()).select_from(JournalEntry).where(JournalEntry.act != "stage.early_read"),
)
NUMBERS = ("9" * 20, "9" * 5000, "-1", "٣")
TEXTS = ("%00", "%ED%A0%80", "A" * 3000, "..%2f..")
TYPED = ("", " ", "a\x00b\ud800", "x" * 40_000, "9" * 5000, "-1٣{0.__class__}%s")
UPLOAD = '--x\r\nContent-Disposition: form-data; name="file"; filename="\x00../\xff"\r\n\r\n%PDF\r\n--x--'
MOVES = ("send", "open", "score", "reschedule", "terminate", "notice")
BODIES = [
    ('{"a": 1}', "application/json"),
    ("--x\r\nbroken", "multipart/form-data; boundary=x"),
    ("no boundary", "multipart/form-data"),
    ("a=%FF&=&&%00=%FE", URLENCODED + "; charset=utf-7"),
    (UPLOAD, "multipart/form-data; boundary=x"),
    ("&".join(f"f{n}=" for n in range(3000)), URLENCODED),
]  # fmt: skip


def rows() -> tuple[int, ...]:
    """How many rows each table holds, but for upkeep's own and tries at what is sealed."""
    with reading() as connection:
        return tuple(connection.scalars(COUNTED))


def encoded(pairs: list[tuple[str, str]]) -> str:
    spelled = [[quote_from_bytes(part.encode("utf-8", "surrogatepass")) for part in pair] for pair in pairs]
    return "&".join("=".join(pair) for pair in spelled)


def filled(rule: Rule, values: dict[str, str], **other: str) -> str:
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda found: (values | other)[found[1]], rule.rule)


def values_of(world: f.World, person: Actor, rule: Rule) -> dict[str, str]:
    """What leads somewhere, wherever this person may go."""
    supplier = world.suppliers[0] if world.suppliers else world.authority
    own = supplier if person == supplier.administrator else world.authority
    refs = {"/desk/proposals": [*world.proposals, world.ref][0], "/desk/organisations": person.ref}
    ref = next((ref for start, ref in refs.items() if rule.rule.startswith(start)), world.ref)
    return {
        "ref": ref, "slug": own.slug, "name": "problem", "number": "1", "stage": "1", "letter": "A",
        "question_id": "team", "token": "x", "index": "1", "file_id": "1",
        "role": "editor", "person": world.editor.ref, "change": "hand-over", "invitation": "IN-00000000",
        "criterion": "fit",
    }  # fmt: skip


def token_of(browser: Browser) -> list[tuple[str, str]]:
    page = browser.get("/desk/organisations/new")
    return [(name, hidden_in(page, name)) for name in ("csrf_token", "once")]


def forms(app: Flask, world: f.World, person: Actor) -> Iterator[str]:
    """Every address that takes a form, as this person would reach it."""
    sections = tuple(SECTIONS) if world.state == "draft" else ("problem",)
    for rule in sorted(app.url_map.iter_rules(), key=str):
        if "POST" in (rule.methods or ()) and rule.rule not in ("/sign-out", "/account"):
            values = values_of(world, person, rule)
            names = {"sections": sections, "moves": MOVES}
            kind = next((kind for kind in names if f"/{kind}/<name>" in rule.rule), "")
            yield from (
                [filled(rule, values, name=name) for name in names[kind]] if kind else [filled(rule, values)]
            )


def attempt(browser: Browser, address: str, body: str, kind: str = URLENCODED) -> None:
    """Send it: never a 500, and only a form that was taken leaves anything behind."""
    before = rows()
    answer = browser.post(address, data=body.encode("latin1"), content_type=kind)
    assert answer.status_code < 500, (address, body[:60])
    assert "Traceback" not in answer.text
    # An opener's try before the deadline is refused and written down on purpose.
    if answer.status_code != 303 and not address.endswith("/opening"):
        assert rows() == before, (address, body[:60])


WORLDS = {
    "a supplier": (lambda: _proposing(), lambda world: world.suppliers[0].administrator),
    "an editor": (a_bare_draft, lambda world: world.editor),
    "a lead": (lambda: f.an_open_challenge(), lambda world: world.lead),
    "a chair": (lambda: f.a_scoring_stage(2), lambda world: world.chair),
    "an approver who confirms": (lambda: _proposed(), lambda world: world.approver),
    "a lead who tells": (lambda: f.a_decided_stage(2), lambda world: world.lead),
    "a chair who moderates": (lambda: _apart(), lambda world: world.chair),
    "an approver who signs": (lambda: _unsigned(), lambda world: world.approver),
    "a lead who checks": (lambda: f.an_opened_stage(2, conditions=("registered",)), lambda world: world.lead),
    "a lead who rules": (lambda: _doubted(), lambda world: world.lead),
    "a supplier who replies": (lambda: _doubted(), lambda world: world.suppliers[0].administrator),
    "a lead who answers": (lambda: _asked_back(), lambda world: world.lead),
    "a supplier who was told": (lambda: _told(), lambda world: world.suppliers[0].administrator),
}


def _proposing() -> f.World:
    world = f.an_open_challenge(price=f.CEILING)
    f.a_draft_proposal(world)
    return world


def _apart() -> f.World:
    return f.a_locked_stage(2, {"A": ((4, 4, 4, 4), (0, 4, 4, 4))})


def _unsigned() -> f.World:
    world = _apart()
    said = moderation.Said(kind="level", level=0, reason=f.RULING, reasons={})
    criterion = world.content.criteria.criteria[1].id
    assert moderation.agree(world.chair, world.ref, 1, "A", criterion, said, 0) == "unsigned"
    return world


def _doubted() -> f.World:
    world = f.an_opened_stage(2, conditions=("registered",))
    letter = next(each for each in "AB" if f.ref_of(world, each) == world.proposals[0])
    f.check(world, letter, "registered")
    clarifications.ask(world.lead, world.ref, 1, [letter], "missing", "", "Which page names it?", 100, 2)
    return world


def _asked_back() -> f.World:
    world = f.a_noticed_challenge(2)
    debriefs.ask(world.suppliers[0].administrator, world.proposals[0], "Why not more?", True)
    return world


def _told() -> f.World:
    world = f.a_decided_stage(2)
    summaries.send_summaries(world.lead, world.ref, 1)
    return world


def _proposed() -> f.World:
    world = f.a_scored_stage(2)
    decisions.propose(
        world.chair, world.ref, 1, ["A"], f.sentences(world), "The first found most damp rooms."
    )
    return world


@pytest.fixture
def plain(app: Flask) -> Flask:
    """The application as it runs: an error is a page, and the test sees its status."""
    app.testing = False
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return app


@pytest.mark.parametrize("who", long_except(("a supplier", "an editor", "a chair"), WORLDS))
def test_bad_input_is_a_clear_4xx_on_every_form_and_nothing_is_half_written(plain: Flask, who: str) -> None:
    make, choose = WORLDS[who]
    world = make()
    person = choose(world)
    browser = visit_of(plain, person)
    token = token_of(browser)
    reached = 0
    for address in forms(plain, world, person):
        page = browser.get(address)
        found = page.status_code == 200 and "<form" in page.text.split("<main", 1)[-1]
        reached += found
        kept = fields_of(page) if found else {}
        every = (
            re.findall(r' name="([^"]+)"', page.text.split("<main", 1)[-1]) if found else ["text", "edition"]
        )
        names = [name for name in dict.fromkeys(every) if name not in ("csrf_token", "once")]
        guard = [(name, kept[name][0]) for name in ("csrf_token", "once") if kept.get(name)] or token
        for typed in TYPED if found else TYPED[2:3]:
            attempt(browser, address, encoded([*guard, *((name, typed) for name in names)]))
        if found:
            attempt(browser, address, encoded([*guard, *((name, text) for name in names for text in "ab")]))
    assert reached > 4


@pytest.mark.parametrize(("body", "kind"), BODIES, ids=range(len(BODIES)))
def test_a_broken_body_is_a_clear_4xx(plain: Flask, body: str, kind: str) -> None:
    world = _proposing()
    browser = visit_of(plain, world.suppliers[0].administrator)
    at = f"/desk/proposals/{world.proposals[0]}"
    for address in (f"{at}/questions/team", f"{at}/files", "/desk/organisations/new", "/sign-in"):
        attempt(browser, address, body, kind)
    assert browser.get(at).status_code == 200


@pytest.mark.parametrize("who", ["a supplier", "a chair"])
def test_a_broken_part_of_an_address_is_a_clear_4xx(plain: Flask, who: str) -> None:
    make, choose = WORLDS[who]
    world = make()
    person = choose(world)
    browser = visit_of(plain, person)
    token = dict(token_of(browser))
    before = rows()
    for rule in plain.url_map.iter_rules():
        if rule.rule.startswith("/desk/challenges") != (who == "a chair"):
            continue
        values = values_of(world, person, rule)
        for part in rule.arguments:
            whole = f"<int:{part}>" in rule.rule
            for broken in NUMBERS if whole else TEXTS:
                address = filled(rule, values, **{part: broken})
                for method in sorted((rule.methods or set()) & {"GET", "POST"}):
                    answer = browser.open(address, method=method, data=token if method == "POST" else None)
                    assert 300 <= answer.status_code < 500, (method, rule.rule, broken[:20])
    assert rows() == before


def test_no_form_is_taken_without_its_guard_against_forgery(app: Flask) -> None:
    world = _proposing()
    for person in (world.suppliers[0].administrator, world.lead):
        browser = visit_of(app, person)
        before = rows()
        for address in forms(app, world, person):
            page = browser.get(address)
            typed = fields_of(page) if page.status_code == 200 else {}
            answer = browser.post(address, data=typed | {"csrf_token": "x", "once": "k" * 20})
            assert answer.status_code != 303, address
        assert rows() == before


def test_a_broken_question_to_a_page_is_a_clear_4xx_or_ignored(plain: Flask) -> None:
    world = f.an_opened_stage()
    browser = visit_of(plain, world.chair)
    public = f"/challenges/{world.ref}"
    pages = (
        "/trail",
        "/verify",
        "/outcomes",
        "/challenges",
        "/sign-in",
        f"{public}/results",
        f"{public}/trail",
    )
    names = ("start", "before", "after", "challenge", "kind", "closing", "next", "index")
    for address in (f"/desk/challenges/{world.ref}/stages/1/ranking", *pages):
        for broken in (*NUMBERS, *TEXTS):
            query = "&".join(f"{name}={broken}" for name in names)
            assert browser.get(f"{address}?{query}").status_code < 500, (address, broken[:9])
