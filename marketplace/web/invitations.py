"""Pages of invitations: sending one, what became of it, and answering it by its link."""

from __future__ import annotations

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue

from marketplace.actions import invitations
from marketplace.policy import ANYONE
from marketplace.queries import invitations as queries
from marketplace.queries import organisations
from marketplace.rules import undertaking
from marketplace.rules.refusals import Refused
from marketplace.rules.wording import ROLE_NAMES, ROLE_WORDS, ROLES
from marketplace.web.accounts import NewPasswordField, client, enter, form_page, name_field, press, sent
from marketplace.web.experts import undertaking_field
from marketplace.web.fields import EmailField, PageForm, RadioField
from marketplace.web.page import Pages, actor, see
from marketplace.web.words import _
from marketplace.words import N_

pages = Pages("invitations", __name__)

JOINS = [
    ("member", ROLE_NAMES["member"], {"hint": N_("They work on its challenges or proposals.")}),
    ("administrator", ROLE_NAMES["administrator"], {"hint": N_("They also invite people and remove them.")}),
]  # fmt: skip


class InviteForm(PageForm):
    email = EmailField(
        N_("E-mail address"), autocomplete="off", required=N_("Enter their e-mail address"),
        hint=N_("They need no account yet. Only whoever reads this address can accept."),
    )  # fmt: skip
    role = RadioField(N_("Role"), choices=JOINS, default="member", required=N_("Choose a role"))


class ButtonForm(PageForm):
    """A button, sent at most once."""


class OwnerForm(PageForm):
    """To join with the account of the address; the undertaking is asked of experts alone."""

    undertaking = undertaking_field()


class NewcomerForm(PageForm):
    name = name_field()
    password = NewPasswordField(N_("Password"), required=N_("Enter a password"))
    undertaking = undertaking_field()


@pages.page("/desk/organisations/<slug>/invite", "organisation:edit", post=True)
def invite(slug: str) -> ResponseReturnValue:
    it, form = organisations.inside(actor(), slug, "organisation:edit"), InviteForm()
    no = None
    if form.validate_on_submit():
        try:
            answer = invitations.invite(actor(), slug, form.email.data, form.role.data, once=form.once.data)
            return _invited(slug, form.email.data, answer)
        except Refused as refused:
            no = refused
    return form_page("invitations/invite.html", form, no, it=it)


@pages.page("/desk/organisations/<slug>/invitations/<ref>", "organisation:edit", post=True)
def waiting(slug: str, ref: str) -> ResponseReturnValue:
    """The buttons beside an invitation that waits: send it again, or take it back."""
    it, form = organisations.inside(actor(), slug, "organisation:edit"), ButtonForm()
    if not form.is_submitted():
        return see(f"/desk/organisations/{slug}")
    if not form.validate():
        raise Refused("form.expired")
    email = next((each.email for each in it.invitations if each.ref == ref), "")
    if request.form.get("do") == "again":
        return _invited(slug, email, invitations.send_again(actor(), slug, ref, once=form.once.data))
    invitations.withdraw.once(form.once.data)(actor(), slug, ref)
    flash(_("The invitation of {email} is taken back. Its link works no more.", email=email))
    return see(f"/desk/organisations/{slug}")


def _invited(slug: str, email: str, answer: dict[str, str]) -> ResponseReturnValue:
    flash(_("{email} is invited. The message tells them what to do.", email=email))
    return sent(f"/desk/organisations/{slug}", email, answer)


@pages.page("/invitations/<token>", "account:enter", post=True)
def answer(token: str) -> ResponseReturnValue:
    """What a link invites to. Asking for the page changes nothing; an account's owner joins with one press."""
    form = OwnerForm() if actor().is_authenticated else NewcomerForm()
    no = None
    if form.validate_on_submit():
        try:
            to = _join(token, form)
            flash(
                _("You work for it now.")
                if to.startswith("/desk/organisations/")
                else _("You are on its team now. A message comes when something waits for you.")
            )
            return see(to)
        except Refused as refused:
            no = refused
    try:
        it = queries.by_link(ANYONE, token)
    except Refused as over:
        return render_template("invitations/over.html"), over.status
    page = "expert" if it.title else "answer"
    if actor().is_authenticated and actor().email != it.email:
        page = "other"
    return form_page(
        f"invitations/{page}.html", form, no, it=it, token=token, you=actor(), roles=ROLE_WORDS, meanings=ROLES,
        wording=undertaking,
    )  # fmt: skip


def _join(token: str, form: OwnerForm | NewcomerForm) -> str:
    undertaken = bool(form.undertaking.data)
    if isinstance(form, OwnerForm):
        return invitations.accept.once(form.once.data)(actor(), token, undertaken)
    joined = invitations.register(
        ANYONE, token, form.name.data, form.password.data, undertaken, client=client(), once=form.once.data
    )
    enter(joined["email"], form.password.data)
    return joined["to"]


@pages.page("/invitations/<token>/decline", "account:enter", post=True)
def decline(token: str) -> ResponseReturnValue:
    if not press():
        return see(f"/invitations/{token}")
    try:
        invitations.decline(ANYONE, token)
    except Refused as over:
        return render_template("invitations/over.html"), over.status
    return render_template("invitations/declined.html")
