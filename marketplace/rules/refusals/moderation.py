"""What the panel agrees."""

from __future__ import annotations

from marketplace.rules.refusals.entry import Entry
from marketplace.words import N_

REFUSALS: dict[str, Entry] = {
    "moderation.final": ("conflict", N_("The levels are final already.")),
    "moderation.not_final": (
        "conflict",
        N_("The levels are not final, so the panel can still change them. Nothing changed."),
    ),
    "moderation.open": (
        "conflict",
        N_(
            "The levels are more than one apart in some places: {count}. Agree on one level there, or say that there is no agreement. Nothing is final yet."
        ),
    ),
    "moderation.unsigned": (
        "conflict",
        N_(
            "Levels outside what anybody gave wait for an approver’s signature: {count}. Nothing is final yet."
        ),
    ),
    "moderation.meeting": (
        "conflict",
        N_("Levels were agreed, so record the meeting at which that was. Nothing is final yet."),
    ),
    "moderation.held": (
        "invalid",
        N_("A meeting was held after everybody had locked, and before now. Check the day and the time."),
    ),
    "moderation.attended": ("invalid", N_("A meeting needs at least two people of the panel.")),
    "moderation.reason": ("invalid", N_("Say why. It becomes part of the record.")),
    "moderation.reasons": (
        "invalid",
        N_("Give a reason for each evaluator whose own level is another. {count} are missing."),
    ),
    "moderation.replaced": (
        "conflict",
        N_("This level was signed, changed or taken back meanwhile. Read what stands now."),
    ),
    "moderation.signer": (
        "conflict",
        N_("Whoever was on the panel, or proposed this level, cannot sign it. Ask another approver."),
    ),
}
