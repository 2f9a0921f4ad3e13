"""Erasing again what a restored database brought back, by the list that is kept beside the keys."""

from __future__ import annotations

from marketplace.actions import again as acts
from marketplace.models.database import installation, wipe
from marketplace.policy import SYSTEM
from marketplace.queries import erasures as queries
from marketplace.rules.refusals import Refused


def again() -> int:
    """How many acts of the list the database knew nothing of. What no entry says enters the trail, once it can."""
    known, lines = queries.acts(SYSTEM), list(installation().erasures.lines())
    done = sum(acts.erase(SYSTEM, each) for each in lines if each.ref not in known)
    if lines:
        # A crash between an erasure's commit and the wiping of the files leaves the latter to do.
        wipe(max(each.at for each in lines))
    if queries.silent(SYSTEM):
        try:
            acts.announce(SYSTEM)
        except Refused as no:
            # An older copy takes no leaf. The log that is recovered has the entry, and the next start finds it.
            if no.code != "log.stopped":
                raise
    return done
