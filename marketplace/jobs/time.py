"""Keeps time: closes stages whose deadline has passed and adds the cover entries that are due.

Pages and actions go by the clock whether or not this ran; it makes the trail say so in time.
"""

from __future__ import annotations

from marketplace.actions import stages as stage_actions
from marketplace.actions import upkeep
from marketplace.models.database import installation
from marketplace.policy import SYSTEM
from marketplace.queries import stages

SHORTEST = 0.01


def keep() -> None:
    """Do everything that is due at this moment."""
    due = stages.next_cover(SYSTEM)
    if due is not None and due <= 0:
        stage_actions.add_covers(SYSTEM)
    for stage_id in stages.past_deadline(SYSTEM):
        stage_actions.close(SYSTEM, stage_id)


def pause(longest: float) -> float:
    """How many seconds to rest before keeping time again, less than `longest` where a cover entry is due before.

    Proposals come at any moment of a second. Entries that always came at the same one would be known as cover.
    """
    due = stages.next_cover(SYSTEM)
    return longest if due is None else min(max(due, SHORTEST), longest)


class Pulse:
    """Remembers the minute that was recorded last, so that one minute costs one write."""

    def __init__(self) -> None:
        self._minute = ""

    def beat(self) -> None:
        minute = installation().clock.now().strftime("%Y-%m-%d %H:%M")
        if minute != self._minute:
            upkeep.beat()
            self._minute = minute
