"""Erasing what was published, and what is held about a person."""

from __future__ import annotations

from marketplace.rules.refusals.entry import Entry
from marketplace.words import N_

REFUSALS: dict[str, Entry] = {
    "erasure.nothing": (
        "invalid",
        N_("None of these texts stands there any more. Nothing is erased. Load the page again and choose."),
    ),
    "erasure.nowhere": (
        "invalid",
        N_("Nothing public stands there. Nothing is erased. Check the address, or ask for it again."),
    ),
    "erasure.unfounded": ("invalid", N_("Erasing needs a ground. Nothing is erased. Choose one.")),
    "erasure.decided": (
        "conflict",
        N_("Reasons of a decision are a record of procurement, and no mistake takes them out. Nothing is erased. Open the decision again to correct it, or choose the ground that fits."),
    ),
    "erasure.running": (
        "conflict",
        N_("What they did for {challenges} is a record of procurement that goes on. Nothing is erased. It is kept until these have ended, and for three years from a contract or, without one, from the award. Their roles can be handed over and their account closed before that."),
    ),
    "erasure.kept": (
        "conflict",
        N_("What they did for {challenges} is a record of procurement, which the law says to keep. Nothing is erased. It can be erased from {until}. Until then their account can be closed."),
    ),
    "erasure.open_roles": (
        "conflict",
        N_("They still have a part in {challenges}. Nothing is erased. Hand those roles over first."),
    ),
    "erasure.last_administrator": (
        "conflict",
        N_("{organisations} would be left without an administrator. Nothing is erased. Make somebody else one first."),
    ),
}  # fmt: skip
