"""Pages of another e-mail address: asking for it, and the two links that must come back."""

from __future__ import annotations

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue

from marketplace.actions import addresses
from marketplace.policy import ANYONE
from marketplace.queries import addresses as queries
from marketplace.rules.refusals import Refused
from marketplace.web.accounts import Press, client, current_field, form_page, press, sent
from marketplace.web.fields import EmailField, PageForm
from marketplace.web.page import Pages, actor, see
from marketplace.web.words import _
from marketplace.words import N_

pages = Pages("addresses", __name__)


class AddressForm(PageForm):
    email = EmailField(N_("New e-mail address"), required=N_("Enter the new e-mail address"))
    current = current_field()


@pages.page("/account/email", "account:keep", post=True)
def ask() -> ResponseReturnValue:
    form = AddressForm()
    no = None
    if form.validate_on_submit():
        try:
            links = addresses.ask(
                actor(), form.current.data, form.email.data, client=client(), once=form.once.data
            )
            flash(
                _("Two messages are on their way, one to each address. The address changes when both agree.")
            )
            return sent("/account", form.email.data, links)
        except Refused as refused:
            no = refused
    return form_page("addresses/ask.html", form, no, email=actor().email)


@pages.page("/account/email/cancel", "account:keep", post=True)
def cancel() -> ResponseReturnValue:
    if press():
        addresses.cancel(actor())
        flash(_("Your address stays as it is. The links in both messages work no more."))
    return see("/account")


@pages.page("/address/<token>", "account:enter", post=True)
def answer(token: str) -> ResponseReturnValue:
    """One of the two links. Asking for the page changes nothing."""
    form, no = Press(), None
    try:
        it = queries.by_link(ANYONE, token)
        if form.validate_on_submit():
            return _answered(token, it.email)
    except Refused as refused:
        if refused.code == "account.link_used":
            return render_template(
                "accounts/link_used.html", again="/account", words=_("Look at your account")
            ), refused.status
        no = refused
    return form_page("addresses/answer.html", form, no, it=it)


def _answered(token: str, email: str) -> ResponseReturnValue:
    if request.form.get("do") == "stop":
        addresses.stop(ANYONE, token)
        flash(_("The address stays as it is. If you did not ask for another, set a new password now."))
        return see("/password")
    if not addresses.agree(ANYONE, token):
        return see(f"/address/{token}")
    flash(_("The address of your account is {email} now.", email=email))
    return see("/account" if actor().is_authenticated else "/sign-in")
