"""What one may not see changes no page that one can reach: every address below /desk and /challenges."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask

from marketplace.actions import evaluation
from tests import factories as f
from tests.actions.test_evaluation import interests
from tests.actions.test_separation import LATER
from tests.web.conftest import Browser
from tests.web.test_scoring import enter, masked

Seen = dict[str, tuple[int, str, tuple[tuple[str, str], ...]]]


def every_address(app: Flask, world: f.World, *inside: str, method: str = "GET") -> Iterator[str]:
    """Each rule of the map that begins so, filled with all that this world has; an unknown part fails."""
    known: dict[str, tuple[object, ...]] = {
        "challenge": (world.ref,), "proposal": tuple(world.proposals), "stage": (1,), "number": (1,),
        "letter": ("A", "B"), "file_id": (1,), "index": (1,), "question_id": ("team",), "slug": (world.authority.slug,),
        "role": ("chair", "lead"), "person": (world.chair.ref, world.lead.ref), "change": ("name-deputy", "give-back"),
        "invitation": ("unknown",),
        "criterion": ("fit", "team"),
    }  # fmt: skip
    for rule in app.url_map.iter_rules():
        if method in (rule.methods or ()) and rule.rule.startswith(inside):
            values = known | {"name": ("criteria",) if "/sections/" in rule.rule else ("score", "suspend")}
            values["ref"] = known["proposal" if "/proposals/" in rule.rule else "challenge"]
            addresses = [rule.rule]
            while "<" in addresses[0]:
                part = re.search(r"<(?:\w+:)?(\w+)>", addresses[0])
                assert part is not None
                addresses = [
                    each.replace(part[0], str(one), 1) for each in addresses for one in values[part[1]]
                ]
            yield from addresses


def seen(browser: Browser, addresses: list[str]) -> Seen:
    found: Seen = {}
    for address in addresses:
        page = browser.get(address)
        headers = sorted((k, v) for k, v in page.headers if k not in ("Set-Cookie", "Content-Length", "Date"))
        text = masked(page) if (page.mimetype or "").startswith("text/") else page.data.hex()
        found[address] = page.status_code, text, tuple(headers)
    return found


def differing(browser: Browser, before: Seen) -> list[str]:
    now = seen(browser, list(before))
    return [address for address in before if now[address] != before[address]]


@pytest.mark.long
def test_no_page_changes_by_what_another_scores_and_by_a_lock_only_the_list_of_who_is_late(
    app: Flask,
) -> None:
    world = f.a_scoring_stage()
    f.score(world, world.evaluator, "A", 1, 2, 3, 4)
    addresses = list(every_address(app, world, "/desk", "/challenges"))
    others = (world.lead, world.approver, world.suppliers[0].administrator)
    browsers = [enter(app, person) for person in (world.evaluator, *others)]
    before = [seen(browser, addresses) for browser in browsers]
    assert before[0][f"/desk/challenges/{world.ref}/stages/1/scores/A"][0] == 200
    for letter in f.letters(world):
        f.score(world, world.chair, letter, 4, 0, 4, 0)
    assert [differing(*each) for each in zip(browsers, before, strict=True)] == [[], [], [], []]
    evaluation.lock(world.chair, world.ref, 1)
    late = [f"/desk/challenges/{world.ref}"]
    assert [differing(*each) for each in zip(browsers, before, strict=True)] == [[], late, late, []]


def test_the_chair_sees_no_more_than_any_evaluator_before_the_last_lock(app: Flask) -> None:
    world = f.a_scoring_stage()
    chair = enter(app, world.chair)
    before = seen(chair, list(every_address(app, world, "/desk/challenges/<ref>", "/challenges/<ref>")))
    for letter in f.letters(world):
        f.score(world, world.evaluator, letter, 0, 4, 0, 4)
    evaluation.lock(world.evaluator, world.ref, 1)
    assert differing(chair, before) == []


def test_before_declaring_no_page_holds_a_word_of_a_proposal(app: Flask) -> None:
    world = f.an_opened_stage()
    addresses = list(every_address(app, world, "/desk", "/challenges"))
    for person in (world.evaluator, world.approver):
        pages = seen(enter(app, person), addresses)
        told = [a for a, page in pages.items() if any(text in page[1] for text in f.ANSWERS.values())]
        assert told == []


def test_after_a_conflict_the_pages_of_the_panel_are_those_of_an_unknown_challenge(app: Flask) -> None:
    world = f.an_opened_stage()
    evaluation.declare(world.evaluator, world.ref, 1, interests(world, A="conflict"))
    strangers = (
        world.evaluator,
        f.a_scoring_stage(closes_at=LATER).chair,
        f.a_person("Olive", operator=True),
    )
    # An operator erases public words of any challenge, and learns nothing else of it there.
    inside = [
        each for each in every_address(app, world, "/desk/challenges/<ref>") if not each.endswith("/erase")
    ]
    for person in strangers:
        browser = enter(app, person)
        unknown = masked(browser.get("/desk/challenges/CH-00000000/stages/1/ranking"))
        assert {page[:2] for page in seen(browser, inside).values()} == {(404, unknown)}
