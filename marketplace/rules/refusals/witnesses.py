"""Witnesses and the logs that we watch: what an operator is told, and a log that asks for a cosignature."""

from __future__ import annotations

from marketplace.rules.refusals.entry import Entry
from marketplace.words import N_

REFUSALS: dict[str, Entry] = {
    "witness.address": (
        "invalid",
        N_("Enter the address of its witness, as its operator gave it. It begins with https://"),
    ),
    "witness.key": (
        "invalid",
        N_(
            "This is not a witness’s verifier key. It is one line: a name, eight digits, and a longer row, joined by +"
        ),
    ),
    "witness.here": ("conflict", N_("A witness with this key is here already. Nothing changed.")),
    "witness.own": (
        "conflict",
        N_("This is our own key. Only somebody else can be a witness. Nothing changed."),
    ),
    "witnessing.key": (
        "invalid",
        N_(
            "Enter the log’s verifier keys, one a line, as its operator gave them. All of them have one name."
        ),
    ),
    "witnessing.here": ("conflict", N_("This log is here already. Its keys can be changed there.")),
    "witnessing.own": (
        "conflict",
        N_("This is our own log. Only somebody else can watch it. Nothing changed."),
    ),
    "witnessing.signature": ("forbidden", N_("No key that we know for this log signed this checkpoint.")),
    "witnessing.stale": ("conflict", N_("The last checkpoint that we cosigned has {size} entries.")),
    "witnessing.fork": ("conflict", N_("We cosigned another checkpoint of this size.")),
    "witnessing.proof": ("invalid", N_("The proof does not show that the log has only grown.")),
    "witnessing.throttled": ("throttled", N_("Too many checkpoints from one place. Wait a minute.")),
}
