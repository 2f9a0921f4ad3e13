"""Tries to read what is sealed: each is refused elsewhere, and here slowed down, journalled and counted.

The count is part of the opening record. It grows in the transaction that finds the stage still sealed, so that the
record has every try that came before it, and none that came after.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from marketplace.actions import stages, upkeep
from marketplace.actions.action import UnitOfWork, action
from marketplace.models.challenges import Challenge
from marketplace.models.proposals import Proposal
from marketplace.models.stages import Stage
from marketplace.policy import Actor, On
from marketplace.rules.refusals import Refused
from marketplace.rules.roles import Role

# Of one person, whether there is something behind the door or not: that must not be told by the answer.
TRIES, WITHIN = 300, timedelta(hours=1)


def at_stage(actor: Actor, challenge_ref: str, stage_number: int) -> None:
    """Record that somebody of the challenge tried to read or open its proposals. Refuses: missing, sealed.often."""
    _slow_down(actor)
    record_at_stage(actor, challenge_ref, stage_number)


def at_proposal(actor: Actor, ref: str) -> None:
    """Record that somebody who is not of its supplier tried to read a proposal. Refuses: missing, sealed.often."""
    _slow_down(actor)
    record_at_proposal(actor, ref)


@action("challenge:work")
def record_at_stage(work: UnitOfWork, challenge_ref: str, stage_number: int) -> None:
    """One more try, where the stage is sealed. Refuses: missing."""
    challenge, stage = stages.find(work, challenge_ref, stage_number)
    _count(work, challenge, stage)


@action("desk:see")
def record_at_proposal(work: UnitOfWork, ref: str) -> None:
    """One more try, where the proposal is sealed and another’s. Refuses: missing."""
    found = work.session.execute(
        select(Proposal.stage_id, Proposal.supplier_id, Stage.challenge_id)
        .join(Stage, Stage.id == Proposal.stage_id)
        .where(Proposal.ref == ref)
    ).one_or_none()
    if found is None:
        raise Refused("missing")
    if Role.AUTHOR not in work.roles(On(supplier_id=found.supplier_id)):
        challenge = work.hold(Challenge, Challenge.id == found.challenge_id, share=True)
        _count(work, challenge, work.hold(Stage, Stage.id == found.stage_id))


def _count(work: UnitOfWork, challenge: Challenge, stage: Stage) -> None:
    if stage.age_identity is None:
        return
    stage.early_reads += 1
    work.note("stage.early_read", challenge.id, stage=stage.number)


def _slow_down(actor: Actor) -> None:
    upkeep.throttle(f"sealed {actor.key}", TRIES, WITHIN, "sealed.often")
