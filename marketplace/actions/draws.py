"""The draw: two people copy the same public value, and from then on it breaks the ties that no criterion does."""

from __future__ import annotations

from sqlalchemy import select

from marketplace import policy
from marketplace.actions import seats
from marketplace.actions.action import UnitOfWork, action
from marketplace.actions.decisions import final_of
from marketplace.actions.panel import Ground, ground, set_proposed_aside
from marketplace.models.evaluation import Draw
from marketplace.policy import On
from marketplace.rules import draw
from marketplace.rules.refusals import Refused
from marketplace.rules.roles import Role

ENTER = frozenset({Role.CHAIR, Role.LEAD})


@action("stage:draw")
def enter(work: UnitOfWork, challenge_ref: str, stage: int, beacon: str) -> str:
    """Say what the round's value is. Returns `asked`, or `made` where a second person had read the same.

    One of the two is an approver, and the other chairs or leads. A decision that was proposed before it is made, by
    ranks that are others now, is proposed anew. Refuses: stage.state, decision.hidden,
    role.own_proposal, draw.none, draw.made, draw.early, draw.unneeded, draw.value, draw.differs.
    """
    here = ground(work, challenge_ref, stage)
    seats.stands_apart(work, here.challenge)
    round = _check_due(work, here)
    if not draw.is_beacon(beacon):
        raise Refused("draw.value")
    mine = work.roles(On(challenge_id=here.challenge.id))
    others = _others(work, here, mine)
    if any(other.beacon != beacon for other in others):
        raise Refused("draw.differs")
    own = work.session.get(Draw, (here.stage.id, work.actor.person_id))
    if own is None:
        own = Draw(stage_id=here.stage.id, person_id=work.actor.person_id)
        work.session.add(own)
    own.beacon, own.at = beacon, work.now
    work.note("draw.enter", here.challenge.id, stage=stage, beacon=beacon)
    if not others:
        _tell(work, here, mine)
        return "asked"
    here.stage.beacon = beacon
    set_proposed_aside(work, here)
    acting = next(iter(sorted(mine & (ENTER | {Role.APPROVER}))))
    work.leaf(
        "stage.draw", here.challenge.id, {"stage": stage, "round": round, "beacon": beacon}, acting=acting
    )
    return "made"


def _check_due(work: UnitOfWork, here: Ground) -> int:
    """The round, where a draw by the published rule is due now."""
    here.in_state("moderating")
    final = final_of(work, here)
    if here.content.criteria.draw == "none" or here.stage.opened_at is None:
        raise Refused("draw.none")
    if here.stage.beacon:
        raise Refused("draw.made")
    round = draw.round_of(here.stage.opened_at)
    if work.now < draw.published_at(round):
        raise Refused("draw.early", at=draw.published_at(round))
    ranks = [each.rank for each in final.standings if each.rank is not None]
    if len(set(ranks)) == len(ranks):
        raise Refused("draw.unneeded")
    return round


def _others(work: UnitOfWork, here: Ground, mine: frozenset[Role]) -> list[Draw]:
    """What was read by those who can be the second person to the actor, and still act."""
    holders = policy.holders(work.session.connection(), here.challenge.id)
    enter = frozenset().union(*(holders.get(role, frozenset()) for role in ENTER))
    people = enter if Role.APPROVER in mine else frozenset()
    people |= holders.get(Role.APPROVER, frozenset()) if mine & ENTER else frozenset()
    found = work.session.scalars(select(Draw).filter_by(stage_id=here.stage.id))
    return [each for each in found if each.person_id in people - {work.actor.person_id}]


def _tell(work: UnitOfWork, here: Ground, mine: frozenset[Role]) -> None:
    connection, link = work.session.connection(), f"/stages/{here.stage.number}/draw"
    people = policy.holders(connection, here.challenge.id)
    groups = ("chairs", "leads") if Role.APPROVER in mine else ("approvers",)
    for group in groups:
        for person_id in policy.group(connection, people, group, here.challenge.id):
            if person_id != work.actor.person_id:
                address = f"/desk/challenges/{here.challenge.ref}{link}"
                work.tell("draw.asked", person_id, address, here.challenge.id, title=here.challenge.title)
