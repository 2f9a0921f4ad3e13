"""Signing in, accounts and addresses."""

from __future__ import annotations

from marketplace.rules.refusals.entry import Entry
from marketplace.words import N_

REFUSALS: dict[str, Entry] = {
    "sign_in.wrong": (
        "invalid",
        N_("The e-mail address or the password is not right. Check both and try again."),
    ),
    "sign_in.throttled": (
        "throttled",
        N_("There were too many tries. Wait {wait}, then try again."),
    ),
    "account.throttled": (
        "throttled",
        N_("There were too many requests from here. Wait {wait}, then try again."),
    ),
    "account.password_wrong": ("invalid", N_("This is not your password. Nothing changed.")),
    "account.password_short": ("invalid", N_("The password is too short. Use at least {least} characters.")),
    "account.password_common": (
        "invalid",
        N_("This password is one of those tried first by others. Choose another."),
    ),
    "account.link_used": ("invalid", N_("This link was used or is too old. Ask for a new one.")),
    "account.open_roles": (
        "conflict",
        N_("You still have a part in challenges that go on. Hand those roles over first; nothing changed."),
    ),
    "account.last_administrator": (
        "conflict",
        N_(
            "An organisation would be left without an administrator. Make somebody else one first; nothing changed."
        ),
    ),
    "account.unconfirmed": (
        "conflict",
        N_("Confirm your e-mail address first. A new link is on its way to you; it works for a day."),
    ),
    "address.same": ("invalid", N_("This is the address of your account already.")),
    "address.taken": (
        "conflict",
        N_(
            "Meanwhile another account has this address. Nothing changed. Close that account first, or choose another."
        ),
    ),
}
