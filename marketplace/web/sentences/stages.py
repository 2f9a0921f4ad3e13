"""A stage, from its deadline to what the panel may read."""

from __future__ import annotations

from marketplace.web.sentences.telling import Facts, Tells, Told
from marketplace.web.words import _, ngettext

tells = Tells()


@tells("stage.close")
def _closed(it: Facts) -> Told:
    if not it["received"]:
        means = _("Nobody proposed, so there is nothing to open.")
        return _("stage {stage} closed. Nothing was received.", **it), means
    means = _(
        "Two people open what came in, each in a visit of their own. Until then nobody can read it here."
    )
    return ngettext(
        "stage {stage} closed. {n} proposal was received in time.",
        "stage {stage} closed. {n} proposals were received in time.",
        it["received"], **it,
    ), means  # fmt: skip


@tells("stage.interrupt")
def _interrupted(it: Facts) -> Told:
    means = _("Nothing is accepted until everyone has the same new deadline.")
    what = _("stage {stage} was interrupted: this service was not running before the deadline.", **it)
    return what, means


@tells("stage.reschedule")
def _rescheduled(it: Facts) -> Told:
    return _("stage {stage} has a new deadline for everyone: {closes_at}.", **it), ""


@tells("stage.open")
def _read(it: Facts) -> Told:
    means = _("The opening record accounts for every sealed entry of stage {stage}.", **it)
    return ngettext(
        "{n} proposal was opened by two people.", "{n} proposals were opened by two people.", it["opened"] or 0
    ), means  # fmt: skip


@tells("stage.account")
def _accounted(it: Facts) -> Told:
    means = _("Its sealed entries were accounted for, and its key was deleted.")
    return _("stage {stage} ended without an opening, and nothing was read.", **it), means


@tells("stage.screen")
def _screened(it: Facts) -> Told:
    means = _(
        "The lead checked each against the conditions that were public before it came. Whoever seemed to miss one"
        " could reply, and two people agreed to each refusal. Who was refused is told why, and is not named."
    )
    what = ngettext(
        "{n} proposal meets the published conditions, {refused} refused.",
        "{n} proposals meet the published conditions, {refused} refused.",
        it["passed"],
        refused=it["refused"],
    )
    return what, means


@tells("stage.clarify")
def _clarified(it: Facts) -> Told:
    means = _(
        "The lead, who gives no scores, asks about something unclear, an obvious error or a missing document. A reply"
        " stands beside the answer and changes nothing in it. Whoever left out the same is asked the same."
    )
    what = ngettext(
        "{n} supplier is asked a question.", "{n} suppliers are asked the same question.", it["asked"]
    )
    return what, means


@tells("stage.reply")
def _replied(_it: Facts) -> Told:
    return _("a supplier replied to a question."), _("The panel reads it beside the answer that it is about.")


@tells("proposal.leave")
def _gave_up(it: Facts) -> Told:
    means = _("Its supplier withdrew it after the opening. It is ranked no longer.")
    return _("a proposal left stage {stage}.", **it), means
