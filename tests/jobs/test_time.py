"""Keeping time: what is past its deadline is closed without anybody asking."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from sqlalchemy import func, select

from marketplace.actions import upkeep
from marketplace.clock import Clock
from marketplace.jobs import time
from marketplace.models.database import reading
from marketplace.models.stages import Stage
from marketplace.models.upkeep import Heartbeat
from tests import factories
from tests.conftest import NOON


def state() -> str | None:
    with reading() as connection:
        return connection.scalar(select(Stage.state).where(Stage.number == 1))


def test_a_stage_is_closed_at_its_deadline_and_not_before(app: Flask, clock: Clock) -> None:
    factories.an_open_challenge()
    for at, expected in ((NOON - timedelta(microseconds=1), "collecting"), (NOON, "decided")):
        clock.set(at)
        upkeep.beat()
        time.keep()
        assert state() == expected


def test_without_a_heartbeat_before_the_deadline_the_stage_is_interrupted(app: Flask, clock: Clock) -> None:
    factories.an_open_challenge()
    clock.set(NOON + timedelta(minutes=30))
    upkeep.beat()
    time.keep()
    assert state() == "interrupted"


def test_one_minute_costs_one_heartbeat(app: Flask, clock: Clock) -> None:
    pulse = time.Pulse()
    for _ in range(9):
        pulse.beat()
        clock.advance(timedelta(seconds=20))
    with reading() as connection:
        assert connection.execute(select(func.count()).select_from(Heartbeat)).scalar_one() == 3
