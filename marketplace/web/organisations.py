"""Pages of organisations: one's own, registering one, one from inside, and verifying authorities."""

from __future__ import annotations

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue

from marketplace.actions import organisations
from marketplace.queries import organisations as queries
from marketplace.rules import limits
from marketplace.rules.refusals import Refused
from marketplace.rules.wording import KINDS as KIND_NAMES
from marketplace.rules.wording import ROLE_NAMES
from marketplace.web.accounts import mailed, press
from marketplace.web.fields import CheckboxesField, PageForm, ProseField, RadioField, TextField
from marketplace.web.page import Pages, actor, see
from marketplace.web.words import _, said
from marketplace.words import N_

pages = Pages("organisations", __name__)

KINDS = [
    ("authority", N_("A public authority"), {"hint": N_("It publishes challenges. An operator verifies it first.")}),
    ("supplier", N_("A supplier"), {"hint": N_("It answers them: a firm, a charity, a university, or a team.")}),
]  # fmt: skip
MARKS = [
    ("is_sme", N_("A small or medium-sized enterprise"), {"hint": N_("Fewer than 250 people.")}),
    ("is_non_profit", N_("A non-profit")),
    ("not_company", N_("Not a company yet"), {"hint": N_("You can take part, and register one before a contract.")}),
]  # fmt: skip


class OrganisationForm(PageForm):
    kind = RadioField(N_("What is it?"), choices=KINDS, required=N_("Choose what it is"))
    name = TextField(
        N_("Name"), longest=limits.NAME, autocomplete="organization", required=N_("Enter its name")
    )
    address = TextField(
        N_("Address"), longest=limits.SUMMARY, hint=N_("Street, place and postcode, as registered."),
        required=N_("Enter its address"),
    )  # fmt: skip
    website = TextField(
        N_("Website"), longest=limits.SUMMARY, optional=True, autocomplete="url", spellcheck=False
    )
    company_number = TextField(
        N_("Company or charity number"), longest=20, width=10, optional=True, spellcheck=False
    )
    description = ProseField(
        N_("What it does"), longest=limits.MESSAGE, words=100, rows=4, optional=True,
        hint=N_("One or two sentences."),
    )  # fmt: skip
    marks = CheckboxesField(
        N_("What describes it?"), choices=MARKS, hint=N_("For suppliers. Choose all that apply.")
    )


@pages.page("/desk/organisations", "desk:see")
def mine() -> ResponseReturnValue:
    return render_template(
        "organisations/mine.html", organisations=queries.own(actor()), kinds=KIND_NAMES, role_names=ROLE_NAMES
    )


@pages.page("/desk/organisations/new", "organisation:register", post=True)
def new() -> ResponseReturnValue:
    form = OrganisationForm()
    if not form.validate_on_submit():
        return _new(form)
    marks = form.marks.data or []
    try:
        slug = organisations.register.once(form.once.data)(
            actor(), name=form.name.data, kind=form.kind.data, address=form.address.data,
            website=form.website.data or "", company_number=form.company_number.data or "",
            description=form.description.data or "", is_sme="is_sme" in marks,
            is_non_profit="is_non_profit" in marks, is_company="not_company" not in marks,
        )  # fmt: skip
    except Refused as no:
        return _new(form, no)
    flash(_("It is registered, and you are its administrator."))
    return see(f"/desk/organisations/{slug}")


@pages.page("/desk/organisations/<slug>", "organisation:see")
def inside(slug: str) -> ResponseReturnValue:
    return render_template(
        "organisations/inside.html", it=queries.inside(actor(), slug), kinds=KIND_NAMES, role_names=ROLE_NAMES,
        once=PageForm(formdata=None).once.data, mailed=mailed(),
    )  # fmt: skip


@pages.page("/desk/organisations/<slug>/practice", "organisation:edit", post=True)
def practice(slug: str) -> ResponseReturnValue:
    if press():
        required = request.form.get("required") == "yes"
        organisations.require_practice(actor(), slug, required)
        flash(
            _("From now on, whoever scores practises first.")
            if required
            else _("Practice is no longer asked for.")
        )
    return see(f"/desk/organisations/{slug}")


@pages.page("/desk/verifications", "organisation:verify")
def verifications() -> ResponseReturnValue:
    return render_template("organisations/verifications.html", waiting=queries.unverified(actor()))


@pages.page("/desk/verifications/<slug>", "organisation:verify", post=True)
def verify(slug: str) -> ResponseReturnValue:
    if press():
        organisations.verify(actor(), slug)
        flash(_("It is verified, and its administrators are told."))
    return see("/desk/verifications")


def _new(form: OrganisationForm, no: Refused | None = None) -> ResponseReturnValue:
    sentence, status = (said(no), no.status) if no else ("", 422 if form.errors else 200)
    if no is not None and no.code == "organisation.website":
        form.website.errors, sentence = [sentence], ""
    return render_template("organisations/new.html", form=form, sentence=sentence), status
