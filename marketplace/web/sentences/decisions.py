"""Decisions, and what follows from them."""

from __future__ import annotations

from marketplace.web import formats
from marketplace.web.sentences.telling import Facts, Tells, Told
from marketplace.web.words import _, ngettext

tells = Tells()


@tells("stage.decide")
def _decided(it: Facts) -> Told:
    if not it["received"]:
        return _("stage {stage} was decided: nobody proposed, so nobody goes on.", **it), ""
    means = _("The chair proposed it. An approver who did not score confirmed it.")
    if not it["forward"]:
        return _("stage {stage} was decided: none of {received} goes on.", **it), means
    return ngettext(
        "stage {stage} was decided: {n} of {received} goes on.",
        "stage {stage} was decided: {n} of {received} go on.",
        it["forward"], **it,
    ), means  # fmt: skip


@tells("stage.draw")
def _drawn(it: Facts) -> Told:
    means = _(
        "The value was made public elsewhere, by nobody’s choice. Two people copied it, and anyone can compare it."
    )
    return _(
        "stage {stage}: round {round} of drand breaks the ties.", **it | {"round": str(it["round"])}
    ), means


@tells("stage.reopen")
def _taken_back(it: Facts) -> Told:
    means = _("Two people agreed to it. The old decision is kept, and locked scores stand.")
    return _("the decision of stage {stage} was taken back.", **it), means


@tells("stage.call-reserve")
def _called(it: Facts) -> Told:
    means = _("Two people agreed to it. The first in reserve takes the place of a supplier that dropped out.")
    return _("stage {stage}: a reserve was called.", **it), means


@tells("summary.send")
def _told(it: Facts) -> Told:
    means = _(
        "Each holds every score of its own proposal, with reasons, and at the last stage those of the selected one."
    )
    return ngettext(
        "the supplier of stage {stage} was sent its summary.",
        "all {n} suppliers of stage {stage} were sent their summaries, in one act.",
        it["sent"] or 0, **it,
    ), means  # fmt: skip


@tells("award.notice")
def _noticed(it: Facts) -> Told:
    if not it["standstill_until"]:
        return _("award notice: {suppliers}.", **it), _(
            "No standstill applies, so the award is made in the same act."
        )
    means = _("No agreement can be signed before that day is over, so that suppliers can ask and challenge.")
    return _("award notice: {suppliers}. The last day of the standstill is {standstill_until}.", **it), means


@tells("award.make")
def _awarded(it: Facts) -> Told:
    return _("awarded to {suppliers}.", **it), _("Agreements can be signed from now on.")


@tells("agreement.sign")
def _signed(it: Facts) -> Told:
    it |= {"value": formats.money(it["value"] or 0, it["currency"] or "GBP")}
    return _("an agreement over {value} was signed on {signed_on}.", **it), ""
