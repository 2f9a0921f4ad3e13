"""A stage, and its opening by two people."""

from __future__ import annotations

from marketplace.rules.refusals.entry import Entry
from marketplace.words import N_

REFUSALS: dict[str, Entry] = {
    "stage.state": ("conflict", N_("This cannot be done now: the stage is “{state}”. Nothing changed.")),
    "stage.not_closed": (
        "conflict",
        N_("The deadline is not past. Nothing can be opened, and this try is recorded."),
    ),
    "sealed.often": (
        "throttled",
        N_("You asked too often for what you cannot read. Wait {wait}, then go on."),
    ),
    "stage.suspended": (
        "conflict",
        N_("The challenge is suspended. Nothing opens, closes or is accepted until it resumes."),
    ),
    "opener.again": ("conflict", N_("You confirmed already. The second opener must be another person.")),
    "opener.same_seat": (
        "conflict",
        N_("Somebody confirmed in your place already. The second opener must do it now."),
    ),
    "opener.same_visit": ("conflict", N_("The second opener must confirm in a visit of their own.")),
    "opener.interest": (
        "conflict",
        N_("State that you have no interest in who wins first. Then you can confirm."),
    ),
    "opening.changed": (
        "conflict",
        N_(
            "What is kept here as proposal {ref} was handed in as another one. It is not shown, and nothing is changed. Tell whoever runs the service."
        ),
    ),
    "opening.mismatch": (
        "conflict",
        N_(
            "A proposal does not match its entry in the trail. Nothing was opened. Tell whoever runs the service."
        ),
    ),
}
