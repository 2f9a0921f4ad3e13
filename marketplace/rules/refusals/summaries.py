"""What suppliers and the public are told afterwards."""

from __future__ import annotations

from marketplace.rules.refusals.entry import TOO_LONG, Entry
from marketplace.words import N_

REFUSALS: dict[str, Entry] = {
    "summary.again": ("conflict", N_("The summaries of this stage were sent already. Nothing changed.")),
    "summary.long": ("invalid", N_("Use at most {limit} words. This has {words}. Nothing is saved.")),
    "debrief.again": (
        "conflict",
        N_(
            "You asked about this summary already, and one question can be asked. It stands beside the summary."
        ),
    ),
    "debrief.late": (
        "conflict",
        N_(
            "The {days} days in which you could ask are over. Nothing is sent. The contact on the summary still reads."
        ),
    ),
    "debrief.empty": ("invalid", N_("Write your question, or ask for a meeting.")),
    "debrief.long": TOO_LONG,
    "debrief.answered": ("conflict", N_("This was answered already. Nothing changed.")),
    "debrief.unanswered": ("invalid", N_("Write the answer.")),
    "outcome.missing": ("conflict", N_("Report the result against the baseline first.")),
}
