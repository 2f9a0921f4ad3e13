"""Organisations and invitations to them."""

from __future__ import annotations

from marketplace.rules.refusals.entry import Entry
from marketplace.words import N_

REFUSALS: dict[str, Entry] = {
    "organisation.unverified": (
        "conflict",
        N_("An operator has not verified {name} yet. You can write; publishing waits for that."),
    ),
    "organisation.name_taken": (
        "conflict",
        N_("An organisation with this name is here already. Ask its administrator to invite you."),
    ),
    "organisation.already_verified": (
        "conflict",
        N_("This organisation is verified already. Nothing changed."),
    ),
    "organisation.last_administrator": (
        "conflict",
        N_("This is the last administrator. Make somebody else administrator first."),
    ),
    "organisation.open_roles": (
        "conflict",
        N_("Whoever still has a part in one of its challenges cannot go. Hand those roles over first."),
    ),
    "organisation.website": (
        "invalid",
        N_("Enter a web address that begins with https://, or leave it empty."),
    ),
    "invitation.member": ("conflict", N_("Whoever has this address works for the organisation already.")),
    "invitation.waiting": (
        "conflict",
        N_("An invitation to this address waits for an answer. You can send it again."),
    ),
    "invitation.over": (
        "invalid",
        N_("This invitation was answered, taken back, or is too old. Ask whoever sent it for another."),
    ),
    "invitation.other_address": (
        "conflict",
        N_(
            "This invitation is for another e-mail address than that of your account. Sign in with the account of"
            " that address, or ask for an invitation to yours."
        ),
    ),
    "invitation.has_account": (
        "conflict",
        N_("This address has an account already. Sign in to accept the invitation."),
    ),
}
