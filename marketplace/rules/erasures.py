"""Why words are erased, and the sentence that stands in their place."""

from __future__ import annotations

from datetime import timedelta

from marketplace.words import N_

GROUNDS: dict[str, str] = {
    "personal": N_("It is about a private person."),
    "confidential": N_("It was given in confidence."),
    "unlawful": N_("The law forbids it, or a court does."),
    "mistake": N_("It was published by mistake."),
    "asked": N_("Its author asked for it."),
}
"""By the code that the trail carries."""

PUBLISHED_GROUNDS = ("personal", "confidential", "unlawful", "mistake")
"""On which grounds an authority takes back what it published; the other is a person's own."""

# At most 80 characters each, so that they fit wherever words stood.
SENTENCES: dict[str, str] = {
    "personal": N_("Erased on {day}: it was about a private person."),
    "confidential": N_("Erased on {day}: it was given in confidence."),
    "unlawful": N_("Erased on {day}: the law forbids it."),
    "mistake": N_("Erased on {day}: it was published by mistake."),
    "asked": N_("Erased on {day}: its author asked for it."),
}
LONGEST = 80

# Procurement Act 2023, section 98(4), read on 25 November 2026: three years from the contract, or from the award where
# no contract follows.
RECORDS_KEPT = timedelta(days=3 * 365 + 1)

CODES = frozenset(
    ("language", "topic", "collects", "id", "questions", "method", "draw", "regime", "publish_scores", "currency",
     "closes_at", "decision_on")
)  # fmt: skip
"""Fields of a challenge's content that hold a code or a day and no words."""
