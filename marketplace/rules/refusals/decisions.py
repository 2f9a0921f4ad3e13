"""The decision: its draw, its reserve, the award, agreements, and taking it back."""

from __future__ import annotations

from marketplace.rules.refusals.entry import NO_PAGE, Entry
from marketplace.words import N_

REFUSALS: dict[str, Entry] = {
    "decision.hidden": NO_PAGE,
    "decision.reason": (
        "invalid",
        N_(
            "This goes out of rank order, or chooses between equals. Give the reason; suppliers will read it."
        ),
    ),
    "decision.draw": (
        "conflict",
        N_(
            "This chooses between equals, or holds them in reserve, and the published rule breaks such a tie by a draw. Record the draw first. What you typed is kept."
        ),
    ),
    "decision.reserve": (
        "invalid",
        N_("The reserve is held by rank without gaps, and equals are held together or not at all."),
    ),
    "decision.too_many": ("invalid", N_("At most {limit} can go on from this stage.")),
    "decision.failing": ("invalid", N_("A proposal below a threshold cannot go on. Nobody can waive that.")),
    "decision.reasons": ("invalid", N_("Every supplier needs a sentence on why. {count} are missing.")),
    "decision.none": ("conflict", N_("There is no proposed decision to confirm.")),
    "decision.scored": (
        "conflict",
        N_("Whoever was on the panel, or proposed, cannot confirm. Ask another approver."),
    ),
    "draw.none": NO_PAGE,
    "draw.made": ("conflict", N_("The draw is made already. Nothing changed.")),
    "draw.early": ("conflict", N_("The value of this draw is published at {at}. Come back then.")),
    "draw.unneeded": ("conflict", N_("No two proposals share a rank, so there is nothing to draw.")),
    "draw.value": (
        "invalid",
        N_("The value has 64 characters, digits and the letters a to f. Copy it whole."),
    ),
    "draw.differs": (
        "conflict",
        N_(
            "Somebody else copied another value. Compare both with the source; whoever was wrong copies it again."
        ),
    ),
    "reserve.none": ("conflict", N_("Nobody is held in reserve.")),
    "reserve.late": ("conflict", N_("Delivery has begun, so a reserve can no longer be called.")),
    "reserve.subject": (
        "invalid",
        N_("Choose who drops out: a supplier that was selected and has not signed."),
    ),
    "reopen.awarded": (
        "conflict",
        N_("The award is made, so its decision can no longer be taken back."),
    ),
    "reopen.nothing": (
        "conflict",
        N_("Nothing was scored at this stage, so there is nothing to go over again."),
    ),
    "award.summaries": ("conflict", N_("Every supplier’s summary must be sent first. {count} are waiting.")),
    "award.checks": ("invalid", N_("Confirm each check before the award notice.")),
    "award.standstill": (
        "conflict",
        N_("The last day of the standstill is {until}. Nothing can be awarded before it is over."),
    ),
    "award.undecided": ("conflict", N_("The last stage is not decided yet.")),
    "award.nobody": ("conflict", N_("Nobody was selected, so there is nothing to award.")),
    "award.stages_left": ("conflict", N_("There are stages left after this one.")),
    "agreement.again": ("conflict", N_("There is an agreement with this supplier for this stage already.")),
    "agreement.dates": (
        "invalid",
        N_("An agreement is signed on a day from the award to today, and ends on that day or later."),
    ),
    "agreement.value": (
        "invalid",
        N_("An agreement cannot be over more than the stage’s published money, or in another currency."),
    ),
}
