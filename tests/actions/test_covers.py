"""Cover entries come only when a proposal might come as well, and never so that they are known for what they are."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from marketplace.actions import moves, stages, upkeep
from marketplace.actions.moves import Details
from marketplace.clock import Clock
from marketplace.jobs import time
from marketplace.models.database import installation, reading, writing
from marketplace.models.proposals import CoverEntry
from marketplace.models.trail import LogEvent
from marketplace.policy import SYSTEM
from tests import factories as f
from tests.conftest import NOON

LATER = NOON + timedelta(days=8)


def sealed() -> int:
    with reading() as connection:
        asked = select(func.count()).select_from(LogEvent).where(LogEvent.kind == "sealed")
        return connection.scalar(asked) or 0


def to_come() -> list[datetime]:
    with reading() as connection:
        found = connection.scalars(select(CoverEntry.due_at).where(CoverEntry.log_index.is_(None)))
        return sorted(found)


def put(world: f.World, *moments: datetime) -> None:
    """These cover entries and no other are to come."""
    stage_id = world.stage.id
    with writing() as session:
        session.query(CoverEntry).filter(CoverEntry.log_index.is_(None)).delete()
        session.add_all(CoverEntry(stage_id=stage_id, due_at=at) for at in moments)


@pytest.fixture(autouse=True)
def most(monkeypatch: pytest.MonkeyPatch) -> None:
    """The number that is drawn is the largest, so that there is something to look at."""
    monkeypatch.setattr(secrets, "randbelow", lambda most: most - 1)


def test_they_are_drawn_within_the_stage_and_half_of_them_near_its_deadline(app: Flask) -> None:
    f.an_open_challenge()
    drawn = to_come()
    assert len(drawn) == stages.COVER_LIMIT
    opened = installation().clock.now()
    assert opened <= drawn[0]
    assert drawn[-1] <= NOON
    near = [at for at in drawn if at >= opened + (NOON - opened) * 0.9]
    assert 15 < len(near) < 60


def test_one_that_is_due_comes_and_the_worker_rests_until_the_next(app: Flask, clock: Clock) -> None:
    world = f.an_open_challenge()
    now = clock.now()
    put(world, now, now + timedelta(seconds=0.4), now + timedelta(seconds=9))
    time.keep()
    assert sealed() == 1
    assert time.pause(1.0) == pytest.approx(0.4)
    clock.advance(timedelta(seconds=0.4))
    time.keep()
    assert (sealed(), time.pause(1.0)) == (2, 1.0)


def test_those_that_the_worker_missed_do_not_come_all_at_once(app: Flask, clock: Clock) -> None:
    world = f.an_open_challenge()
    put(world, *(clock.now() + timedelta(minutes=n) for n in range(20)))
    clock.advance(timedelta(minutes=30))
    time.keep()
    assert sealed() == 0
    assert len(to_come()) == 20
    assert clock.now() <= to_come()[0]
    assert to_come()[-1] <= NOON


def test_none_comes_while_nobody_can_propose(app: Flask, clock: Clock) -> None:
    world = f.an_open_challenge()
    put(world, clock.now() + timedelta(seconds=1))
    moves.make(world.lead, world.ref, "suspend", Details(reason="A complaint is heard."))
    clock.advance(timedelta(seconds=1))
    time.keep()
    assert (sealed(), time.pause(1.0)) == (0, 1.0)


def test_a_later_deadline_has_cover_of_its_own(app: Flask, clock: Clock) -> None:
    world = f.an_open_challenge()
    put(world)
    moves.make(world.lead, world.ref, "suspend", Details(reason="A complaint is heard."))
    moves.make(world.lead, world.ref, "resume", Details(reason="It was heard.", closes_at=LATER))
    moves.make(world.approver, world.ref, "resume", Details())
    assert len(to_come()) == stages.COVER_LIMIT
    assert to_come()[-1] > NOON


def test_a_stage_that_was_interrupted_has_cover_until_its_new_deadline(app: Flask, clock: Clock) -> None:
    world = f.an_open_challenge()
    clock.set(NOON + timedelta(hours=1))
    stages.close(SYSTEM, world.stage.id)
    assert world.stage.state == "interrupted"
    details = Details(reason="The service was down.", closes_at=LATER)
    moves.make(world.lead, world.ref, "reschedule", details)
    moves.make(world.approver, world.ref, "reschedule", Details())
    assert world.stage.closes_at == LATER
    assert len(to_come()) == stages.COVER_LIMIT
    assert clock.now() <= to_come()[0]


def test_none_comes_after_the_deadline(app: Flask, clock: Clock) -> None:
    world = f.an_open_challenge()
    put(world, NOON - timedelta(milliseconds=1))
    clock.set(NOON - timedelta(minutes=1))
    upkeep.beat()
    clock.set(NOON)
    time.keep()
    assert sealed() == 0
    assert world.stage.state == "decided"
