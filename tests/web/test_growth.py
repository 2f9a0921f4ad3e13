"""Public pages cost as much among a hundred thousand challenges as among ten: no statement reads them all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from marketplace.models.base import db
from tests import factories as f
from tests.bench import bulk
from tests.queries.rows import counted, many_challenges
from tests.web.conftest import Browser
from tests.web.forms import visit_of

LISTS = [
    "/", "/challenges", "/challenges?status=all", "/challenges?status=completed", "/challenges?closing=30",
    "/trail", "/trail?kind=challenge.open", "/outcomes",
]  # fmt: skip
# The trail is read from its end, and no further than what is shown.
READS_ALL = re.compile(r"SCAN (challenge|proposal|organisation)(?! USING)|TEMP B-TREE FOR ORDER BY")


@contextmanager
def planned() -> Iterator[list[str]]:
    """How SQLite reads for each statement sent within the block."""
    plans: list[str] = []

    def explain(connection: Any, cursor: Any, statement: str, values: Any, *_rest: Any) -> None:
        if statement.startswith("SELECT"):
            found = connection.connection.driver_connection.execute(f"EXPLAIN QUERY PLAN {statement}", values)
            plans.append("; ".join(row[3] for row in found))

    engine = db.engines["read"]
    event.listen(engine, "before_cursor_execute", explain)
    try:
        yield plans
    finally:
        event.remove(engine, "before_cursor_execute", explain)


@pytest.fixture
def sqlite(database_url: str) -> None:
    if not database_url.startswith("sqlite"):
        pytest.skip("PostgreSQL chooses by how full its tables are, and these are nearly empty.")


@pytest.mark.parametrize("path", LISTS)
def test_a_list_is_read_in_its_order_and_no_further(
    app: Flask, client: Browser, sqlite: None, path: str
) -> None:
    many_challenges(30)
    many_challenges(3, "completed")
    with planned() as plans:
        assert client.get(path).status_code == 200
    assert plans
    # Results that are overdue are sorted: there are few.
    assert not [plan for plan in plans if READS_ALL.search(plan) and "agreement" not in plan]


@pytest.mark.parametrize("part", ["", "/results", "/trail", "/versions"])
def test_pages_of_one_challenge_read_its_own_rows(
    app: Flask, client: Browser, sqlite: None, part: str
) -> None:
    world = f.an_awarded_challenge()
    with planned() as plans:
        assert client.get(f"/challenges/{world.ref}{part}").status_code == 200
    assert not [plan for plan in plans if re.search(r"SCAN (challenge|proposal|score)(?! USING)", plan)]


def test_a_desk_is_read_by_the_challenges_that_are_ones_own(app: Flask, sqlite: None) -> None:
    world = f.a_scoring_stage()
    for person in (world.lead, world.evaluator, world.suppliers[0].administrator):
        browser = visit_of(app, person)
        with planned() as plans:
            assert browser.get("/desk").status_code == 200
        assert not [plan for plan in plans if re.search(r"ix_(challenge|stage)_state", plan)]


def test_pages_ask_as_much_beside_three_hundred_other_challenges(app: Flask, client: Browser) -> None:
    world = f.an_awarded_challenge()
    lead = visit_of(app, world.lead)
    pages = [(client, f"/challenges/{world.ref}{part}") for part in ("", "/results", "/trail", "/versions")]
    pages += [(client, f"/organisations/{world.authority.slug}"), (lead, "/desk")]
    client.get("/")
    few = [asked(browser, path) for browser, path in pages]
    bulk.copy_authority(world.authority.slug)
    bulk.copy_challenge(world.ref, 1, 300)
    assert [asked(browser, path) for browser, path in pages] == few
    copy = bulk.copied_ref(world.ref, 7)
    assert client.get(f"/challenges/{copy}/results").status_code == 200
    assert copy in lead.get("/desk").text


def asked(browser: Browser, path: str) -> int:
    with counted() as statements:
        assert browser.get(path).status_code == 200
    return len(statements)


def test_what_is_held_about_a_person_is_read_without_what_is_held_about_others(
    app: Flask, sqlite: None
) -> None:
    browser = visit_of(app, f.a_closed_stage(1).suppliers[0].administrator)
    with planned() as plans:
        assert browser.get("/account/data.json").text
    assert plans
    assert not [plan for plan in plans if re.match(r"SCAN (challenge|stage|proposal)\b", plan)]
