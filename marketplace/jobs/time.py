"""Keeps time: closes stages whose deadline has passed and adds the cover entries that are due.

Pages and actions go by the clock whether or not this ran; it makes the trail say so in time.
"""

from __future__ import annotations

from marketplace.actions import stages as stage_actions
from marketplace.actions import upkeep
from marketplace.models.database import installation
from marketplace.policy import SYSTEM
from marketplace.queries import stages


def keep() -> None:
    """Do everything that is due at this moment."""
    if stages.covers_wait(SYSTEM):
        stage_actions.add_covers(SYSTEM)
    for stage_id in stages.past_deadline(SYSTEM):
        stage_actions.close(SYSTEM, stage_id)


class Pulse:
    """Remembers the minute that was recorded last, so that one minute costs one write."""

    def __init__(self) -> None:
        self._minute = ""

    def beat(self) -> None:
        minute = installation().clock.now().strftime("%Y-%m-%d %H:%M")
        if minute != self._minute:
            upkeep.beat()
            self._minute = minute
