"""The public page of an organisation."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from flask import Flask

from marketplace.clock import Clock
from marketplace.queries.records import Kept
from marketplace.web.records import kept
from tests import factories as f
from tests.conftest import NOON
from tests.web.conftest import Browser

PLANNED = date(2026, 12, 23)


def a_row(decided_on: date | None, late: int | None, state: str = "awarded") -> Kept:
    return Kept("CH-00000001", "Damp homes", "en", state, NOON, PLANNED, decided_on, late)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (a_row(PLANNED, 0), "Decided on 23 December 2026, the day it had published."),
        (a_row(date(2026, 12, 24), 1), "Decided on 24 December 2026, 1 day after the day it had published."),
        (
            a_row(date(2026, 12, 20), -3),
            "Decided on 20 December 2026, 3 days before the day it had published.",
        ),
        (a_row(None, 9, "in_progress"), "No decision yet, 9 days after the day it had published."),
        (a_row(None, None, "open"), "Decision by 23 December 2026."),
        (a_row(None, None, "terminated"), ""),
    ],
)
def test_a_record_says_whether_a_published_day_was_kept(app: Flask, row: Kept, said: str) -> None:
    assert kept(row) == said


def test_who_lost_has_no_page_and_who_won_has(app: Flask, client: Browser) -> None:
    world = f.a_noticed_challenge(2)
    pages = [client.get(f"/organisations/{supplier.slug}") for supplier in world.suppliers]
    lost, won = sorted(pages, key=lambda page: page.status_code, reverse=True)
    assert (lost.status_code, won.status_code) == (404, 200)
    assert lost.data == client.get("/organisations/nobody").data
    assert world.content.problem.title in won.text
    assert "No agreement is signed yet." in won.text


def test_a_result_that_is_overdue_stands_in_the_register_and_in_the_record(
    app: Flask, client: Browser, clock: Clock
) -> None:
    world = f.an_awarded_challenge(1)
    paths = ("/outcomes", f"/organisations/{world.authority.slug}")
    for path in paths:
        assert "no result reported yet" not in client.get(path).text
    clock.advance(timedelta(days=760))
    for path in paths:
        page = client.get(path).text
        assert "no result reported yet" in page
        assert "due since 23 November 2027" in page
        assert "The report 12 months later is late too." in page


def test_an_authority_says_how_it_keeps_its_word(app: Flask, client: Browser) -> None:
    world = f.an_awarded_challenge(1)
    said = " ".join(re.sub("<[^>]+>", " ", client.get(f"/organisations/{world.authority.slug}").text).split())
    assert "Decided by the published day 1 of 1" in said
    assert "Awarded 1" in said


def test_an_authority_without_a_public_challenge_explains_itself(app: Flask, client: Browser) -> None:
    authority = f.an_authority()
    page = client.get(f"/organisations/{authority.slug}")
    assert "A challenge appears here the moment it opens." in page.text
    assert client.get(f"/organisations/{authority.slug}?after=x").status_code == 400


def test_the_register_keeps_its_filters_from_page_to_page(app: Flask, client: Browser) -> None:
    page = client.get("/outcomes?end=early&topic=housing").text
    assert '<option value="early" selected>' in page
    assert "Nothing that ended fits all of that." in page
    assert client.get("/outcomes?end=well").status_code == 400
