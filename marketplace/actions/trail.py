"""Beginning the trail on purpose, where leaf 0 shall say what kind of place this is."""

from __future__ import annotations

from typing import Literal

from marketplace.actions.action import UnitOfWork, action
from marketplace.models.trail import LogHead
from marketplace.policy import PLATFORM


@action("trail:start")
def start(work: UnitOfWork, kind: Literal["demonstration", "rehearsal", "service"]) -> None:
    """Write leaf 0. Refuses: missing, where it is there already."""
    work.require(PLATFORM)
    work.hold(LogHead, LogHead.id == 1, LogHead.size == 0)
    work.start(kind)
