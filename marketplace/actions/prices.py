"""Prices: a supplier's own, sealed with its proposal, and those of a stage once quality is final."""

from __future__ import annotations

from dataclasses import replace

from marketplace.actions.action import UnitOfWork, action
from marketplace.actions.challenges import in_force
from marketplace.actions.panel import Ground, proposals_of
from marketplace.actions.proposals import draft_of, enter, keep, takes_proposals
from marketplace.rules.proposals import check_price, opened, price_digest
from marketplace.rules.refusals import Refused


@action("proposal:edit")
def save(work: UnitOfWork, ref: str, amount: int, seen: str) -> str:
    """Keep the price in the draft, in minor units; `seen` is the digest of the one that the writer had.

    Returns the new digest. What is kept already may be sent again. Refuses: missing (also where price does
    not count), proposal.price, edit.stale, and whatever `takes_proposals` says.
    """
    place = enter(work, ref, share=True)
    takes_proposals(place.challenge, place.stage)
    version, content = in_force(work, place.challenge)
    if not content.criteria.price.counts:
        raise Refused("missing")
    draft = draft_of(work, place)
    if amount != draft.price:
        if seen != price_digest(draft.price):
            raise Refused("edit.stale")
        keep(work, place, version, replace(draft, price=check_price(amount)))
    return price_digest(amount)


def reveal(work: UnitOfWork, here: Ground) -> None:
    """Take each price out of what was opened, once nothing of the stage's levels can follow from it.

    Until then a price stands nowhere but inside its sealed proposal, so that no page can show it.
    """
    if here.content.criteria.price.counts:
        for proposal in proposals_of(work, here.stage).values():
            if proposal.content is not None:
                proposal.price = opened(work.keys.read(proposal.content), proposal.ref).price
