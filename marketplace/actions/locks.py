"""A lock is reopened by the chair, with a reason: what it fixed is kept, and its evaluator locks again."""

from __future__ import annotations

from sqlalchemy import select

from marketplace.actions import seats
from marketplace.actions.action import UnitOfWork, action
from marketplace.actions.panel import Ground, check_declared, ground, panel_of, proposals_of, set_aside, words
from marketplace.models.accounts import Person
from marketplace.models.evaluation import ReopenedLock, Score, ScoreLock
from marketplace.rules import canonical
from marketplace.rules.lifecycle import Case
from marketplace.rules.refusals import Refused


@action("stage:moderate")
def reopen(work: UnitOfWork, challenge_ref: str, stage: int, person_ref: str, reason: str) -> None:
    """Let somebody of the panel change what they locked, before the levels are final. The stage scores again.

    What was locked is kept with its entry in the trail, and what the panel agreed is set aside, since it rested on
    other scores. The reason goes to whoever locked, to the chair and, once the levels are final, to an approver.

    Refuses: stage.state, moderation.final, declaration.missing, declaration.consent, move.reason, form.invalid,
    lock.person (not on the panel), lock.own, lock.none, and lock.own_first to a chair who has not locked, whoever
    else has: nobody learns of another's progress before their own lock.
    """
    here = ground(work, challenge_ref, stage)
    here.in_state("scoring", "moderating")
    check_declared(work, here)
    if here.stage.final_at is not None:
        raise Refused("moderation.final")
    why = words(reason)
    if not why:
        raise Refused("move.reason")
    if not seats.has_done(work, here.stage, ScoreLock, work.actor.person_id):
        raise Refused("lock.own_first")
    person, lock = _lock_of(work, here, person_ref)
    work.session.add(_kept(work, here, lock, why))
    work.session.delete(lock)
    set_aside(work, here)
    work.move(here.stage, "reopen-lock", Case(now=work.now), data={"stage": stage}, private={"reason": why})
    work.note("lock.reopen", here.challenge.id, stage=stage, person=person_ref)
    link = f"/desk/challenges/{challenge_ref}/stages/{stage}/scores"
    work.tell("score.reopened", person.id, link, here.challenge.id, title=here.challenge.title, reason=why)


def _lock_of(work: UnitOfWork, here: Ground, person_ref: str) -> tuple[Person, ScoreLock]:
    person = work.session.scalars(select(Person).where(Person.ref == person_ref)).one_or_none()
    if person is None or person.id not in panel_of(work, here.challenge):
        raise Refused("lock.person")
    if person.id == work.actor.person_id:
        raise Refused("lock.own")
    lock = work.session.get(ScoreLock, (here.stage.id, person.id))
    if lock is None:
        raise Refused("lock.none")
    return person, lock


def _kept(work: UnitOfWork, here: Ground, lock: ScoreLock, why: str) -> ReopenedLock:
    """The lock as it was, with its scores in the order of the leaf that fixed them."""
    rows = work.session.scalars(select(Score).filter_by(stage_id=here.stage.id, person_id=lock.person_id))
    known = {(row.proposal_id, row.criterion): row for row in rows}
    scores = [
        [letter, each.id, row.level, row.reason, row.question]
        for letter, proposal in proposals_of(work, here.stage).items()
        for each in here.content.criteria.criteria
        if (row := known.get((proposal.id, each.id))) is not None
    ]
    return ReopenedLock(
        stage_id=here.stage.id, person_id=lock.person_id, at=lock.at, log_index=lock.log_index, salts=lock.salts,
        scores=canonical.general(scores).decode(), reopened_at=work.now, reopened_by_id=work.actor.person_id,
        reason=why, language=here.content.language,
    )  # fmt: skip
