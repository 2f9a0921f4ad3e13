"""The panel’s work."""

from __future__ import annotations

from marketplace.web.sentences.telling import Facts, Tells, Told
from marketplace.web.words import _, ngettext

tells = Tells()


@tells("stage.score")
def _scoring(it: Facts) -> Told:
    means = _("The panel of {panel} declared its interests against every name first.", **it)
    conflicts = it["conflicts"] or 0
    if conflicts:
        means = ngettext(
            "The panel declared its interests against every name first. {n} person left it for a conflict.",
            "The panel declared its interests against every name first. {n} people left it for a conflict.",
            conflicts,
        )
    return _("scoring began."), means


@tells("stage.recuse")
def _left(it: Facts) -> Told:
    means = _("Whatever they scored at stage {stage} counts for no proposal, and is kept.", **it)
    return _("somebody left the panel.", **it), means


@tells("stage.wait")
def _waits(it: Facts) -> Told:
    means = _("Another person joins it and scores every proposal. What others locked stands.")
    return _("the panel is below its minimum, and waits for another person.", **it), means


@tells("stage.moderate")
def _locked(it: Facts) -> Told:
    return _("every evaluator locked their scores."), ngettext(
        "{n} person scored. The panel moderates its levels next, and sees no total before that is done.",
        "{n} people scored, each alone. The panel moderates its levels next, and sees no total before that is done.",
        it["evaluators"] or 0,
    )


@tells("stage.agree")
def _agreed(it: Facts) -> Told:
    if not it["agreed"]:
        means = _(
            "Each is the exact mean of what its members gave. Until now nobody could see a total or a rank."
        )
        return _("the panel’s levels are final."), means
    return _("the panel’s levels are final."), ngettext(
        "{n} level was agreed; every other is the exact mean. Until now nobody could see a total or a rank.",
        "{n} levels were agreed; every other is the exact mean. Until now nobody could see a total or a rank.",
        it["agreed"],
    )


@tells("stage.reopen-lock")
def _unlocked(it: Facts) -> Told:
    means = _("What was locked is kept beside what is locked next. The decision accounts for both entries.")
    return _("the chair reopened locked scores at stage {stage}.", **it), means


@tells("stage.revise")
def _revised(it: Facts) -> Told:
    means = _(
        "The chair and an approver agreed to it. Totals had been seen by then, and so the trail says it."
    )
    return _("the panel’s levels at stage {stage} are open to change again.", **it), means
