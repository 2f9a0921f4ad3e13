"""The openers' page, and the public account of an opening."""

from __future__ import annotations

from flask import Response, flash, render_template
from flask.typing import ResponseReturnValue

from marketplace.actions import opening
from marketplace.policy import ANYONE
from marketplace.queries import opening as queries
from marketplace.rules.refusals import Refused
from marketplace.web.fields import PageForm
from marketplace.web.page import Pages, actor, see

pages = Pages("opening", __name__)

DONE = {
    "waiting": "You confirmed. The second opener confirms next, in a visit of their own.",
    "opened": "The proposals are opened. The panel declares its interests next.",
}


class ConfirmForm(PageForm):
    """A form of one button."""


@pages.page("/desk/challenges/<ref>/stages/<int:number>/opening", "stage:open", post=True)
def confirm(ref: str, number: int) -> ResponseReturnValue:
    form = ConfirmForm()
    sentence, status = "", 200
    if form.validate_on_submit():
        try:
            flash(DONE[opening.confirm.once(form.once.data)(actor(), ref, number)])
            return see(f"/desk/challenges/{ref}/stages/{number}/opening")
        except Refused as no:
            if no.kind == "missing":
                raise
            sentence, status = no.sentence, no.status
    elif form.errors:
        status = 422
    found = queries.opening(actor(), ref, number)
    return render_template("opening/opening.html", form=form, it=found, sentence=sentence), status


@pages.page("/challenges/<ref>/stages/<int:number>/opening.json", "public:read")
def record(ref: str, number: int) -> ResponseReturnValue:
    return Response(queries.record(ANYONE, ref, number), mimetype="application/json")
