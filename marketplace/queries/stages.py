"""Stages as the clock sees them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from marketplace.models.challenges import Challenge
from marketplace.models.organisations import Organisation
from marketplace.models.proposals import CoverEntry, Proposal, waiting_covers
from marketplace.models.stages import Stage
from marketplace.policy import On
from marketplace.queries.query import Reader, query
from marketplace.rules.lifecycle import RUNNING_STATES
from marketplace.rules.refusals import Refused


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
def next_cover(read: Reader) -> float | None:
    """How many seconds it is to the next cover entry, not above 0 where one is due; None where none will come."""
    read.require("stage:keep-time")
    asked = waiting_covers(read.now).with_only_columns(func.min(CoverEntry.due_at))
    due_at = read.connection.scalar(asked)
    return None if due_at is None else (due_at - read.now).total_seconds()


@query
def cover_moments(read: Reader, challenge_ref: str) -> tuple[datetime, ...]:
    """When the cover entries of a challenge come, for the demonstration, whose clock goes from act to act."""
    read.require("stage:keep-time")
    asked = waiting_covers(read.now).where(Challenge.ref == challenge_ref)
    found = read.connection.scalars(asked.with_only_columns(CoverEntry.due_at))
    return tuple(sorted(found))


@query
def number(read: Reader, challenge_ref: str, stage: int) -> int:
    """The row of one stage, for the service itself. Refuses: missing."""
    read.require("stage:keep-time")
    return _stage_id(read, challenge_ref, stage)[0]


@query
def letters(read: Reader, challenge_ref: str, stage: int) -> dict[str, str]:
    """Which supplier's proposal has which letter, by the supplier's slug, once opened. Refuses: missing."""
    stage_id, challenge_id = _stage_id(read, challenge_ref, stage)
    read.require("stage:see-names", On(challenge_id=challenge_id))
    rows = read.connection.execute(
        select(Organisation.slug, Proposal.letter)
        .join(Proposal, Proposal.supplier_id == Organisation.id)
        .where(Proposal.stage_id == stage_id, Proposal.letter.is_not(None))
    )
    return {slug: letter for slug, letter in rows if letter}


def _stage_id(read: Reader, challenge_ref: str, number: int) -> tuple[int, int]:
    found = read.connection.execute(
        select(Stage.id, Stage.challenge_id)
        .join(Challenge, Challenge.id == Stage.challenge_id)
        .where(Challenge.ref == challenge_ref, Stage.number == number)
    ).one_or_none()
    if found is None:
        raise Refused("missing")
    return found.id, found.challenge_id
