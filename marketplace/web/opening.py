"""The openers' page, and the public account of an opening."""

from __future__ import annotations

from flask import Response, flash, render_template
from flask.typing import ResponseReturnValue

from marketplace.actions import opening
from marketplace.policy import ANYONE
from marketplace.queries import opening as queries
from marketplace.web.fields import PageForm
from marketplace.web.page import Pages, actor, see, send
from marketplace.web.words import _
from marketplace.words import N_

pages = Pages("opening", __name__)

DONE = {
    "waiting": N_("You confirmed. Nothing is open until the second opener confirms as well."),
    "opened": N_("The proposals are opened. The panel was told, and declares its interests next."),
}


@pages.page("/desk/challenges/<ref>/stages/<int:number>/opening", "stage:open", post=True)
def confirm(ref: str, number: int) -> ResponseReturnValue:
    form = PageForm()
    sent = send(form, lambda once: opening.confirm.once(once)(actor(), ref, number))
    for result in sent.results:
        flash(_(DONE[result]))
        return see(f"/desk/challenges/{ref}/stages/{number}/opening")
    found = queries.opening(actor(), ref, number)
    return render_template("opening/opening.html", form=form, it=found, sentence=sent.sentence), sent.status


@pages.page("/challenges/<ref>/stages/<int:number>/opening.json", "public:read")
def record(ref: str, number: int) -> ResponseReturnValue:
    return Response(queries.record(ANYONE, ref, number), mimetype="application/json")
