"""Before an opening every door to a proposal looks like a wall, and whoever tries one is slowed down and recorded."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import func, select

from marketplace.actions import files, opening, proposals, tries
from marketplace.models.database import reading
from marketplace.models.trail import JournalEntry
from marketplace.policy import ANYONE
from marketplace.queries import opening as seen
from tests import factories as f
from tests.actions.test_proposals import PDF, refused
from tests.actions.test_races import together
from tests.web.conftest import new_browser
from tests.web.forms import visit_of
from tests.web.test_scoring import masked
from tests.web.test_secrecy import every_address

WORD = "quillwort"


def a_sealed_stage() -> tuple[f.World, str, int]:
    """Closed and not opened, with one proposal of a supplier that wrote `WORD` everywhere, and a file."""
    world = f.an_open_challenge()
    ref = f.a_draft_proposal(world, approach=WORD, evidence=WORD, team=WORD, delivery=WORD)
    file = files.add(world.suppliers[0].administrator, ref, f"{WORD}.pdf", PDF + WORD.encode())
    proposals.submit(world.suppliers[0].administrator, ref)
    f.pass_deadline(world)
    return world, ref, file


def recorded() -> int:
    with reading() as connection:
        asked = select(func.count()).select_from(JournalEntry).where(JournalEntry.act == "stage.early_read")
        return connection.scalar(asked) or 0


def doors(app: Flask, world: f.World, ref: str, file: int) -> Iterator[str]:
    """Every address that leads, or will lead, to what a proposal says."""
    for address in every_address(app, world, "/desk/challenges/<ref>/stages", "/desk/proposals/<ref>"):
        yield address.replace("/files/1", f"/files/{file}")
    yield f"/challenges/{world.ref}/stages/1/recount.json"
    yield f"/challenges/{world.ref}/stages/1/opening.json"
    yield f"/challenges/{world.ref}/results"


def by_letter(world: f.World) -> str:
    return f"/desk/challenges/{world.ref}/stages/1/scores/A"


@pytest.mark.parametrize(
    "who", ["lead", "approver", "chair", "evaluator", "operator", "administrator", "rival", ""]
)
def test_nobody_but_its_supplier_reads_a_word_through_any_door(app: Flask, who: str) -> None:
    world, ref, file = a_sealed_stage()
    opening.confirm(world.openers[0], world.ref, 1)
    people = {
        "operator": lambda: f.a_person("Olive", operator=True),
        "administrator": lambda: world.authority.administrator,
        "rival": lambda: f.a_supplier("Rival").administrator,
    }
    person = people[who]() if who in people else getattr(world, who, None)
    browser = visit_of(app, person) if person else new_browser(app)
    for address in doors(app, world, ref, file):
        page = browser.get(address)
        assert WORD not in page.text, address
        assert page.status_code in (200, 303, 404, 409, 429), address
        if address.startswith(f"/desk/proposals/{ref}") and person:
            assert page.status_code in (404, 429), address


def test_a_try_is_told_like_an_unknown_page_and_is_counted_in_the_opening_record(app: Flask) -> None:
    world, ref, file = a_sealed_stage()
    unknown = masked(new_browser(app).get("/desk-of-nobody"))
    door, rival = by_letter(world), f.a_supplier("Rival").administrator
    team = (world.chair, world.lead, world.approver, world.evaluator, rival)
    visits = {person.ref: visit_of(app, person) for person in team}
    for person, address in (
        (world.chair, door),
        (world.chair, f"{door}/files/{file}"),
        (world.lead, f"/desk/challenges/{world.ref}/stages/1/reading/A/files/{file}"),
        (world.lead, f"/desk/challenges/{world.ref}/stages/1/eligibility/A"),
        (world.approver, f"/desk/challenges/{world.ref}/stages/1/ranking/A"),
        (world.evaluator, f"/desk/proposals/{ref}/files/{file}"),
        (rival, f"/desk/proposals/{ref}"),
    ):
        before = recorded()
        page = visits[person.ref].get(address)
        assert (page.status_code, recorded()) == (404, before + 1), address
    assert unknown.split("<main")[1].split("</main")[0] in masked(page)
    f.open_stage(world)
    assert json.loads(seen.record(ANYONE, world.ref, 1))["early_reads"] == recorded() == 7
    visits[world.evaluator.ref].get(f"/desk/proposals/{ref}")
    assert world.stage.early_reads == 7


def test_what_is_not_there_or_is_ones_own_is_no_try(app: Flask) -> None:
    world, ref, _file = a_sealed_stage()
    own = visit_of(app, world.suppliers[0].administrator)
    assert own.get(f"/desk/proposals/{ref}/questions/none").status_code == 404
    stranger = visit_of(app, f.a_person())
    for address in (
        by_letter(world),
        "/desk/proposals/PR-00000000",
        "/desk/challenges/CH-0/stages/1/scores/A",
    ):
        assert stranger.get(address).status_code == 404
    assert new_browser(app).get(by_letter(world)).status_code == 303
    assert recorded() == world.stage.early_reads == 0


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> int:
    """Nobody may try more often than three times."""
    monkeypatch.setattr(tries, "TRIES", 3)
    return 3


def test_whoever_tries_too_often_is_stopped_whether_there_is_something_or_not(app: Flask, few: int) -> None:
    world, ref, _file = a_sealed_stage()
    sealed, nothing = visit_of(app, world.chair), visit_of(app, f.a_person())
    for _try in range(few):
        assert sealed.get(f"/desk/proposals/{ref}").status_code == 404
        assert nothing.get("/desk/proposals/PR-00000000").status_code == 404
    assert sealed.get(f"/desk/proposals/{ref}").status_code == 429
    assert nothing.get("/desk/proposals/PR-00000000").status_code == 429
    assert recorded() == few
    assert sealed.get(f"/desk/challenges/{world.ref}").status_code == 200


def test_an_opener_who_tries_too_often_is_stopped_too(app: Flask, few: int) -> None:
    world = f.an_open_challenge()
    f.a_submitted_proposal(world)
    for _try in range(few):
        refused("stage.not_closed", opening.confirm, world.openers[0], world.ref, 1)
    refused("sealed.often", opening.confirm, world.openers[0], world.ref, 1)
    assert world.stage.early_reads == few


def test_each_try_is_in_the_record_or_came_after_it(app: Flask) -> None:
    """Several try while the second opener confirms: none is lost between the count and the record."""
    world, ref, _file = a_sealed_stage()
    first, second = world.openers
    opening.confirm(first, world.ref, 1)
    calls = [lambda: tries.at_stage(world.chair, world.ref, 1) for _try in range(3)]
    calls += [lambda: tries.at_proposal(world.evaluator, ref) for _try in range(3)]
    came = together(app, *calls[:3], lambda: opening.confirm(second, world.ref, 1), *calls[3:])
    assert came.count("opened") == 1
    record = json.loads(seen.record(ANYONE, world.ref, 1))
    assert record["early_reads"] == world.stage.early_reads == recorded() <= 6
