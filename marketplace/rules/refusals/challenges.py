"""A challenge, its moves and its deadline."""

from __future__ import annotations

from marketplace.rules.refusals.entry import NO_PAGE, Entry
from marketplace.words import N_

REFUSALS: dict[str, Entry] = {
    "move.unknown": NO_PAGE,
    "move.state": ("conflict", N_("This cannot be done now: the challenge is “{state}”. Nothing changed.")),
    "move.reason": ("invalid", N_("Give a reason. It becomes part of the record.")),
    "move.not_yours": ("conflict", N_("Another person must do this: you did the step before.")),
    "move.asked": ("conflict", N_("This was asked for already and waits for the second person.")),
    "move.changed": (
        "conflict",
        N_("The challenge changed after you looked at it. Read it again, then decide."),
    ),
    "challenge.incomplete": ("conflict", N_("Some tasks are not done yet: {missing}.")),
    "challenge.not_draft": ("conflict", N_("Only a draft can be edited. Your text was not saved.")),
    "challenge.panel": (
        "conflict",
        N_("The panel needs at least {least} people with one chair."),
    ),
    "challenge.unaccepted": (
        "conflict",
        N_("Not everybody has accepted their role yet: {count} to go. The team page says who."),
    ),
    "challenge.openers": ("conflict", N_("Two openers are needed, and each must declare no interest.")),
    "challenge.lead": ("conflict", N_("A lead is needed.")),
    "challenge.author": (
        "conflict",
        N_("Whoever wrote the challenge cannot approve it. Ask another approver."),
    ),
    "challenge.conflicts": ("conflict", N_("The conflicts assessment is missing.")),
    "challenge.portal_notice": (
        "conflict",
        N_("These rules ask for a notice on {portal} first. Record its number and date."),
    ),
    "challenge.notice_date": ("invalid", N_("The notice’s date cannot be in the future.")),
    "deadline.too_early": (
        "invalid",
        N_("The deadline is too early for these rules. The earliest is {earliest}."),
    ),
    "deadline.not_working_day": (
        "invalid",
        N_("The deadline must fall on a working day in every part of the UK."),
    ),
    "deadline.past": ("invalid", N_("The deadline is in the past.")),
    "deadline.missing": ("invalid", N_("Set the deadline first.")),
}
