"""What is refused while the database does not fit the log that was signed."""

from __future__ import annotations

from marketplace.rules.refusals.entry import Entry
from marketplace.words import N_

REFUSALS: dict[str, Entry] = {
    "log.stopped": (
        "unavailable",
        N_(
            "This service is read-only for now, so nothing was changed. What you typed stays on this page; send it again later, or keep a copy."
        ),
    ),
}
