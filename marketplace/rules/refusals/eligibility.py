"""Checks against the published conditions."""

from __future__ import annotations

from marketplace.rules.refusals.entry import Entry
from marketplace.words import N_

REFUSALS: dict[str, Entry] = {
    "eligibility.unchecked": (
        "conflict",
        N_(
            "{count} proposals are not checked against the published conditions yet. Scoring begins after that."
        ),
    ),
    "eligibility.doubts": (
        "conflict",
        N_("A published condition is in doubt for {count} proposals. Scoring begins once each is ruled on."),
    ),
    "eligibility.incomplete": ("invalid", N_("Say of each condition whether the proposal meets it.")),
    "eligibility.reason": (
        "invalid",
        N_("Say why the condition does not seem to be met. The supplier reads this, and replies to it."),
    ),
    "eligibility.told": (
        "conflict",
        N_(
            "Its supplier was told already, and what was checked stands. Rule on it instead. Nothing changed."
        ),
    ),
    "eligibility.early": (
        "conflict",
        N_("The supplier may reply until {until}. Nothing is ruled on before its reply or that instant."),
    ),
    "eligibility.ruled": ("conflict", N_("This was ruled on already. Nothing changed.")),
    "eligibility.changed": (
        "conflict",
        N_("The lead changed the ruling while you read it. Nothing is confirmed. Read it as it stands now."),
    ),
    "eligibility.same_person": (
        "conflict",
        N_("Whoever ruled cannot confirm it. A second person does: ask another approver."),
    ),
}
