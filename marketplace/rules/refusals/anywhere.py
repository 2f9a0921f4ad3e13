"""What may be refused anywhere. Unknown and forbidden look alike."""

from __future__ import annotations

from marketplace.rules.refusals.entry import NO_PAGE, Entry
from marketplace.words import N_

REFUSALS: dict[str, Entry] = {
    "missing": NO_PAGE,
    "form.invalid": (
        "invalid",
        N_("Some of this cannot be used as it is. Nothing is saved. Correct what is marked."),
    ),
    "form.expired": (
        "invalid",
        N_("This page was open too long. Nothing is sent. Check it and send it again."),
    ),
    "form.reused": (
        "conflict",
        N_("This form was already sent with other content. Open the page again to change it."),
    ),
    "edit.stale": (
        "conflict",
        N_(
            "Somebody else changed this after you opened it. Your text is still in the form; compare it with what is saved now, then save again."
        ),
    ),
    "keys.rotating": (
        "conflict",
        N_("Somebody is rotating the keys at this moment. Nothing changed. Wait until they are done."),
    ),
    "busy": ("conflict", N_("Too many people are writing at this moment. Nothing is lost. Send it again.")),
}
