"""Whoever polls everything before a deadline learns no more than an upper bound on the number of proposals.

Histories with different numbers of proposals and as many sealed entries at the same moments are played on the same
installation, and all that can be asked for is compared each second: status, headers, every byte but hashes and marks.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from marketplace.actions import proposals, upkeep
from marketplace.jobs import time
from marketplace.models.database import installation, reading, writing
from marketplace.models.proposals import CoverEntry
from marketplace.models.trail import LogHead
from marketplace.policy import Actor
from marketplace.rules.proposals import digest
from marketplace.rules.roles import PERMISSIONS, Role
from marketplace.tlog import tiles
from tests import factories as f
from tests.conftest import NOON
from tests.web.conftest import Browser, new_browser
from tests.web.forms import visit_of
from tests.worlds import begin_anew, kept

Page = tuple[int, tuple[tuple[str, str], ...], str]
"""Status, headers and content of an answer."""

Seen = dict[str, Page]
Look = Callable[[f.World, int], Seen]
Act = Callable[[f.World], None]

SECONDS = 6
BEGIN = NOON - timedelta(seconds=SECONDS)
MOMENTS = (0.4, 1.3, 1.7, 3.0, 4.2, 4.6)
"""When an entry joins the log, in seconds, whatever it is."""

ELSEWHERE = (
    "/trail?kind=sealed", "/challenges?status=all", "/challenges?q=damp", "/metrics", "/insights", "/challenges.atom",
    "/challenges.ics", "/api/v1/challenges", "/ocds/releases", "/nothing",
)  # fmt: skip
"""Asked for as well: pages by their questions, and addresses that other versions of the service may have."""


@kept
def drafts() -> f.World:
    """Three suppliers have drafts that they could hand in, and nobody did."""
    world = f.an_open_challenge()
    for name in ("Alder", "Birch", "Cedar"):
        f.a_draft_proposal(world, f.a_supplier(name))
    return world


def submit(supplier: int) -> Act:
    def act(world: f.World) -> None:
        proposals.submit(world.suppliers[supplier].administrator, world.proposals[supplier])

    return act


def replace(supplier: int) -> Act:
    def act(world: f.World) -> None:
        author, ref = world.suppliers[supplier].administrator, world.proposals[supplier]
        proposals.save_answer(author, ref, "team", "Other people.", digest(f.ANSWERS["team"]))
        proposals.submit(author, ref)

    return act


def withdraw(supplier: int) -> Act:
    def act(world: f.World) -> None:
        proposals.withdraw(world.suppliers[supplier].administrator, world.proposals[supplier])

    return act


def cover(_world: f.World) -> None:
    """What the worker does at the moment that was drawn: the first entry that is due comes."""
    with writing() as session:
        first = select(CoverEntry.id).where(CoverEntry.log_index.is_(None)).order_by(CoverEntry.id).limit(1)
        now = installation().clock.now()
        session.execute(update(CoverEntry).where(CoverEntry.id == first.scalar_subquery()).values(due_at=now))
    time.keep()


HISTORIES: dict[str, tuple[Act, ...]] = {
    "three proposals": (submit(0), submit(1), replace(0), submit(2), withdraw(1), submit(1)),
    "one proposal": (cover, cover, submit(2), cover, cover, cover),
    "none": (cover,) * len(MOMENTS),
}


def play(app: Flask, acts: tuple[Act, ...], *, look: Look) -> list[Seen]:
    """What can be seen at each second of one history."""
    clock = installation().clock
    world = drafts()
    stage_id = world.stage.id
    with writing() as session:
        session.execute(delete(CoverEntry))
        session.add_all(CoverEntry(stage_id=stage_id, due_at=NOON) for act in acts if act is cover)
    seen, todo = [], list(zip(MOMENTS, acts, strict=True))
    for second in range(SECONDS):
        while todo and todo[0][0] <= second:
            moment, act = todo.pop(0)
            clock.set(BEGIN + timedelta(seconds=moment))
            act(world)
        clock.set(BEGIN + timedelta(seconds=second))
        upkeep.beat()
        time.keep()
        f.sign_the_log()
        seen.append(look(world, second))
    return seen


def anew(app: Flask, now: datetime) -> None:
    """Let the next history begin where every other began; what was signed of the last one is forgotten too."""
    shutil.rmtree(installation().settings.log_mark, ignore_errors=True)
    begin_anew(app, now)


def in_public(app: Flask) -> Look:
    """What somebody sees who asks for everything, and whether it is what the same address gave before."""
    browser, before = new_browser(app), dict[str, Page]()

    def look(world: f.World, second: int) -> Seen:
        found: Seen = {}
        for address in (*addresses(app, world, last=second == SECONDS - 1), *ELSEWHERE):
            page = answer(browser, address)
            found[address] = masked(address, page, before.get(address) == page)
            before[address] = page
        return found

    return look


def answer(browser: Browser, address: str) -> Page:
    """One answer, but for the hour of this machine and the marks that every form has of its own."""
    page = browser.get(address)
    text = re.sub(r'name="(csrf_token|once)" value="[^"]*"', "a mark", page.data.decode("latin-1"))
    headers = sorted((name, value) for name, value in page.headers if name not in ("Set-Cookie", "Date"))
    return page.status_code, tuple(headers), text


def masked(address: str, page: Page, unchanged: bool) -> Page:
    """The same without hashes and signatures, which differ; where it has none, its tag is compared as it is."""
    status, headers, text = page
    without = "hash" * (len(text) // 4) if is_tile(address) else without_hashes(text)
    tag = "unchanged" if unchanged else "changed"
    if without != text:
        headers = tuple((name, tag if name == "ETag" else value) for name, value in headers)
    return status, headers, without


def is_tile(address: str) -> bool:
    return address.startswith("/log/tile/") and "entries" not in address


def without_hashes(text: str) -> str:
    for hashes in (
        r"\b[0-9a-f]{4}(?: [0-9a-f]{4}){3,}\b",
        r"\b[0-9a-f]{16,}\b",
        r"[A-Za-z0-9+/]{40,}={0,2}",
    ):
        text = re.sub(hashes, lambda found: "h" * len(found[0]), text)
    return text


def addresses(app: Flask, world: f.World, *, last: bool) -> Iterator[str]:
    """Each that asks for no sign-in, filled with all that there is here; an unknown part fails."""
    with reading() as connection:
        size = connection.scalar(select(LogHead.size)) or 0
    newest = range(0 if last else max(0, size - 3), size + 1)
    known: dict[str, tuple[object, ...]] = {
        "ref": (world.ref,), "slug": (world.authority.slug, *(each.slug for each in world.suppliers)),
        "number": (1,), "stage": (1,), "letter": ("A",), "index": tuple(newest), "token": ("unknown",),
        "name": ("recount.py", "verify.py"),
        "path": tuple(
            tiles.path(kind, 0, width).removeprefix("tile/") for kind in (0, "entries") for width in (size, size + 1)
        ),
    }  # fmt: skip
    for rule in app.url_map.iter_rules():
        permission = getattr(app.view_functions[rule.endpoint], "permission", None)
        if (
            permission is None
            or Role.ANYONE not in PERMISSIONS[permission]
            or "GET" not in (rule.methods or ())
        ):
            continue
        found = [rule.rule]
        while "<" in found[0]:
            part = re.search(r"<(?:\w+:)?(\w+)>", found[0])
            assert part is not None
            found = [each.replace(part[0], str(one), 1) for each in found for one in known[part[1]]]
        yield from found


@pytest.mark.long
def test_nobody_who_polls_in_public_tells_histories_of_the_same_cover_apart(app: Flask) -> None:
    now = installation().clock.now()
    played = []
    for acts in HISTORIES.values():
        anew(app, now)
        played.append(play(app, acts, look=in_public(app)))
    first, *others = played
    assert [len(seen) for seen in played] == [SECONDS] * len(HISTORIES)
    assert sum(page[0] == 200 for page in first[-1].values()) >= 50
    for name, other in zip(list(HISTORIES)[1:], others, strict=True):
        for second, (one, two) in enumerate(zip(first, other, strict=True)):
            differing = [address for address in {**one, **two} if one.get(address) != two.get(address)]
            assert differing == [], f"{name}, second {second}"


def test_an_entry_more_would_be_noticed(app: Flask) -> None:
    now = installation().clock.now()
    played = []
    for acts in ((cover,) * 6, (cover,) * 4 + (lambda _world: None, cover)):
        anew(app, now)
        played.append(play(app, acts, look=at_the_end(in_public(app))))
    one, two = (seen[-1] for seen in played)
    assert {"/trail", "/log/checkpoint"} <= {address for address in one if one[address] != two.get(address)}


def at_the_end(look: Look) -> Look:
    return lambda world, second: look(world, second) if second == SECONDS - 1 else {}


@pytest.mark.parametrize("role", ["lead", "approver", "chair", "operator", "rival"])
def test_nor_does_anybody_who_is_signed_in_but_the_suppliers_themselves(app: Flask, role: str) -> None:
    now = installation().clock.now()

    def look(world: f.World, _second: int) -> Seen:
        person: Actor = getattr(world, role) if hasattr(world, role) else outsider(role)
        browser = visit_of(app, person)
        inside = [
            f"/desk/challenges/{world.ref}{page}"
            for page in (
                "",
                "/team",
                "/people",
                "/stages/1/opening",
                "/stages/1/eligibility",
                "/stages/1/scores",
            )
        ]
        mine = [
            "/desk",
            "/desk/proposals",
            *(f"/desk/proposals/{ref}" for ref in world.proposals),
        ]
        return {address: masked(address, answer(browser, address), True) for address in (*inside, *mine)}

    played = []
    for acts in HISTORIES.values():
        anew(app, now)
        played.append(play(app, acts, look=at_the_end(look))[-1])
    assert played[0]["/desk"][0] == 200
    assert played[0] == played[1] == played[2]


def outsider(role: str) -> Actor:
    return f.a_person("Somebody Else", operator=role == "operator")
