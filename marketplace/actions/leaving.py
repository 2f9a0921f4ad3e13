"""A supplier leaves after the opening and before the decision: its proposal is ranked no longer."""

from __future__ import annotations

from sqlalchemy import select

from marketplace import policy
from marketplace.actions.action import UnitOfWork, action
from marketplace.actions.panel import words
from marketplace.actions.proposals import Place, enter
from marketplace.models.evaluation import Decision
from marketplace.rules.lifecycle import DECLARING_STATES, RUNNING_STATES
from marketplace.rules.refusals import Refused
from marketplace.rules.roles import Role


@action("proposal:edit")
def leave(work: UnitOfWork, ref: str, why: str) -> None:
    """Withdraw an opened proposal. What was scored is kept; the others are ranked without it.

    A decision that was proposed and not confirmed lapses. Refuses: missing, stage.suspended, proposal.not_opened
    (before the opening it is withdrawn, after the decision the authority is told), proposal.left, move.reason,
    form.invalid.
    """
    place = enter(work, ref)
    stage, proposal = place.stage, place.proposal
    if place.challenge.state not in RUNNING_STATES:
        raise Refused("stage.suspended")
    if stage.state not in DECLARING_STATES or proposal.letter is None:
        raise Refused("proposal.not_opened")
    if proposal.excluded:
        raise Refused("proposal.left")
    if not (reason := words(why)):
        raise Refused("move.reason")
    proposal.excluded = "withdrawn"
    for proposed in work.session.scalars(select(Decision).filter_by(stage_id=stage.id, replaced_at=None)):
        proposed.replaced_at = work.now
    data = {"stage": stage.number, "proposal": ref}
    work.leaf("proposal.leave", place.challenge.id, data, {"reason": reason}, acting=Role.AUTHOR)
    _tell(work, place)


def _tell(work: UnitOfWork, place: Place) -> None:
    connection = work.session.connection()
    people = policy.holders(connection, place.challenge.id)
    for group in ("leads", "chairs"):
        for person_id in policy.group(connection, people, group, place.challenge.id):
            link = f"/desk/challenges/{place.challenge.ref}"
            work.tell("proposal.left", person_id, link, place.challenge.id, title=place.challenge.title)
