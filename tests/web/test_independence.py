"""Before somebody locks, nothing they can reach differs by what another of the panel did: byte for byte.

One world is put up once for each thing that the other may have done, and everything that a person can reach in it is
fetched, by its links and by the addresses of things that are not theirs. Only what is random in every page is masked.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from marketplace.actions import evaluation, scores
from marketplace.actions.scores import Cell
from marketplace.jobs import worker
from marketplace.models.accounts import Person
from marketplace.models.database import reading
from marketplace.models.notices import Notice
from marketplace.models.trail import LogEvent
from marketplace.policy import Actor
from tests import factories as f
from tests import worlds
from tests.conftest import START, long_except
from tests.web.conftest import Browser, new_browser, words_of
from tests.web.forms import visit_of
from tests.web.test_secrecy import every_address

Answer = tuple[int, str, tuple[tuple[str, str], ...]]
INSIDE = ("/desk", "/challenges")
TOKENS = re.compile(r'(name="(?:csrf_token|once)" value=")[^"]*')
# A token is not of one length, so that this counts what stands in its place as well.
UNSTEADY = ("Set-Cookie", "Content-Length", "Date")


@worlds.kept
def a_watched_stage() -> f.World:
    """Two score, and somebody may read along."""
    world = f.a_scoring_stage()
    f.a_colleague(world, "Olive Observer", "observer")
    f.a_colleague(world, "Mo Member")
    return world


def people(world: f.World) -> dict[str, Actor | None]:
    """Whoever may look; nobody is the public."""
    named = {each.name: each for each in (colleague("Olive Observer"), colleague("Mo Member"))}
    return {
        "chair": world.chair, "evaluator": world.evaluator, "lead": world.lead, "approver": world.approver,
        "observer": named["Olive Observer"], "member": named["Mo Member"],
        "supplier": world.suppliers[0].administrator, "public": None,
    }  # fmt: skip


def colleague(name: str) -> Actor:
    with reading() as connection:
        id, ref, email = connection.execute(
            select(Person.id, Person.ref, Person.email).where(Person.name == name)
        ).one()
    return Actor(id, ref, name, email)


def nothing(_world: f.World, _person: Actor) -> None:
    """Has not begun."""


def began(world: f.World, person: Actor) -> None:
    """Half a score, and a whole one."""
    f.score(world, person, "B", 4, 0, 4, 0)
    half = Cell(letter="A", criterion="fit", level=1, reason="They", question="approach")
    assert scores.save_scores(person, world.ref, 1, [half])


def locked(world: f.World, person: Actor) -> None:
    """Has scored everything, and is done."""
    for n, letter in enumerate(f.letters(world)):
        f.score(world, person, letter, n, 4 - n, n, 4 - n)
    evaluation.lock(person, world.ref, 1)


# A lock is an entry like any other: how many the whole log has, and what it has signed, is public.
PUBLIC = "what the log says to everyone"
OF_THE_LOG = re.compile(
    r'covers [\d,]+ entr(?:y|ies)|Under checkpoint [\d,]+, signed on [^<]*|"(?:vkey|proof)": "[^"]*"'
)


def masked(page: str) -> str:
    return OF_THE_LOG.sub(PUBLIC, TOKENS.sub(r"\1", page))


def reached(browser: Browser, known: list[str]) -> dict[str, Answer]:
    """Every answer below /desk and /challenges: of addresses that are known, and of all that links lead to."""
    found: dict[str, Answer] = {}
    waiting = [*INSIDE, *known]
    while waiting:
        address = waiting.pop()
        if address in found:
            continue
        page = browser.get(address)
        text = "" if page.mimetype == "application/pdf" else masked(page.data.decode("latin-1"))
        unsteady = {*UNSTEADY, "ETag"} if PUBLIC in text else UNSTEADY
        headers = sorted((name, value) for name, value in page.headers if name not in unsteady)
        found[address] = page.status_code, text, (*headers, ("Length", str(len(text.encode()))))
        links = re.findall(r'(?:href|action)="([^"#]+)', text)
        waiting += [each.replace("&amp;", "&") for each in links if each.startswith(INSIDE)]
    return found


def refused(app: Flask, browser: Browser, world: f.World) -> dict[str, Answer]:
    """What comes of sending nothing but a token to everything that can be sent to."""
    token = re.search(r'name="csrf_token" value="([^"]+)', browser.get("/desk").text)
    assert token is not None
    found: dict[str, Answer] = {}
    for address in every_address(app, world, "/desk/challenges/<ref>", method="POST"):
        page = browser.post(address, data={"csrf_token": token[1], "once": "k" * 20})
        found[address] = (
            page.status_code,
            masked(page.text),
            (("Location", page.headers.get("Location", "")),),
        )
    return found


def seen_by(app: Flask, viewer: str, actor: str, deed: Callable[[f.World, Actor], None]) -> dict[str, Answer]:
    """All that one person sees in a world where another did this, and nothing else is different."""
    worlds.begin_anew(app, START)
    world = a_watched_stage()
    deed(world, getattr(world, actor))
    worker.run(app, once=True)
    person = people(world)[viewer]
    browser = new_browser(app) if person is None else visit_of(app, person)
    found = reached(browser, list(every_address(app, world, *INSIDE)))
    with reading() as connection:
        told = connection.scalar(
            select(func.count()).where(Notice.person_id == (person.person_id if person else 0))
        )
    found["messages"] = told or 0, "", ()
    if person in world.scorers:
        found |= {f"POST {address}": answer for address, answer in refused(app, browser, world).items()}
    return found


def differing(app: Flask, viewer: str, actor: str) -> list[set[str]]:
    """Once the other has begun, and once they are done: every answer that is not the one given before."""
    before, *after = (seen_by(app, viewer, actor, deed) for deed in (nothing, began, locked))
    return [
        {each for each in before.keys() | now.keys() if before.get(each) != now.get(each)} for now in after
    ]


def test_what_one_did_oneself_does_show(app: Flask) -> None:
    sheet = f"/desk/challenges/{a_watched_stage().ref}/stages/1/scores/A"
    before, after = (seen_by(app, "chair", "chair", deed) for deed in (nothing, locked))
    assert before[sheet][0] == after[sheet][0] == 200
    assert {each for each in before if before[each] != after[each]} >= {sheet, f"POST {sheet}"}


@pytest.mark.parametrize(
    ("viewer", "actor"),
    long_except([("evaluator", "chair")], [("evaluator", "chair"), ("chair", "evaluator")]),
)
def test_who_scores_can_reach_nothing_that_tells_what_another_did(
    app: Flask, viewer: str, actor: str
) -> None:
    assert differing(app, viewer, actor) == [set(), set()]


@pytest.mark.parametrize("viewer", long_except(["public"], ["observer", "member", "supplier", "public"]))
def test_who_does_not_score_learns_no_more(app: Flask, viewer: str) -> None:
    assert differing(app, viewer, "evaluator") == [set(), set()]


@pytest.mark.long
@pytest.mark.parametrize("viewer", ["lead", "approver"])
def test_lead_and_approver_see_only_who_is_still_waited_for(app: Flask, viewer: str) -> None:
    """Neither of them scores."""
    page = f"/desk/challenges/{a_watched_stage().ref}"
    assert differing(app, viewer, "evaluator") == [set(), {page}]


def test_the_trail_shows_of_a_lock_a_sealed_entry_that_names_nobody_and_no_challenge(app: Flask) -> None:
    """Everybody sees that something was sealed, and nobody what: no page of a challenge has it."""
    pages = []
    for deed in (began, locked):
        worlds.begin_anew(app, START)
        world = a_watched_stage()
        before = last_index()
        deed(world, world.evaluator)
        worker.run(app, once=True)
        browser = new_browser(app)
        pages.append([words_of(browser.get(f"/trail/{n}")) for n in range(before + 1, last_index() + 1)])
    assert pages[0] == []
    [entry] = pages[1]
    assert "sealed" in entry.lower()
    for told in (world.ref, world.content.problem.title, world.evaluator.name, world.evaluator.ref, "score"):
        assert told not in entry


def last_index() -> int:
    with reading() as connection:
        return connection.scalar(select(func.max(LogEvent.index))) or 0
