"""Questions about proposals, and replies."""

from __future__ import annotations

from marketplace.rules.refusals.entry import TOO_LONG, Entry
from marketplace.words import N_

REFUSALS: dict[str, Entry] = {
    "clarification.whom": ("invalid", N_("Choose whom you ask.")),
    "clarification.one": (
        "invalid",
        N_("Only what is missing is asked of several at once. Ask about this in one proposal."),
    ),
    "clarification.question": ("invalid", N_("Write a question of at most {limit} words.")),
    "clarification.open": (
        "conflict",
        N_("A supplier may reply to a question until {until}. Scores are locked after that. Yours are kept."),
    ),
    "reply.late": (
        "conflict",
        N_(
            "The time for replying ended at {due_at}. Nothing reached the authority. What you typed stands below."
        ),
    ),
    "reply.again": (
        "conflict",
        N_("Your organisation replied already, and that reply stands. Nothing changed."),
    ),
    "reply.empty": ("invalid", N_("Write your reply. Nothing is sent.")),
    "reply.long": TOO_LONG,
    "reply.stopped": (
        "conflict",
        N_(
            "The challenge does not run now, and nothing is accepted. What you typed stands below. If it resumes, you get at least two whole working days more."
        ),
    ),
    "reply.days": ("invalid", N_("Give {least} to {most} whole working days.")),
}
