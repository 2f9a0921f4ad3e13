"""Pages of the panel's meeting: every level side by side, and making them final."""

from __future__ import annotations

from flask import flash, render_template
from flask.typing import ResponseReturnValue

from marketplace.actions import moderation as acts
from marketplace.queries import moderation
from marketplace.web.fields import PageForm
from marketplace.web.page import Pages, actor, see, send
from marketplace.web.words import _

pages = Pages("moderation", __name__)

STAGE = "/desk/challenges/<ref>/stages/<int:stage>"


@pages.page(f"{STAGE}/moderation", "moderation:see")
def grid(ref: str, stage: int) -> ResponseReturnValue:
    return render_template("moderation/grid.html", grid=moderation.grid(actor(), ref, stage))


@pages.page(f"{STAGE}/moderation/settle", "stage:moderate", post=True)
def settle(ref: str, stage: int) -> ResponseReturnValue:
    form = PageForm()
    sent = send(form, lambda once: acts.settle.once(once)(actor(), ref, stage))
    if sent.results:
        flash(_("The levels are final. The ranking follows from them."))
        return see(f"/desk/challenges/{ref}/stages/{stage}/ranking")
    record = moderation.grid(actor(), ref, stage, "stage:moderate")
    return render_template(
        "moderation/settle.html", grid=record, form=form, sentence=sent.sentence
    ), sent.status
