"""Stages as the clock sees them."""

from __future__ import annotations

from sqlalchemy import select

from marketplace.models.challenges import Challenge
from marketplace.models.proposals import CoverEntry
from marketplace.models.stages import Stage
from marketplace.queries.query import Reader, query
from marketplace.rules.lifecycle import RUNNING_STATES


@query
def past_deadline(read: Reader) -> tuple[int, ...]:
    """The stages that still collect although their deadline has passed, longest ago first."""
    read.require("stage:keep-time")
    found = read.connection.scalars(
        select(Stage.id)
        .join(Challenge, Challenge.id == Stage.challenge_id)
        .where(Stage.state == "collecting", Stage.closes_at <= read.now, Challenge.state.in_(RUNNING_STATES))
        .order_by(Stage.closes_at, Stage.id)
    )
    return tuple(found)


@query
def covers_wait(read: Reader) -> bool:
    """Whether a cover entry is due."""
    read.require("stage:keep-time")
    due = (
        select(CoverEntry.id)
        .join(Stage, Stage.id == CoverEntry.stage_id)
        .where(CoverEntry.log_index.is_(None), CoverEntry.due_at <= read.now, Stage.state == "collecting")
    )
    return read.connection.scalars(due.limit(1)).first() is not None
