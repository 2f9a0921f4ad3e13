"""A kept world stands in for a built one, and no test can tell."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from marketplace.clock import Clock
from marketplace.models.accounts import Person
from marketplace.models.challenges import Challenge
from marketplace.models.database import installation, reading
from marketplace.models.trail import LogEvent
from marketplace.policy import SYSTEM
from marketplace.queries import verdict
from marketplace.rules import canonical
from tests import factories as f
from tests import worlds
from tests.conftest import NOON, START

TITLE = "Kept from test to test"
LATER = NOON + timedelta(days=7)


@pytest.mark.parametrize("turn", ["first", "second", "third"])
def test_a_world_is_whole_and_knows_nothing_of_what_another_test_did(
    app: Flask, clock: Clock, turn: str
) -> None:
    world = f.a_closed_stage(1, title=TITLE)
    assert clock.now() == NOON + timedelta(seconds=1)
    assert (world.stage.state, len(world.proposals), len(world.suppliers)) == ("closed", 1, 1)
    assert verdict.verify(SYSTEM).ok
    f.open_stage(world)
    f.a_draft_challenge(world.authority)
    world.proposals.clear()


def test_where_something_was_written_a_world_is_built_beside_it(app: Flask) -> None:
    somebody = f.a_person()
    one, other = f.an_open_challenge(title=TITLE), f.an_open_challenge(title=TITLE)
    with reading() as connection:
        assert set(connection.scalars(select(Challenge.ref))) == {one.ref, other.ref}
        assert connection.scalar(select(func.count()).where(Person.ref == somebody.ref)) == 1


@pytest.mark.parametrize("turn", ["first", "second"])
def test_a_test_that_begins_anew_leaves_nothing_to_the_next(app: Flask, turn: str) -> None:
    with reading() as connection:
        assert connection.scalar(select(func.count()).select_from(Person)) == 0
    for _ in range(2):
        f.a_person()
        worlds.begin_anew(app, START)
        f.an_open_challenge(title=TITLE)


def test_two_worlds_of_one_test_are_two(app: Flask) -> None:
    assert f.an_open_challenge(title=TITLE).ref != f.an_open_challenge(title=TITLE).ref


@pytest.mark.parametrize("origin", ["elsewhere.example/log", "localhost/log"])
def test_an_installation_with_other_settings_gets_worlds_of_its_own(app: Flask, origin: str) -> None:
    object.__setattr__(installation().settings, "log_origin", origin)
    f.an_open_challenge(title=TITLE)
    with reading() as connection:
        first = connection.scalars(select(LogEvent.leaf).where(LogEvent.index == 0)).one()
    assert canonical.decode(first)["data"]["origin"] == origin


def test_what_a_test_patches_is_in_its_own_world(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    other = f.a_content("Spare seats for villages")
    monkeypatch.setattr(f, "a_content", lambda **_: other)
    assert f.a_draft_challenge(closes_at=LATER).content.problem.title == "Spare seats for villages"


def test_and_in_no_other(app: Flask) -> None:
    assert f.a_draft_challenge(closes_at=LATER).content.problem.title == f.a_content().problem.title
