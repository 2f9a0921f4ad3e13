"""Erasing again what a restored database brought back, by the list that is kept beside the keys."""

from __future__ import annotations

from marketplace.actions import again as acts
from marketplace.models.database import installation
from marketplace.policy import SYSTEM
from marketplace.queries import erasures as queries
from marketplace.rules.refusals import Refused


def again() -> int:
    """How many acts of the list the database knew nothing of. What no entry says enters the trail, once it can."""
    known = queries.acts(SYSTEM)
    done = sum(acts.erase(SYSTEM, each) for each in installation().erasures.lines() if each.ref not in known)
    if queries.silent(SYSTEM):
        try:
            acts.announce(SYSTEM)
        except Refused as no:
            # An older copy takes no leaf. The log that is recovered has the entry, and the next start finds it.
            if no.code != "log.stopped":
                raise
    return done
