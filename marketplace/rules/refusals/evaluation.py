"""The panel: interests, practice, scores, locks and leaving."""

from __future__ import annotations

from marketplace.rules.refusals.entry import NO_PAGE, Entry
from marketplace.words import N_

REFUSALS: dict[str, Entry] = {
    "declaration.again": ("conflict", N_("You declared already. Nothing changed.")),
    "declaration.missing": (
        "conflict",
        N_("Declare your interests against every name first. Then the proposals open to you."),
    ),
    "declaration.incomplete": ("invalid", N_("Choose an answer for every name.")),
    "declaration.grounds": ("invalid", N_("Say in a few words what the interest is.")),
    "declaration.waiting": ("conflict", N_("{count} of the panel have not declared yet.")),
    "declaration.consent": (
        "conflict",
        N_(
            "Not every declared interest has its consent yet: the chair’s to the panel, an approver’s to the chair."
        ),
    ),
    "declaration.other": (
        "conflict",
        N_(
            "Somebody else consents to this: the chair to the panel’s interests, an approver to the chair’s own."
        ),
    ),
    "panel.small": ("conflict", N_("The panel is below its minimum. Appoint another evaluator first.")),
    "practice.first": (
        "conflict",
        N_(
            "This authority asks whoever scores to practise first, once. Nothing is lost, and your role waits. The way there stands on this page."
        ),
    ),
    "score.locked": ("conflict", N_("You locked your scores. Nothing changed.")),
    "score.cell": NO_PAGE,
    "score.seat_locked": (
        "conflict",
        N_(
            "Scores were locked in your place on the panel before you took it. They stand, and nothing changed."
        ),
    ),
    "score.level": ("invalid", N_("Choose one of the levels.")),
    "score.reason_short": (
        "invalid",
        N_("Give a reason of at least 20 characters that points to the answer."),
    ),
    "score.reason_paraphrase": (
        "invalid",
        N_("The reason only repeats the level’s own words. Say what in the answer led you there."),
    ),
    "score.reason_long": (
        "invalid",
        N_("The reason is longer than 2,000 characters. Shorten it: its supplier reads all of it."),
    ),
    "score.elsewhere": (
        "conflict",
        N_(
            "You changed this score in another window meanwhile. What you typed here is still in the form. The button shows you both, and then saves what stands in the form."
        ),
    ),
    "score.pointer": ("invalid", N_("Choose the answer that your reason points to.")),
    "score.missing": ("conflict", N_("{count} scores are missing. You lock when every score has a reason.")),
    "score.waits": ("conflict", N_("The stage goes on when everyone on the panel has locked their scores.")),
    "lock.own_first": (
        "conflict",
        N_("Lock your own scores first. Until then nobody learns who has locked. Nothing changed."),
    ),
    "lock.own": (
        "conflict",
        N_("Nobody reopens a lock of their own. The panel can agree on another level instead."),
    ),
    "lock.none": ("conflict", N_("Nothing is locked there, so there is nothing to reopen.")),
    "lock.person": ("invalid", N_("Choose whose lock to reopen.")),
    "recusal.again": (
        "conflict",
        N_(
            "This person takes no part on the panel any more, and their scores do not count. Nothing changed."
        ),
    ),
    "recusal.final": (
        "conflict",
        N_(
            "The panel’s levels are final, and totals were seen. Somebody’s scores can be left out only once the levels are revised: the chair and an approver do that, with a reason."
        ),
    ),
    "recusal.decided": (
        "conflict",
        N_(
            "The stage is decided. Somebody’s scores can be left out only once its decision is opened again: a lead and an approver do that, with a reason."
        ),
    ),
}
