"""What suppliers reply to what was asked of them after opening: once, in time, sealed to the record and to them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from marketplace.actions.action import UnitOfWork
from marketplace.actions.panel import Ground, words
from marketplace.actions.proposals import Place
from marketplace.models.challenges import Challenge, MoveReason
from marketplace.models.clarifications import Clarification
from marketplace.models.eligibility import EligibilityDoubt
from marketplace.models.organisations import Organisation
from marketplace.models.proposals import Proposal
from marketplace.models.stages import Stage
from marketplace.rules import limits, replies
from marketplace.rules.lifecycle import RUNNING_STATES
from marketplace.rules.refusals import Refused


def place_of(work: UnitOfWork, here: Ground, proposal: Proposal) -> Place:
    """A proposal of a locked stage beside its supplier, whom something is asked."""
    supplier = work.session.get_one(Organisation, proposal.supplier_id)
    return Place(here.challenge, here.stage, proposal, supplier)


def due_at(work: UnitOfWork, days: int) -> datetime:
    """Until when a reply may come to what is asked now. Refuses: reply.days."""
    try:
        return replies.due_at(work.now, days)
    except ValueError:
        raise Refused("reply.days", least=replies.LEAST_DAYS, most=replies.MOST_DAYS) from None


def take(
    work: UnitOfWork, place: Place, asked: EligibilityDoubt | Clarification, text: str, most: int
) -> None:
    """Keep a supplier's one reply, of at most so many words, to something asked; the stage is locked.

    Refuses: reply.again, reply.stopped, reply.late, reply.empty, reply.long, form.invalid.
    """
    if asked.replied_at is not None:
        raise Refused("reply.again")
    if place.challenge.state not in RUNNING_STATES:
        raise Refused("reply.stopped")
    if work.now >= asked.due_at:
        raise Refused("reply.late", due_at=asked.due_at)
    kept = words(text, limits.PROSE)
    if not kept:
        raise Refused("reply.empty")
    if (used := limits.words(kept)) > most:
        raise Refused("reply.long", limit=most, words=used)
    asked.reply = work.keys.keep(kept.encode(), place.supplier.age_recipient)
    asked.replied_at = work.now


def extend(work: UnitOfWork, challenge: Challenge) -> None:
    """A challenge goes on: whoever could still reply when it was suspended gets the least time anew."""
    suspended_at = work.session.scalars(
        select(func.max(MoveReason.at)).filter_by(challenge_id=challenge.id, move="suspend")
    ).one()
    until = replies.due_at(work.now, replies.LEAST_DAYS)
    kinds: tuple[Any, ...] = (EligibilityDoubt, Clarification)
    for kind in kinds:
        rows = select(kind).join(Stage, Stage.id == kind.stage_id)
        waiting = (Stage.challenge_id == challenge.id, kind.replied_at.is_(None), kind.due_at > suspended_at)
        for row in work.session.scalars(rows.where(*waiting)):
            row.due_at = max(row.due_at, until)
