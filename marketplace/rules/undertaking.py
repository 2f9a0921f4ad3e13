"""What an expert from outside undertakes before they join a panel. A new wording gets a new date."""

from __future__ import annotations

from datetime import date

from marketplace.words import N_

VERSION = date(2026, 11, 25)

PARTS: tuple[tuple[str, str], ...] = (
    (
        N_("Confidence"),
        N_("What I read here, and what the panel says, stays with me: while it decides and afterwards, until it is public. When my part ends I keep no copy."),
    ),
    (
        N_("No interest"),
        N_("I gain nothing from who is chosen, and nobody close to me does. Once the names are known I declare against each of them, and I say so at once when that changes."),
    ),
    (
        N_("Use of the material"),
        N_("What suppliers wrote is theirs. I use it to score and for nothing else: not in my own work, and I put it into no other service or tool."),
    ),
)  # fmt: skip
"""Each part by its name and in the words of whoever gives it."""
