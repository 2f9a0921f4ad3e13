"""What a ranking was counted from is public with the results, and counts up to them again."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.actions import challenges as writes
from marketplace.actions import moves
from marketplace.actions.moves import Details
from marketplace.models.database import reading
from marketplace.models.trail import LogEvent
from marketplace.rules import canonical
from marketplace.rules.events import SEALED
from tests import factories as f
from tests.tools.bundles import PROGRAM, Run
from tests.tools.conftest import run
from tests.web.conftest import Browser

__all__ = ["run"]


def bundle_of(client: Browser, world: f.World, stage: int = 1) -> dict[str, Any]:
    page = client.get(f"/challenges/{world.ref}/stages/{stage}/recount.json")
    assert (page.status_code, page.mimetype) == (200, "application/json")
    found: dict[str, Any] = json.loads(page.data)
    return found


def test_the_bundle_of_an_awarded_challenge_counts_up_to_its_result(
    app: Flask, client: Browser, run: Run
) -> None:
    world = f.a_noticed_challenge(3)
    bundle = bundle_of(client, world)
    code, out, _ = run(bundle)
    assert code == 0, out
    assert [line["id"] for line in bundle["result"]] == ["A", "B", "C"]
    assert bundle["evaluators"] == ["E1", "E2"]
    assert "draw" not in bundle["ties"]


def test_locks_open_what_the_trail_committed_to(app: Flask, client: Browser) -> None:
    world = f.a_noticed_challenge(2)
    locks = bundle_of(client, world)["locks"]
    assert [lock["evaluator"] for lock in locks] == ["E1", "E2"]
    for lock in locks:
        with reading() as connection:
            found = connection.scalars(select(LogEvent.leaf).where(LogEvent.index == lock["index"])).one()
        leaf = canonical.decode(found)
        salt = bytes.fromhex(lock["salt"])
        assert canonical.commitment(salt, SEALED, "content", lock["value"]) == leaf["private"]["content"]
        assert all(len(reason) == 64 for reason in lock["value"]["reasons"])


@pytest.mark.parametrize("stage", [1, 2, 99])
def test_before_results_are_public_the_address_is_one_that_does_not_exist(
    app: Flask, client: Browser, stage: int
) -> None:
    nowhere = client.get("/challenges/CH-00000000/stages/1/recount.json")
    world = f.a_decided_stage(2)
    page = client.get(f"/challenges/{world.ref}/stages/{stage}/recount.json")
    assert (page.status_code, page.data) == (404, nowhere.data)
    assert page.headers["Cache-Control"] == nowhere.headers["Cache-Control"] == "no-store"


def test_the_program_is_served_as_it_stands_here(app: Flask, client: Browser) -> None:
    page = client.get("/tools/recount.py")
    assert (page.status_code, page.mimetype) == (200, "text/x-python")
    assert page.data == PROGRAM.read_bytes()
    assert "public" in page.headers["Cache-Control"]
    for name in ("verify", "..%2frecount.py", "recount.pyc"):
        assert client.get(f"/tools/{name}").status_code == 404


def test_the_results_lead_to_the_file_the_program_and_the_locks(app: Flask, client: Browser) -> None:
    world = f.a_noticed_challenge(2)
    page = client.get(f"/challenges/{world.ref}/results").text
    assert f'href="/challenges/{world.ref}/stages/1/recount.json"' in page
    assert 'href="/tools/recount.py"' in page
    assert "$ python recount.py recount.json" in page
    for lock in bundle_of(client, world)["locks"]:
        assert f'href="/trail/{lock["index"]}"' in page


def test_where_nothing_was_scored_nothing_is_offered_to_count(app: Flask, client: Browser) -> None:
    world = f.a_closed_stage(0)
    writes.report_outcome(world.lead, world.ref, "None of it was tried.", False, 0, "GBP", "Nobody came.")
    moves.make(world.lead, world.ref, "end", Details(reason="Nobody proposed."))
    assert "recount.json" not in client.get(f"/challenges/{world.ref}/results").text
    assert client.get(f"/challenges/{world.ref}/stages/1/recount.json").status_code == 404
