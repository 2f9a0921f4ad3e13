"""Somebody leaves the panel half-way: their scores count for no proposal, and the panel goes on or waits."""

from __future__ import annotations

import functools

from sqlalchemy import select, union, update

from marketplace.actions import seats
from marketplace.actions.action import UnitOfWork, action
from marketplace.actions.panel import (
    Ground,
    counted_of,
    end_part,
    ground,
    moderate_after_last,
    set_aside,
    tell,
    words,
)
from marketplace.models.accounts import Person, RoleAssignment
from marketplace.models.evaluation import Recusal, Score, ScoreLock
from marketplace.policy import On
from marketplace.rules.lifecycle import DECLARING_STATES, Case
from marketplace.rules.refusals import Refused
from marketplace.rules.roles import SCORERS, Role


@action("stage:recuse")
def recuse(work: UnitOfWork, challenge_ref: str, stage: int, person_ref: str, reason: str) -> str:
    """Leave somebody out of a stage, and off the panel for good: themselves, or anybody by the lead.

    Their scores are kept and count for no proposal: leaving out some of them could turn the order round. What the
    panel agreed on those is set aside. Below its minimum the panel waits for another person, who scores everything;
    what others locked stands. `reason` is in general words, and public with the result. Returns the stage's state.

    Refuses: missing (not on the panel, or not yours to say), stage.state, stage.suspended, move.reason,
    recusal.again, recusal.final once totals can be seen, recusal.decided, form.invalid; and to a lead who belongs
    to a supplier that proposed, role.own_proposal: they can leave a panel, and stand nobody down.
    """
    here = ground(work, challenge_ref, stage)
    person = _person(work, here, person_ref)
    if here.stage.state == "decided":
        raise Refused("recusal.decided")
    here.in_state(*DECLARING_STATES)
    if here.stage.final_at is not None:
        raise Refused("recusal.final")
    why = words(reason)
    if not why:
        raise Refused("move.reason")
    held = work.roles(On(challenge_id=here.challenge.id))
    _record(work, here, person, why, held)
    theirs = (Score.stage_id == here.stage.id, Score.person_id == person.id)
    work.session.execute(update(Score).where(*theirs).values(counted=False))
    end_part(work, here, person.id)
    _go_on(work, here, held)
    _tell(work, here, person)
    return here.stage.state


def _person(work: UnitOfWork, here: Ground, person_ref: str) -> Person:
    """Whoever takes part in this stage's scoring, or did; for others than oneself only where one leads."""
    leads = Role.LEAD in work.roles(On(challenge_id=here.challenge.id))
    if not leads and person_ref != work.actor.ref:
        raise Refused("missing")
    if person_ref != work.actor.ref:
        seats.stands_apart(work, here.challenge)
    person = work.session.scalars(select(Person).where(Person.ref == person_ref)).one_or_none()
    if person is not None and work.session.get(Recusal, (here.stage.id, person.id)) is not None:
        raise Refused("recusal.again")
    row = RoleAssignment
    taking_part = union(
        select(row.person_id).where(
            row.challenge_id == here.challenge.id, row.role.in_(SCORERS), row.until_at.is_(None),
            row.accepted_at.is_not(None),
        ),
        select(ScoreLock.person_id).where(ScoreLock.stage_id == here.stage.id),
    )  # fmt: skip
    if person is None or person.id not in set(work.session.scalars(taking_part)):
        raise Refused("missing")
    return person


def _record(work: UnitOfWork, here: Ground, person: Person, why: str, held: frozenset[Role]) -> None:
    row = Recusal(
        stage_id=here.stage.id, person_id=person.id, at=work.now, by_id=work.actor.person_id, reason=why,
        language=here.content.language,
    )  # fmt: skip
    work.session.add(row)
    own = person.id == work.actor.person_id
    leaf = work.leaf(
        "stage.recuse", here.challenge.id,
        {"stage": here.stage.number, "evaluator": work.public_reference(here.challenge.id, person.id)},
        {"reason": why}, acting=min(held & set(SCORERS), default=Role.LEAD) if own else Role.LEAD,
    )  # fmt: skip
    leaf.then.append(functools.partial(setattr, row, "log_index"))


def _go_on(work: UnitOfWork, here: Ground, held: frozenset[Role]) -> None:
    """Nobody may be left to wait for now; or the levels that count are others, and too few."""
    set_aside(work, here)
    if here.stage.state == "scoring":
        moderate_after_last(work, here, held)
    elif here.stage.state == "moderating":
        counted = counted_of(work, here)
        if counted < here.content.terms.minimum_panel:
            data = {"stage": here.stage.number, "evaluators": counted}
            work.move(here.stage, "wait", Case(now=work.now), data=data, held=held)


def _tell(work: UnitOfWork, here: Ground, person: Person) -> None:
    link = f"/desk/challenges/{here.challenge.ref}/stages/{here.stage.number}/panel"
    for role in (Role.LEAD, Role.CHAIR):
        tell(work, here.challenge, "recusal.made", role, link)
    if person.id != work.actor.person_id:
        work.tell("recusal.yours", person.id, "/desk", here.challenge.id, title=here.challenge.title)
