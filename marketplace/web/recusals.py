"""Pages of leaving a panel half-way: who is on it and whom it lacks, and the confirmation before somebody leaves."""

from __future__ import annotations

from flask import flash, render_template
from flask.typing import ResponseReturnValue

from marketplace.actions import recusals as acts
from marketplace.queries import recusals
from marketplace.rules import limits
from marketplace.rules.wording import ROLE_NAMES
from marketplace.web.fields import PageForm, ProseField
from marketplace.web.page import STAGE, Pages, actor, see, send
from marketplace.web.words import _
from marketplace.words import N_

pages = Pages("recusals", __name__)


class RecusalForm(PageForm):
    reason = ProseField(
        N_("Why?"), rows=3, required=N_("Give the reason in general words"), longest=limits.REASON,
        hint=N_("In general words: they become public with the result. Name no person and no supplier."),
    )  # fmt: skip


@pages.page(f"{STAGE}/panel", "stage:recuse")
def panel(ref: str, stage: int) -> ResponseReturnValue:
    record = recusals.panel(actor(), ref, stage)
    return render_template("recusals/panel.html", panel=record, names=ROLE_NAMES)


@pages.page(f"{STAGE}/panel/<person>", "stage:recuse", post=True)
def recuse(ref: str, stage: int, person: str) -> ResponseReturnValue:
    form, record = RecusalForm(), recusals.panel(actor(), ref, stage)
    sent = send(
        form, lambda once: acts.recuse.once(once)(actor(), ref, stage, person, form.reason.data or "")
    )
    if sent.results and person == actor().ref:
        flash(_("You stepped back. What you scored is kept, and does not count."))
        return see("/desk")
    if sent.results:
        flash(_("They are off the panel. This page says whether it lacks somebody now."))
        return see(f"{record.place.address}/panel")
    return render_template(
        "recusals/recuse.html", panel=record, one=record.one(person), form=form, sentence=sent.sentence
    ), sent.status
