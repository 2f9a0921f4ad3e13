"""The page to close one's account: what stands in the way, what goes, what stays."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from marketplace.actions import closure as actions
from marketplace.queries import closure as queries
from marketplace.rules.refusals import Refused
from marketplace.rules.wording import ROLE_NAMES
from marketplace.web.accounts import current_field, form_page, gone
from marketplace.web.fields import PageForm
from marketplace.web.page import Pages, actor
from marketplace.web.words import _

pages = Pages("closure", __name__)


class CloseForm(PageForm):
    current = current_field()


@pages.page("/account/close", "account:keep", post=True)
def close() -> ResponseReturnValue:
    form, no = CloseForm(), None
    if form.validate_on_submit():
        try:
            actions.close(actor(), form.current.data, once=form.once.data)
            return gone(_("Your account is closed. A last message says so."))
        except Refused as refused:
            no = refused
    it = queries.closure(actor())
    return form_page("accounts/close.html", form, no, it=it, role_names=ROLE_NAMES, email=actor().email)
