"""Moderation: the panel's levels become final, blind to totals, ranks and prices."""

from __future__ import annotations

from marketplace.actions import prices
from marketplace.actions.action import UnitOfWork, action
from marketplace.actions.panel import check_declared, ground
from marketplace.rules.refusals import Refused
from marketplace.rules.roles import Role


@action("stage:moderate")
def settle(work: UnitOfWork, challenge_ref: str, stage: int) -> None:
    """Make the panel's levels final: where nothing was agreed, the exact mean.

    Totals and prices are there from then on.

    Refuses: stage.state, declaration.missing, declaration.consent, moderation.final.
    """
    here = ground(work, challenge_ref, stage)
    here.in_state("moderating")
    check_declared(work, here)
    if here.stage.final_at is not None:
        raise Refused("moderation.final")
    here.stage.final_at = work.now
    prices.reveal(work, here)
    work.leaf("stage.agree", here.challenge.id, {"stage": stage, "agreed": 0, "open": 0}, acting=Role.CHAIR)
