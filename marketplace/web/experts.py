"""Experts from outside: their undertaking, and what became of the invitations that a challenge sent."""

from __future__ import annotations

from flask import flash, request
from flask.typing import ResponseReturnValue

from marketplace.actions import experts
from marketplace.queries import invitations
from marketplace.rules.refusals import Refused
from marketplace.web.accounts import sent
from marketplace.web.fields import ConfirmField, PageForm
from marketplace.web.page import Pages, actor, see
from marketplace.web.words import _
from marketplace.words import N_

pages = Pages("experts", __name__)


def undertaking_field() -> ConfirmField:
    return ConfirmField(N_("I give this undertaking"))


def remember(ref: str, email: str, answer: dict[str, str]) -> None:
    """Let the team page say where a message went, and what it holds where that may be shown."""
    sent(f"/desk/challenges/{ref}/team", email, answer)


class ButtonForm(PageForm):
    """A button, sent at most once."""


@pages.page("/desk/challenges/<ref>/invitations/<invitation>", "challenge:change-hands", post=True)
def waiting(ref: str, invitation: str) -> ResponseReturnValue:
    """The buttons beside an invitation that waits: send it again, or take it back."""
    found, form, team = invitations.experts(actor(), ref), ButtonForm(), f"/desk/challenges/{ref}/team"
    if not form.is_submitted():
        return see(team)
    if not form.validate():
        raise Refused("form.expired")
    email = next((each.email for each in found if each.ref == invitation), "")
    if request.form.get("do") == "again":
        answer = experts.send_again(actor(), ref, invitation, once=form.once.data or "")
        flash(_("{email} is invited. The message tells them what to do.", email=email))
        return sent(team, email, answer)
    experts.withdraw.once(form.once.data or "")(actor(), ref, invitation)
    flash(_("The invitation of {email} is taken back. Its link works no more.", email=email))
    return see(team)
