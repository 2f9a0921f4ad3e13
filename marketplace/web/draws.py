"""The page of the draw: the round fixed by rule, where to copy its value from, and two people who do."""

from __future__ import annotations

from flask import flash, render_template
from flask.typing import ResponseReturnValue

from marketplace.actions import draws as acts
from marketplace.queries import draws
from marketplace.web.fields import PageForm, TextField
from marketplace.web.page import STAGE, Pages, actor, see, send
from marketplace.web.words import _
from marketplace.words import N_

pages = Pages("draws", __name__)


class DrawForm(PageForm):
    beacon = TextField(
        N_("The value called “randomness”"), longest=80, required=N_("Copy the value from one of the addresses"),
        hint=N_("64 characters, digits and the letters a to f."),
    )  # fmt: skip


@pages.page(f"{STAGE}/draw", "stage:draw", post=True)
def draw(ref: str, stage: int) -> ResponseReturnValue:
    form = DrawForm()
    typed = (form.beacon.data or "").strip().lower()
    sent = send(form, lambda once: acts.enter.once(once)(actor(), ref, stage, typed))
    for made in sent.results:
        flash(
            _("Two people copied the same value. The ties are broken by it.") if made == "made"
            else _("Kept. A second person copies the value next, and gets a message.")
        )  # fmt: skip
        return see(f"/desk/challenges/{ref}/stages/{stage}/draw")
    record = draws.draw_page(actor(), ref, stage)
    return render_template(
        "decisions/draw.html", record=record, form=form, sentence=sent.sentence
    ), sent.status
