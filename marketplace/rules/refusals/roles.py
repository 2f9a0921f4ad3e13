"""Roles, what separates them, and how they change hands."""

from __future__ import annotations

from marketplace.rules.refusals.entry import Entry
from marketplace.words import N_

REFUSALS: dict[str, Entry] = {
    "role.taken": ("conflict", N_("This person holds that role already. Nothing changed.")),
    "role.acted": (
        "conflict",
        N_(
            "This person did this for another place in this stage already, and counts once. Choose another person."
        ),
    ),
    "role.not_member": (
        "invalid",
        N_(
            "Nobody who works for {name} has this address. Check it, or ask its administrator to invite them."
        ),
    ),
    "role.editor_approves": (
        "conflict",
        N_("Whoever wrote the challenge cannot approve it. Choose another person."),
    ),
    "role.approver_scores": (
        "conflict",
        N_("Whoever approves and confirms cannot be on the panel, now or earlier. Choose another person."),
    ),
    "role.one_chair": ("conflict", N_("The panel has a chair already. Remove that one first.")),
    "role.two_openers": ("conflict", N_("There are two openers already. Remove one first.")),
    "role.fixed": ("conflict", N_("The challenge is past the state in which this can change.")),
    "role.own_proposal": (
        "conflict",
        N_("You belong to a supplier with a proposal in this challenge, so you cannot hold this role."),
    ),
    "role.conflict": (
        "conflict",
        N_("This person declared a conflict in this challenge. Choose another person."),
    ),
    "role.recused": (
        "conflict",
        N_(
            "This person left the panel of this challenge half-way, and does not come back to it. Choose another person."
        ),
    ),
    "role.inside": (
        "invalid",
        N_(
            "Only evaluators, a chair and observers come from outside. Choose one of the authority’s own people."
        ),
    ),
    "role.unknown": ("invalid", N_("There is no such role on a challenge.")),
    "role.lead_scores": (
        "conflict",
        N_(
            "Whoever leads the challenge cannot be on its panel, now or earlier: the lead sees who is late, and the panel must not. Choose another person."
        ),
    ),
    "role.panel_closed": (
        "conflict",
        N_("Every score of this stage is locked, so nobody joins the panel before its decision."),
    ),
    "role.unaccepted": ("conflict", N_("This role is not accepted yet, so it cannot change hands.")),
    "role.has_deputy": ("conflict", N_("This role has a deputy already. End that first.")),
    "role.no_deputy": (
        "conflict",
        N_("Nobody accepted to be deputy here yet. Name one, or hand the role over."),
    ),
    "role.sits_in": ("conflict", N_("The deputy sits in already. Nothing changed.")),
    "role.not_away": ("conflict", N_("The holder of this role is not away. Nothing changed.")),
    "role.asked": ("conflict", N_("Somebody was asked to take this role over already. Withdraw that first.")),
    "role.away": (
        "conflict",
        N_("The deputy sits in here now. Take the role back first, or hand it over."),
    ),
    "role.scoring": (
        "conflict",
        N_(
            "The panel scores now, and this place has not locked. Hand it over, or let a deputy sit in, so that somebody scores in it. Or step back from the panel."
        ),
    ),
    "role.last_appointer": (
        "conflict",
        N_("Nobody else here could appoint somebody to this role. Hand it over instead."),
    ),
    "undertaking.missing": ("invalid", N_("Tick that you give the undertaking. Without it you cannot join.")),
}
